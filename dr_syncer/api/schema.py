"""From a pydantic model to the structural OpenAPI v3 schema that a CustomResourceDefinition asks for.

Structural means: every reference resolved, one type a node, no `title`, no alternatives but nullable. A default of an
object is left out, so that an API server does not write into users' resources what their absence already means.
"""

from typing import Any

from pydantic import BaseModel

_KEPT = {
    "default", "description", "enum", "format", "items", "maxLength", "maximum", "minLength", "minimum", "pattern",
    "properties", "required", "type", "x-kubernetes-list-map-keys", "x-kubernetes-list-type",
}  # fmt: skip

_OPEN = "x-kubernetes-preserve-unknown-fields"

Schema = dict[str, Any]


def structural(model: type[BaseModel]) -> Schema:
    """The schema of one model, by alias, with nothing left to look up."""
    whole = model.model_json_schema(by_alias=True, mode="validation")
    return _node(whole, whole.get("$defs", {}))


def _node(node: Schema, definitions: dict[str, Schema]) -> Schema:
    node = _resolved(node, definitions)
    if "type" not in node and "enum" not in node and "const" not in node:
        return {**{name: node[name] for name in ("description",) if name in node}, _OPEN: True}
    result = {name: value for name, value in node.items() if name in _KEPT}
    if node.get("type") == "object":
        return _object(result, node, definitions)
    if "items" in node:
        result["items"] = _node(node["items"], definitions)
        result.pop("default", None)
    if "const" in node:
        result["enum"] = [node["const"]]
    return result


def _object(result: Schema, node: Schema, definitions: dict[str, Schema]) -> Schema:
    result.pop("default", None)
    if "properties" in node:
        result["properties"] = {name: _node(part, definitions) for name, part in node["properties"].items()}
    elif isinstance(node.get("additionalProperties"), dict):
        result["additionalProperties"] = _node(node["additionalProperties"], definitions)
        if result["additionalProperties"] == {_OPEN: True}:
            result = {**result, _OPEN: True}
            del result["additionalProperties"]
    elif node.get("additionalProperties") is True:
        result[_OPEN] = True
    return result


def _resolved(node: Schema, definitions: dict[str, Schema]) -> Schema:
    """The node with its reference or its one alternative besides null put in; what stands beside it wins."""
    beside = {name: value for name, value in node.items() if name not in ("$ref", "anyOf") and value is not None}
    if "$ref" in node:
        target = definitions[node["$ref"].rpartition("/")[2]]
    elif "anyOf" in node:
        (target,) = [one for one in node["anyOf"] if one.get("type") != "null"]
    else:
        return beside
    return {**_resolved(target, definitions), **beside}
