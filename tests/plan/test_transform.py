"""Asserted: what each kind becomes on the standby, field by field, and that the object read stays as it was.

Not asserted here: that API servers accept the result; `tests/apiserver` does that on real ones.
"""

import copy
from dataclasses import replace
from typing import Any

import pytest

from dr_syncer.objects import Object, key_of
from dr_syncer.plan.rules import Rules
from dr_syncer.plan.transform import namespace, transform
from tests.plan.samples import RULES, claim, config_map, cron_job, job, service, stored, workload


def transformed(item: Object, rules: Rules = RULES) -> Object:
    before = copy.deepcopy(item)
    result = transform(key_of(item).group_kind, item, rules)
    assert item == before, "the object that was read was changed"
    return result


def test_of_the_metadata_only_name_labels_and_annotations_are_kept() -> None:
    item = config_map(metadata={"labels": {"a": "b"}, "annotations": {"c": "d"}, "ownerReferences": [{}]})
    assert transformed(item) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings", "namespace": "shop-dr", "labels": {"a": "b"}, "annotations": {"c": "d"}},
        "data": {"LEVEL": "info"},
    }


def test_empty_metadata_maps_are_left_out() -> None:
    item = config_map(metadata={"labels": {}, "annotations": {"deployment.kubernetes.io/revision": "4"}})
    assert transformed(item)["metadata"] == {"name": "settings", "namespace": "shop-dr"}


@pytest.mark.parametrize(
    "annotation",
    [
        "kubectl.kubernetes.io/last-applied-configuration",
        "deployment.kubernetes.io/revision",
        "pv.kubernetes.io/bind-completed",
        "volume.kubernetes.io/selected-node",
        "dr-syncer.io/sync-status",
    ],
)
def test_what_machines_noted_stays_behind(annotation: str) -> None:
    item = config_map(metadata={"annotations": {annotation: "x", "team": "shop"}})
    assert transformed(item)["metadata"]["annotations"] == {"team": "shop"}


def test_status_and_nulls_are_dropped_at_any_depth() -> None:
    result = transformed(workload())
    assert "status" not in result
    assert result["spec"]["template"]["metadata"] == {"labels": {"app": "web"}}


def test_nothing_of_ours_is_added_to_objects_other_than_workloads() -> None:
    for item in (config_map(), service(), claim(), stored("v1", "Secret", data={"k": "eA=="})):
        assert "dr-syncer" not in str(transformed(item)["metadata"])


class TestServices:
    def test_addresses_are_left_to_the_destination(self) -> None:
        spec = transformed(service())["spec"]
        assert spec.keys() == {"ipFamilyPolicy", "ports", "selector", "type"}

    def test_a_headless_service_stays_headless(self) -> None:
        spec = transformed(service(clusterIP="None", clusterIPs=["None"]))["spec"]
        assert spec["clusterIP"] == "None"
        assert "clusterIPs" not in spec

    def test_node_ports_are_kept(self) -> None:
        ports = [{"port": 80, "nodePort": 30080}]
        assert transformed(service(type="NodePort", ports=ports))["spec"]["ports"] == ports

    def test_a_health_check_port_is_left_to_the_destination(self) -> None:
        assert "healthCheckNodePort" not in transformed(service(healthCheckNodePort=32000))["spec"]


