"""Copies of objects with one part changed. The objects that were read are shared and never change."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dr_syncer.objects import Object


def with_spec(item: Object, **fields: Any) -> Object:
    """The object with these fields of its spec replaced."""
    return {**item, "spec": {**item["spec"], **fields}}


def without_spec(item: Object, names: Iterable[str]) -> Object:
    """The object without these fields of its spec."""
    return {**item, "spec": without(item["spec"], names)}


def with_annotations(item: Object, annotations: Mapping[str, str]) -> Object:
    """The object with these annotations added."""
    metadata = item["metadata"]
    return {**item, "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), **annotations}}}


def without(mapping: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The mapping without these keys."""
    dropped = frozenset(names)
    return {key: value for key, value in mapping.items() if key not in dropped}


def at(item: Object, path: tuple[str, ...], change: Callable[[Object], Object]) -> Object:
    """The object with the part at `path` changed; the same object when it has no such part."""
    if not path:
        return change(item)
    part = item.get(path[0])
    return {**item, path[0]: at(part, path[1:], change)} if isinstance(part, dict) else item
