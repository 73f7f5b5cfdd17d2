"""The stories that a sandbox and a real API server must tell in the same words; see test_word_for_word."""

from typing import Any

from dr_syncer.objects import Object
from tests.sandbox.asking import APPLY, MERGE, Step

MAPS = "/api/v1/namespaces/{ns}/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/{ns}/deployments"
ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles"


def config_map(name: str = "a", **more: Any) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, **more}


def deployment(*containers: Object, **spec: Any) -> Object:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": list(containers) or [container()]}}
    whole = {"selector": {"matchLabels": labels}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": whole}


def container(name: str = "web", image: str = "nginx:1", **more: Any) -> Object:
    return {"name": name, "image": image, **more}


def apply(path: str, body: Object, manager: str = "one", **query: str) -> Step:
    return Step("PATCH", path, body, APPLY, {"fieldManager": manager, **query})


def create(path: str, body: Object, **query: str) -> Step:
    return Step("POST", path, body, query=query)


READS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
PODS = "/api/v1/namespaces/{ns}/pods"
LABELLED = {**config_map(), "metadata": {"name": "a", "labels": {"tier": "front"}}}
RED = deployment(container(colour="red"))

STORIES: dict[str, tuple[Step, ...]] = {
    "an object comes and goes": (
        create(MAPS, config_map(data={"k": "v"})),
        Step("GET", f"{MAPS}/a"),
        Step("PUT", f"{MAPS}/a", config_map(data={"k": "w"})),
        Step("DELETE", f"{MAPS}/a"),
        Step("GET", f"{MAPS}/a"),
        Step("DELETE", f"{MAPS}/a"),
    ),
    "what is not there, or there already": (
        create(MAPS, config_map()),
        create(MAPS, config_map()),
        create("/api/v1/namespaces/nowhere/configmaps", config_map()),
        Step("PUT", f"{MAPS}/missing", config_map("missing")),
        Step("PATCH", f"{MAPS}/missing", {}, MERGE),
        Step("GET", "/apis/apps/v1/namespaces/{ns}/nothings"),
    ),
    "a write of an old version": (
        create(MAPS, config_map()),
        Step("PUT", f"{MAPS}/a", {**config_map(), "metadata": {"name": "a", "resourceVersion": "1"}}),
    ),
    "a deletion of another object": (
        create(MAPS, config_map()),
        Step("DELETE", f"{MAPS}/a", {"preconditions": {"uid": "another"}}),
        create(ROLES, {"metadata": {"name": "a"}, "rules": [READS]}),
        Step("DELETE", f"{ROLES}/a", {"preconditions": {"uid": "another"}}),
        Step("DELETE", f"{ROLES}/a"),
    ),
    "a field that nobody knows": (create(DEPLOYMENTS, RED, fieldValidation="Strict"),),
    "rules of a deployment": (
        create(DEPLOYMENTS, deployment(selector={"matchLabels": {"app": "other"}})),
        create(DEPLOYMENTS, deployment(replicas=-1)),
    ),
    "two managers of one field": (
        apply(f"{MAPS}/a", config_map(data={"mine": "1", "shared": "1"})),
        apply(f"{MAPS}/a", config_map(data={"shared": "1"}), "two"),
        apply(f"{MAPS}/a", config_map(data={"shared": "2"}), "two"),
        apply(f"{MAPS}/a", config_map(data={"shared": "2"}), "two", force="true"),
        apply(f"{MAPS}/a", config_map(data={"other": "1"})),
        apply(f"{MAPS}/a", config_map(data={"other": "1"})),
    ),
    "a dry run leaves nothing": (
        create(MAPS, config_map(data={"k": "v"}), dryRun="All"),
        Step("GET", f"{MAPS}/a"),
        apply(f"{MAPS}/a", config_map(data={"k": "v"}), dryRun="All"),
        Step("GET", f"{MAPS}/a"),
    ),
    "a finalizer holds": (
        create(MAPS, {**config_map(), "metadata": {"name": "a", "finalizers": ["example.com/hold"]}}),
        Step("DELETE", f"{MAPS}/a"),
        Step("GET", f"{MAPS}/a"),
        Step("PATCH", f"{MAPS}/a", {"metadata": {"finalizers": None}}, MERGE),
        Step("GET", f"{MAPS}/a"),
    ),
    "a list and its selectors": (
        create(MAPS, LABELLED),
        create(MAPS, {**config_map(), "metadata": {"name": "b", "labels": {"tier": "back"}}}),
        Step("GET", MAPS, query={"labelSelector": "tier in (front)"}),
        Step("GET", MAPS, query={"labelSelector": "tier notin (front),tier"}),
        Step("GET", MAPS, query={"fieldSelector": "metadata.name=b"}),
        Step("GET", MAPS, query={"labelSelector": "tier", "limit": "1"}),
        Step("GET", PODS, query={"fieldSelector": "spec.colour=red"}),
        Step("GET", PODS, query={"fieldSelector": "status.phase=Running,spec.nodeName=n"}),
    ),
}
