"""Plan: kinds that DR Syncer has never heard of.

Asserted, on sandboxes and on real API servers alike: they are found by any name through discovery; their definitions
are brought when asked for, in force before the first object, never turned back and never taken from another owner; a
kind that the destination lacks is a failure that says so. Not asserted: what operators make of them.
"""

import secrets
from typing import Any

import pytest

from dr_syncer.diagnosis import Category
from dr_syncer.engine.definitions import in_force
from dr_syncer.engine.report import Status, Verdict
from dr_syncer.kube import DEFINITIONS, Cluster
from dr_syncer.objects import Object
from dr_syncer.plan.model import Verb
from tests.apiserver.replicating import resource_of, seed
from tests.apiserver.stage import Stage, changed_fields, config_map, failures


class Widgets:
    """A custom kind of its own for each test, for definitions are cluster-wide and the real servers are shared."""

    def __init__(self) -> None:
        self.group = f"g{secrets.token_hex(4)}.example.com"
        self.name = f"widgets.{self.group}"

    def definition(self, *versions: str, storage: str = "", spec_schema: Object | None = None) -> Object:
        whole: Object = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        schema = {"openAPIV3Schema": whole | ({"properties": {"spec": spec_schema}} if spec_schema else {})}
        stored = storage or versions[0]
        served = [{"name": one, "served": True, "storage": one == stored, "schema": schema} for one in versions]
        names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "shortNames": [f"w{self.group[1:9]}"]}
        spec = {"group": self.group, "scope": "Namespaced", "names": names, "versions": served}
        metadata = {"name": self.name}
        kind = "CustomResourceDefinition"
        return {"apiVersion": "apiextensions.k8s.io/v1", "kind": kind, "metadata": metadata, "spec": spec}

    def widget(self, name: str, version: str = "v1", **spec: Any) -> Object:
        return {"apiVersion": f"{self.group}/{version}", "kind": "Widget", "metadata": {"name": name}, "spec": spec}

    async def install(self, cluster: Cluster, *versions: str, **more: Any) -> None:
        item = self.definition(*versions, **more)
        written = await cluster.apply(DEFINITIONS, item, field_manager="operator")
        await in_force(cluster, written.item)

    async def on_the_standby(self, stage: Stage, version: str = "v1") -> dict[str, Any]:
        resource = await resource_of(stage.pair.destination, f"{self.group}/{version}", "Widget")
        items = (await stage.pair.destination.list(resource, stage.namespace)).items
        return {item["metadata"]["name"]: item["spec"] for item in items}


@pytest.fixture
def widgets() -> Widgets:
    return Widgets()


async def with_widgets(stage: Stage, widgets: Widgets, *versions: str) -> None:
    await widgets.install(stage.pair.source, *versions)
    await seed(stage.pair.source, stage.namespace, [widgets.widget("one", versions[0], size=1), config_map("settings")])


@pytest.mark.parametrize("by", ["name", "short name", "star"])
async def test_objects_of_a_served_kind_are_replicated_like_all_others(stage: Stage, widgets: Widgets, by: str) -> None:
    await with_widgets(stage, widgets, "v1")
    await widgets.install(stage.pair.destination, "v1")
    name = {"name": widgets.name, "short name": f"w{widgets.group[1:9]}"}.get(by, "*")
    # The real servers are shared: "*" meets the kinds of other tests, of which there are no objects here.
    wanted: dict[str, Any] = {"further_resources": (name,)} if by != "short name" else {"resource_types": (name,)}
    report = await stage.replicated(**wanted)
    assert report.verdict is Verdict.COMPLETED, report.problems
    assert await widgets.on_the_standby(stage) == {"one": {"size": 1}}
    assert (await stage.planned(**wanted)).writes == 0
    await stage.by_hand(f"{widgets.group}/v1", "Widget", "one", {"spec": {"size": 2}})
    assert changed_fields(await stage.planned(**wanted)) == {"Widget one": ["spec.size"]}


