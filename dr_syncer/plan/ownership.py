"""Who set which field, as an object's managedFields tell it.

Server-side apply keeps, for each manager, the set of fields it set, as a trie (`fieldsV1`):

    {"f:spec": {"f:replicas": {}, "f:containers": {'k:{"name":"web"}': {".": {}, "f:image": {}}}}}

`f:` is a member of a map, `k:` an item of a keyed list, `v:` a member of a set, `.` the map or item itself, and an
empty trie a value owned as a whole. From our own entry `diff` tells without a request whether an apply would change
anything; the entries of people at a keyboard tell what was added by hand.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias

import orjson

from dr_syncer.objects import Object
from dr_syncer.plan.differences import FieldChange, Path

Fields: TypeAlias = dict[str, Any]
"""A trie in the fieldsV1 format."""

# Tools that people type at. Controllers and webhooks have names of their own, and their fields are theirs to keep.
_HANDS = ("kubectl", "k9s", "lens", "Mozilla")
# What kubectl leaves behind without anybody wanting to change the object.
_TRACES = {
    ("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"),
    ("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"),
}


def owned_fields(live: Object, manager: str) -> Fields | None:
    """The fields that `manager` applied in the version the object was read in; None when it applied none."""
    for entry in live["metadata"].get("managedFields") or ():
        if (
            entry.get("manager") == manager
            and entry.get("operation") == "Apply"
            and not entry.get("subresource")
            and entry.get("apiVersion") == live["apiVersion"]
        ):
            fields: Fields = entry.get("fieldsV1") or {}
            return fields
    return None


def added_by_hand(live: Object, wanted: Object, source: Object) -> tuple[FieldChange, ...]:
    """Fields that somebody added to the standby and that neither the source nor the wanted object has."""
    changes = [
        change
        for entry in live["metadata"].get("managedFields") or ()
        if _by_hand(entry)
        for change in _additions(entry.get("fieldsV1") or {}, live, wanted, source, ())
    ]
    return tuple(dict.fromkeys(changes))


def adopted(live: Object, manager: str) -> list[dict[str, Any]]:
    """managedFields in which what was set by hand is ours: the next apply then removes what it does not name."""
    entries = live["metadata"].get("managedFields") or []
    ours: dict[str, Any] = {"manager": manager, "operation": "Apply", "apiVersion": live["apiVersion"]}
    fields: Fields = {}
    rest = []
    for entry in entries:
        own = entry.get("manager") == manager and entry.get("operation") == "Apply" and not entry.get("subresource")
        if own or _by_hand(entry):
            fields = _union(fields, entry.get("fieldsV1") or {})
            ours["time"] = entry.get("time")
        else:
            rest.append(entry)
    return [*rest, {**ours, "fieldsType": "FieldsV1", "fieldsV1": fields}]


def _by_hand(entry: dict[str, Any]) -> bool:
    return str(entry.get("manager", "")).startswith(_HANDS) and not entry.get("subresource")


def _union(one: Fields, other: Fields) -> Fields:
    return {key: _union(one.get(key, {}), other.get(key, {})) for key in {**one, **other}}


def _additions(fields: Fields, live: Any, wanted: Any, source: Any, path: Path) -> Iterator[FieldChange]:
    for step, below in fields.items():
        if step == ".":
            continue
        value = member(live, step)
        if value is None or (*path, step_name(step)) in _TRACES:
            continue
        deeper = (*path, step_name(step))
        ours, theirs = member(wanted, step), member(source, step)
        if ours is None and theirs is None:
            yield FieldChange(deeper, value, None)
        elif below:  # a part that only the source has was dropped by the plan; what is in it is told member by member
            yield from _additions(below, value, ours, theirs, deeper)


def member(value: Any, step: str) -> Any:
    """What a trie's step leads to inside a value; None when it is not there."""
    tag, rest = step[:2], step[2:]
    if tag == "f:":
        return value.get(rest) if isinstance(value, dict) else None
    if not isinstance(value, list):
        return None
    want = decoded(rest)
    if tag == "k:":
        return next((item for item in value if all(item.get(k) == v for k, v in want.items())), None)
    return want if want in value else None


def step_name(step: str) -> str:
    """A step as it reads in a path: `f:image` -> `image`, `k:{"name":"web"}` -> `[web]`."""
    tag, rest = step[:2], step[2:]
    if tag == "f:":
        return rest
    value = decoded(rest)
    return f"[{','.join(str(part) for part in (value.values() if isinstance(value, dict) else [value]))}]"


@lru_cache(maxsize=4096)
def decoded(text: str) -> Any:
    """The JSON inside a `k:` or `v:` step; the same few keys stand in every object."""
    return orjson.loads(text)
