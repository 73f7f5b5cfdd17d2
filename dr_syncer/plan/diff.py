"""Whether applying an object would change anything, told from the live object alone: no write, no dry run.

An apply changes nothing exactly when our field manager owns the fields we want and no others, and the live object
has our values in them. This module walks the three together: what we want, what is live, and the trie of what we
own. It runs for every object of every sync, so the case "nothing to do" is one pass without allocation of paths.
"""

from typing import Any

from dr_syncer.objects import Object
from dr_syncer.plan.differences import FieldChange, Path, compare
from dr_syncer.plan.ownership import Fields, decoded, part, step_name

_IDENTITY = {"apiVersion", "kind", "name", "namespace"}
OWNERSHIP = ("metadata", "managedFields")


def drift(wanted: Object, live: Object, fields: Fields | None) -> tuple[FieldChange, ...]:
    """What an apply of `wanted` would change in `live`, of which we own `fields` (None: nothing of it)."""
    found: list[FieldChange] = []
    if fields is None:
        _take_over(wanted, live, found)
        return tuple(found)
    for key, value in wanted.items():
        if key == "metadata":
            own = {name: part for name, part in value.items() if name not in _IDENTITY}
            _map(own, live["metadata"], fields.get("f:metadata") or {}, (key,), found)
        elif key not in _IDENTITY:
            _member(key, value, live, fields, (), found)
    given_up = fields.keys() - {f"f:{key}" for key in wanted}
    found += [FieldChange((step[2:],), live.get(step[2:]), None) for step in sorted(given_up) if step != "."]
    return tuple(found)


def _take_over(wanted: Object, live: Object, found: list[FieldChange]) -> None:
    """An object of which we own nothing: our values replace its own, its other fields stay."""
    if wanted.keys() <= _IDENTITY | {"metadata"} and wanted["metadata"].keys() <= _IDENTITY:
        return  # a name is nothing to own: a namespace without labels
    for key, value in wanted.items():
        if key == "metadata":
            for name in ("labels", "annotations"):
                _values(value.get(name), live["metadata"].get(name), (key, name), found)
        elif key not in _IDENTITY:
            _values(value, live.get(key), (key,), found)
    if not found:
        found.append(FieldChange(OWNERSHIP, None, "dr-syncer"))


def _values(wanted: Any, live: Any, path: Path, found: list[FieldChange]) -> None:
    """Our values against live ones, where the live map may hold more."""
    if isinstance(wanted, dict) and isinstance(live, dict):
        for key, value in wanted.items():
            _values(value, live.get(key), (*path, key), found)
    elif wanted is not None:
        found += compare(live, wanted, path)


def _member(key: str, wanted: Any, live: Object, fields: Fields, path: Path, found: list[FieldChange]) -> None:
    below = fields.get(f"f:{key}")
    value = live.get(key)
    if below is None:
        _unowned(wanted, value, (*path, key), found)
    elif not below:
        _whole(wanted, value, (*path, key), found)
    elif isinstance(wanted, dict) and isinstance(value, dict):
        _map(wanted, value, below, (*path, key), found)
    elif isinstance(wanted, list) and isinstance(value, list):
        _list(wanted, value, below, (*path, key), found)
    else:
        found.append(FieldChange((*path, key), value, wanted))


def _map(wanted: Object, live: Object, fields: Fields, path: Path, found: list[FieldChange]) -> None:
    for key, value in wanted.items():
        # Nearly every member of nearly every sync ends here: a value of ours, still as we want it.
        if fields.get(f"f:{key}") == {} and live.get(key) == value:
            continue
        _member(key, value, live, fields, path, found)
    if len(fields) - ("." in fields) != len(wanted):
        extra = [step[2:] for step in fields if step != "." and step[2:] not in wanted]
        found += [FieldChange((*path, name), live.get(name), None) for name in extra]


def _whole(wanted: Any, live: Any, path: Path, found: list[FieldChange]) -> None:
    """A value owned as a whole. An empty map that we own may have been filled by others, who own what is in it."""
    if wanted == live or (wanted == {} and isinstance(live, dict)):
        return
    found += compare(live, wanted, path)


def _unowned(wanted: Any, live: Any, path: Path, found: list[FieldChange]) -> None:
    """We want a field that is not ours: empty is the same as absent; else somebody took it over or removed it."""
    if wanted in ({}, []) and not live:
        return
    before = len(found)
    found += compare(live, wanted, path)
    if len(found) == before:
        found.append(FieldChange((*OWNERSHIP, *path), None, "dr-syncer"))


def _list(wanted: list[Any], live: list[Any], fields: Fields, path: Path, found: list[FieldChange]) -> None:
    keyed = {step: below for step, below in fields.items() if step != "."}
    if any(step.startswith("v:") for step in keyed):
        owned = [decoded(step[2:]) for step in keyed]
        ours = [value for value in live if value in owned]
        if ours != wanted or len(owned) != len(wanted):
            found.append(FieldChange(path, ours, wanted))
        return
    _keyed_list(wanted, live, keyed, path, found)


def _keyed_list(wanted: list[Any], live: list[Any], keyed: Fields, path: Path, found: list[FieldChange]) -> None:
    names = tuple(decoded(next(iter(keyed))[2:])) if keyed else ()
    owned = {_key(decoded(step[2:]), names): (step, below) for step, below in keyed.items()}
    ours = {key: item for item in live if (key := _key(item, names)) in owned}
    wants = {_key(item, names): item for item in wanted}
    for key, item in wants.items():
        if key in ours:
            step, below = owned[key]
            if below:
                _map(item, ours[key], below, (*path, step_name(step)), found)
            else:  # an item that is one value, as those of imagePullSecrets
                _whole(item, ours[key], (*path, step_name(step)), found)
        else:
            found.append(FieldChange((*path, f"[{','.join(map(str, key))}]"), None, item))
    given_up = owned.keys() - wants.keys()
    found += [FieldChange((*path, step_name(owned[key][0])), ours.get(key), None) for key in given_up]
    if list(ours) != list(wants) and ours.keys() == wants.keys():
        found.append(FieldChange((*path, "order"), _order(ours), _order(wants)))


def _key(item: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(part(item, name) for name in names)


def _order(items: dict[tuple[Any, ...], Any]) -> str:
    return ", ".join("/".join(map(str, key)) for key in items)
