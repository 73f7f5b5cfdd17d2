"""Asserted: the standby size of every kind of workload under every override, and what is noted of its own size."""

from dataclasses import replace
from typing import Any

import pytest

from dr_syncer.objects import Object, key_of
from dr_syncer.plan.scale import Scale, scale_of
from dr_syncer.plan.transform import transform
from tests.plan.samples import RULES, config_map, cron_job, job, stored, workload


def standby(item: Object, **rules: Any) -> Object:
    return transform(key_of(item).group_kind, item, replace(RULES, **rules))


def overridden(value: str, where: str = "labels", kind: str = "Deployment") -> Object:
    return workload(kind, metadata={where: {"dr-syncer.io/scale-override": value}})


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_standby_runs_nothing_and_remembers_its_size(kind: str) -> None:
    result = standby(workload(kind))
    assert result["spec"]["replicas"] == 0
    assert result["metadata"]["annotations"]["dr-syncer.io/original-replicas"] == "3"
    assert result["metadata"]["annotations"]["dr-syncer.io/source-namespace"] == "shop"


def test_without_scale_to_zero_the_source_count_is_kept_and_noted() -> None:
    result = standby(workload(), scale_to_zero=False)
    assert result["spec"]["replicas"] == 3
    assert result["metadata"]["annotations"]["dr-syncer.io/original-replicas"] == "3"


@pytest.mark.parametrize("where", ["labels", "annotations"])
@pytest.mark.parametrize(
    ("override", "replicas"),
    [("1", 1), ("0", 0), ("7", 7), ("true", 3), ("", 3), ("-1", 3), ("1.5", 3), ("99999999999", 3), ("²", 3)],
)
def test_an_override_is_a_count_or_keeps_the_source_count(where: str, override: str, replicas: int) -> None:
    assert standby(overridden(override, where))["spec"]["replicas"] == replicas
    assert standby(overridden(override, where), scale_to_zero=False)["spec"]["replicas"] == replicas


def test_a_missing_count_is_one_as_the_api_server_would_have_it() -> None:
    item = workload()
    del item["spec"]["replicas"]
    assert scale_of(key_of(item).group_kind, item, RULES) == Scale(1, 0)


@pytest.mark.parametrize("suspended", [True, False])
def test_a_cron_job_is_suspended_and_remembers_whether_it_was(suspended: bool) -> None:
    result = standby(cron_job(suspend=suspended))
    assert result["spec"]["suspend"] is True
    assert result["metadata"]["annotations"]["dr-syncer.io/original-suspend"] == str(suspended).lower()


@pytest.mark.parametrize("suspended", [True, False])
def test_without_scale_to_zero_a_cron_job_is_as_in_the_source(suspended: bool) -> None:
    assert standby(cron_job(suspend=suspended), scale_to_zero=False)["spec"]["suspend"] is suspended


def test_a_job_that_has_not_ended_is_suspended() -> None:
    assert standby(job())["spec"]["suspend"] is True


def test_a_daemon_set_waits_for_nodes_that_do_not_exist() -> None:
    item = workload("DaemonSet")
    del item["spec"]["replicas"]
    item["spec"]["template"]["spec"]["nodeSelector"] = {"disk": "ssd"}
    selector = standby(item)["spec"]["template"]["spec"]["nodeSelector"]
    assert selector == {"disk": "ssd", "dr-syncer.io/parked": "true"}
    assert standby(item, scale_to_zero=False)["spec"]["template"]["spec"]["nodeSelector"] == {"disk": "ssd"}


@pytest.mark.parametrize(("scale_to_zero", "policy"), [(True, "Retain"), (False, "Delete")])
def test_holding_a_stateful_set_at_zero_never_deletes_its_volumes(scale_to_zero: bool, policy: str) -> None:
    item = workload("StatefulSet")
    item["spec"]["persistentVolumeClaimRetentionPolicy"] = {"whenDeleted": "Retain", "whenScaled": "Delete"}
    spec = standby(item, scale_to_zero=scale_to_zero)["spec"]
    assert spec["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": policy}


def test_what_is_no_workload_has_no_scale() -> None:
    item = config_map()
    assert scale_of(key_of(item).group_kind, item, RULES) is None


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("ScaledObject", {"autoscaling.keda.sh/paused-replicas": "0"}),
        ("ScaledJob", {"autoscaling.keda.sh/paused": "true"}),
    ],
)
def test_a_scaler_that_works_from_zero_is_paused_on_a_standby_at_zero(kind: str, note: dict[str, str]) -> None:
    item = stored("keda.sh/v1alpha1", kind, spec={"scaleTargetRef": {"name": "web"}})
    group_kind = key_of(item).group_kind
    assert transform(group_kind, item, RULES)["metadata"]["annotations"] == note
    assert "annotations" not in transform(group_kind, item, replace(RULES, scale_to_zero=False))["metadata"]
