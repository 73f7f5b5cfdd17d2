"""Asserted: how a snapshot becomes steps: verbs, order, waves, hidden values; what was not read stays untouched."""

from dataclasses import replace
from typing import Any

import pytest

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import GroupKind, Object, key_of
from dr_syncer.plan.build import build
from dr_syncer.plan.kinds import CONFIG_MAP, KINDS, NAMESPACE
from dr_syncer.plan.model import Plan, Snapshot, Verb
from dr_syncer.plan.show import headline, rows, to_dict
from tests.plan.samples import RULES, config_map, service, stored, workload

SHOP = stored("v1", "Namespace", "shop", metadata={"labels": {"team": "shop"}})


def snapshot(source: list[Object], destination: list[Object] | None = None, **more: Any) -> Snapshot:
    def by_kind(items: list[Object]) -> dict[GroupKind, tuple[Object, ...]]:
        return {k.group_kind: tuple(i for i in items if key_of(i).group_kind == k.group_kind) for k in KINDS}

    return Snapshot(SHOP, None, by_kind(source), by_kind(destination or []), **more)


def verbs(plan: Plan) -> dict[str, Verb]:
    return {step.key.label: step.verb for step in plan.steps}


def test_everything_new_is_created_the_namespace_first() -> None:
    plan = build(RULES, snapshot([workload(), config_map()]))
    assert list(verbs(plan)) == ["Namespace shop-dr", "ConfigMap settings", "Deployment web"]
    assert set(verbs(plan).values()) == {Verb.CREATE}


def test_waves_follow_dependency() -> None:
    ingress = stored("networking.k8s.io/v1", "Ingress", spec={})
    plan = build(RULES, snapshot([ingress, workload(), service(), config_map()]))
    waves = [[step.key.group_kind.kind for step in wave] for wave in plan.waves]
    assert waves == [["Namespace"], ["ConfigMap"], ["Service"], ["Deployment"], ["Ingress"]]


def test_a_skipped_object_keeps_its_reason_and_is_in_no_wave() -> None:
    plan = build(RULES, snapshot([config_map("kube-root-ca.crt")]))
    step = plan.steps[-1]
    assert step.verb is Verb.SKIP
    assert step.reason is not None
    assert step.reason.category is Category.INJECTED
    assert [len(wave) for wave in plan.waves] == [1]


def test_an_existing_object_is_compared_not_created() -> None:
    live = config_map(metadata={"namespace": "shop-dr"}, data={"LEVEL": "debug"})
    plan = build(RULES, snapshot([config_map()], [live]))
    step = plan.steps[-1]
    assert step.verb is Verb.UPDATE
    assert [change.field for change in step.changes if change.path[0] == "data"] == ["data.LEVEL"]


def test_what_the_source_lacks_is_not_the_plans_business() -> None:
    plan = build(RULES, snapshot([], [config_map("left-over")]))
    assert list(verbs(plan)) == ["Namespace shop-dr"]


def test_without_create_namespace_the_namespace_is_left_alone() -> None:
    plan = build(replace(RULES, create_namespace=False), snapshot([config_map()]))
    assert NAMESPACE not in {step.key.group_kind for step in plan.steps}


def test_a_kind_that_could_not_be_read_takes_no_part_and_makes_the_plan_incomplete() -> None:
    finding = Diagnosis(Level.ERROR, Category.FORBIDDEN, "ConfigMap could not be read")
    full = snapshot([config_map(), service()], findings=(finding,))
    for side in ("source", "destination"):
        partial = {kind: items for kind, items in getattr(full, side).items() if kind != CONFIG_MAP}
        without = replace(full, source=partial) if side == "source" else replace(full, destination=partial)
        plan = build(RULES, without)
        assert [step.key.group_kind.kind for step in plan.steps] == ["Namespace", "Service"]
        assert not plan.complete


