"""Asserted: what names the source namespace names the standby's, on request; what could mean anything else stays."""

from dataclasses import replace
from typing import Any

import pytest

from dr_syncer.objects import Object, key_of
from dr_syncer.plan.references import with_references
from tests.plan.samples import RULES, config_map, pod_template, service, stored, workload

REWRITING = replace(RULES, rewrite_references=True)


def rewritten(item: Object, rules: Any = REWRITING) -> Object:
    return with_references(key_of(item).group_kind, item, rules)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("http://web.shop.svc:80/", "http://web.shop-dr.svc:80/"),
        ("db-0.db.shop.svc.cluster.local", "db-0.db.shop-dr.svc.cluster.local"),
        ("a.shop.svc,b.shop.svc", "a.shop-dr.svc,b.shop-dr.svc"),
        ("web.other.svc", "web.other.svc"),
        ("web.shop", "web.shop"),
        ("web.shop.svcs", "web.shop.svcs"),
        ("web.my-shop.svc", "web.my-shop.svc"),
        ("the shop", "the shop"),
    ],
)
def test_service_names_are_rewritten_in_config_maps_and_pods(text: str, after: str) -> None:
    assert rewritten(config_map(data={"URL": text}))["data"] == {"URL": after}
    item = workload()
    env = {"name": "URL", "value": text}
    item["spec"]["template"] = pod_template(containers=[{"name": "web", "env": [env], "args": ["--url", text]}])
    (container,) = rewritten(item)["spec"]["template"]["spec"]["containers"]
    assert (container["env"][0]["value"], container["args"][1]) == (after, after)


def test_external_names_and_annotations_of_ingresses_are_rewritten() -> None:
    named = service(externalName="web.shop.svc.cluster.local")
    assert rewritten(named)["spec"]["externalName"] == "web.shop-dr.svc.cluster.local"
    url = {"nginx.ingress.kubernetes.io/auth-url": "http://auth.shop.svc/check"}
    item = stored("networking.k8s.io/v1", "Ingress", spec={}, metadata={"annotations": url})
    assert list(rewritten(item)["metadata"]["annotations"].values()) == ["http://auth.shop-dr.svc/check"]


def test_network_policies_select_the_standby() -> None:
    label = "kubernetes.io/metadata.name"
    by_label = {"namespaceSelector": {"matchLabels": {label: "shop"}}}
    by_list = {"key": label, "operator": "In", "values": ["shop", "other"]}
    rules = [{"from": [by_label, {"namespaceSelector": {"matchExpressions": [by_list]}}, {"podSelector": {}}]}]
    spec = rewritten(stored("networking.k8s.io/v1", "NetworkPolicy", spec={"ingress": rules}))["spec"]
    peers = spec["ingress"][0]["from"]
    assert peers[0]["namespaceSelector"]["matchLabels"] == {label: "shop-dr"}
    assert peers[1]["namespaceSelector"]["matchExpressions"][0]["values"] == ["shop-dr", "other"]
    assert peers[2] == {"podSelector": {}}


def test_nothing_is_rewritten_unless_asked_for_or_without_another_name() -> None:
    item = config_map(data={"URL": "web.shop.svc"})
    assert rewritten(item, RULES) is item
    assert rewritten(item, replace(REWRITING, destination="shop")) is item


def test_a_secret_is_never_looked_into() -> None:
    item = stored("v1", "Secret", data={"URL": "d2ViLnNob3Auc3Zj"}, stringData={"URL": "web.shop.svc"})
    assert rewritten(item) is item
