"""Plan: what others put on the standby, told from managedFields alone.

Asserted: what counts as an addition, whose additions go and whose stay, what is never touched, and that adopting moves
exactly the additions to our manager. Not asserted here: that an API server then removes them; tests/apiserver does.
"""

from typing import Any

import pytest

from dr_syncer.objects import GroupKind, Object
from dr_syncer.plan.foreign import Foreign, foreign
from dr_syncer.plan.kinds import CONFIG_MAP, NAMESPACE, PERSISTENT_VOLUME_CLAIM, SERVICE, SERVICE_ACCOUNT
from dr_syncer.plan.show import describe

EDIT = "kubectl-edit"
THING = GroupKind("", "Thing")


def entry(manager: str, fields: Any, operation: str = "Update", **more: Any) -> Object:
    return {"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields, **more}


def thing(spec: Any, *managed: Object, **metadata: Any) -> Object:
    full = {"name": "web", "managedFields": list(managed), **metadata}
    return {"apiVersion": "v1", "kind": "Thing", "metadata": full, "spec": spec}


def found(live: Object, wanted: Any, source: Any = None, group_kind: GroupKind = THING) -> Foreign:
    return foreign(group_kind, live, thing(wanted), thing(wanted if source is None else source))


def goes(live: Object, wanted: Any, source: Any = None, group_kind: GroupKind = THING) -> list[str]:
    return [describe(change) for change in found(live, wanted, source, group_kind).goes]


@pytest.mark.parametrize("manager", [EDIT, "kubectl-client-side-apply", "k9s", "Mozilla", "curl", "python-requests"])
def test_a_field_that_a_person_added_goes(manager: str) -> None:
    assert goes(thing({"a": 1, "b": 2}, entry(manager, {"f:spec": {"f:b": {}}})), {"a": 1}) == ["spec.b: - 2"]


@pytest.mark.parametrize("manager", ["velero-server", "my-script", "before-first-apply", ""])
def test_content_that_a_program_added_goes(manager: str) -> None:
    assert goes(thing({"b": 2}, entry(manager, {"f:spec": {"f:b": {}}})), {}) == ["spec.b: - 2"]


@pytest.mark.parametrize("part", ["labels", "annotations"])
def test_the_notes_of_a_program_stay_and_those_of_a_person_go(part: str) -> None:
    fields: Object = {"f:metadata": {f"f:{part}": {"f:mine": {}}}}
    assert goes(thing({}, entry("some-controller", fields), **{part: {"mine": "1"}}), {}) == []
    assert goes(thing({}, entry(EDIT, fields), **{part: {"mine": "1"}}), {}) == [f"metadata.{part}.mine: - 1"]


@pytest.mark.parametrize("manager", ["kube-controller-manager", "kubelet", "dr-syncer"])
def test_what_the_clusters_controllers_and_webhooks_set_is_theirs(manager: str) -> None:
    assert found(thing({"b": 2}, entry(manager, {"f:spec": {"f:b": {}}})), {}) == Foreign()


def test_what_was_set_through_a_subresource_is_no_addition() -> None:
    assert found(thing({"b": 2}, entry(EDIT, {"f:spec": {"f:b": {}}}, subresource="scale")), {}) == Foreign()


def test_what_another_applier_declares_stays_and_is_told() -> None:
    result = found(thing({"b": 2}, entry("argocd-controller", {"f:spec": {"f:b": {}}}, "Apply")), {})
    assert result.goes == ()
    (note,) = result.stays
    assert note.summary == "argocd-controller applies this object too, and keeps in it: spec.b"


def test_what_a_person_applied_server_side_goes() -> None:
    assert goes(thing({"b": 2}, entry("kubectl", {"f:spec": {"f:b": {}}}, "Apply")), {}) == ["spec.b: - 2"]


@pytest.mark.parametrize("field", ["finalizers", "ownerReferences"])
def test_finalizers_and_owners_are_never_touched(field: str) -> None:
    fields = {"f:metadata": {f"f:{field}": {".": {}}}, "f:spec": {"f:b": {}}}
    live = thing({"b": 2}, entry(EDIT, fields), **{field: [1]})
    result = found(live, {})
    assert [change.field for change in result.goes] == ["spec.b"]
    (theirs,) = [one for one in result.adopt if one["manager"] == EDIT]
    assert theirs["fieldsV1"] == {"f:metadata": {f"f:{field}": {".": {}}}}


def test_a_field_that_we_want_is_no_addition() -> None:
    assert goes(thing({"b": 2}, entry(EDIT, {"f:spec": {"f:b": {}}})), {"b": 1}) == []


def test_a_field_that_the_plan_dropped_on_purpose_is_no_addition() -> None:
    live = thing({"clusterIP": "10.0.0.9"}, entry(EDIT, {"f:spec": {"f:clusterIP": {}}}))
    assert goes(live, {}, source={"clusterIP": "10.1.1.1"}) == []


def test_an_addition_beside_dropped_fields_is_found() -> None:
    live = thing({"a": {"x": 1, "mine": 1}}, entry(EDIT, {"f:spec": {"f:a": {"f:x": {}, "f:mine": {}}}}))
    assert goes(live, {}, source={"a": {"x": 2}}) == ["spec.a.mine: - 1"]


def test_the_traces_of_kubectl_are_no_additions_wherever_the_source_has_no_annotations() -> None:
    name = "kubectl.kubernetes.io/last-applied-configuration"
    fields: Object = {"f:metadata": {"f:annotations": {".": {}, f"f:{name}": {}}}}
    assert found(thing({}, entry(EDIT, fields), annotations={name: "{}"}), {}) == Foreign()
    restart = {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}
    trace: Object = {"f:kubectl.kubernetes.io/restartedAt": {}}
    trie = {"f:spec": {"f:template": {"f:metadata": {"f:annotations": {".": {}, **trace}}}}}
    assert found(thing(restart, entry("kubectl-rollout", trie)), {"template": {"metadata": {}}}) == Foreign()


def test_an_item_added_to_a_keyed_list_is_told_by_its_key() -> None:
    items = [{"name": "a"}, {"name": "b"}]
    trie: Object = {"f:spec": {"f:env": {'k:{"name":"b"}': {".": {}, "f:name": {}}}}}
    assert goes(thing({"env": items}, entry(EDIT, trie)), {"env": [{"name": "a"}]}) == ['spec.env[b]: - {"name":"b"}']


def test_an_item_whose_key_is_empty_is_the_same_item() -> None:
    trie: Object = {"f:spec": {"f:pull": {'k:{"name":""}': {}}}}
    assert goes(thing({"pull": [{}]}, entry(EDIT, trie)), {"pull": [{"name": ""}]}) == []


def test_fields_that_are_gone_meanwhile_are_no_additions() -> None:
    assert goes(thing({}, entry(EDIT, {"f:spec": {"f:b": {}}})), {}) == []


def test_two_managers_of_one_field_are_one_addition() -> None:
    trie: Object = {"f:spec": {"f:b": {}}}
    assert goes(thing({"b": 2}, entry(EDIT, trie), entry("k9s", trie)), {}) == ["spec.b: - 2"]


@pytest.mark.parametrize(
    ("group_kind", "field"),
    [
        (SERVICE, "clusterIP"),
        (SERVICE, "healthCheckNodePort"),
        (PERSISTENT_VOLUME_CLAIM, "volumeName"),
        (PERSISTENT_VOLUME_CLAIM, "storageClassName"),
        (SERVICE_ACCOUNT, "anything"),
        (NAMESPACE, "anything"),
    ],
)
def test_what_belongs_to_the_site_is_left_to_it(group_kind: GroupKind, field: str) -> None:
    live = thing({field: "x"}, entry(EDIT, {"f:spec": {f"f:{field}": {}}}))
    assert found(live, {}, group_kind=group_kind) == Foreign()
    assert goes(live, {}, group_kind=CONFIG_MAP) == [f"spec.{field}: - x"]


def test_adopting_moves_the_additions_and_nothing_else() -> None:
    hand = entry(EDIT, {"f:spec": {"f:both": {}, "f:mine": {".": {}, "f:x": {}}}})
    program = entry("helm", {"f:spec": {"f:mine": {".": {}, "f:x": {}}}})
    controller = entry("kube-controller-manager", {"f:status": {}})
    ours = entry("dr-syncer", {"f:spec": {"f:both": {}, "f:ours": {}}}, "Apply")
    live = thing({"both": 1, "ours": 1, "mine": {"x": 1}}, hand, program, controller, ours)
    fields = {one["manager"]: one["fieldsV1"] for one in found(live, {"both": 1, "ours": 1}).adopt}
    assert fields == {
        EDIT: {"f:spec": {"f:both": {}}},
        "kube-controller-manager": {"f:status": {}},
        "dr-syncer": {"f:spec": {"f:both": {}, "f:ours": {}, "f:mine": {".": {}, "f:x": {}}}},
    }


def test_adopting_makes_an_entry_for_us_where_we_had_none() -> None:
    (ours,) = found(thing({"b": 2}, entry(EDIT, {"f:spec": {"f:b": {}}})), {}).adopt
    assert (ours["manager"], ours["operation"], ours["fieldsV1"]) == ("dr-syncer", "Apply", {"f:spec": {"f:b": {}}})
