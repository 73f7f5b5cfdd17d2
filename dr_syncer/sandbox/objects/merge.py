"""One object laid over another by the rules of server-side apply, and fields taken out again.

Maps merge by key, keyed lists by their keys, sets by value; what is atomic is replaced.
"""

from collections.abc import Iterable
from typing import Any

import orjson

from dr_syncer.sandbox.objects.fields import Fields, Path, item_step, steps, value_step
from dr_syncer.sandbox.objects.schema import ANYTHING, Schema


def merge(below: Any, above: Any, schema: Schema) -> Any:
    """`above` laid over `below`; neither is changed."""
    if isinstance(below, dict) and isinstance(above, dict) and not schema.is_atomic:
        merged = dict(below)
        for name, value in above.items():
            merged[name] = merge(below.get(name), value, schema.member(name) or ANYTHING)
        return merged
    if isinstance(below, list) and isinstance(above, list) and schema.list_type != "atomic":
        return _merged_list(dict(steps(below, schema)), dict(steps(above, schema)), schema)
    return above


def _merged_list(below: dict[str, Any], above: dict[str, Any], schema: Schema) -> list[Any]:
    """Items of both in the order of `above`; those only below stay before the item that they stood before."""
    result: list[Any] = []
    waiting = iter(below.items())
    shared = [step for step in above if step in below]
    for step, item in above.items():
        if step in below:
            result += _until(step, waiting, set(shared))
            item = merge(below[step], item, schema.items)
        result.append(item)
    return result + [item for step, item in waiting if step not in above]


def _until(step: str, waiting: Iterable[tuple[str, Any]], shared: set[str]) -> list[Any]:
    """The items only below that come before `step` there."""
    passed = []
    for other, item in waiting:
        if other == step:
            break
        if other not in shared:
            passed.append(item)
    return passed


def without(value: Any, given_up: Fields, kept: Fields, schema: Schema) -> Any:
    """The object without the fields that were given up, unless something kept is or lies in them."""
    gone = [path for path in given_up if not any(other[: len(path)] == path for other in kept)]
    if not gone:
        return value
    result = orjson.loads(orjson.dumps(value))
    for path in sorted(gone, key=len, reverse=True):
        _remove(result, path, schema, kept)
    return result


def _remove(value: Any, path: Path, schema: Schema, kept: Fields) -> None:
    """Take one path out, and the containers that it leaves empty unless the schema wants them."""
    step, rest = path[0], path[1:]
    if step.startswith("f:"):
        name = step[2:]
        if not isinstance(value, dict) or name not in value:
            return
        if rest:
            _remove(value[name], rest, schema.member(name) or ANYTHING, kept)
        if not rest or (value[name] in ({}, []) and name not in schema.required):
            del value[name]
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found = item_step(item, schema) if isinstance(item, dict) else value_step(item)
            if found == step:
                if rest:
                    _remove(item, rest, schema.items, kept)
                else:
                    del value[index]
                return
