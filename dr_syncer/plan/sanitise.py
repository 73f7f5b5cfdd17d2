"""From an object as a cluster stores it to what a person would have written: the same for create and update.

Dropped is what belongs to one cluster or to one object's life there: identity, versions, owners, finalizers, status,
and the annotations that controllers and kubectl leave behind.
"""

from collections.abc import Mapping
from typing import Any

from dr_syncer.objects import Object

_MACHINE_ANNOTATIONS = {
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/selected-node",
    "volume.kubernetes.io/storage-resizer",
    "control-plane.alpha.kubernetes.io/leader",
    "batch.kubernetes.io/job-tracking",
}
# What the Go tool wrote on source objects about its own runs.
_RUN_ANNOTATIONS = {
    f"dr-syncer.io/{name}"
    for name in (
        "destination-namespace",
        "destination-pvc",
        "last-sync-status",
        "last-sync-time",
        "last-updated",
        "lock-owner",
        "lock-timestamp",
        "mount-path-cache",
        "original-replicas",
        "phase",
        "progress",
        "source-namespace",
        "sync-status",
    )
}
_DROPPED_ANNOTATIONS = _MACHINE_ANNOTATIONS | _RUN_ANNOTATIONS
_NOT_CONTENT = {"apiVersion", "kind", "metadata", "status"}


def sanitise(item: Object, namespace: str) -> Object:
    """A new object with the name, labels, annotations and content of `item`, for `namespace`."""
    metadata = item["metadata"]
    clean: dict[str, Any] = {"name": metadata["name"]}
    if namespace:
        clean["namespace"] = namespace
    if labels := metadata.get("labels"):
        clean["labels"] = labels
    if annotations := keep_annotations(metadata.get("annotations")):
        clean["annotations"] = annotations
    result = {"apiVersion": item["apiVersion"], "kind": item["kind"], "metadata": clean}
    result.update((key, value) for key, value in item.items() if key not in _NOT_CONTENT and value is not None)
    return result


def keep_annotations(annotations: Mapping[str, str] | None) -> dict[str, str]:
    """Without those that machines wrote."""
    if not annotations:
        return {}
    if _DROPPED_ANNOTATIONS.isdisjoint(annotations):
        return dict(annotations)
    return {key: value for key, value in annotations.items() if key not in _DROPPED_ANNOTATIONS}


def without_nulls(value: Any) -> Any:
    """The same value without null members, which older servers print in pod templates (`creationTimestamp: null`)."""
    if isinstance(value, dict):
        return {key: without_nulls(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(member) for member in value]
    return value