@pytest.mark.parametrize(
    "form", [lambda p: str(rows(p)), lambda p: str(to_dict(p)), repr], ids=["rows", "json", "repr"]
)
def test_no_value_of_a_secret_is_shown_in_any_form(form: Any) -> None:
    live = stored("v1", "Secret", data={"password": "b2xk"}, metadata={"namespace": "shop-dr"})
    plan = build(RULES, snapshot([stored("v1", "Secret", data={"password": "bmV3", "user": "bWU="})], [live]))
    text = form(plan)
    assert "password" in text
    assert not [value for value in ("b2xk", "bmV3", "bWU=") if value in text]


def test_the_headline_counts_every_verb() -> None:
    plan = build(RULES, snapshot([config_map(), config_map("kube-root-ca.crt")]))
    assert headline(plan) == "shop -> shop-dr: 2 to create, 0 to update, 0 unchanged, 1 skipped"


def test_a_workloads_two_sizes_are_told() -> None:
    plan = build(RULES, snapshot([workload()]))
    assert rows(plan)[-1].note == "scale 3 -> 0"
    assert to_dict(plan)["objects"][-1]["scale"] == {"original": 3, "held": 0}


def test_an_annotation_of_a_secret_is_not_shown_since_it_may_quote_the_secret() -> None:
    applied = "kubectl.kubernetes.io/last-applied-configuration"
    fields: Object = {"f:metadata": {"f:annotations": {".": {}, f"f:{applied}": {}, "f:copy": {}}}}
    hand = {"manager": "kubectl-edit", "operation": "Update", "apiVersion": "v1", "fieldsV1": fields}
    metadata = {"namespace": "shop-dr", "managedFields": [hand], "annotations": {applied: "b2xk", "copy": "b2xk"}}
    plan = build(RULES, snapshot([stored("v1", "Secret")], [stored("v1", "Secret", metadata=metadata)]))
    assert "metadata.annotations.copy" in str(rows(plan))
    assert "b2xk" not in str(rows(plan)) + str(to_dict(plan)) + repr(plan)


def test_an_object_that_is_being_deleted_there_is_blocked_and_the_plan_incomplete() -> None:
    dying = config_map(metadata={"namespace": "shop-dr", "deletionTimestamp": "2026-01-01T00:00:00Z"})
    plan = build(RULES, snapshot([config_map(), config_map("other")], [dying]))
    assert verbs(plan)["ConfigMap settings"] is Verb.BLOCKED
    assert verbs(plan)["ConfigMap other"] is Verb.CREATE
    assert not plan.complete
    reason = plan.steps[-1].reason
    assert reason is not None
    assert (reason.category, reason.detail) == (Category.TERMINATING, "held by the finalizers example.com/hold")
    assert headline(plan).endswith("1 blocked")


class TestAutoscaledOnTheStandby:
    """A count that an autoscaler of the destination set is not undone, nor given up while it is ours."""

    SCALER = stored(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        spec={"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
    )

    def wanted(self, live: Object, **fields: Any) -> Object:
        rules = replace(RULES, **fields)
        step = build(rules, snapshot([workload(), self.SCALER], [live, self.SCALER])).steps[-2]
        assert step.key.label == "Deployment web"
        return step.wanted or {}

    def live(self, replicas: int, *, ours: bool) -> Object:
        item = workload()
        item["spec"] = {**item["spec"], "replicas": replicas}
        fields: Object = {"f:spec": {"f:replicas": {}} if ours else {"f:selector": {}}}
        entry = {"manager": "dr-syncer", "operation": "Apply", "apiVersion": "apps/v1", "fieldsV1": fields}
        item["metadata"] = {**item["metadata"], "managedFields": [entry]}
        return item

    def test_a_count_that_is_the_autoscalers_is_left_out(self) -> None:
        assert "replicas" not in self.wanted(self.live(7, ours=False), scale_to_zero=False)["spec"]

    def test_a_count_that_is_still_ours_stays_what_it_is(self) -> None:
        assert self.wanted(self.live(7, ours=True), scale_to_zero=False)["spec"]["replicas"] == 7

    def test_a_standby_at_zero_is_held_at_zero(self) -> None:
        assert self.wanted(self.live(7, ours=False))["spec"]["replicas"] == 0

    def test_a_standby_that_was_at_zero_is_started_with_its_count(self) -> None:
        assert self.wanted(self.live(0, ours=True), scale_to_zero=False)["spec"]["replicas"] == 3
