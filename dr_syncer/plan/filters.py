"""Whether an object fits a filter of the spec."""

import re
from collections.abc import Collection
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from dr_syncer.api.selection import LabelRequirement, LabelSelector, ObjectFilter, compiled_path
from dr_syncer.objects import Object, labels_of


def fits(wanted: ObjectFilter, item: Object, kind_names: Collection[str]) -> bool:
    """Whether the object, whose kind has these names in lower case, fits the filter."""
    name = str(item["metadata"]["name"])
    return (
        (not wanted.resource_types or any(one.strip().lower() in kind_names for one in wanted.resource_types))
        and (not wanted.names or any(fnmatchcase(name, glob) for glob in wanted.names))
        and (wanted.name_pattern is None or _pattern(wanted.name_pattern).fullmatch(name) is not None)
        and selects(wanted.label_selector, labels_of(item))
        and all(_text(_field(item, path)) == value for path, value in wanted.fields.items())
        and (wanted.json_path is None or compiled_path(wanted.json_path).match(item) is not None)
    )


def selects(selector: LabelSelector, labels: dict[str, str]) -> bool:
    """Whether labels satisfy a selector."""
    return all(labels.get(key) == value for key, value in selector.match_labels.items()) and all(
        _holds(requirement, labels) for requirement in selector.match_expressions
    )


def _holds(requirement: LabelRequirement, labels: dict[str, str]) -> bool:
    value = labels.get(requirement.key)
    match requirement.operator:
        case "In":
            return value in requirement.values
        case "NotIn":
            return value not in requirement.values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None


def _field(item: Any, path: str) -> Any:
    for name in path.removeprefix(".").split("."):
        item = item.get(name) if isinstance(item, dict) else None
    return item


def _text(value: Any) -> str | None:
    """A scalar as it is written in YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None or isinstance(value, dict | list) else str(value)


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)
