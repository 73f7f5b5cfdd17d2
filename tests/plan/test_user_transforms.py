"""Asserted: each kind of rule does what its standard says, in order, to the objects it means and no others; a rule that
cannot be applied blocks its object; who changed what is told; an image is found under each of its names."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from dr_syncer.api.replication import NameMapping
from dr_syncer.api.transforms import Transform
from dr_syncer.diagnosis import Category
from dr_syncer.objects import Object
from dr_syncer.plan.build import build
from dr_syncer.plan.kinds import CONFIG_MAP, DEPLOYMENT, KINDS
from dr_syncer.plan.model import Plan, Snapshot, Step, Verb
from dr_syncer.plan.show import rows, to_dict
from dr_syncer.plan.user_transforms import image_of
from tests.plan.samples import RULES, config_map, stored, workload

SHOP = stored("v1", "Namespace", "shop")


def rule(name: str = "rule", **fields: Any) -> Transform:
    return Transform.model_validate({"name": name, **fields})


def planned(*transforms: Transform, images: tuple[NameMapping, ...] = ()) -> Plan:
    source = {CONFIG_MAP: (config_map(metadata={"labels": {"a": "1", "b": "2"}}),), DEPLOYMENT: (workload(),)}
    rules = replace(RULES, transforms=transforms, images=images)
    return build(rules, Snapshot(SHOP, None, source, {CONFIG_MAP: (), DEPLOYMENT: ()}, kinds=KINDS))


def step(plan: Plan, name: str) -> Step:
    (found,) = [step for step in plan.steps if step.key.name == name]
    return found


def wanted(plan: Plan, name: str) -> Object:
    return step(plan, name).wanted or {}


def containers(plan: Plan) -> list[Object]:
    found: list[Object] = wanted(plan, "web")["spec"]["template"]["spec"]["containers"]
    return found


def test_a_json_patch() -> None:
    patch = [{"op": "replace", "path": "/data/LEVEL", "value": "debug"}, {"op": "add", "path": "/data/X", "value": "1"}]
    plan = planned(rule(jsonPatch=patch, target={"resourceTypes": ["cm"]}))
    assert wanted(plan, "settings")["data"] == {"LEVEL": "debug", "X": "1"}
    assert step(plan, "settings").transformed_by == ("rule",)
    assert step(plan, "web").transformed_by == ()


def test_a_merge_patch_in_which_null_removes() -> None:
    patch = {"metadata": {"labels": {"a": None}}, "data": {"X": "1"}}
    made = wanted(planned(rule(mergePatch=patch, target={"names": ["settings"]})), "settings")
    assert (made["metadata"]["labels"], made["data"]) == ({"b": "2"}, {"LEVEL": "info", "X": "1"})


def test_a_strategic_merge_patch_merges_containers_by_name() -> None:
    pod = {
        "spec": {"containers": [{"name": "web", "env": [{"name": "A", "value": "1"}]}, {"name": "extra", "image": "x"}]}
    }
    made = containers(planned(rule(strategicMergePatch={"spec": {"template": pod}}, target={"names": ["web"]})))
    by_name = {one["name"]: one for one in made}
    assert by_name["web"] == {"name": "web", "image": "shop/web:1", "env": [{"name": "A", "value": "1"}]}
    assert by_name["extra"]["image"] == "x"


def test_labels_and_annotations_are_removed_by_glob() -> None:
    plan = planned(rule(removeLabels=["a*"], removeAnnotations=["dr-syncer.io/source*"]))
    assert wanted(plan, "settings")["metadata"]["labels"] == {"b": "2"}
    assert list(wanted(plan, "web")["metadata"]["annotations"]) == ["dr-syncer.io/original-replicas"]


def test_rules_apply_in_order_and_are_told_in_order() -> None:
    first = rule("first", mergePatch={"data": {"LEVEL": "one"}}, target={"names": ["settings"]})
    second = rule("second", jsonPatch=[{"op": "test", "path": "/data/LEVEL", "value": "one"}, {"op": "remove", "path": "/data/LEVEL"}], target={"names": ["settings"]})  # fmt: skip  # noqa: E501
    plan = planned(first, second)
    assert wanted(plan, "settings")["data"] == {}
    assert step(plan, "settings").transformed_by == ("first", "second")
    (row,) = [row for row in rows(plan) if row.what == "ConfigMap settings"]
    assert row.note == "transformed by first, second"
    (data,) = [one for one in to_dict(plan)["objects"] if one["name"] == "settings"]
    assert data["transformedBy"] == ["first", "second"]


def test_a_rule_that_does_not_apply_blocks_its_object_alone() -> None:
    plan = planned(rule(jsonPatch=[{"op": "remove", "path": "/data/none"}]))
    blocked = step(plan, "settings")
    assert blocked.verb is Verb.BLOCKED
    assert blocked.reason is not None
    assert blocked.reason.category is Category.TRANSFORM_FAILED
    assert blocked.reason.summary.startswith("transform rule does not apply")
    assert not plan.complete


@pytest.mark.parametrize("patch", [{"metadata": {"name": "other"}}, {"kind": "Secret"}, {"metadata": None}])
def test_a_rule_cannot_make_another_object(patch: dict[str, Any]) -> None:
    blocked = step(planned(rule(mergePatch=patch, target={"names": ["settings"]})), "settings")
    assert blocked.verb is Verb.BLOCKED
    assert "another object" in str(blocked.reason)


def test_a_rule_that_fits_nothing_is_told() -> None:
    plan = planned(rule("lost", mergePatch={"data": {"X": "1"}}, target={"names": ["nothing-like-it"]}))
    assert [finding.summary for finding in plan.findings] == ["transform lost fits no object"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"jsonPatch": [{"op": "replace", "path": "/metadata/name", "value": "x"}]},
        {"jsonPatch": [{"op": "move", "path": "/a"}]},
        {"jsonPatch": [{"op": "add", "path": "a", "value": 1}]},
        {"jsonPatch": [{"op": "plus", "path": "/a", "value": 1}]},
    ],
)
def test_a_rule_that_is_none_is_refused_when_it_is_read(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rule(**fields)


@pytest.mark.parametrize(
    ("image", "start", "to", "result"),
    [
        ("registry.example.com/web:1", "registry.example.com/", "dr.example.com/", "dr.example.com/web:1"),
        ("nginx:1", "docker.io/", "dr.example.com/hub/", "dr.example.com/hub/library/nginx:1"),
        ("team/web@sha256:ab", "docker.io/team/", "dr.example.com/", "dr.example.com/web@sha256:ab"),
        ("localhost:5000/web", "localhost:5000/", "dr.example.com/", "dr.example.com/web"),
        ("quay.io/web:1", "docker.io/", "dr.example.com/", "quay.io/web:1"),
    ],
)
def test_an_image_is_found_as_written_and_in_full(image: str, start: str, to: str, result: str) -> None:
    assert image_of(image, [NameMapping.model_validate({"from": start, "to": to})]) == result


def test_images_of_all_workloads_are_mapped_and_that_is_told() -> None:
    plan = planned(images=(NameMapping.model_validate({"from": "shop/", "to": "dr.example.com/shop/"}),))
    assert [one["image"] for one in containers(plan)] == ["dr.example.com/shop/web:1"]
    assert step(plan, "web").transformed_by == ("imageMappings",)
    assert step(plan, "settings").transformed_by == ()
