"""Plan: changes that an API server does not make in place.

Asserted, on sandboxes and on real API servers alike: the plan says beforehand what will be made anew and why; each
handling does what its name says, chosen for all, by kind in every spelling, or by label; a refused successor leaves the
object as it was; data is never destroyed; on real API servers, that pods are evicted first, budgets are heeded and
what does not end in time is a failure. Not asserted: a cascade in the foreground, which needs controllers to end.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from dr_syncer.diagnosis import Category
from dr_syncer.engine.apply import apply
from dr_syncer.engine.report import Report, Status, Verdict
from dr_syncer.kube import PODS
from dr_syncer.objects import Object
from dr_syncer.plan.model import Plan, Step, Verb
from dr_syncer.plan.rules import ImmutableRules
from tests.apiserver.replicating import named, opened, planned, resource_of, rules, seed
from tests.apiserver.stage import Stage, config_map, deployment, failures
from tests.clusters.fixtures import MARKER
from tests.clusters.pair import Pair as RealPair


def frozen(**data: str) -> Object:
    return {**config_map("settings", **data), "immutable": True}


def role_binding(role: str) -> Object:
    ref = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": role}
    return named("rbac.authorization.k8s.io/v1", "RoleBinding", "", "bot", roleRef=ref)


def stateful_set(storage: str = "1Gi", **spec: Any) -> Object:
    pod = {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "db", "image": "db:1"}]}}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": storage}}}
    template = {"metadata": {"name": "data"}, "spec": claim}
    full = {"serviceName": "db", "selector": {"matchLabels": {"app": "db"}}, "template": pod, **spec}
    return named("apps/v1", "StatefulSet", "", "db", spec={**full, "volumeClaimTemplates": [template]})


def handling(default: Any, timeout: float = 5, **overrides: Any) -> dict[str, Any]:
    return {"immutable": ImmutableRules(default, overrides, drain_timeout=timeout, delete_timeout=timeout)}


async def changed(stage: Stage, before: Object, after: Object) -> None:
    """Replicate an object, then make it another in the source, as by hand: deleted and created."""
    await stage.seed(before)
    await stage.replicated()
    resource = await resource_of(stage.pair.source, before["apiVersion"], before["kind"])
    name = before["metadata"]["name"]
    if before["kind"] == "PersistentVolumeClaim":  # protected until a controller, which is not here, says it is unused
        await stage.pair.source.patch(resource, stage.namespace, name, {"metadata": {"finalizers": None}})
    await stage.pair.source.delete(resource, stage.namespace, name)
    await stage.seed(after)


def step_of(plan: Plan, name: str) -> Step:
    (step,) = [step for step in plan.steps if step.key.name == name]
    return step


def status_of(report: Report, name: str) -> Status:
    (outcome,) = [outcome for outcome in report.outcomes if outcome.key.name == name]
    return outcome.status


async def test_without_a_choice_the_object_is_out_of_date_and_that_is_a_failure(stage: Stage) -> None:
    await changed(stage, frozen(colour="red"), frozen(colour="blue"))
    step = step_of(await stage.planned(), "settings")
    assert step.verb is Verb.BLOCKED
    assert step.reason is not None
    assert step.reason.summary == "out of date: data cannot be changed in place"
    assert failures(await stage.replicated()) == {"ConfigMap settings": Category.IMMUTABLE}
    assert (await stage.standby())["ConfigMap", "settings"]["data"] == {"colour": "red"}


async def test_who_chose_that_nothing_changes_is_warned(stage: Stage) -> None:
    await changed(stage, frozen(colour="red"), frozen(colour="blue"))
    report = await stage.replicated(**handling("NoChange"))
    assert (report.verdict, status_of(report, "settings")) == (Verdict.WARNINGS, Status.SKIPPED)
    assert (await stage.standby())["ConfigMap", "settings"]["data"] == {"colour": "red"}


SMALL = ("ConfigMap", frozen(colour="red"), frozen(colour="blue"))
BOUND = ("RoleBinding", role_binding("reader"), role_binding("writer"))
LARGE = ("StatefulSet", stateful_set("1Gi"), stateful_set("2Gi"))
MADE_ANEW = [
    pytest.param(how, before, after, id=f"{how}-{kind}")
    for how, kinds in {
        "Recreate": (SMALL, BOUND, LARGE),
        "RecreateWithPodDrain": (SMALL, LARGE),
        "ForceUpdate": (SMALL, BOUND),
    }.items()
    for kind, before, after in kinds
]


@pytest.mark.parametrize(("how", "before", "after"), MADE_ANEW)
async def test_an_object_is_made_anew_and_the_plan_says_so(
    stage: Stage, how: str, before: Object, after: Object
) -> None:
    name = before["metadata"]["name"]
    await changed(stage, before, after)
    step = step_of(await stage.planned(**handling(how)), name)
    assert step.verb is Verb.RECREATE
    assert [note.summary.partition(":")[0] for note in step.notes] == [f"made anew ({how})"]
    old = (await stage.standby())[before["kind"], name]["metadata"]["uid"]
    report = await stage.replicated(**handling(how))
    assert report.verdict is Verdict.COMPLETED, report.problems
    new = (await stage.standby())[before["kind"], name]
    assert new["metadata"]["uid"] != old
    assert "finalizers" not in new["metadata"]
    assert (await stage.planned(**handling(how))).writes == 0


async def test_what_can_be_changed_is_changed_in_part(stage: Stage) -> None:
    after = stateful_set("2Gi")
    after["spec"]["template"]["spec"]["containers"][0]["image"] = "db:2"
    await changed(stage, stateful_set("1Gi"), after)
    report = await stage.replicated(**handling("PartialUpdate"))
    assert report.verdict is Verdict.WARNINGS
    (problem,) = report.problems
    assert problem.summary == ("changed in part (PartialUpdate): spec.volumeClaimTemplates cannot be changed in place")
    spec = (await stage.standby())["StatefulSet", "db"]["spec"]
    assert spec["template"]["spec"]["containers"][0]["image"] == "db:2"
    assert spec["volumeClaimTemplates"][0]["spec"]["resources"]["requests"] == {"storage": "1Gi"}
    assert (await stage.planned(**handling("PartialUpdate"))).writes == 0


@pytest.mark.parametrize("name", ["statefulsets.apps", "statefulset.apps", "statefulsets", "sts"])
async def test_a_kind_has_its_own_handling_in_every_spelling(stage: Stage, name: str) -> None:
    await changed(stage, stateful_set("1Gi"), stateful_set("2Gi"))
    overrides: dict[str, Any] = {name: "Recreate"}
    wanted = handling("NoChange", **overrides)
    assert step_of(await stage.planned(**wanted), "db").verb is Verb.RECREATE


@pytest.mark.parametrize(
    ("label", "verb"), [("recreate", Verb.RECREATE), ("no-change", Verb.SKIP), ("force-update", Verb.RECREATE)]
)
async def test_a_label_goes_before_both(stage: Stage, label: str, verb: Verb) -> None:
    after = stateful_set("2Gi")
    after["metadata"]["labels"] = {"dr-syncer.io/immutable-handling": label}
    await changed(stage, stateful_set("1Gi"), after)
    wanted = handling("PartialUpdate", sts="PartialUpdate")
    assert step_of(await stage.planned(**wanted), "db").verb is verb


async def test_a_refused_successor_leaves_the_object_as_it_was(stage: Stage) -> None:
    await changed(stage, frozen(colour="red"), frozen(colour="blue"))
    plan, inventory = await planned(stage.pair, rules(stage.namespace, **handling("Recreate")))
    wanted = {**(step_of(plan, "settings").wanted or {}), "data": {"not a key!": "x"}}
    steps = tuple(replace(step, wanted=wanted) if step.verb is Verb.RECREATE else step for step in plan.steps)
    report = await apply(stage.pair.destination, replace(plan, steps=steps), inventory.resources)
    assert failures(report) == {"ConfigMap settings": Category.INVALID}
    there = (await stage.standby())["ConfigMap", "settings"]
    assert (there["data"], there["immutable"]) == ({"colour": "red"}, True)


@getattr(pytest.mark, MARKER)
class TestDrain:
    """The eviction API, which sandboxes do not have."""

    @pytest.fixture
    async def stage(self, real_pair: RealPair) -> AsyncIterator[Stage]:
        async with opened(real_pair) as pair:
            yield Stage(pair, real_pair, real_pair.fresh_namespace())

    async def pod(self, stage: Stage, **metadata: Any) -> None:
        """A pod of the standby's StatefulSet, as its controller would have made it; it never gets a node."""
        spec = {"containers": [{"name": "db", "image": "db:1"}]}
        item = named("v1", "Pod", stage.namespace, "db-0", spec=spec)
        item["metadata"] |= {"labels": {"app": "db"}, **metadata}
        await stage.pair.destination.create(PODS, item)

    async def test_pods_are_evicted_before_their_workload_is_made_anew(self, stage: Stage) -> None:
        await changed(stage, stateful_set("1Gi"), stateful_set("2Gi"))
        await self.pod(stage)
        mark = stage.clusters.destination.mark()
        report = await stage.replicated(**handling("RecreateWithPodDrain"))
        assert report.verdict is Verdict.COMPLETED, report.problems
        writes = [write for write in stage.clusters.destination.writes_since(mark) if "db" in write]
        assert [write.partition(" ")[0] for write in writes] == ["create", "delete", "patch"]
        assert "pods/eviction" in writes[0]
        assert await stage.pair.destination.find(PODS, stage.namespace, "db-0") is None

    async def test_a_pod_that_does_not_end_in_time_is_a_failure_and_nothing_is_deleted(self, stage: Stage) -> None:
        await changed(stage, stateful_set("1Gi"), stateful_set("2Gi"))
        await self.pod(stage, finalizers=["example.com/hold"])
        before = (await stage.standby())["StatefulSet", "db"]
        report = await stage.replicated(**handling("RecreateWithPodDrain", timeout=1))
        assert failures(report) == {"StatefulSet db": Category.NOT_IN_TIME}
        assert (await stage.standby())["StatefulSet", "db"] == before
        await stage.by_hand("v1", "Pod", "db-0", {"metadata": {"finalizers": None}})

    async def test_a_disruption_budget_is_heeded(self, stage: Stage) -> None:
        budget = named("policy/v1", "PodDisruptionBudget", "", "db")
        budget["spec"] = {"minAvailable": 1, "selector": {"matchLabels": {"app": "db"}}}
        await changed(stage, stateful_set("1Gi"), stateful_set("2Gi"))
        await self.pod(stage)
        await stage.by_hand("v1", "Pod", "db-0", RUNNING, subresource="status")
        await seed(stage.pair.destination, stage.namespace, [budget])
        full = {"currentHealthy": 1, "desiredHealthy": 1, "disruptionsAllowed": 0, "expectedPods": 1}
        status = {"status": {**full, "observedGeneration": 1}}
        await stage.by_hand("policy/v1", "PodDisruptionBudget", "db", status, subresource="status")
        report = await stage.replicated(**handling("RecreateWithPodDrain", timeout=1))
        assert failures(report) == {"StatefulSet db": Category.NOT_IN_TIME}
        assert await stage.pair.destination.find(PODS, stage.namespace, "db-0") is not None


