"""Kubernetes objects as plain JSON data, and the few questions everyone asks of them.

An object stays the dictionary that the API server sent: no generated model, so no field of a newer server is ever lost.
Whoever reads one here must not change it; `dr_syncer.plan` copies the path it edits.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

FIELD_MANAGER = "dr-syncer"
"""The server-side-apply field manager of all we write: what it owns is ours; nothing else marks an object."""

Object: TypeAlias = dict[str, Any]
"""A Kubernetes object, or a part of one, as decoded JSON."""


class GroupKind(NamedTuple):
    """A kind of object whatever its version: `GroupKind("apps", "Deployment")`; the core group is `""`.

    A tuple, because a plan of 5,000 objects looks kinds up 50,000 times and tuples hash in C.
    """

    group: str
    kind: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.group}" if self.group else self.kind


@dataclass(frozen=True, slots=True, order=True)
class ObjectKey:
    """Which object: its kind, namespace (`""` when cluster-wide) and name."""

    group_kind: GroupKind
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.group_kind.kind} {self.namespace}/{self.name}" if self.namespace else self.label

    @property
    def label(self) -> str:
        """The key without its namespace, for tables about one namespace: `Deployment web`."""
        return f"{self.group_kind.kind} {self.name}"


def group_of(api_version: str) -> str:
    """`"apps/v1"` -> `"apps"`, `"v1"` -> `""`."""
    return api_version.rpartition("/")[0]


def key_of(item: Object) -> ObjectKey:
    """The key of a complete object (one that has apiVersion and kind)."""
    metadata = item["metadata"]
    group_kind = GroupKind(group_of(item["apiVersion"]), item["kind"])
    return ObjectKey(group_kind, metadata.get("namespace", ""), metadata["name"])


def labels_of(item: Object) -> dict[str, str]:
    """The object's labels, empty when it has none."""
    return item["metadata"].get("labels") or {}


def annotations_of(item: Object) -> dict[str, str]:
    """The object's annotations, empty when it has none."""
    return item["metadata"].get("annotations") or {}
