"""Objects as a Table, which is what `kubectl get` prints."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dr_syncer.objects import Object
from dr_syncer.sandbox.registry import Served

Cell = Callable[[Object], Any]

_DURATIONS = ((86400, "d"), (3600, "h"), (60, "m"))


def is_wanted(accept: str) -> bool:
    """Whether a client would rather have a Table."""
    return "as=Table" in accept


def table(served: Served, items: list[Object], metadata: Object) -> Object:
    """The Table of some objects."""
    columns = _columns(served)
    definitions = [
        {"name": name, "type": "string", "format": "name" if name == "Name" else "", "description": "", "priority": 0}
        for name, _ in columns
    ]
    rows = [{"cells": [cell(item) for _, cell in columns], "object": partial(item)} for item in items]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": definitions,
        "rows": rows,
    }


def partial(item: Object) -> Object:
    """The object's metadata only."""
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": item["metadata"]}


def _columns(served: Served) -> list[tuple[str, Cell]]:
    own = [_printed(one) for one in served.columns] if served.custom else _COLUMNS.get(served.kind, [])
    columns: list[tuple[str, Cell]] = [("Name", lambda item: item["metadata"]["name"]), *own]
    return columns if any(name == "Age" for name, _ in columns) else [*columns, ("Age", _age)]


def _printed(column: Object) -> tuple[str, Cell]:
    """A printer column of a custom resource."""
    return column["name"], _age if column.get("type") == "date" else _path(column["jsonPath"])


def _at(*path: str) -> Cell:
    def cell(item: Object) -> Any:
        value: Any = item
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return "" if value is None else value

    return cell


def _path(text: str) -> Cell:
    """A printer column's JSONPath, as far as plain fields go."""
    return _at(*re.findall(r"[\w-]+", text))


def _count(*path: str) -> Cell:
    return lambda item: len(_at(*path)(item) or ())


def _ready(item: Object) -> str:
    wanted = item["spec"].get("replicas", 0)
    return f"{(item.get('status') or {}).get('readyReplicas', 0)}/{wanted}"


def _ports(item: Object) -> str:
    ports = item["spec"].get("ports") or []
    return ",".join(
        f"{port['port']}{':' + str(port['nodePort']) if port.get('nodePort') else ''}/{port.get('protocol', 'TCP')}"
        for port in ports
    )


def _age(item: Object) -> str:
    created = item["metadata"].get("creationTimestamp")
    if not created:
        return "<unknown>"
    seconds = (datetime.now(UTC) - datetime.fromisoformat(created)).total_seconds()
    for length, unit in _DURATIONS:
        if seconds >= 2 * length:
            return f"{int(seconds // length)}{unit}"
    return f"{int(seconds)}s"


_COLUMNS: dict[str, list[tuple[str, Cell]]] = {
    "ConfigMap": [("Data", lambda item: len(item.get("data") or {}) + len(item.get("binaryData") or {}))],
    "CronJob": [("Schedule", _at("spec", "schedule")), ("Suspend", _at("spec", "suspend"))],
    "DaemonSet": [("Desired", _at("status", "desiredNumberScheduled")), ("Ready", _at("status", "numberReady"))],
    "Deployment": [("Ready", _ready), ("Available", _at("status", "availableReplicas"))],
    "Ingress": [("Class", _at("spec", "ingressClassName"))],
    "Job": [("Completions", _at("spec", "completions")), ("Suspend", _at("spec", "suspend"))],
    "Namespace": [("Status", _at("status", "phase"))],
    "PersistentVolumeClaim": [("Status", _at("status", "phase")), ("StorageClass", _at("spec", "storageClassName"))],
    "Pod": [("Status", _at("status", "phase"))],
    "ReplicaSet": [("Desired", _at("spec", "replicas"))],
    "Secret": [("Type", _at("type")), ("Data", _count("data"))],
    "Service": [("Type", _at("spec", "type")), ("Cluster-IP", _at("spec", "clusterIP")), ("Port(s)", _ports)],
    "ServiceAccount": [("Secrets", _count("secrets"))],
    "StatefulSet": [("Ready", _ready)],
}
