"""Plan: a standby that others write too.

Asserted, on sandboxes and on real API servers alike: what people change is found by the plan, named by its field, and
repaired by a run; what other appliers declare stays and is told; finalizers, owners and what a cluster hands out are
never touched; what cannot be removed is not called done; an object on its way out is not called unchanged.

Not asserted here: which managers are people and which are programs (tests/plan/test_foreign).
"""

import pytest

from dr_syncer.diagnosis import Category
from dr_syncer.engine.report import Status, Verdict
from dr_syncer.objects import Object
from dr_syncer.plan.model import Verb
from tests.apiserver.meaning import meaning
from tests.apiserver.replicating import named, resource_of, seed
from tests.apiserver.stage import Stage, changed_fields, config_map, deployment, failures

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


class TestChangesByHand:
    """Each is found by the plan, named by its field, and repaired by a run."""

    async def check(self, stage: Stage, expected: dict[str, list[str]]) -> None:
        before = {key: meaning(item) for key, item in (await stage.standby()).items()}
        assert changed_fields(await stage.planned()) == expected
        report = await stage.replicated()
        assert report.verdict is Verdict.COMPLETED, report.problems
        assert (await stage.planned()).writes == 0
        assert {key: meaning(item) for key, item in (await stage.standby()).items()} != before

    async def test_a_scaled_up_workload(self, stage: Stage) -> None:
        await stage.seed(deployment())
        await stage.replicated()
        await stage.by_hand("apps/v1", "Deployment", "web", {"spec": {"replicas": 5}})
        await self.check(stage, {"Deployment web": ["spec.replicas"]})

    async def test_a_changed_and_an_added_value(self, stage: Stage) -> None:
        await stage.seed(config_map("settings", colour="blue"))
        await stage.replicated()
        await stage.by_hand("v1", "ConfigMap", "settings", {"data": {"colour": "red", "extra": "1"}})
        await self.check(stage, {"ConfigMap settings": ["data.colour", "data.extra"]})
        assert (await stage.standby())["ConfigMap", "settings"]["data"] == {"colour": "blue"}

    async def test_a_removed_value(self, stage: Stage) -> None:
        await stage.seed(config_map("settings", colour="blue", size="m"))
        await stage.replicated()
        await stage.by_hand("v1", "ConfigMap", "settings", {"data": {"colour": None}})
        await self.check(stage, {"ConfigMap settings": ["data.colour"]})

    async def test_an_added_label(self, stage: Stage) -> None:
        await stage.seed(config_map("settings", colour="blue"))
        await stage.replicated()
        await stage.by_hand("v1", "ConfigMap", "settings", {"metadata": {"labels": {"mine": "1"}}})
        await self.check(stage, {"ConfigMap settings": ["metadata.labels.mine"]})

    async def test_another_image(self, stage: Stage) -> None:
        await stage.seed(deployment())
        await stage.replicated()
        pod = {"spec": {"containers": [{"name": "web", "image": "web:debug"}]}}
        await stage.by_hand("apps/v1", "Deployment", "web", {"spec": {"template": pod}})
        assert "spec.template.spec.containers[web].image" in changed_fields(await stage.planned())["Deployment web"]
        await stage.replicated()
        container = (await stage.standby())["Deployment", "web"]["spec"]["template"]["spec"]["containers"][0]
        assert container["image"] == "web:1"

    async def test_a_deleted_object(self, stage: Stage) -> None:
        await stage.seed(config_map("settings", colour="blue"))
        await stage.replicated()
        resource = await resource_of(stage.pair.destination, "v1", "ConfigMap")
        await stage.pair.destination.delete(resource, stage.namespace, "settings")
        plan = await stage.planned()
        assert [step.key.label for step in plan.steps if step.verb is Verb.CREATE] == ["ConfigMap settings"]
        await stage.replicated()
        assert ("ConfigMap", "settings") in await stage.standby()


async def test_an_object_of_somebody_else_is_taken_over_with_what_the_source_says(stage: Stage) -> None:
    await seed(stage.pair.destination, stage.namespace, [config_map("settings", colour="red", local="1")])
    await stage.seed(config_map("settings", colour="blue"))
    assert (await stage.replicated()).verdict is Verdict.COMPLETED
    assert (await stage.standby())["ConfigMap", "settings"]["data"] == {"colour": "blue", "local": "1"}
    assert (await stage.planned()).writes == 0


