"""The stories that a sandbox and a real API server must tell alike; see test_like_a_real_server."""

from typing import Any

from dr_syncer.objects import Object
from tests.sandbox.asking import APPLY, JSON_PATCH, MERGE, STRATEGIC, Step

MAPS = "/api/v1/namespaces/{ns}/configmaps"
SERVICES = "/api/v1/namespaces/{ns}/services"
DEPLOYMENTS = "/apis/apps/v1/namespaces/{ns}/deployments"
WEB = f"{DEPLOYMENTS}/web"


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


def in_template(*containers: Object) -> Object:
    return {"spec": {"template": {"spec": {"containers": list(containers)}}}}


STORIES: dict[str, tuple[Step, ...]] = {
    "create, read, change and delete": (
        create(MAPS, config_map(data={"k": "v"})),
        Step("GET", f"{MAPS}/a"),
        Step("PUT", f"{MAPS}/a", config_map(data={"k": "w"})),
        Step("DELETE", f"{MAPS}/a"),
        Step("GET", f"{MAPS}/a"),
        Step("DELETE", f"{MAPS}/a"),
    ),
    "what is refused": (
        create(MAPS, config_map()),
        create(MAPS, config_map()),
        create(MAPS, config_map("Not_A_Name")),
        create("/api/v1/namespaces/nowhere/configmaps", config_map()),
        Step("PUT", f"{MAPS}/missing", config_map("missing")),
        Step("PATCH", f"{MAPS}/missing", {}, MERGE),
        Step("PUT", f"{MAPS}/a", {**config_map(), "metadata": {"name": "a", "resourceVersion": "1"}}),
        Step("PATCH", f"{MAPS}/a", config_map(), APPLY),
        Step("DELETE", f"{MAPS}/a", {"preconditions": {"uid": "another"}}),
    ),
    "unknown fields": (
        create(DEPLOYMENTS, deployment(container(colour="red")), fieldValidation="Strict"),
        create(DEPLOYMENTS, deployment(container(colour="red")), fieldValidation="Warn"),
        apply(WEB, deployment(container(colour="red"))),
    ),
    "rules of a deployment": (
        create(DEPLOYMENTS, deployment(selector={"matchLabels": {"app": "other"}})),
        create(DEPLOYMENTS, deployment(replicas=-1)),
        create(DEPLOYMENTS, deployment()),
        Step("PATCH", WEB, {"spec": {"selector": {"matchLabels": {"app": "other"}}}}, MERGE),
    ),
    "two managers apply": (
        apply(f"{MAPS}/a", config_map(data={"mine": "1", "shared": "1"})),
        apply(f"{MAPS}/a", config_map(data={"shared": "1"}), "two"),
        apply(f"{MAPS}/a", config_map(data={"shared": "2"}), "two"),
        apply(f"{MAPS}/a", config_map(data={"shared": "2"}), "two", force="true"),
        apply(f"{MAPS}/a", config_map(data={"other": "1"})),
        apply(f"{MAPS}/a", config_map(data={"other": "1"})),
    ),
    "apply to a keyed list": (
        apply(WEB, deployment(container("a"), container("b"))),
        apply(WEB, deployment(container("b", ports=[{"containerPort": 80}]))),
        Step("PATCH", WEB, in_template(container("b", "nginx:2")), STRATEGIC, {"fieldManager": "hand"}),
        apply(WEB, deployment(container("b", "nginx:3"))),
    ),
    "patches of all kinds": (
        create(DEPLOYMENTS, deployment(container("a"), container("b"))),
        Step("PATCH", WEB, {"spec": {"replicas": 3}}, MERGE),
        Step("PATCH", WEB, [{"op": "replace", "path": "/spec/replicas", "value": 4}], JSON_PATCH),
        Step("PATCH", WEB, in_template({"name": "a", "$patch": "delete"}), STRATEGIC),
        Step("PATCH", WEB, [{"op": "test", "path": "/spec/replicas", "value": 9}], JSON_PATCH),
        Step("PATCH", WEB, {"spec": {"replicas": 4}}, MERGE),
    ),
    "status and spec are apart": (
        create(DEPLOYMENTS, {**deployment(), "status": {"replicas": 7}}),
        Step("PATCH", f"{WEB}/status", {"spec": {"replicas": 5}, "status": {"replicas": 2}}, MERGE),
        Step("PATCH", WEB, {"status": {"replicas": 9}}, MERGE),
    ),
    "scale": (
        create(DEPLOYMENTS, deployment(replicas=2)),
        Step("GET", f"{WEB}/scale"),
        Step("PATCH", f"{WEB}/scale", {"spec": {"replicas": 5}}, MERGE),
        Step("GET", WEB),
        apply(WEB, deployment(replicas=1)),
    ),
    "dry runs": (
        create(MAPS, config_map(data={"k": "v"}), dryRun="All"),
        Step("GET", f"{MAPS}/a"),
        apply(f"{MAPS}/a", config_map(data={"k": "v"}), dryRun="All"),
        Step("GET", f"{MAPS}/a"),
    ),
    "rewritten owners": (
        apply(f"{MAPS}/a", config_map(data={"k": "v"})),
        Step("PATCH", f"{MAPS}/a", {"metadata": {"managedFields": [{}]}}, MERGE),
        apply(f"{MAPS}/a", config_map(data={"k": "w"}), "two"),
    ),
    "finalizers hold": (
        create(MAPS, {**config_map(), "metadata": {"name": "a", "finalizers": ["example.com/hold"]}}),
        Step("DELETE", f"{MAPS}/a"),
        Step("GET", f"{MAPS}/a"),
        Step("PATCH", f"{MAPS}/a", {"metadata": {"finalizers": None}}, MERGE),
        Step("GET", f"{MAPS}/a"),
    ),
    "select and list": (
        create(MAPS, {**config_map(), "metadata": {"name": "a", "labels": {"tier": "front"}}}),
        create(MAPS, {**config_map(), "metadata": {"name": "b", "labels": {"tier": "back"}}}),
        Step("GET", MAPS, query={"labelSelector": "tier in (front)"}),
        Step("GET", MAPS, query={"labelSelector": "tier notin (front),tier"}),
        Step("GET", MAPS, query={"fieldSelector": "metadata.name=b"}),
        Step("GET", MAPS, query={"labelSelector": "tier", "limit": "1"}),
    ),
    "nothing there": (
        Step("GET", "/apis/apps/v1/namespaces/{ns}/nothings"),
        Step("GET", "/apis/nobody.example.com/v1"),
    ),
}
