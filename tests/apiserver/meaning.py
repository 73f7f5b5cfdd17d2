"""What an object means, without what its own cluster made of it.

Written from the Kubernetes documentation and not from `dr_syncer.plan`, so that the two can disagree.
"""

import copy
from typing import Any

from dr_syncer.objects import Object

_ASSIGNED = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink", "namespace")
_NOTES = ("deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation")


def meaning(item: Object) -> Object:
    """The object without identity, status, addresses and the notes of controllers."""
    item = copy.deepcopy(item)
    item.pop("status", None)
    metadata = item["metadata"]
    for name in _ASSIGNED:
        metadata.pop(name, None)
    annotations = metadata.get("annotations") or {}
    kept = {key: value for key, value in annotations.items() if key not in _NOTES and "dr-syncer.io/" not in key}
    metadata["annotations"] = kept
    if item["kind"] == "Service":
        _without_addresses(item["spec"])
    if item["kind"] == "Job":
        _without_generated_labels(item)
    return item


def standby_meaning(item: Object) -> Object:
    """What the standby of a source object should mean when it is held at zero."""
    item = meaning(item)
    spec: dict[str, Any] = item.get("spec") or {}
    match item["kind"]:
        case "Deployment" | "StatefulSet":
            spec["replicas"] = _replicas(item)
        case "CronJob" | "Job":
            spec["suspend"] = True
        case "PersistentVolumeClaim":
            for name in ("volumeName", "selector", "dataSource", "dataSourceRef"):
                spec.pop(name, None)
        case "DaemonSet":
            pods = spec["template"]["spec"]
            pods["nodeSelector"] = {**pods.get("nodeSelector", {}), "dr-syncer.io/parked": "true"}
    if item["kind"] == "StatefulSet" and "persistentVolumeClaimRetentionPolicy" in spec:
        spec["persistentVolumeClaimRetentionPolicy"]["whenScaled"] = "Retain"
    return item


def _replicas(item: Object) -> int:
    """Zero, unless the label scale-override holds a number, or anything else for the source's count."""
    override = item["metadata"].get("labels", {}).get("dr-syncer.io/scale-override", "0")
    count: int = int(override) if override.isdigit() else item["spec"]["replicas"]
    return count


def _without_addresses(spec: Object) -> None:
    """A Service without what its cluster allotted to it."""
    if spec.get("clusterIP") != "None":
        for name in ("clusterIP", "clusterIPs", "healthCheckNodePort"):
            spec.pop(name, None)
    for port in spec.get("ports", []):
        port.pop("nodePort", None)


def _without_generated_labels(job: Object) -> None:
    """A Job without the selector that the API server made, and the labels that fit it."""
    job["spec"].pop("selector", None)
    for metadata in (job["metadata"], job["spec"]["template"].setdefault("metadata", {})):
        labels = metadata.get("labels") or {}
        metadata["labels"] = {
            key: value for key, value in labels.items() if "controller-uid" not in key and "job-name" not in key
        }
    for claims in ("annotations", "labels"):
        if not job["metadata"].get(claims):
            job["metadata"].pop(claims, None)