class TestClaims:
    def test_the_source_volume_is_not_named(self) -> None:
        assert "volumeName" not in transformed(claim())["spec"]

    def test_the_volume_mode_never_changes(self) -> None:
        assert transformed(claim())["spec"]["volumeMode"] == "Block"

    @pytest.mark.parametrize("keep", [True, False])
    def test_selector_and_data_source_are_kept_only_on_request(self, keep: bool) -> None:
        item = claim(selector={"matchLabels": {"a": "b"}}, dataSource={"kind": "VolumeSnapshot", "name": "s"})
        spec = transformed(item, replace(RULES, preserve_volume_attributes=keep))["spec"]
        assert ("selector" in spec, "dataSource" in spec) == (keep, keep)

    def test_class_and_modes_are_mapped_once_from_the_original(self) -> None:
        modes = {"ReadWriteOnce": "ReadWriteMany", "ReadWriteMany": "ReadOnlyMany"}
        rules = replace(RULES, storage_classes={"fast": "gold", "gold": "tin"}, access_modes=modes)
        spec = transformed(claim(), rules)["spec"]
        assert spec["storageClassName"] == "gold"
        assert spec["accessModes"] == ["ReadWriteMany"]

    def test_two_modes_mapped_to_one_are_one(self) -> None:
        rules = replace(RULES, access_modes={"ReadWriteOnce": "ReadWriteMany"})
        item = claim(accessModes=["ReadWriteOnce", "ReadWriteMany"])
        assert transformed(item, rules)["spec"]["accessModes"] == ["ReadWriteMany"]

    def test_a_claim_without_a_class_keeps_asking_for_the_default(self) -> None:
        item = claim()
        del item["spec"]["storageClassName"]
        assert "storageClassName" not in transformed(item, replace(RULES, storage_classes={"fast": "gold"}))["spec"]


class TestJobs:
    def test_the_generated_selector_and_labels_stay_behind(self) -> None:
        result = transformed(job())
        assert "selector" not in result["spec"]
        assert result["metadata"]["labels"] == {"app": "shop"}
        assert result["spec"]["template"]["metadata"]["labels"] == {"app": "shop"}

    def test_a_selector_chosen_by_hand_is_kept(self) -> None:
        item = job()
        item["spec"]["manualSelector"] = True
        assert transformed(item)["spec"]["selector"] == item["spec"]["selector"]


def test_a_service_accounts_tokens_stay_behind() -> None:
    secrets = [{"name": "web-token-x7k2p"}, {"name": "web-dockercfg-9qw1z"}, {"name": "web-tokens"}]
    result = transformed(stored("v1", "ServiceAccount", secrets=secrets, imagePullSecrets=[{"name": "registry"}]))
    assert result["secrets"] == [{"name": "web-tokens"}]
    assert "secrets" not in transformed(stored("v1", "ServiceAccount", secrets=secrets[:2]))
    assert result["imagePullSecrets"] == [{"name": "registry"}]


@pytest.mark.parametrize(
    "item",
    [workload(), workload("StatefulSet"), cron_job(), job(), claim(), service(), config_map()],
    ids=lambda i: i["kind"],
)
def test_transforming_twice_is_transforming_once(item: Object) -> None:
    rules = replace(RULES, destination="shop", scale_to_zero=False)
    once = transformed(item, rules)
    assert transformed(once, rules) == once


class TestNamespaces:
    SOURCE = stored(
        "v1",
        "Namespace",
        "shop",
        metadata={
            "namespace": "",
            "labels": {"kubernetes.io/metadata.name": "shop", "team": "shop"},
            "annotations": {"openshift.io/sa.scc.uid-range": "1/2", "owner": "ann"},
        },
        spec={"finalizers": ["kubernetes"]},
    )

    def wanted(self, **rules: Any) -> Object:
        return namespace(self.SOURCE, replace(RULES, **rules))

    def test_labels_and_annotations_of_people_are_kept(self) -> None:
        metadata = {"name": "shop-dr", "labels": {"team": "shop"}, "annotations": {"owner": "ann"}}
        assert self.wanted() == {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}

    def test_each_can_be_left_out(self) -> None:
        assert "labels" not in self.wanted(preserve_labels=False)["metadata"]
        assert "annotations" not in self.wanted(preserve_annotations=False)["metadata"]


def test_a_service_account_of_the_source_namespace_is_bound_as_that_of_the_standby() -> None:
    subjects = [
        {"kind": "ServiceAccount", "name": "bot", "namespace": "shop"},
        {"kind": "ServiceAccount", "name": "metrics", "namespace": "monitoring"},
        {"kind": "User", "name": "ann", "apiGroup": "rbac.authorization.k8s.io"},
    ]
    item = stored("rbac.authorization.k8s.io/v1", "RoleBinding", subjects=subjects, roleRef={"name": "r"})
    assert [one.get("namespace") for one in transformed(item)["subjects"]] == ["shop-dr", "monitoring", None]
