"""Who set which field, as an object's managedFields tell it.

Server-side apply keeps, for each manager, the set of fields it set, as a trie (`fieldsV1`):

    {"f:spec": {"f:replicas": {}, "f:containers": {'k:{"name":"web"}': {".": {}, "f:image": {}}}}}

`f:` is a member of a map, `k:` an item of a keyed list, `v:` a member of a set, `.` the map or item itself, and an
empty trie a value owned as a whole. From our own entry `diff` tells without a request whether an apply would change
anything; from the entries of others `additions` tells what they put there.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias

import orjson

from dr_syncer.objects import Object
from dr_syncer.plan.differences import Path

Fields: TypeAlias = dict[str, Any]
"""A trie in the fieldsV1 format."""

Entry: TypeAlias = dict[str, Any]
"""One manager's entry of `metadata.managedFields`."""


def entries(live: Object) -> list[Entry]:
    """The managedFields of an object; empty when they are not kept."""
    return live["metadata"].get("managedFields") or []


def is_ours(entry: Entry, manager: str) -> bool:
    """Whether the entry is what `manager` applied."""
    return entry.get("manager") == manager and entry.get("operation") == "Apply" and not entry.get("subresource")


def owned_fields(live: Object, manager: str) -> Fields | None:
    """The fields that `manager` applied in the version the object was read in; None when it applied none."""
    for entry in entries(live):
        if is_ours(entry, manager) and entry.get("apiVersion") == live["apiVersion"]:
            fields: Fields = entry.get("fieldsV1") or {}
            return fields
    return None


def handed_over(live: Object, manager: str, moved: Fields, others: Callable[[Entry], bool]) -> list[Entry]:
    """managedFields in which `moved` is `manager`'s and no longer of the `others`: its next apply decides on it."""
    mine: Entry = {"manager": manager, "operation": "Apply", "apiVersion": live["apiVersion"], "fieldsV1": {}}
    rest = []
    for entry in entries(live):
        if is_ours(entry, manager):
            mine = entry
        elif not others(entry):
            rest.append(entry)
        elif fields := _minus(entry.get("fieldsV1") or {}, moved):
            rest.append({**entry, "fieldsV1": fields})
    return [*rest, {**mine, "fieldsType": "FieldsV1", "fieldsV1": union(mine["fieldsV1"], moved)}]


def owners(live: Object, path: Path) -> list[str]:
    """The managers that say they set the field at `path`, as paths are shown to people."""
    return [str(entry.get("manager", "")) for entry in entries(live) if holds(entry.get("fieldsV1") or {}, path)]


def holds(fields: Fields, path: Path) -> bool:
    """Whether the fields have the one at `path`, as paths are shown to people."""
    for name in path:
        below = next((below for step, below in fields.items() if step != "." and step_name(step) == name), None)
        if below is None:
            return False
        fields = below
    return True


def union(one: Fields, other: Fields) -> Fields:
    """The fields that are in either."""
    return {key: union(one.get(key, {}), other.get(key, {})) for key in {**one, **other}}


def _minus(fields: Fields, taken: Fields) -> Fields:
    """The fields without those that are leaves of `taken`, and without what is empty then."""
    rest = {}
    for step, below in fields.items():
        if step not in taken:
            rest[step] = below
        elif taken[step] and (kept := _minus(below, taken[step])):
            rest[step] = kept
    return rest


Addition: TypeAlias = tuple[Path, Any, Fields]
"""A field that somebody added: its path, its value, and the trie of it alone."""


def additions(fields: Fields, live: Any, wanted: Any, source: Any, path: Path = ()) -> Iterator[Addition]:
    """What of `fields` is live and in neither the wanted nor the source object.

    What only the source has was dropped by the plan on purpose; what is in it is told member by member.
    """
    for step, below in fields.items():
        value = None if step == "." else member(live, step)
        if value is None:
            continue
        deeper = (*path, step_name(step))
        ours, theirs = member(wanted, step), member(source, step)
        if (ours is None and theirs is None) and not _is_notes(deeper):
            yield deeper, value, {step: below}
        elif below:
            inside = additions(below, value, ours, theirs, deeper)
            yield from ((where, what, {step: trie}) for where, what, trie in inside)


def _is_notes(path: Path) -> bool:
    """Labels and annotations are many people's notes in one map: each counts for itself."""
    return path == ("metadata",) or path[-2:] in (("metadata", "labels"), ("metadata", "annotations"))


def member(value: Any, step: str) -> Any:
    """What a trie's step leads to inside a value; None when it is not there."""
    tag, rest = step[:2], step[2:]
    if tag == "f:":
        return value.get(rest) if isinstance(value, dict) else None
    if not isinstance(value, list):
        return None
    want = decoded(rest)
    if tag == "k:":
        return next((item for item in value if all(part(item, k) == v for k, v in want.items())), None)
    return want if want in value else None


def part(item: Any, name: str) -> Any:
    """A part of a list item's key: the server reads a missing one as empty."""
    value = item.get(name)
    return "" if value is None else value


def step_name(step: str) -> str:
    """A step as it reads in a path: `f:image` -> `image`, `k:{"name":"web"}` -> `[web]`."""
    tag, rest = step[:2], step[2:]
    if tag == "f:":
        return rest
    value = decoded(rest)
    return f"[{','.join(str(one) for one in (value.values() if isinstance(value, dict) else [value]))}]"


@lru_cache(maxsize=4096)
def decoded(text: str) -> Any:
    """The JSON inside a `k:` or `v:` step; the same few keys stand in every object."""
    return orjson.loads(text)
