"""Whether an object fits its schema: for custom resources all that a schema can say, except CEL rules.

Paths and reasons are those of the causes in a Kubernetes Status.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dr_syncer.schemas.schema import Schema

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
_LIMITS: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "minimum": (lambda value, limit: value >= limit, "should be greater than or equal to {}"),
    "maximum": (lambda value, limit: value <= limit, "should be less than or equal to {}"),
    "minLength": (lambda value, limit: len(value) >= limit, "should be at least {} chars long"),
    "maxLength": (lambda value, limit: len(value) <= limit, "should be at most {} chars long"),
    "minItems": (lambda value, limit: len(value) >= limit, "should have at least {} items"),
    "maxItems": (lambda value, limit: len(value) <= limit, "should have at most {} items"),
    "pattern": (lambda value, limit: re.search(limit, value) is not None, "should match '{}'"),
}
_SIZED = {"minLength": str, "maxLength": str, "pattern": str, "minItems": list, "maxItems": list}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong: the field's path, Kubernetes' word for it, and a sentence."""

    field: str
    reason: str
    message: str


def problems(item: Any, schema: Schema) -> tuple[FieldError, ...]:
    """Everything in which the object does not fit; unknown fields are told by `unknown_fields`."""
    return tuple(_problems(item, schema, ""))


def unknown_fields(item: Any, schema: Schema, path: str = "") -> tuple[str, ...]:
    """The paths of fields that the schema does not have."""
    return tuple(_unknown(item, schema, path))


def pruned(item: Any, schema: Schema) -> Any:
    """The object without unknown fields."""
    if isinstance(item, dict) and not schema.is_open:
        return {name: pruned(value, part) for name, value in item.items() if (part := schema.member(name)) is not None}
    if isinstance(item, dict):
        return {name: pruned(value, part) if (part := schema.member(name)) else value for name, value in item.items()}
    if isinstance(item, list):
        return [pruned(value, schema.items) for value in item]
    return item


def with_schema_defaults(item: Any, schema: Schema) -> Any:
    """The object with the defaults that a custom resource's schema gives to absent fields."""
    if isinstance(item, dict):
        result = dict(item)
        for name in schema.fields:
            part = schema.member(name)
            if part is None:
                continue
            if name not in result and part.default is not None:
                result[name] = part.default
            if name in result:
                result[name] = with_schema_defaults(result[name], part)
        return result
    if isinstance(item, list):
        return [with_schema_defaults(value, schema.items) for value in item]
    return item


def _problems(value: Any, schema: Schema, path: str) -> Iterator[FieldError]:
    if wrong := _wrong_type(value, schema, path):
        yield wrong
        return
    yield from _limits(value, schema, path)
    if isinstance(value, dict):
        for name in schema.required:
            if name not in value:
                yield FieldError(_join(path, name), "FieldValueRequired", "Required value")
        for name, part in value.items():
            if below := schema.member(name):
                yield from _problems(part, below, _join(path, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _problems(part, schema.items, f"{path}[{index}]")


def _wrong_type(value: Any, schema: Schema, path: str) -> FieldError | None:
    node = schema.resolved
    if value is None and node.get("nullable", True):
        return None
    if node.get("x-kubernetes-int-or-string"):
        fits = isinstance(value, int | float | str) and not isinstance(value, bool)
        expected = "integer,string"
    else:
        expected = schema.type
        fits = not expected or isinstance(value, _TYPES[expected])
        if isinstance(value, bool) and expected in ("integer", "number"):
            fits = False
    if fits:
        return None
    given = next((name for name, types in _TYPES.items() if isinstance(value, types)), "null")
    message = f'Invalid value: "{given}": {path} in body must be of type {expected}: "{given}"'
    return FieldError(path, "FieldValueTypeInvalid", message)


def _limits(value: Any, schema: Schema, path: str) -> Iterator[FieldError]:
    node = schema.resolved
    if value is None:
        return
    if (allowed := node.get("enum")) and value not in allowed:
        choices = ", ".join(f'"{one}"' for one in allowed)
        yield FieldError(path, "FieldValueNotSupported", f'Unsupported value: "{value}": supported values: {choices}')
    for name, (holds, words) in _LIMITS.items():
        if name in node and isinstance(value, _SIZED.get(name, int | float)) and not holds(value, node[name]):
            text = words.format(node[name])
            yield FieldError(path, "FieldValueInvalid", f"Invalid value: {value!r}: {path} in body {text}")


def _unknown(value: Any, schema: Schema, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            below = schema.member(name)
            if below is not None:
                yield from _unknown(part, below, _join(path, name))
            elif not schema.is_open:
                yield _join(path, name)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _unknown(part, schema.items, f"{path}[{index}]")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
