"""The OpenAPI v3 documents that kubectl asks for: to explain, to patch, and to learn that fields are validated here."""

from typing import Any

from dr_syncer.objects import Object
from dr_syncer.sandbox.registry import Registry, Served
from dr_syncer.schemas.schema import definitions

_PREFIX = "#/components/schemas/"


def index(registry: Registry) -> Object:
    """What `/openapi/v3` answers: where the document of each group and version is."""
    paths = {_path(one): {"serverRelativeURL": f"/openapi/v3/{_path(one)}?hash={one.version}"} for one in registry}
    return {"paths": paths}


def document(registry: Registry, path: str) -> Object | None:
    """The document of one group and version, such as `apis/apps/v1`; None when nothing of it is served."""
    served = [one for one in registry if _path(one) == path]
    if not served:
        return None
    schemas: dict[str, Any] = {name: _with_paths(node) for name, node in definitions().items()}
    paths: dict[str, Any] = {}
    for one in served:
        name = one.schema.node.get("$ref") or f"{one.group}.{one.version}.{one.kind}"
        kind = {"group": one.group, "version": one.version, "kind": one.kind}
        node = schemas.get(name) or _with_paths(one.schema.node)
        schemas[name] = {**node, "x-kubernetes-group-version-kind": [kind]}
        paths[_object_path(one)] = _operations(kind, name)
    info = {"title": "DR Syncer's sandbox, which is not Kubernetes", "version": "v1"}
    return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _operations(kind: dict[str, str], name: str) -> dict[str, Any]:
    text = {"type": "string"}
    parameters = [
        {"name": parameter, "in": "query", "schema": text}
        for parameter in ("dryRun", "fieldManager", "fieldValidation", "force")
    ]
    content = {"application/json": {"schema": {"$ref": _PREFIX + name}}}
    operation = {
        "parameters": parameters,
        "responses": {"200": {"description": "OK", "content": content}},
        "x-kubernetes-group-version-kind": kind,
    }
    return {
        "get": {**operation, "x-kubernetes-action": "get"},
        "put": {**operation, "x-kubernetes-action": "put"},
        "patch": {**operation, "x-kubernetes-action": "patch"},
    }


def _object_path(served: Served) -> str:
    place = "namespaces/{namespace}/" if served.namespaced else ""
    return f"/{_path(served)}/{place}{served.plural}/{{name}}"


def _path(served: Served) -> str:
    return f"apis/{served.group}/{served.version}" if served.group else f"api/{served.version}"


def _with_paths(node: Any) -> Any:
    """The node with references as a document has them."""
    if isinstance(node, list):
        return [_with_paths(part) for part in node]
    if not isinstance(node, dict):
        return node
    if isinstance(reference := node.get("$ref"), str) and not reference.startswith("#"):
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return {"allOf": [{"$ref": _PREFIX + reference}], **rest}
    return {key: _with_paths(part) for key, part in node.items()}
