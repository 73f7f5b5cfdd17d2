"""Asserted: every reason to leave an object in the source, and for each the nearest object that is not left there."""

from typing import Any

import pytest

from dr_syncer.diagnosis import Category, Level
from dr_syncer.objects import GroupKind, Object, key_of
from dr_syncer.plan.select import reason_to_skip
from tests.plan.samples import claim, config_map, job, stored, workload


def category(item: Object, *kinds: GroupKind) -> Category | None:
    reason = reason_to_skip(key_of(item).group_kind, item, kinds)
    assert reason is None or reason.level is Level.INFO
    return reason.category if reason else None


def owned_by(api_version: str, kind: str, controller: bool = True) -> dict[str, Any]:
    return {"ownerReferences": [{"apiVersion": api_version, "kind": kind, "name": "o", "controller": controller}]}


@pytest.mark.parametrize("where", ["labels", "annotations"])
@pytest.mark.parametrize(("value", "skipped"), [("true", True), ("false", False), ("True", False), ("", False)])
def test_only_true_ignores_as_label_or_annotation(where: str, value: str, skipped: bool) -> None:
    item = config_map(metadata={where: {"dr-syncer.io/ignore": value}})
    assert (category(item) is Category.IGNORED) is skipped


def test_an_object_being_deleted_stays() -> None:
    assert category(config_map(metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"})) is Category.TERMINATING


def test_what_a_replicated_controller_makes_again_stays() -> None:
    assert category(job(metadata=owned_by("batch/v1", "CronJob"))) is Category.CONTROLLED


def test_an_owner_that_is_no_controller_does_not_hold_an_object_back() -> None:
    assert category(job(metadata=owned_by("batch/v1", "CronJob", controller=False))) is None


def test_what_a_custom_resource_owns_is_replicated_since_its_operator_may_be_absent() -> None:
    assert category(config_map(metadata=owned_by("example.com/v1", "Database"))) is None


def test_unless_it_is_replicated_with_it() -> None:
    item = config_map(metadata=owned_by("example.com/v1", "Database"))
    assert category(item, GroupKind("example.com", "Database")) is Category.CONTROLLED


def test_a_stateful_sets_claims_are_replicated_since_they_hold_its_data() -> None:
    item = claim()
    item["metadata"].update(owned_by("apps/v1", "StatefulSet"))
    assert category(item) is None


@pytest.mark.parametrize("name", ["kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert"])
def test_injected_certificates_stay(name: str) -> None:
    assert category(config_map(name)) is Category.INJECTED


@pytest.mark.parametrize(
    ("kind", "skipped"),
    [
        ("kubernetes.io/service-account-token", True),
        ("bootstrap.kubernetes.io/token", True),
        ("kubernetes.io/tls", False),
        ("kubernetes.io/dockerconfigjson", False),
        ("helm.sh/release.v1", False),
    ],
)
def test_secrets_that_only_their_cluster_accepts_stay(kind: str, skipped: bool) -> None:
    assert (category(stored("v1", "Secret", type=kind)) is Category.INJECTED) is skipped


def test_the_default_service_account_goes_only_with_something_to_say() -> None:
    assert category(stored("v1", "ServiceAccount", "default")) is Category.INJECTED
    assert category(stored("v1", "ServiceAccount", "default", imagePullSecrets=[{"name": "registry"}])) is None
    assert category(stored("v1", "ServiceAccount", "web")) is None


@pytest.mark.parametrize("end", ["Complete", "Failed"])
def test_a_job_that_ended_stays_since_it_would_run_again(end: str) -> None:
    assert category(job(status={"conditions": [{"type": end, "status": "True"}]})) is Category.FINISHED
    assert category(job(status={"conditions": [{"type": end, "status": "False"}]})) is None


def test_an_ordinary_object_is_replicated() -> None:
    assert category(workload()) is None
