"""Plan: deleting on the standby what the source has no more.

Asserted, on sandboxes and on real API servers alike: only with prune enabled, only what is ours, in its very version;
a failing run deletes nothing. On sandboxes with faults: whatever goes wrong with any LIST, nothing is deleted.
"""

from typing import Any

import pytest

from dr_syncer.api.replication import PruneConfig
from dr_syncer.diagnosis import Category
from dr_syncer.engine.apply import apply
from dr_syncer.engine.plan import planned as plan_of
from dr_syncer.engine.read import Pair, read
from dr_syncer.engine.report import Report, Status, Verdict
from dr_syncer.errors import DRSyncerError
from dr_syncer.kube import Cluster, from_data
from dr_syncer.plan.model import Verb
from dr_syncer.sandbox import Sandbox
from tests.apiserver.replicating import named, planned, replicated, resource_of, rules, seed
from tests.apiserver.stage import Stage, config_map, deployment, failures
from tests.kube.clusters import CONFIG_MAPS, answering, quick

PRUNE: dict[str, Any] = {"prune": PruneConfig.model_validate({"enabled": True, "maxShare": 70})}


async def gone_from_the_source(stage: Stage, kind: str, name: str, api_version: str = "v1") -> None:
    resource = await resource_of(stage.pair.source, api_version, kind)
    await stage.pair.source.delete(resource, stage.namespace, name)


def status_of(report: Report, name: str) -> Status:
    (outcome,) = [outcome for outcome in report.outcomes if outcome.key.name == name]
    return outcome.status


async def test_what_the_source_has_no_more_is_deleted_and_nothing_else(stage: Stage) -> None:
    await stage.seed(config_map("old", a="1"), config_map("kept", a="1"), deployment())
    await stage.replicated()
    await seed(stage.pair.destination, stage.namespace, [config_map("of-the-site", a="1")])
    await gone_from_the_source(stage, "ConfigMap", "old")
    await gone_from_the_source(stage, "Deployment", "web", "apps/v1")
    before = {key for key in await stage.standby() if key[1] not in ("old", "web")}
    report = await stage.replicated(**PRUNE)
    assert report.verdict is Verdict.COMPLETED, report.problems
    assert {outcome.key.name for outcome in report.outcomes if outcome.status is Status.DELETED} == {"old", "web"}
    assert (await stage.standby()).keys() == before
    assert (await stage.planned(**PRUNE)).writes == 0


async def test_without_prune_it_is_kept_and_told(stage: Stage) -> None:
    await stage.seed(config_map("old", a="1"), config_map("kept", a="1"))
    await stage.replicated()
    await gone_from_the_source(stage, "ConfigMap", "old")
    report = await stage.replicated()
    assert status_of(report, "old") is Status.SKIPPED
    assert ("ConfigMap", "old") in await stage.standby()


async def test_what_somebody_touched_since_the_plan_was_made_is_not_deleted(stage: Stage) -> None:
    await stage.seed(config_map("old", a="1"), config_map("kept", a="1"))
    await stage.replicated()
    await gone_from_the_source(stage, "ConfigMap", "old")
    plan, inventory = await planned(stage.pair, rules(stage.namespace, **PRUNE))
    assert plan.writes == 1
    await stage.by_hand("v1", "ConfigMap", "old", {"data": {"needed": "after all"}})
    report = await apply(stage.pair.destination, plan, inventory.resources)
    assert failures(report) == {"ConfigMap old": Category.CONFLICT}
    assert ("ConfigMap", "old") in await stage.standby()


async def test_a_run_in_which_something_failed_deletes_nothing(stage: Stage) -> None:
    await stage.seed(config_map("old", a="1"), config_map("kept", a="1"))
    await stage.replicated()
    await gone_from_the_source(stage, "ConfigMap", "old")
    service = named("v1", "Service", "", "web", spec={"ports": [{"port": 80}], "externalIPs": ["192.0.2.1"]})
    await stage.seed(service)
    plan, inventory = await planned(stage.pair, rules(stage.namespace, **PRUNE))
    (step,) = [step for step in plan.steps if step.key.name == "web"]
    (step.wanted or {})["spec"]["ports"] = []  # refused by every API server
    report = await apply(stage.pair.destination, plan, inventory.resources)
    assert status_of(report, "web") is Status.FAILED
    assert status_of(report, "old") is Status.SKIPPED
    assert ("ConfigMap", "old") in await stage.standby()


async def test_a_finalizer_is_respected(stage: Stage) -> None:
    await stage.seed(config_map("old", a="1"), config_map("kept", a="1"))
    await stage.replicated()
    await gone_from_the_source(stage, "ConfigMap", "old")
    await stage.by_hand("v1", "ConfigMap", "old", {"metadata": {"finalizers": ["example.com/hold"]}})
    report = await stage.replicated(**PRUNE)
    (outcome,) = [outcome for outcome in report.outcomes if outcome.key.name == "old"]
    assert outcome.status is Status.DELETED
    assert outcome.diagnosis is not None
    assert "example.com/hold" in outcome.diagnosis.summary
    await stage.by_hand("v1", "ConfigMap", "old", {"metadata": {"finalizers": None}})


FAULTS: dict[str, dict[str, Any]] = {
    "forbidden": {"status": 403},
    "failing": {"status": 500},
    "not there": {"status": 404},
    "stalled": {"delay": 5.0},
    "cut off": {"after_bytes": 30},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("side", ["source", "destination"])
@pytest.mark.parametrize("resource", ["configmaps", "secrets", None])
async def test_whatever_goes_wrong_with_a_list_nothing_is_deleted(side: str, fault: str, resource: str | None) -> None:
    settings = quick(request_timeout=0.3, request_attempts=2)
    async with (
        Sandbox("prod", tls=False) as here,
        Sandbox("dr", tls=False) as there,
        Cluster(from_data(here.kubeconfig()), settings) as source,
        Cluster(from_data(there.kubeconfig()), settings) as destination,
    ):
        pair = Pair(source, destination)
        await seed(
            source,
            "shop",
            [
                config_map("old", a="1"),
                config_map("kept", a="1"),
                named("v1", "Secret", "", "login", stringData={"password": "hush"}),
            ],
        )
        await replicated(pair, rules("shop"))
        await source.delete(await resource_of(source, "v1", "ConfigMap"), "shop", "old")
        {"source": here, "destination": there}[side].fail(verb="list", resource=resource, times=999, **FAULTS[fault])
        try:
            inventory = await read(pair, rules("shop", **PRUNE))
            plan = plan_of(rules("shop", **PRUNE), inventory)
            assert Verb.DELETE not in {step.verb for step in plan.steps}
            await apply(destination, plan, inventory.resources)
        except DRSyncerError:
            pass  # refused as a whole
        assert [request for request in there.requests if request.verb == "delete"] == []


@pytest.mark.parametrize("body", ["", "<html>", '{"items": [', "[]", '{"items": []}', '{"kind": "ConfigMapList"}'])
async def test_a_list_that_is_not_whole_is_not_taken_for_an_empty_one(body: str) -> None:
    async with answering(body) as cluster:
        with pytest.raises(DRSyncerError):
            await cluster.list(CONFIG_MAPS, "shop")
