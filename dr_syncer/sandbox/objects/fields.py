"""Sets of fields, as managedFields keep them, and what two versions of an object differ in.

A path is a tuple of steps in the format of `fieldsV1`: `f:name` a field, `k:{"name":"web"}` an item of a keyed list,
`v:"x"` a member of a set. A set of fields is a frozenset of paths; only to be stored does it become a trie, in which
`.` says that a path with members below it is a member too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from dr_syncer.schemas.schema import ANYTHING, Schema

Path: TypeAlias = tuple[str, ...]
Fields: TypeAlias = frozenset[Path]

NOTHING: Fields = frozenset()
_ABSENT = object()
# Fields that no manager owns: they are the API server's.
_SYSTEM = {("f:apiVersion",), ("f:kind",), ("f:metadata",)} | {
    ("f:metadata", f"f:{name}")
    for name in (
        "name",
        "namespace",
        "creationTimestamp",
        "generation",
        "managedFields",
        "resourceVersion",
        "selfLink",
        "uid",
    )
}


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new, what has another value, and what is gone."""

    added: Fields
    modified: Fields
    removed: Fields


def fields_of(value: Any, schema: Schema) -> Fields:
    """The fields that somebody who applies `value` says something about."""
    return owned(_members(value, schema, ()))


def owned(paths: Iterable[Path]) -> Fields:
    """Without the fields that are the API server's own."""
    return frozenset(path for path in paths if path and path not in _SYSTEM and path[:2] not in _SYSTEM)


def to_trie(fields: Fields) -> dict[str, Any]:
    """The set as it stands in `fieldsV1`."""
    trie: dict[str, Any] = {}
    for path in sorted(fields, key=len):
        node = trie
        for depth, step in enumerate(path, 1):
            if step not in node:
                node[step] = {}
            elif depth < len(path) and path[:depth] in fields:
                node[step]["."] = {}
            node = node[step]
    return trie


def from_trie(trie: dict[str, Any]) -> Fields:
    """The set in a `fieldsV1`."""
    return frozenset(_paths(trie, ()))


def shown(path: Path) -> str:
    """As the API server names a field in messages: `.spec.containers[name="web"].image`."""
    return "".join(_shown(step) for step in path)


def item_step(item: Any, schema: Schema) -> str:
    """The step that leads to an item of the keyed list that `schema` describes; an absent key has its default."""
    key = {name: item.get(name, _default(schema, name)) for name in schema.keys}
    return "k:" + orjson.dumps(key, option=orjson.OPT_SORT_KEYS).decode()


def value_step(value: Any) -> str:
    """The step that leads to a member of a set."""
    return "v:" + orjson.dumps(value).decode()


def changes(before: Any, after: Any, schema: Schema) -> Changes:
    """What an update from `before` to `after` touches."""
    found: dict[str, set[Path]] = {"added": set(), "modified": set(), "removed": set()}
    _compare(before, after, schema, (), found)
    return Changes(*(owned(found[name]) for name in ("added", "modified", "removed")))


def _members(value: Any, schema: Schema, path: Path) -> Iterator[Path]:
    if isinstance(value, dict) and value and not schema.is_atomic:
        for name, part in value.items():
            yield from _members(part, schema.member(name) or ANYTHING, (*path, f"f:{name}"))
    elif isinstance(value, list) and value and schema.list_type != "atomic":
        for step, item in steps(value, schema):
            yield (*path, step)
            if isinstance(item, dict) and not schema.items.is_atomic:
                yield from _members(item, schema.items, (*path, step))
    else:
        yield path


def steps(items: list[Any], schema: Schema) -> Iterator[tuple[str, Any]]:
    """Each item of a keyed list or a set with its step."""
    for item in items:
        keyed = schema.list_type == "map" and isinstance(item, dict)
        yield (item_step(item, schema) if keyed else value_step(item)), item


def _compare(before: Any, after: Any, schema: Schema, path: Path, found: dict[str, set[Path]]) -> None:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and not schema.is_atomic:
        for name in before.keys() | after.keys():
            part = schema.member(name) or ANYTHING
            below = before.get(name, _ABSENT), after.get(name, _ABSENT)
            _part(*below, part, (*path, f"f:{name}"), found, implied=_is_implied(schema, name, part))
    elif isinstance(before, list) and isinstance(after, list) and schema.list_type != "atomic":
        here, there = dict(steps(before, schema)), dict(steps(after, schema))
        for step in here.keys() | there.keys():
            below = here.get(step, _ABSENT), there.get(step, _ABSENT)
            _part(*below, schema.items, (*path, step), found, implied=False)
    else:
        found["modified"].add(path)


def _part(before: Any, after: Any, schema: Schema, path: Path, found: dict[str, set[Path]], *, implied: bool) -> None:
    if before is _ABSENT or after is _ABSENT:
        kind, value = ("added", after) if before is _ABSENT else ("removed", before)
        found[kind].update(_everything(value, schema, path, implied=implied))
    else:
        _compare(before, after, schema, path, found)


def _everything(value: Any, schema: Schema, path: Path, *, implied: bool) -> Iterator[Path]:
    """All paths in a value that came or went, the containers too unless every object has them."""
    if isinstance(value, dict) and value and not schema.is_atomic:
        if not implied:
            yield path
        for name, part in value.items():
            below = schema.member(name) or ANYTHING
            yield from _everything(part, below, (*path, f"f:{name}"), implied=_is_implied(schema, name, below))
    elif isinstance(value, list) and value and schema.list_type != "atomic":
        if not implied:
            yield path
        for step, item in steps(value, schema):
            yield from _everything(item, schema.items, (*path, step), implied=False)
    else:
        yield path


def _is_implied(parent: Schema, name: str, schema: Schema) -> bool:
    """Whether every object has the container: a struct that is no pointer, or a list that must be there."""
    return schema.default == {} or (name in parent.required and schema.type == "array")


def _paths(trie: dict[str, Any], path: Path) -> Iterator[Path]:
    for step, below in trie.items():
        if step == ".":
            yield path
        elif below:
            yield from _paths(below, (*path, step))
        else:
            yield (*path, step)


def _default(schema: Schema, name: str) -> Any:
    member = schema.items.member(name)
    return member.default if member else None


def _shown(step: str) -> str:
    kind, _, rest = step.partition(":")
    if kind == "f":
        return f".{rest}"
    if kind == "v":
        return f"[={rest}]"
    return f"[{','.join(f'{name}={orjson.dumps(value).decode()}' for name, value in orjson.loads(rest).items())}]"
