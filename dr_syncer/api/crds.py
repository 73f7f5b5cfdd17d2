"""The CustomResourceDefinitions, generated from the models: `dr-syncer crds`, and the files in deployments/crds.

Short names avoid `cm` and `rc`, which kubectl takes for ConfigMap and ReplicationController.
"""

from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel

from dr_syncer.api.cluster_mapping import ClusterMapping
from dr_syncer.api.names import GROUP, VERSION
from dr_syncer.api.remote_cluster import RemoteCluster
from dr_syncer.api.replication import Replication
from dr_syncer.api.schema import Schema, structural
from dr_syncer.objects import Object

_HEADER = "# Generated from the models in dr_syncer/api by `dr-syncer crds`; change those.\n"
_AGE = ("Age", "date", ".metadata.creationTimestamp")


@dataclass(frozen=True, slots=True)
class _Definition:
    """What a definition says beside its schema. A rule is (path below spec, CEL, message); the path `()` is spec."""

    model: type[BaseModel]
    kind: str
    short_name: str
    columns: tuple[tuple[str, str, str], ...]
    rules: tuple[tuple[tuple[str, ...], str, str], ...] = ()

    @property
    def singular(self) -> str:
        return self.kind.lower()

    @property
    def plural(self) -> str:
        return f"{self.singular}s"


_REPLICATION_COLUMNS = (
    ("Source", "string", ".spec.sourceNamespace"),
    ("Destination", "string", ".spec.destinationNamespace"),
    ("Cluster Mapping", "string", ".spec.clusterMappingRef.name"),
    ("Phase", "string", ".status.phase"),
    ("Last Sync", "date", ".status.lastSyncTime"),
    ("Next Sync", "string", ".status.nextSyncTime"),
    _AGE,
)
_REPLICATION_RULES = (
    (
        (),
        "has(self.clusterMappingRef) || (has(self.sourceCluster) && has(self.destinationCluster))",
        "name clusterMappingRef, or both sourceCluster and destinationCluster",
    ),
    (
        (),
        "has(self.clusterMappingRef) || !has(self.sourceCluster) || !has(self.destinationCluster)"
        " || self.sourceCluster != self.destinationCluster"
        " || (has(self.destinationNamespace) && has(self.sourceNamespace)"
        " && self.destinationNamespace != self.sourceNamespace)"
        " || (has(self.namespaceSelector) && has(self.destinationNamespaceTemplate)"
        " && self.destinationNamespaceTemplate != '{namespace}')",
        "the source is its own destination: name another cluster or another destinationNamespace",
    ),
    (
        (),
        "has(self.sourceNamespace) != has(self.namespaceSelector)",
        "name sourceNamespace, or choose namespaces by namespaceSelector",
    ),
    (
        (),
        "!has(self.namespaceSelector) || !has(self.destinationNamespace)",
        "with namespaceSelector, name the standbys by destinationNamespaceTemplate",
    ),
    (
        ("retryConfig",),
        "duration(self.maxBackoff) >= duration(self.initialBackoff)",
        "maxBackoff is below initialBackoff",
    ),
)
_DEFINITIONS = (
    _Definition(
        RemoteCluster,
        "RemoteCluster",
        "rcl",
        (
            ("Health", "string", ".status.health"),
            ("Last Sync", "date", ".status.lastSyncTime"),
            ("PVC Sync", "string", ".status.pvcSync.phase"),
            ("Ready Agents", "integer", ".status.pvcSync.agentStatus.readyNodes"),
            _AGE,
        ),
    ),
    _Definition(
        ClusterMapping,
        "ClusterMapping",
        "cmap",
        (
            ("Source Cluster", "string", ".spec.sourceCluster"),
            ("Target Cluster", "string", ".spec.targetCluster"),
            ("Phase", "string", ".status.phase"),
            ("Connected Agents", "integer", ".status.connectionStatus.connectedAgents"),
            ("Last Verified", "date", ".status.lastVerified"),
            _AGE,
        ),
    ),
    _Definition(Replication, "Replication", "repl", _REPLICATION_COLUMNS, _REPLICATION_RULES),
    _Definition(Replication, "NamespaceMapping", "nsmap", _REPLICATION_COLUMNS, _REPLICATION_RULES),
)


def crds() -> list[Object]:
    """The definitions as apiextensions.k8s.io/v1 objects."""
    return [_crd(one) for one in _DEFINITIONS]


def render() -> dict[str, str]:
    """The definitions as YAML text, by the name of their file in deployments/crds."""
    return {
        f"{GROUP}_{crd['spec']['names']['plural']}.yaml": _HEADER + yaml.dump(crd, sort_keys=False, width=110)
        for crd in crds()
    }


def _crd(definition: _Definition) -> Object:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{definition.plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "names": {
                "kind": definition.kind,
                "listKind": f"{definition.kind}List",
                "plural": definition.plural,
                "singular": definition.singular,
                "shortNames": [definition.short_name],
                "categories": ["dr-syncer"],
            },
            "scope": "Namespaced",
            "versions": [_version(definition)],
        },
    }


def _version(definition: _Definition) -> dict[str, Any]:
    return {
        "name": VERSION,
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "additionalPrinterColumns": [
            {"name": name, "type": kind, "jsonPath": path} for name, kind, path in definition.columns
        ],
        "schema": {"openAPIV3Schema": _schema(definition)},
    }


def _schema(definition: _Definition) -> Schema:
    schema = structural(definition.model)
    for path, rule, message in definition.rules:
        node = schema["properties"]["spec"]
        for part in path:
            node = node["properties"][part]
        node.setdefault("x-kubernetes-validations", []).append({"rule": rule, "message": message})
    return {
        "type": "object",
        "description": schema["description"],
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": schema["properties"]["spec"],
            "status": schema["properties"]["status"],
        },
    }