@pytest.mark.parametrize("manager", ["curl", "my-script", "OpenAPI-Generator"])
async def test_content_that_any_client_added_is_found_and_removed(stage: Stage, manager: str) -> None:
    await stage.seed(config_map("settings", colour="blue"), deployment())
    await stage.replicated()
    await stage.by_hand("v1", "ConfigMap", "settings", {"data": {"extra": "1"}}, manager=manager)
    selector = {"spec": {"template": {"spec": {"nodeSelector": {"disk": "ssd"}}}}}
    await stage.by_hand("apps/v1", "Deployment", "web", selector, manager=manager)
    assert changed_fields(await stage.planned()) == {
        "ConfigMap settings": ["data.extra"],
        "Deployment web": ["spec.template.spec.nodeSelector"],
    }
    assert (await stage.replicated()).verdict is Verdict.COMPLETED
    assert (await stage.planned()).writes == 0
    assert (await stage.standby())["ConfigMap", "settings"]["data"] == {"colour": "blue"}


async def test_what_an_object_had_before_it_was_ours_goes_with_the_first_run(stage: Stage) -> None:
    resource = await resource_of(stage.pair.destination, "v1", "ConfigMap")
    await seed(stage.pair.destination, stage.namespace, [config_map("other")])
    made = named("v1", "ConfigMap", stage.namespace, "settings", data={"colour": "blue"})
    await stage.pair.destination.create(resource, made)
    await stage.by_hand("v1", "ConfigMap", "settings", {"data": {"size": "m", "old": "1"}})
    await stage.seed(config_map("settings", colour="blue", size="m"))
    assert (await stage.replicated()).verdict is Verdict.COMPLETED
    assert (await stage.standby())["ConfigMap", "settings"]["data"] == {"colour": "blue", "size": "m"}
    await stage.seed(config_map("settings", colour="blue"))  # a field that kubectl owns there as well
    assert (await stage.replicated()).verdict is Verdict.COMPLETED
    assert (await stage.standby())["ConfigMap", "settings"]["data"] == {"colour": "blue"}


async def test_a_field_that_another_applier_holds_on_to_is_not_called_removed(stage: Stage) -> None:
    both = config_map("settings", colour="blue", size="m")
    await stage.seed(both)
    await stage.replicated()
    resource = await resource_of(stage.pair.destination, "v1", "ConfigMap")
    theirs = {**both, "metadata": {"name": "settings", "namespace": stage.namespace}}
    await stage.pair.destination.apply(resource, theirs, field_manager="gitops")
    await stage.seed(config_map("settings", colour="blue"))
    report = await stage.replicated()
    assert report.verdict is Verdict.WARNINGS
    (problem,) = report.problems
    assert problem.category is Category.STILL_THERE
    assert (problem.summary, problem.detail) == ("could not be removed: data.size", "also set by gitops")
    plan = await stage.planned()
    (step,) = [step for step in plan.steps if step.key.name == "settings"]
    assert step.verb is Verb.UNCHANGED
    assert step.notes[0].summary == "gitops applies this object too, and keeps in it: data.size"


async def test_finalizers_and_owners_set_by_hand_stay(stage: Stage) -> None:
    await stage.seed(config_map("settings", colour="blue"))
    await stage.replicated()
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "none", "uid": "11111111-2222-3333-4444-555555555555"}
    metadata = {"finalizers": ["example.com/hold"], "ownerReferences": [owner]}
    await stage.by_hand("v1", "ConfigMap", "settings", {"metadata": metadata, "data": {"extra": "1"}})
    assert changed_fields(await stage.planned()) == {"ConfigMap settings": ["data.extra"]}
    await stage.replicated()
    kept = (await stage.standby())["ConfigMap", "settings"]["metadata"]
    await stage.by_hand("v1", "ConfigMap", "settings", {"metadata": {"finalizers": None, "ownerReferences": None}})
    assert (kept["finalizers"], kept["ownerReferences"]) == (["example.com/hold"], [owner])


async def test_the_note_of_kubectl_apply_is_no_drift(stage: Stage) -> None:
    await stage.seed(config_map("settings", colour="blue"))
    await stage.replicated()
    note = {"metadata": {"annotations": {APPLIED: "{}"}}}
    await stage.by_hand("v1", "ConfigMap", "settings", note, manager="kubectl-client-side-apply")
    assert (await stage.planned()).writes == 0


