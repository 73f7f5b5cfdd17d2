"""Plan: the flow on a real Prefect server tells the truth in its state, its tasks, its artifacts and its logs.

Asserted: the three final states and what leads to them, the five tasks, the summary, the table and the progress, the
plan of a dry run, and that no secret is in anything that Prefect keeps. Not asserted: what is written to clusters
(tests/apiserver), schedules and workers (Prefect's own).
"""

import asyncio
import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from pydantic import SecretStr

from blocks import Kubeconfig
from deployments.demo import shop
from dr_syncer.api import parse_spec
from dr_syncer.diagnosis import Category
from dr_syncer.engine.report import Report
from dr_syncer.errors import Refused
from dr_syncer.kube import NAMESPACES
from dr_syncer.objects import Object
from dr_syncer.plan.model import Plan
from flows.replicate import artifact_key, replicate
from tasks.clusters import BlockRef
from tests.apiserver.replicating import named, resource_of, seed
from tests.flows.running import Stage, artifacts, everything_stored, logs, task_names

SECRET = "hush-hush"
QUICK = {"maxRetries": 2, "initialBackoff": "100ms"}


def config_map(name: str, **data: str) -> Object:
    return named("v1", "ConfigMap", "", name, data=data)


async def test_a_run_that_brought_everything_is_completed(stage: Stage, tmp_path: Path) -> None:
    await shop.provide_storage(stage.pair.destination)
    await shop.deploy(stage.pair.source)
    state = await stage.run(tmp_path)
    assert (state.type.value, state.name) == ("COMPLETED", "Completed")
    assert state.message == "51 objects: 48 created, 3 skipped"
    report = await state.aresult()
    assert isinstance(report, Report)
    again = await stage.run(tmp_path)
    assert again.message == "51 objects: 48 unchanged, 3 skipped"


async def test_the_stages_are_tasks(stage: Stage, tmp_path: Path) -> None:
    await seed(stage.pair.source, "shop", [config_map("settings", a="1")])
    state = await stage.run(tmp_path)
    async with asyncio.timeout(20):  # Prefect stores task runs in the background
        while len(names := await task_names(state)) < 5:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.2)
    assert names == ["discover", "transform", "apply", "scale_down", "report"]


async def test_a_run_leaves_a_summary_a_table_and_its_progress(stage: Stage, tmp_path: Path) -> None:
    await seed(stage.pair.source, "shop", [config_map("settings", a="1"), config_map("ignored", a="1")])
    left = await artifacts(await stage.run(tmp_path))
    assert left["replicate-shop-summary"].type == "markdown"
    assert "shop → shop: Completed" in str(left["replicate-shop-summary"].data)
    rows = json.loads(str(left["replicate-shop-kinds"].data))
    (row,) = [row for row in rows if row["kind"] == "ConfigMap"]
    assert (row["created"], row["updated"], row["unchanged"], row["skipped"], row["failed"]) == (2, 0, 0, 1, 0)
    assert "kube-root-ca.crt" in row["why"]
    assert (left["replicate-shop"].type, left["replicate-shop"].data) == ("progress", 100.0)


async def test_a_run_in_which_an_object_was_refused_is_failed_and_says_which(stage: Stage, tmp_path: Path) -> None:
    frozen = {**config_map("frozen", a="1"), "immutable": True}
    await seed(stage.pair.destination, "shop", [frozen])
    await seed(stage.pair.source, "shop", [{**frozen, "data": {"a": "2"}}, config_map("settings", a="1")])
    state = await stage.run(tmp_path)
    assert state.type.value == "FAILED"
    assert "1 failed" in str(state.message)
    summary = str((await artifacts(state))["replicate-shop-summary"].data)
    assert "ConfigMap frozen" in summary
    assert "immutable" in summary
    assert "ConfigMap frozen: " in await logs(state)


async def test_a_run_that_a_person_should_look_at_is_completed_with_warnings(stage: Stage, tmp_path: Path) -> None:
    await seed(stage.pair.source, "shop", [config_map("settings", a="1")])
    unused = {"name": "unused", "removeLabels": ["none"], "target": {"names": ["none"]}}
    state = await stage.run(tmp_path, transforms=[unused])
    assert (state.type.value, state.name) == ("COMPLETED", "CompletedWithWarnings")


