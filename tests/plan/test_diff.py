"""Asserted: that "nothing to do" is told exactly from what we own and what is live, for every shape of fieldsV1; and
how each kind of difference reads.

The tries here are written by hand in the format of the Kubernetes API. That real API servers write them so is asserted
by `tests/apiserver`, where a second run of every kind of object plans nothing.
"""

from typing import Any, ClassVar

import pytest

from dr_syncer.objects import Object
from dr_syncer.plan.diff import drift
from dr_syncer.plan.ownership import owned_fields
from dr_syncer.plan.show import describe

META = {"name": "web", "namespace": "shop"}


def differences(wanted: Any, live: Any, fields: Any) -> list[str]:
    """What an apply of `spec: wanted` would change in `spec: live`, of which we own `fields`."""
    trie = {"f:spec": fields}
    return [describe(change) for change in drift(spec(wanted), spec(live), trie)]


def spec(value: Any) -> Object:
    return {"apiVersion": "v1", "kind": "Thing", "metadata": dict(META), "spec": value}


def test_owned_and_equal_is_nothing_to_do() -> None:
    assert differences({"a": 1, "b": {"c": 2}}, {"a": 1, "b": {"c": 2}}, {"f:a": {}, "f:b": {"f:c": {}}}) == []


def test_what_others_own_beside_ours_is_nothing_to_do() -> None:
    assert differences({"a": 1}, {"a": 1, "injected": True}, {"f:a": {}}) == []


def test_a_changed_value_is_a_difference() -> None:
    assert differences({"a": 1}, {"a": 2}, {"f:a": {}}) == ["spec.a: 2 -> 1"]


def test_a_value_that_somebody_took_over_is_a_difference() -> None:
    assert differences({"a": 1, "b": 1}, {"a": 1, "b": 2}, {"f:a": {}}) == ["spec.b: 2 -> 1"]


def test_an_equal_value_that_is_not_ours_is_ours_to_claim() -> None:
    assert differences({"a": 1, "b": 1}, {"a": 1, "b": 1}, {"f:a": {}}) == [
        "metadata.managedFields.spec.b: + dr-syncer"
    ]


def test_a_field_we_gave_up_is_a_removal() -> None:
    assert differences({"a": 1}, {"a": 1, "b": 2}, {"f:a": {}, "f:b": {}}) == ["spec.b: - 2"]


def test_a_top_level_field_we_gave_up_is_a_removal() -> None:
    live = {**spec({"a": 1}), "data": {"x": "y"}}
    changes = drift(spec({"a": 1}), live, {"f:spec": {"f:a": {}}, "f:data": {"f:x": {}}})
    assert [change.field for change in changes] == ["data"]


def test_a_label_we_gave_up_is_a_removal() -> None:
    live = spec({})
    live["metadata"]["labels"] = {"old": "1"}
    changes = drift(spec({}), live, {"f:metadata": {"f:labels": {"f:old": {}}}, "f:spec": {}})
    assert [describe(change) for change in changes] == ['metadata.labels: - {"old":"1"}']


@pytest.mark.parametrize("empty", [{}, []])
def test_an_empty_value_that_is_nowhere_is_nothing_to_do(empty: Any) -> None:
    assert differences({"a": 1, "b": empty}, {"a": 1}, {"f:a": {}}) == []


def test_an_empty_map_that_others_filled_is_nothing_to_do_while_it_is_ours() -> None:
    assert differences({"volume": {}}, {"volume": {"medium": "Memory"}}, {"f:volume": {}}) == []


def test_an_empty_selector_that_somebody_replaced_is_a_difference() -> None:
    assert differences({"selector": {}}, {"selector": {"a": "b"}}, {".": {}}) == ["spec.selector.a: - b"]


def test_a_map_owned_as_a_whole_is_compared_as_a_whole() -> None:
    assert differences({"m": {"a": 1}}, {"m": {"a": 1, "b": 2}}, {"f:m": {}}) == ["spec.m.b: - 2"]


def test_a_null_inside_a_value_owned_as_a_whole_is_nothing() -> None:
    assert differences({"l": [{"a": 1}]}, {"l": [{"a": 1, "t": None}]}, {"f:l": {}}) == []


CONTAINERS: Object = {
    "f:containers": {
        'k:{"name":"web"}': {".": {}, "f:name": {}, "f:image": {}},
        'k:{"name":"log"}': {".": {}, "f:name": {}},
    }
}
WEB, LOG = {"name": "web", "image": "w:1"}, {"name": "log"}


