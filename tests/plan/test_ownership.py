"""Asserted: what counts as added by hand, what never does, and that adopting it hands all of it to our manager."""

from typing import Any

import pytest

from dr_syncer.objects import Object
from dr_syncer.plan.ownership import added_by_hand, adopted
from dr_syncer.plan.show import describe

EDIT = "kubectl-edit"


def thing(spec: Any, *entries: tuple[str, Any], annotations: Any = None) -> Object:
    managed = [{"manager": name, "operation": "Update", "apiVersion": "v1", "fieldsV1": trie} for name, trie in entries]
    metadata = {"name": "web", "managedFields": managed, "annotations": annotations or {}}
    return {"apiVersion": "v1", "kind": "Thing", "metadata": metadata, "spec": spec}


def additions(live: Object, wanted: Any, source: Any = None) -> list[str]:
    source = thing(wanted if source is None else source)
    return [describe(change) for change in added_by_hand(live, thing(wanted), source)]


@pytest.mark.parametrize("manager", [EDIT, "kubectl-client-side-apply", "kubectl", "k9s", "Mozilla"])
def test_a_field_only_people_set_is_an_addition(manager: str) -> None:
    live = thing({"a": 1, "b": 2}, (manager, {"f:spec": {"f:b": {}}}))
    assert additions(live, {"a": 1}) == ["spec.b: - 2"]


@pytest.mark.parametrize("manager", ["kube-controller-manager", "istio-pilot", "helm", "dr-syncer"])
def test_a_field_that_programs_set_is_theirs(manager: str) -> None:
    assert additions(thing({"b": 2}, (manager, {"f:spec": {"f:b": {}}})), {}) == []


def test_a_field_that_we_want_is_no_addition() -> None:
    assert additions(thing({"b": 2}, (EDIT, {"f:spec": {"f:b": {}}})), {"b": 1}) == []


def test_a_field_that_the_plan_dropped_on_purpose_is_no_addition() -> None:
    live = thing({"clusterIP": "10.0.0.9"}, (EDIT, {"f:spec": {"f:clusterIP": {}}}))
    assert additions(live, {}, source={"clusterIP": "10.1.1.1"}) == []


def test_an_addition_beside_dropped_fields_is_found() -> None:
    live = thing({}, (EDIT, {"f:metadata": {"f:annotations": {"f:mine": {}}}}), annotations={"mine": "1"})
    source = thing({})
    source["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "3"}
    wanted = thing({})
    del wanted["metadata"]["annotations"]
    assert [describe(change) for change in added_by_hand(live, wanted, source)] == ["metadata.annotations.mine: - 1"]


@pytest.mark.parametrize("name", ["kubectl.kubernetes.io/last-applied-configuration"])
def test_the_traces_of_kubectl_are_no_additions(name: str) -> None:
    live = thing({}, (EDIT, {"f:metadata": {"f:annotations": {f"f:{name}": {}}}}), annotations={name: "x"})
    assert additions(live, {}) == []


def test_an_item_added_to_a_keyed_list_is_told_by_its_key() -> None:
    items = [{"name": "a"}, {"name": "b"}]
    trie: Object = {"f:spec": {"f:env": {'k:{"name":"b"}': {".": {}, "f:name": {}}}}}
    assert additions(thing({"env": items}, (EDIT, trie)), {"env": [{"name": "a"}]}) == ['spec.env[b]: - {"name":"b"}']


def test_fields_that_are_gone_meanwhile_are_no_additions() -> None:
    assert additions(thing({}, (EDIT, {"f:spec": {"f:b": {}}})), {}) == []


def test_two_managers_of_one_field_are_one_addition() -> None:
    trie: Object = {"f:spec": {"f:b": {}}}
    assert additions(thing({"b": 2}, (EDIT, trie), ("k9s", trie)), {}) == ["spec.b: - 2"]


def test_adopting_makes_what_hands_set_ours_and_leaves_programs_alone() -> None:
    hand: Object = {"f:spec": {"f:b": {}}}
    live = thing({}, (EDIT, hand), ("helm", {"f:spec": {"f:c": {}}}))
    ours = {"manager": "dr-syncer", "operation": "Apply", "apiVersion": "v1", "fieldsV1": {"f:spec": {"f:a": {}}}}
    live["metadata"]["managedFields"].append(ours)
    entries = {entry["manager"]: entry for entry in adopted(live, "dr-syncer")}
    assert entries.keys() == {"helm", "dr-syncer"}
    assert entries["dr-syncer"]["fieldsV1"] == {"f:spec": {"f:a": {}, "f:b": {}}}
    assert entries["dr-syncer"]["operation"] == "Apply"