class TestNamespacesByLabel:
    SPEC: ClassVar[dict[str, Any]] = {
        "sourceNamespace": None,
        "namespaceSelector": {"matchLabels": {"replicate": "yes"}},
        "destinationNamespaceTemplate": "{namespace}-dr",
    }

    async def label(self, stage: Stage, name: str, value: str | None) -> None:
        await stage.pair.source.patch(NAMESPACES, "", name, {"metadata": {"labels": {"replicate": value}}})

    async def chosen(self, stage: Stage, *names: str) -> None:
        for name in names:
            await seed(stage.pair.source, name, [config_map("settings", a=name)])
            await self.label(stage, name, "yes")

    async def standbys(self, stage: Stage) -> dict[str, Any]:
        resource = await resource_of(stage.pair.destination, "v1", "ConfigMap")
        items = (await stage.pair.destination.list(resource)).items
        return {i["metadata"]["namespace"]: i["data"]["a"] for i in items if i["metadata"]["name"] == "settings"}

    async def test_each_chosen_namespace_gets_its_standby(self, stage: Stage, tmp_path: Path) -> None:
        await self.chosen(stage, "one", "two")
        await seed(stage.pair.source, "three", [config_map("settings", a="three")])
        state = await stage.run(tmp_path, **self.SPEC)
        assert (state.type.value, state.name) == ("COMPLETED", "Completed")
        assert await self.standbys(stage) == {"one-dr": "one", "two-dr": "two"}
        assert {"replicate-shop-one-summary", "replicate-shop-two-summary"} <= (await artifacts(state)).keys()

    async def test_namespaces_join_and_leave_as_their_labels_change(self, stage: Stage, tmp_path: Path) -> None:
        await self.chosen(stage, "one", "two")
        await stage.run(tmp_path, **self.SPEC)
        await self.chosen(stage, "three")
        await self.label(stage, "one", None)
        state = await stage.run(tmp_path, **self.SPEC)
        assert state.name == "CompletedWithWarnings"
        assert "kept, though their sources are no longer chosen: one-dr" in await logs(state)
        assert (await self.standbys(stage)).keys() == {"one-dr", "two-dr", "three-dr"}

    async def test_one_that_cannot_run_does_not_stop_the_others(self, stage: Stage, tmp_path: Path) -> None:
        await self.chosen(stage, "one", "two")
        await seed(stage.pair.destination, "one-dr", [])
        await stage.pair.destination.patch(NAMESPACES, "", "one-dr", {"metadata": {"finalizers": ["example.com/hold"]}})
        await stage.pair.destination.delete(NAMESPACES, "", "one-dr")
        state = await stage.run(tmp_path, **self.SPEC)
        assert state.type.value == "FAILED"
        assert (await self.standbys(stage)).keys() == {"two-dr"}

    async def test_none_at_all_is_told(self, stage: Stage, tmp_path: Path) -> None:
        state = await stage.run(tmp_path, **self.SPEC)
        assert state.name == "CompletedWithWarnings"
        assert "no namespace of the source fits spec.namespaceSelector" in await logs(state)

    async def test_a_dry_run_has_a_plan_for_each(self, stage: Stage, tmp_path: Path) -> None:
        await self.chosen(stage, "one", "two")
        state = await stage.run(tmp_path, dry_run=True, **self.SPEC)
        assert [plan.destination_namespace for plan in await state.aresult()] == ["one-dr", "two-dr"]
        assert await self.standbys(stage) == {}


class TestRetries:
    async def test_what_may_pass_is_tried_again(self, stage: Stage, tmp_path: Path) -> None:
        await seed(stage.pair.source, "shop", [config_map("settings", a="1")])
        stage.destination.fail(verb="patch", resource="configmaps", status=409)
        state = await stage.run(tmp_path, retryConfig=QUICK)
        assert (state.type.value, state.name) == ("COMPLETED", "Completed")
        assert "try 1 of 3 failed; the next in 0.1 s" in await logs(state)

    async def test_tries_end(self, stage: Stage, tmp_path: Path) -> None:
        await seed(stage.pair.source, "shop", [config_map("settings", a="1")])
        stage.destination.fail(verb="patch", resource="configmaps", status=409, times=99)
        state = await stage.run(tmp_path, retryConfig=QUICK)
        assert state.type.value == "FAILED"
        refused = [one for one in stage.destination.requests if one.resource == "configmaps" and one.status == 409]
        assert len(refused) == 3

    async def test_without_a_retry_config_the_next_run_is_the_next_try(self, stage: Stage, tmp_path: Path) -> None:
        await seed(stage.pair.source, "shop", [config_map("settings", a="1")])
        stage.destination.fail(verb="patch", resource="configmaps", status=409)
        assert (await stage.run(tmp_path)).type.value == "FAILED"

    async def test_fail_fast_stops_the_run_when_somebody_asked_for_it(self, stage: Stage, tmp_path: Path) -> None:
        service = named("v1", "Service", "", "web", spec={"ports": [{"port": 80}]})
        await seed(stage.pair.source, "shop", [config_map("settings", a="1"), service])
        stage.destination.fail(verb="patch", resource="configmaps", status=422)
        await stage.run(tmp_path, failureHandling={"validationFailure": "FailFast"})
        assert not [one for one in stage.destination.requests if one.resource == "services" and one.verb == "patch"]