class TestKeyedLists:
    def test_equal_is_nothing_to_do(self) -> None:
        assert differences({"containers": [WEB, LOG]}, {"containers": [WEB, LOG]}, CONTAINERS) == []

    def test_an_item_of_others_is_left_alone(self) -> None:
        live = [{"name": "mesh", "image": "m"}, WEB, {**LOG, "image": "defaulted"}]
        assert differences({"containers": [WEB, LOG]}, {"containers": live}, CONTAINERS) == []

    def test_a_change_inside_an_item_names_the_item(self) -> None:
        live = [{**WEB, "image": "w:2"}, LOG]
        assert differences({"containers": [WEB, LOG]}, {"containers": live}, CONTAINERS) == [
            "spec.containers[web].image: w:2 -> w:1"
        ]

    def test_a_new_item_and_a_given_up_item_are_told(self) -> None:
        new = {"name": "new"}
        assert differences({"containers": [WEB, new]}, {"containers": [WEB, LOG]}, CONTAINERS) == [
            'spec.containers[new]: + {"name":"new"}',
            'spec.containers[log]: - {"name":"log"}',
        ]

    def test_another_order_is_a_difference(self) -> None:
        assert differences({"containers": [LOG, WEB]}, {"containers": [WEB, LOG]}, CONTAINERS) == [
            "spec.containers.order: web, log -> log, web"
        ]

    def test_an_item_that_is_one_value_is_compared_as_a_whole(self) -> None:
        fields: Object = {"f:imagePullSecrets": {'k:{"name":"a"}': {}, 'k:{"name":"b"}': {}}}
        both = [{"name": "a"}, {"name": "b"}]
        assert differences({"imagePullSecrets": both}, {"imagePullSecrets": both}, fields) == []
        assert differences({"imagePullSecrets": both[:1]}, {"imagePullSecrets": both}, fields) == [
            'spec.imagePullSecrets[b]: - {"name":"b"}'
        ]

    def test_a_list_keyed_by_two_fields(self) -> None:
        port = {"port": 80, "protocol": "TCP"}
        fields: Object = {"f:ports": {'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:port": {}, "f:protocol": {}}}}
        assert differences({"ports": [port]}, {"ports": [port, {"port": 81, "protocol": "TCP"}]}, fields) == []


class TestSets:
    FIELDS: ClassVar[Object] = {"f:names": {'v:"a"': {}, 'v:"b"': {}}}

    def test_members_of_others_are_left_alone(self) -> None:
        assert differences({"names": ["a", "b"]}, {"names": ["a", "x", "b"]}, self.FIELDS) == []

    def test_a_member_given_up_is_a_difference(self) -> None:
        assert differences({"names": ["a"]}, {"names": ["a", "b"]}, self.FIELDS) == ['spec.names: ["a","b"] -> ["a"]']


class TestObjectsWeNeverApplied:
    def test_becoming_their_manager_is_a_difference_even_when_equal(self) -> None:
        changes = drift(spec({"a": 1}), spec({"a": 1, "b": 2}), None)
        assert [describe(change) for change in changes] == ["metadata.managedFields: + dr-syncer"]

    def test_their_values_are_told_where_ours_differ(self) -> None:
        changes = drift(spec({"a": 1}), spec({"a": 3}), None)
        assert "spec.a: 3 -> 1" in [describe(change) for change in changes]

    def test_where_there_is_nothing_to_own_there_is_nothing_to_do(self) -> None:
        bare = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
        assert drift(bare, {**bare, "metadata": {"name": "shop", "labels": {"a": "b"}}}, None) == ()


def entry(manager: str = "dr-syncer", **more: Any) -> Object:
    full = {"manager": manager, "operation": "Apply", "apiVersion": "v1", "fieldsV1": {"f:a": {}}}
    return {**full, **more}


@pytest.mark.parametrize(
    "other", [entry("helm"), entry(operation="Update"), entry(subresource="status"), entry(apiVersion="v1beta1")]
)
def test_only_what_we_applied_in_this_version_is_ours(other: Object) -> None:
    live = spec({})
    live["metadata"]["managedFields"] = [other]
    assert owned_fields(live, "dr-syncer") is None
    live["metadata"]["managedFields"] = [other, entry()]
    assert owned_fields(live, "dr-syncer") == {"f:a": {}}
