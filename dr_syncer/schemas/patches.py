"""The patches besides server-side apply: merge patch, JSON patch, and Kubernetes' strategic merge patch."""

from typing import Any

import jsonpatch
import jsonpointer

from dr_syncer.schemas.schema import ANYTHING, Schema

_ORDER, _DELETIONS = "$setElementOrder/", "$deleteFromPrimitiveList/"


class PatchFailed(Exception):
    """The patch is none, or cannot be applied to this object."""


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386: maps merge, null removes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def json_patch(target: Any, operations: Any) -> Any:
    """RFC 6902; raises PatchFailed when an operation does not apply or a test does not hold."""
    try:
        return jsonpatch.JsonPatch(operations).apply(target)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError) as error:
        raise PatchFailed(f"the server rejected our request due to an error in our request: {error}") from None


def strategic_merge(target: Any, patch: Any, schema: Schema) -> Any:
    """Maps merge, lists merge by the key that the schema names, or are replaced where it names none."""
    if not isinstance(patch, dict):
        return patch
    directive = patch.get("$patch")
    if directive == "delete":
        return {}
    result = dict(target) if isinstance(target, dict) and directive != "replace" else {}
    if retained := patch.get("$retainKeys"):
        result = {key: value for key, value in result.items() if key in retained}
    for key, value in patch.items():
        if not key.startswith("$"):
            _set_member(result, key, value, patch, schema.member(key) or ANYTHING)
    for key, value in patch.items():
        if key.startswith(_DELETIONS):
            name = key.removeprefix(_DELETIONS)
            result[name] = [item for item in result.get(name) or [] if item not in value]
    return result


def _set_member(result: dict[str, Any], key: str, value: Any, patch: dict[str, Any], schema: Schema) -> None:
    if value is None:
        result.pop(key, None)
    elif isinstance(value, list):
        order = patch.get(f"{_ORDER}{key}")
        result[key] = _merged_list(result.get(key) or [], value, order, schema)
    else:
        result[key] = strategic_merge(result.get(key), value, schema)


def _merged_list(target: list[Any], patch: list[Any], order: list[Any] | None, schema: Schema) -> list[Any]:
    if "merge" not in schema.strategies or any(_directive(item) == "replace" for item in patch):
        return [item for item in patch if _directive(item) is None]
    if not schema.merge_key:
        return target + [item for item in patch if item not in target]
    return _ordered(_merged_items(target, patch, schema), order or patch, schema.merge_key)


def _merged_items(target: list[Any], patch: list[Any], schema: Schema) -> list[Any]:
    key = schema.merge_key
    result = {item.get(key): item for item in target}
    for item in patch:
        if key not in item:
            raise PatchFailed(f"map: {item} does not contain declared merge key: {key}")
        if _directive(item) == "delete":
            result.pop(item[key], None)
        else:
            result[item[key]] = strategic_merge(result.get(item[key], {}), item, schema.items)
    return list(result.values())


def _ordered(items: list[Any], order: list[Any], key: str) -> list[Any]:
    """In the order that the patch names or has them; what is not in it comes last."""
    places = {entry[key] if isinstance(entry, dict) else entry: place for place, entry in enumerate(order)}
    return sorted(items, key=lambda item: places.get(item.get(key), len(places)))


def _directive(item: Any) -> str | None:
    return item.get("$patch") if isinstance(item, dict) else None