async def test_a_paused_replication_does_nothing_and_says_so(stage: Stage, tmp_path: Path) -> None:
    await seed(stage.pair.source, "shop", [config_map("settings", a="1")])
    before = len(stage.source.requests), len(stage.destination.requests)
    state = await stage.run(tmp_path, paused=True)
    assert (state.type.value, state.name) == ("COMPLETED", "Paused")
    assert (len(stage.source.requests), len(stage.destination.requests)) == before


async def test_a_run_that_owes_data_it_does_not_copy_is_failed(stage: Stage, tmp_path: Path) -> None:
    await seed(stage.pair.source, "shop", [config_map("settings", a="1")])
    state = await stage.run(tmp_path, pvcConfig={"syncData": True})
    assert state.type.value == "FAILED"


async def test_a_run_that_cannot_begin_is_failed_with_its_diagnosis_and_no_traceback(
    stage: Stage, tmp_path: Path
) -> None:
    state = await stage.run(tmp_path)
    assert state.type.value == "FAILED"
    error = await state.aresult(raise_on_failure=False)
    assert isinstance(error, Refused)
    assert error.diagnosis.category is Category.SOURCE_NAMESPACE_MISSING
    assert "the source namespace shop does not exist" in await logs(state)
    assert "Traceback" not in await logs(state)


async def test_a_dry_run_writes_nothing_and_shows_every_field(stage: Stage, tmp_path: Path) -> None:
    await seed(stage.pair.source, "shop", [config_map("settings", colour="blue"), config_map("new", a="1")])
    await seed(stage.pair.destination, "shop", [config_map("settings", colour="red")])
    mark = len(stage.destination.requests)
    state = await stage.run(tmp_path, dry_run=True)
    assert {request.verb for request in stage.destination.requests[mark:]} <= {"get", "list"}
    assert str(state.message).startswith("dry run, nothing written: shop -> shop: 1 to create, 1 to update")
    assert isinstance(await state.aresult(), Plan)
    shown = str((await artifacts(state))["replicate-shop-plan"].data)
    assert "data.colour: red -> blue" in shown
    assert "ConfigMap new" in shown


async def test_no_secret_is_in_anything_that_prefect_keeps(stage: Stage, tmp_path: Path) -> None:
    login = named("v1", "Secret", "", "login", stringData={"password": SECRET})
    broken = {**named("v1", "Secret", "", "frozen", stringData={"password": SECRET}), "immutable": True}
    await seed(stage.pair.source, "shop", [login, broken])
    await seed(stage.pair.destination, "shop", [{**broken, "stringData": {"password": "other"}}])
    stored = ""
    for dry_run in (True, False):
        stored += await everything_stored(await stage.run(tmp_path, dry_run=dry_run))
    assert "Secret frozen" in stored
    for secret in (SECRET, "aHVzaC1odXNo", stage.source.token, stage.destination.token):
        assert secret not in stored


async def test_clusters_may_be_blocks(stage: Stage) -> None:
    for sandbox in (stage.source, stage.destination):
        text = yaml.safe_dump(sandbox.kubeconfig())
        await Kubeconfig(kubeconfig=SecretStr(text)).asave(f"flow-{sandbox.name}", overwrite=True)
    await seed(stage.pair.source, "shop", [config_map("settings", a="1")])
    clusters = {"sourceCluster": "source", "destinationCluster": "destination", "sourceNamespace": "shop"}
    state = await replicate(
        name="shop",
        spec=parse_spec(clusters, "test"),
        source=BlockRef(block="flow-source"),
        destination=BlockRef(block="flow-destination"),
        return_state=True,
    )
    assert state.is_completed()
    assert await stage.pair.destination.find(NAMESPACES, "", "shop") is not None


async def test_a_block_that_does_not_exist_is_named(stage: Stage) -> None:
    clusters = {"sourceCluster": "source", "destinationCluster": "destination", "sourceNamespace": "shop"}
    missing = BlockRef(block="no-such-block")
    spec = parse_spec(clusters, "test")
    state = await replicate(name="shop", spec=spec, source=missing, destination=missing, return_state=True)
    assert state.is_failed()
    assert "there is no Kubeconfig block no-such-block" in str(state.message)


@pytest.mark.parametrize(
    ("name", "key"), [("shop", "replicate-shop"), ("My Shop_2", "replicate-my-shop-2"), ("a.b", "replicate-a-b")]
)
def test_an_artifact_key_is_what_prefect_allows(name: str, key: str) -> None:
    assert artifact_key(name) == key
