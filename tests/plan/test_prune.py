"""Plan: what may be deleted, of arbitrary clusters (hypothesis) and case by case.

Asserted: a step that deletes names an object that is ours, that the source does not have and that nothing speaks for
keeping, in its very version; anything uncertain deletes nothing; every object that is kept says why. Not asserted here:
the deletion itself (tests/apiserver/test_prune).
"""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dr_syncer.api.replication import PruneConfig
from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import GroupKind, Object
from dr_syncer.plan.build import build
from dr_syncer.plan.kinds import CONFIG_MAP, PERSISTENT_VOLUME_CLAIM, SECRET
from dr_syncer.plan.model import Plan, Snapshot, Step, Verb
from tests.plan.samples import RULES, stored

SHOP = stored("v1", "Namespace", "shop")
EVERYTHING = replace(RULES, prune=PruneConfig.model_validate({"enabled": True, "maxShare": 100}))


def applied(kind: str, name: str, *managers: str, **metadata: Any) -> Object:
    entries = [{"manager": m, "operation": "Apply", "apiVersion": "v1", "fieldsV1": {}} for m in managers]
    return stored("v1", kind, name, metadata={"namespace": "shop-dr", "managedFields": entries, **metadata})


def ours(name: str, **metadata: Any) -> Object:
    return applied("ConfigMap", name, "dr-syncer", **metadata)


def planned(source: list[Object], destination: list[Object], rules: Any = EVERYTHING, **more: Any) -> Plan:
    def by_kind(items: list[Object]) -> dict[GroupKind, tuple[Object, ...]]:
        kinds = (CONFIG_MAP, SECRET, PERSISTENT_VOLUME_CLAIM)
        return {kind: tuple(item for item in items if item["kind"] == kind.kind) for kind in kinds}

    return build(rules, Snapshot(SHOP, None, by_kind(source), by_kind(destination), **more))


def deleted(plan: Plan) -> list[str]:
    return [step.key.label for step in plan.steps if step.verb is Verb.DELETE]


def kept(plan: Plan, name: str) -> str:
    (step,) = [step for step in plan.steps if step.key.name == name]
    assert step.verb is Verb.SKIP
    assert step.reason is not None
    return step.reason.summary


def step_of(plan: Plan, name: str) -> Step:
    (step,) = [step for step in plan.steps if step.key.name == name]
    return step


names = some.sampled_from("abcdef")
managers = some.lists(some.sampled_from(["dr-syncer", "gitops", "kubectl"]), max_size=2, unique=True)
places = some.dictionaries(
    some.tuples(some.sampled_from(["ConfigMap", "Secret", "PersistentVolumeClaim"]), names), managers
)


@given(
    source=some.sets(some.tuples(some.sampled_from(["ConfigMap", "Secret"]), names)),
    there=places,
    unread=some.booleans(),
)
def test_only_what_is_ours_and_gone_for_certain_is_ever_deleted(
    source: set[tuple[str, str]], there: dict[tuple[str, str], list[str]], unread: bool
) -> None:
    finding = (Diagnosis(Level.ERROR, Category.FORBIDDEN, "Role could not be read"),) if unread else ()
    here = [applied(kind, name) for kind, name in source]
    live = [applied(kind, name, *by) for (kind, name), by in there.items()]
    for step in planned(here, live, findings=finding).steps:
        if step.verb is Verb.DELETE:
            place = (step.key.group_kind.kind, step.key.name)
            assert not unread
            assert place not in source
            assert there[place] == ["dr-syncer"]
            assert place[0] != "PersistentVolumeClaim"


def test_what_is_gone_is_deleted_in_the_version_that_was_read() -> None:
    plan = planned([], [ours("old", uid="u1", resourceVersion="7")])
    step = step_of(plan, "old")
    assert step.deletion is not None
    assert (step.deletion.uid, step.deletion.propagation, step.resource_version) == ("u1", "Background", "7")


def test_deletions_come_after_all_that_is_written() -> None:
    plan = planned([applied("ConfigMap", "new")], [ours("old")])
    assert [[step.key.name for step in wave] for wave in plan.waves] == [["shop-dr"], ["new"], ["old"]]


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"labels": {"dr-syncer.io/ignore": "true"}}, "marked dr-syncer.io/ignore"),
        ({"ownerReferences": [{"controller": True, "kind": "X", "name": "x"}]}, "a controller of the standby owns it"),
        ({"deletionTimestamp": "2026-01-01T00:00:00Z"}, "it is being deleted already"),
    ],
)
def test_what_speaks_for_keeping_an_object_is_told(metadata: dict[str, Any], why: str) -> None:
    assert why in kept(planned([], [ours("old", **metadata)]), "old")


def test_an_object_that_others_apply_too_is_theirs_as_well() -> None:
    assert "gitops applies it too" in kept(planned([], [applied("ConfigMap", "old", "dr-syncer", "gitops")]), "old")


def test_claims_are_kept_unless_asked_for() -> None:
    claim = applied("PersistentVolumeClaim", "data", "dr-syncer")
    assert "claims hold data" in kept(planned([], [claim]), "data")
    config = {"enabled": True, "maxShare": 100, "includePersistentVolumeClaims": True}
    rules = replace(RULES, prune=PruneConfig.model_validate(config))
    assert deleted(planned([], [claim], rules)) == ["PersistentVolumeClaim data"]


def test_what_was_never_ours_is_not_even_mentioned() -> None:
    assert "old" not in [step.key.name for step in planned([], [applied("ConfigMap", "old", "kubectl")]).steps]


def test_an_object_that_the_source_ignores_is_not_gone() -> None:
    ignored = applied("ConfigMap", "a", labels={"dr-syncer.io/ignore": "true"})
    assert deleted(planned([ignored], [ours("a")])) == []


def test_without_prune_what_is_left_over_is_told() -> None:
    assert kept(planned([], [ours("old")], RULES), "old") == "gone from the source; kept, since prune is not enabled"


@pytest.mark.parametrize(("gone", "allowed"), [(1, True), (2, True), (3, False), (8, False)])
def test_more_than_the_agreed_share_stops_all_deletions(gone: int, allowed: bool) -> None:
    rules = replace(RULES, prune=PruneConfig.model_validate({"enabled": True, "maxShare": 25}))
    source = [applied("ConfigMap", f"m{number}") for number in range(gone, 8)]
    plan = planned(source, [ours(f"m{number}") for number in range(8)], rules)
    assert len(deleted(plan)) == (gone if allowed else 0)
    assert plan.complete is allowed
    assert [finding.category for finding in plan.findings] == ([] if allowed else [Category.PRUNE_HELD_BACK])