async def test_an_object_on_its_way_out_is_a_failure_and_not_written(stage: Stage) -> None:
    await stage.seed(config_map("settings", colour="blue"), config_map("other", a="1"))
    await stage.replicated()
    await stage.by_hand("v1", "ConfigMap", "settings", {"metadata": {"finalizers": ["example.com/hold"]}})
    resource = await resource_of(stage.pair.destination, "v1", "ConfigMap")
    await stage.pair.destination.delete(resource, stage.namespace, "settings")
    mark = stage.clusters.destination.mark()
    report = await stage.replicated()
    assert stage.clusters.destination.writes_since(mark) == []
    assert report.verdict is Verdict.FAILED
    assert failures(report) == {"ConfigMap settings": Category.TERMINATING}
    assert {outcome.key.name for outcome in report.outcomes if outcome.status is Status.UNCHANGED} >= {"other"}
    await stage.by_hand("v1", "ConfigMap", "settings", {"metadata": {"finalizers": None}})
    assert (await stage.replicated()).verdict is Verdict.COMPLETED
    assert ("ConfigMap", "settings") in await stage.standby()


async def test_a_claim_made_beforehand_for_a_volume_of_the_site_is_left_to_it(stage: Stage) -> None:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    data = named("v1", "PersistentVolumeClaim", "", "data", spec=claim)
    await stage.seed(data)
    resource = await resource_of(stage.pair.destination, "v1", "PersistentVolumeClaim")
    made: Object = named("v1", "PersistentVolumeClaim", stage.namespace, "data")
    made["spec"] = {**claim, "volumeName": "of-the-site", "storageClassName": "local"}
    await seed(stage.pair.destination, stage.namespace, [])
    await stage.pair.destination.create(resource, made)
    await stage.by_hand("v1", "PersistentVolumeClaim", "data", {"metadata": {"labels": {"mine": "1"}}})
    report = await stage.replicated()
    assert report.verdict is Verdict.COMPLETED, report.problems
    assert (await stage.standby())["PersistentVolumeClaim", "data"]["spec"]["volumeName"] == "of-the-site"
    assert (await stage.planned()).writes == 0


async def test_a_count_that_an_autoscaler_set_is_not_undone(stage: Stage) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 9}
    scaler = named("autoscaling/v2", "HorizontalPodAutoscaler", "", "web", spec=spec)
    await stage.seed(deployment(replicas=3), scaler)
    await stage.replicated(scale_to_zero=False)
    deployments = await resource_of(stage.pair.destination, "apps/v1", "Deployment")
    await stage.pair.destination.patch(
        deployments, stage.namespace, "web", {"spec": {"replicas": 7}}, subresource="scale", field_manager="kube-hpa"
    )
    assert (await stage.planned(scale_to_zero=False)).writes == 0
    changed = deployment(replicas=3)
    changed["spec"]["template"]["spec"]["containers"][0]["image"] = "web:2"
    await stage.seed(changed)
    await stage.replicated(scale_to_zero=False)
    web = (await stage.standby())["Deployment", "web"]
    assert web["spec"]["replicas"] == 7
    assert web["spec"]["template"]["spec"]["containers"][0]["image"] == "web:2"


class TestDriftThatIsOnlyReported:
    """`driftPolicy: Report`: what others changed is left and told; what changed in the source is followed."""

    async def test_a_changed_and_an_added_value_are_left_and_told(self, stage: Stage) -> None:
        await stage.seed(config_map("settings", colour="blue"), config_map("other", a="1"))
        await stage.replicated(repair_drift=False)
        await stage.by_hand("v1", "ConfigMap", "settings", {"data": {"colour": "red", "extra": "1"}})
        await stage.seed(config_map("other", a="2"))
        report = await stage.replicated(repair_drift=False)
        assert report.verdict is Verdict.WARNINGS
        (problem,) = report.problems
        assert problem.category is Category.DRIFTED
        assert "data.colour, data.extra" in problem.summary
        standby = await stage.standby()
        assert standby["ConfigMap", "settings"]["data"] == {"colour": "red", "extra": "1"}
        assert standby["ConfigMap", "other"]["data"] == {"a": "2"}

    async def test_a_workload_that_was_scaled_up_stays_up(self, stage: Stage) -> None:
        await stage.seed(deployment())
        await stage.replicated(repair_drift=False)
        await stage.by_hand("apps/v1", "Deployment", "web", {"spec": {"replicas": 5}})
        await stage.replicated(repair_drift=False)
        assert (await stage.standby())["Deployment", "web"]["spec"]["replicas"] == 5

    async def test_values_that_were_never_ours_are_not_overwritten_either(self, stage: Stage) -> None:
        await seed(stage.pair.destination, stage.namespace, [config_map("settings", colour="red")])
        await stage.seed(config_map("settings", colour="blue"))
        assert (await stage.replicated(repair_drift=False)).verdict is Verdict.WARNINGS
        assert (await stage.standby())["ConfigMap", "settings"]["data"] == {"colour": "red"}
