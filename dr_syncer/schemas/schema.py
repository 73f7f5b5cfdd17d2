"""Schemas of built-in kinds and of custom resources, walked one step at a time.

`schemas.json` holds what a real API server publishes (see `tests.sandbox.publish`); a custom resource brings its own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from dr_syncer.objects import GroupKind

FILE = Path(__file__).with_name("schemas.json")

Node = dict[str, Any]


@dataclass(frozen=True)
class Schema:
    """One node of an OpenAPI v3 schema; what it says about list and map types is asked by properties.

    `definitions` is where its references lead. A node without a type takes anything.
    """

    node: Node
    definitions: Mapping[str, Node] = field(repr=False, default_factory=dict)

    @cached_property
    def resolved(self) -> Node:
        """The node with its reference followed; what stands beside the reference wins."""
        if "$ref" not in self.node:
            return self.node
        return {**self.definitions[self.node["$ref"]], **self.node}

    @cached_property
    def _parts(self) -> dict[str, "Schema"]:
        return {}

    def member(self, name: str) -> "Schema | None":
        """The schema of a field or map value; None when nothing is known of it."""
        if name not in self._parts:
            part = self.resolved.get("properties", {}).get(name, self.resolved.get("additionalProperties"))
            if not isinstance(part, dict):
                return None
            self._parts[name] = Schema(part, self.definitions)
        return self._parts[name]

    @cached_property
    def items(self) -> "Schema":
        """The schema of a list's items; anything, when nothing is known."""
        return Schema(self.resolved.get("items", {}), self.definitions)

    def inlined(self) -> Node:
        """The node with every reference in it followed, to stand in a schema with other definitions."""
        node = {key: value for key, value in self.resolved.items() if key != "$ref"}
        if "properties" in node:
            node["properties"] = {name: part.inlined() for name in node["properties"] if (part := self.member(name))}
        if "items" in node:
            node["items"] = self.items.inlined()
        return {**node, "x-kubernetes-preserve-unknown-fields": True} if self.is_open else node

    @property
    def type(self) -> str:
        """object, array, string, integer, number, boolean, or nothing for anything."""
        return str(self.resolved.get("type", ""))

    @property
    def fields(self) -> Mapping[str, Node]:
        """The named fields."""
        found: Mapping[str, Node] = self.resolved.get("properties", {})
        return found

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that must be there."""
        return tuple(self.resolved.get("required", ()))

    @property
    def is_map(self) -> bool:
        """Whether it has keys of the user's choice instead of fields."""
        return "additionalProperties" in self.resolved

    @property
    def is_open(self) -> bool:
        """Whether fields that it does not name are kept. A built-in object without any holds raw JSON."""
        raw = self.type == "object" and not self.fields and not self.is_map and bool(self.definitions)
        return raw or not self.type or bool(self.resolved.get("x-kubernetes-preserve-unknown-fields"))

    @property
    def is_atomic(self) -> bool:
        """Whether it is owned and replaced as one value."""
        if self.type == "array":
            return self.list_type == "atomic"
        return self.resolved.get("x-kubernetes-map-type") == "atomic"

    @property
    def list_type(self) -> str:
        """atomic, set or map."""
        return str(self.resolved.get("x-kubernetes-list-type", "atomic"))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The fields that tell the items of a keyed list apart."""
        return tuple(sorted(self.resolved.get("x-kubernetes-list-map-keys", ())))

    @property
    def merge_key(self) -> str:
        """The field that tells items apart in a strategic merge patch; empty for lists of plain values."""
        return str(self.resolved.get("x-kubernetes-patch-merge-key", ""))

    @property
    def strategies(self) -> tuple[str, ...]:
        """The strategies of a strategic merge patch: merge, replace, retainKeys."""
        return tuple(self.resolved.get("x-kubernetes-patch-strategy", "replace").split(","))

    @property
    def default(self) -> Any:
        """What an absent field stands for, None if nothing."""
        return self.node.get("default")


ANYTHING = Schema({})


@lru_cache(maxsize=1)
def _published() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(FILE.read_text())
    return data


@lru_cache
def schema_of(group_kind: GroupKind, version: str) -> Schema | None:
    """The schema of a built-in kind; None when it is none."""
    for group, served, kind, definition in _published()["kinds"]:
        if (group, served, kind) == (group_kind.group, version, group_kind.kind):
            return Schema({"$ref": definition}, _published()["definitions"])
    return None


def built_in() -> list[tuple[str, str, str]]:
    """Group, version and kind of every built-in kind."""
    return [(group, version, kind) for group, version, kind, _ in _published()["kinds"]]


def definitions() -> Mapping[str, Node]:
    """Every definition by name, for the sandbox's own OpenAPI document."""
    found: Mapping[str, Node] = _published()["definitions"]
    return found