RUNNING = {"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}


class TestDataIsNeverDestroyed:
    @pytest.mark.parametrize("how", ["Recreate", "ForceUpdate", "RecreateWithPodDrain"])
    async def test_a_claim_is_not_made_anew(self, stage: Stage, how: str) -> None:
        def claim(storage_class: str) -> Object:
            spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
            return named("v1", "PersistentVolumeClaim", "", "data", spec={**spec, "storageClassName": storage_class})

        await changed(stage, claim("slow"), claim("fast"))
        before = (await stage.standby())["PersistentVolumeClaim", "data"]
        report = await stage.replicated(**handling(how))
        assert failures(report) == {"PersistentVolumeClaim data": Category.IMMUTABLE}
        assert (await stage.standby())["PersistentVolumeClaim", "data"] == before

    async def test_nor_is_a_stateful_set_that_takes_its_claims_with_it(self, stage: Stage) -> None:
        keeps: dict[str, Any] = {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}
        await changed(stage, stateful_set("1Gi", **keeps), stateful_set("2Gi", **keeps))
        report = await stage.replicated(**handling("Recreate"))
        assert failures(report) == {"StatefulSet db": Category.IMMUTABLE}
        (problem,) = report.problems
        assert "whenDeleted: Delete" in problem.summary

    async def test_a_claim_grows_and_never_shrinks(self, stage: Stage) -> None:
        def claim(size: str) -> Object:
            spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
            return named("v1", "PersistentVolumeClaim", "", "data", spec=spec)

        await changed(stage, claim("2Gi"), claim("1500Mi"))
        report = await stage.replicated(**handling("PartialUpdate"))
        assert report.verdict is Verdict.WARNINGS
        requests = (await stage.standby())["PersistentVolumeClaim", "data"]["spec"]["resources"]["requests"]
        assert requests == {"storage": "2Gi"}


async def test_other_changes_of_such_objects_are_plain_updates(stage: Stage) -> None:
    await stage.seed(deployment())
    await stage.replicated()
    await seed(stage.pair.source, stage.namespace, [deployment(labels={"app": "web", "team": "shop"})])
    assert step_of(await stage.planned(**handling("Recreate")), "web").verb is Verb.UPDATE
