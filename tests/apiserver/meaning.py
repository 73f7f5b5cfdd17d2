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
    if item["kind"] == "Service" and item["spec"].get("clusterIP") != "None":
        for name in ("clusterIP", "clusterIPs"):
            item["spec"].pop(name, None)
    _without_nodes_choice(item)
    return item


def standby_meaning(item: Object) -> Object:
    """What the standby of a source object should mean when it is held at zero."""
    item = meaning(item)
    spec: dict[str, Any] = item.get("spec") or {}
    match item["kind"]:
        case "Deployment" | "StatefulSet":
            spec["replicas"] = 0
        case "CronJob" | "Job":
            spec["suspend"] = True
        case "DaemonSet":
            pods = spec["template"]["spec"]
            pods["nodeSelector"] = {**pods.get("nodeSelector", {}), "dr-syncer.io/parked": "true"}
    if item["kind"] == "StatefulSet" and "persistentVolumeClaimRetentionPolicy" in spec:
        spec["persistentVolumeClaimRetentionPolicy"]["whenScaled"] = "Retain"
    return item


def _without_nodes_choice(item: Object) -> None:
    """What the API server generates for a Job: its selector and the labels that fit it."""
    if item["kind"] != "Job":
        return
    item["spec"].pop("selector", None)
    for metadata in (item["metadata"], item["spec"]["template"].setdefault("metadata", {})):
        labels = metadata.get("labels") or {}
        metadata["labels"] = {
            key: value for key, value in labels.items() if "controller-uid" not in key and "job-name" not in key
        }
    for claims in ("annotations", "labels"):
        if not item["metadata"].get(claims):
            item["metadata"].pop(claims, None)
