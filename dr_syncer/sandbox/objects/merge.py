"""One object laid over another by the rules of server-side apply, and fields taken out again.

Maps merge by key, keyed lists by their keys, sets by value; what is atomic is replaced.
"""

from typing import Any

import orjson

from dr_syncer.sandbox.objects.fields import Fields, Path, item_step, steps, value_step
from dr_syncer.schemas.schema import ANYTHING, Schema


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
    """Items of both: the shared in the order of `above`, the others where they stood, those of `below` first."""
    result: list[Any] = []
    here, there = list(below), list(above)
    shared = [step for step in there if step in below]
    while here or there:
        if here and here[0] not in above:
            result.append(below[here.pop(0)])
        elif here and (not shared or here[0] != shared[0]):
            here.pop(0)  # it has come, or comes, in the order of `above`
        else:
            step = there.pop(0)
            if step in below:
                shared.remove(step)
                result.append(merge(below[step], above[step], schema.items))
            else:
                result.append(above[step])
    return result


def given_up(had: Fields, mine: Fields, kept: Fields) -> list[Path]:
    """The fields that a manager no longer says anything about and that nothing kept is or lies in, outermost only."""
    gone = {path for path in had - mine if not any(other[: len(path)] == path for other in kept)}
    return [path for path in gone if not any(path[:length] in gone for length in range(1, len(path)))]


def without(value: Any, gone: list[Path], schema: Schema) -> Any:
    """The object without some fields; what is left of their containers stays, even empty."""
    if not gone:
        return value
    result = orjson.loads(orjson.dumps(value))
    for path in gone:
        _remove(result, path, schema)
    return result


def without_emptied(value: Any, gone: list[Path], schema: Schema) -> Any:
    """The object without containers that have lost all they held, unless the schema wants them."""
    for path in gone:
        value = _tidied(value, path[:-1], schema)
    return value


def _tidied(value: Any, path: Path, schema: Schema) -> Any:
    if not path or not path[0].startswith("f:") or not isinstance(value, dict) or path[0][2:] not in value:
        return value
    name = path[0][2:]
    below = _tidied(value[name], path[1:], schema.member(name) or ANYTHING)
    rest = {key: part for key, part in value.items() if key != name}
    return rest if below in ({}, []) and name not in schema.required else {**value, name: below}


def _remove(value: Any, path: Path, schema: Schema) -> None:
    step, rest = path[0], path[1:]
    if step.startswith("f:"):
        name = step[2:]
        if not isinstance(value, dict) or name not in value:
            return
        if rest:
            _remove(value[name], rest, schema.member(name) or ANYTHING)
        else:
            del value[name]
    elif isinstance(value, list):
        _remove_item(value, step, rest, schema)


def _remove_item(items: list[Any], step: str, rest: Path, schema: Schema) -> None:
    for index, item in enumerate(items):
        if step == (item_step(item, schema) if isinstance(item, dict) else value_step(item)):
            if rest:
                _remove(item, rest, schema.items)
            else:
                del items[index]
            return
