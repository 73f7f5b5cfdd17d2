"""Objects as an API server stores them, small enough to read in a test."""

from typing import Any

from dr_syncer.objects import Object
from dr_syncer.plan.rules import Rules

RULES = Rules("shop", "shop-dr")

_STORED = {
    "uid": "11111111-2222-3333-4444-555555555555",
    "resourceVersion": "42",
    "generation": 3,
    "creationTimestamp": "2026-01-01T00:00:00Z",
    "managedFields": [{"manager": "team", "operation": "Apply", "apiVersion": "v1", "fieldsV1": {}}],
    "finalizers": ["example.com/hold"],
}


def stored(api_version: str, kind: str, name: str = "web", **content: Any) -> Object:
    """An object as a source cluster stores it; `metadata` in content is added to the server's own."""
    metadata = {"name": name, "namespace": "shop", **_STORED, **content.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def config_map(name: str = "settings", **content: Any) -> Object:
    return stored("v1", "ConfigMap", name, **{"data": {"LEVEL": "info"}, **content})


def pod_template(**spec: Any) -> Object:
    containers = [{"name": "web", "image": "shop/web:1"}]
    return {
        "metadata": {"creationTimestamp": None, "labels": {"app": "web"}},
        "spec": {"containers": containers, **spec},
    }


def workload(kind: str = "Deployment", name: str = "web", **content: Any) -> Object:
    spec = {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": pod_template()}
    return stored("apps/v1", kind, name, **{"spec": spec, "status": {"replicas": 3}, **content})


def cron_job(suspend: bool = False) -> Object:
    job = {"spec": {"template": pod_template(restartPolicy="Never")}}
    return stored(
        "batch/v1", "CronJob", "nightly", spec={"schedule": "0 3 * * *", "suspend": suspend, "jobTemplate": job}
    )


def job(**content: Any) -> Object:
    uid = {"controller-uid": "u", "batch.kubernetes.io/controller-uid": "u", "job-name": "import", "app": "shop"}
    template = {"metadata": {"labels": dict(uid)}, "spec": pod_template()["spec"]}
    spec = {"selector": {"matchLabels": {"controller-uid": "u"}}, "template": template}
    return stored("batch/v1", "Job", "import", **{"spec": spec, "metadata": {"labels": uid}, **content})


def claim(**spec: Any) -> Object:
    full = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "storageClassName": "fast",
        "volumeMode": "Block",
        "volumeName": "pv-1",
        **spec,
    }
    return stored("v1", "PersistentVolumeClaim", "data", spec=full, status={"phase": "Bound"})


def service(**spec: Any) -> Object:
    full = {
        "clusterIP": "10.96.0.7",
        "clusterIPs": ["10.96.0.7"],
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 8080}],
        "selector": {"app": "web"},
        "type": "ClusterIP",
        **spec,
    }
    return stored("v1", "Service", spec=full, status={"loadBalancer": {}})
