"""Makes `schemas.json` from a real API server: `python -m tests.sandbox.publish KUBECONFIG`.

Kept are the types, defaults, keys and merge strategies of the kinds that the sandbox serves; descriptions are not.
Run it when the sandbox shall speak for a newer Kubernetes.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dr_syncer.kube import Cluster, from_file
from dr_syncer.kube.answers import Target
from dr_syncer.kube.transport import Request
from dr_syncer.schemas.schema import FILE

KINDS = {
    "api/v1": (
        "ConfigMap", "Endpoints", "Event", "LimitRange", "Namespace", "Node", "PersistentVolume",
        "PersistentVolumeClaim", "Pod", "ReplicationController", "ResourceQuota", "Secret", "Service", "ServiceAccount",
    ),
    "apis/apiextensions.k8s.io/v1": ("CustomResourceDefinition",),
    "apis/apps/v1": ("ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "apis/autoscaling/v2": ("HorizontalPodAutoscaler",),
    "apis/batch/v1": ("CronJob", "Job"),
    "apis/coordination.k8s.io/v1": ("Lease",),
    "apis/discovery.k8s.io/v1": ("EndpointSlice",),
    "apis/events.k8s.io/v1": ("Event",),
    "apis/networking.k8s.io/v1": ("Ingress", "IngressClass", "NetworkPolicy"),
    "apis/policy/v1": ("PodDisruptionBudget",),
    "apis/rbac.authorization.k8s.io/v1": ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
    "apis/scheduling.k8s.io/v1": ("PriorityClass",),
    "apis/storage.k8s.io/v1": ("StorageClass",),
}  # fmt: skip
_KEPT = {"type", "format", "required", "enum", "default", "x-kubernetes-int-or-string"}
_EXTENSIONS = ("x-kubernetes-list", "x-kubernetes-map", "x-kubernetes-patch")
_PREFIX = "#/components/schemas/"


async def published(kubeconfig: Path) -> dict[str, Any]:
    """The kinds and, by short name, every definition they reach."""
    kinds, definitions = [], {}
    async with Cluster(from_file(kubeconfig)) as cluster:
        for path, names in KINDS.items():
            answer = await cluster.transport.send(Request("GET", f"/openapi/v3/{path}", Target("get", "openapi")))
            schemas = answer.json()["components"]["schemas"]
            for name, definition, group_version_kind in _wanted(schemas, names, path):
                kinds.append([*group_version_kind, definition])
                definitions.update({short(one): _reduced(schemas[one]) for one in _reached(schemas, name)})
    return {"kinds": sorted(kinds), "definitions": dict(sorted(definitions.items()))}


def _wanted(schemas: dict[str, Any], kinds: tuple[str, ...], path: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    group, version = path.split("/")[1:] if path.count("/") == 2 else ("", path.split("/")[1])
    for name, schema in schemas.items():
        for one in schema.get("x-kubernetes-group-version-kind", ()):
            if (one["group"], one["version"]) == (group, version) and one["kind"] in kinds:
                yield name, short(name), (group, version, one["kind"])


def _reached(schemas: dict[str, Any], name: str) -> set[str]:
    found, open_names = set(), [name]
    while open_names:
        if (current := open_names.pop()) not in found:
            found.add(current)
            open_names += _references(schemas[current])
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(_PREFIX)
        for part in node.values():
            yield from _references(part)
    elif isinstance(node, list):
        for part in node:
            yield from _references(part)


def _reduced(node: dict[str, Any]) -> dict[str, Any]:
    """The node without words; a reference wrapped in allOf becomes the reference."""
    for one in node.get("allOf", ()):
        node = {**node, **one}
    kept = {key: value for key, value in node.items() if key in _KEPT or key.startswith(_EXTENSIONS)}
    if "$ref" in node:
        kept["$ref"] = short(node["$ref"].removeprefix(_PREFIX))
    if "oneOf" in node:
        kept["x-kubernetes-int-or-string"] = True
    for part in ("items", "additionalProperties"):
        if isinstance(node.get(part), dict):
            kept[part] = _reduced(node[part])
    if "properties" in node:
        kept["properties"] = {name: _reduced(part) for name, part in node["properties"].items()}
    return kept


def short(name: str) -> str:
    """`io.k8s.api.apps.v1.Deployment` -> `apps.v1.Deployment`."""
    for prefix in ("io.k8s.api.", "io.k8s.apimachinery.pkg.apis.", "io.k8s.apimachinery.pkg.", "io.k8s."):
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def rendered(data: dict[str, Any]) -> str:
    """The text of the file: one definition a line, so that a change of one is seen as one."""
    kinds = ",\n".join(map(_compact, data["kinds"]))
    definitions = ",\n".join(f"{_compact(name)}:{_compact(node)}" for name, node in data["definitions"].items())
    return f'{{"kinds":[\n{kinds}\n],"definitions":{{\n{definitions}\n}}}}\n'


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def main() -> None:
    """Write the file."""
    data = asyncio.run(published(Path(sys.argv[1])))
    FILE.write_text(rendered(data))
    sys.stdout.write(f"{len(data['kinds'])} kinds, {len(data['definitions'])} definitions in {FILE.name}\n")


if __name__ == "__main__":
    main()