async def test_without_being_asked_for_they_stay_in_the_source(stage: Stage, widgets: Widgets) -> None:
    await with_widgets(stage, widgets, "v1")
    report = await stage.replicated()
    assert report.verdict is Verdict.COMPLETED
    assert "Widget" not in report.by_kind()


async def test_a_kind_that_the_destination_lacks_is_a_failure_that_names_the_way_out(
    stage: Stage, widgets: Widgets
) -> None:
    await with_widgets(stage, widgets, "v1")
    report = await stage.replicated(further_resources=(widgets.name,))
    assert report.verdict is Verdict.FAILED
    (problem,) = report.problems
    assert problem.category is Category.KIND_NOT_SERVED
    assert "syncCRDs: true" in problem.resolution
    assert ("ConfigMap", "settings") in await stage.standby()


async def test_definitions_are_brought_first_and_only_those_that_are_needed(stage: Stage, widgets: Widgets) -> None:
    unused = Widgets()
    await unused.install(stage.pair.source, "v1")
    await with_widgets(stage, widgets, "v1")
    wanted: dict[str, Any] = {"further_resources": (widgets.name, unused.name), "sync_crds": True}
    plan = await stage.planned(**wanted)
    assert [step.key.name for step in plan.steps if step.key.group_kind.kind == DEFINITIONS.kind] == [widgets.name]
    report = await stage.replicated(**wanted)
    assert report.verdict is Verdict.COMPLETED, report.problems
    assert await widgets.on_the_standby(stage) == {"one": {"size": 1}}
    assert (await stage.planned(**wanted)).writes == 0
    assert await stage.pair.destination.find(DEFINITIONS, "", unused.name) is None


async def test_a_definition_that_we_brought_follows_the_source(stage: Stage, widgets: Widgets) -> None:
    await with_widgets(stage, widgets, "v1")
    wanted: dict[str, Any] = {"further_resources": (widgets.name,), "sync_crds": True}
    await stage.replicated(**wanted)
    await widgets.install(stage.pair.source, "v1", "v2")
    report = await stage.replicated(**wanted)
    assert report.verdict is Verdict.COMPLETED, report.problems
    brought = await stage.pair.destination.get(DEFINITIONS, "", widgets.name)
    assert [version["name"] for version in brought["spec"]["versions"]] == ["v1", "v2"]
    await widgets.install(stage.pair.source, "v1")  # the source is turned back: the destination is not
    (step,) = [step for step in (await stage.planned(**wanted)).steps if step.key.name == widgets.name]
    assert (step.verb, step.reason and step.reason.summary) == (
        Verb.SKIP,
        "newer in the destination, which has v2 too",
    )


async def test_a_definition_of_somebody_else_is_left_alone(stage: Stage, widgets: Widgets) -> None:
    await with_widgets(stage, widgets, "v1")
    await widgets.install(stage.pair.destination, "v1", "v2", storage="v2")
    wanted: dict[str, Any] = {"further_resources": (widgets.name,), "sync_crds": True}
    report = await stage.replicated(**wanted)
    assert report.verdict is Verdict.COMPLETED, report.problems
    (outcome,) = [one for one in report.outcomes if one.key.name == widgets.name]
    assert outcome.status is Status.SKIPPED
    assert await widgets.on_the_standby(stage) == {"one": {"size": 1}}
    assert (await stage.planned(**wanted)).writes == 0


async def test_an_object_that_the_destination_refuses_fails_alone_with_the_reason(
    stage: Stage, widgets: Widgets
) -> None:
    await with_widgets(stage, widgets, "v1")
    await seed(stage.pair.source, stage.namespace, [widgets.widget("two", size="large")])
    strict = {"type": "object", "properties": {"size": {"type": "integer"}}}
    await widgets.install(stage.pair.destination, "v1", spec_schema=strict)
    report = await stage.replicated(further_resources=(widgets.name,))
    assert failures(report) == {"Widget two": Category.INVALID}
    (problem,) = report.problems
    assert "spec.size" in problem.detail
    assert await widgets.on_the_standby(stage) == {"one": {"size": 1}}
    assert ("ConfigMap", "settings") in await stage.standby()
