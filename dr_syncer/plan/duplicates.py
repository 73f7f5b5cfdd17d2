"""Lists in pods that name one thing twice.

An API server accepts them from a create or update, with a warning, and refuses them in an apply, where these lists are
maps. They are settled as the kubelet would: what is sent means what the source runs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import GroupKind, Object
from dr_syncer.plan.edits import at
from dr_syncer.plan.kinds import CRON_JOB, DAEMON_SET, DEPLOYMENT, JOB, STATEFUL_SET
from dr_syncer.plan.ownership import part

_TEMPLATE = ("spec", "template", "spec")
POD_SPECS: dict[GroupKind, tuple[str, ...]] = {
    **dict.fromkeys((DEPLOYMENT, STATEFUL_SET, DAEMON_SET, JOB), _TEMPLATE),
    CRON_JOB: ("spec", "jobTemplate", *_TEMPLATE),
}
"""Where the pods of a workload are described."""
_CONTAINERS = ("containers", "initContainers")


def _last(items: list[Any]) -> Any:
    return items[-1]


def _first(items: list[Any]) -> Any:
    return items[0]


def _together(items: list[Any]) -> Any:
    names = [name for item in items for name in item.get("hostnames") or ()]
    return {**items[0], "hostnames": list(dict.fromkeys(names))}


@dataclass(frozen=True, slots=True)
class _Rule:
    """By which members the items of a list are told apart, and what becomes of those that cannot be."""

    keys: tuple[str, ...]
    settle: Callable[[list[Any]], Any]
    outcome: str
    level: Level = Level.INFO


_RULES = {
    "env": _Rule(("name",), _last, "the last one counts, as it does in the source"),
    "ports": _Rule(("containerPort", "protocol"), _first, "only the first one's name is kept", Level.WARNING),
    "imagePullSecrets": _Rule(("name",), _first, "once is enough"),
    "hostAliases": _Rule(("ip",), _together, "their host names are put together"),
}


def unique(group_kind: GroupKind, item: Object) -> tuple[Object, tuple[Diagnosis, ...]]:
    """The object with each such list settled, and a note for every repetition; the same object when there is none."""
    path = POD_SPECS.get(group_kind, ())
    pod = _inside(item, path) if path else None
    notes = tuple(_notes(pod)) if pod else ()
    return (at(item, path, _unique_pod), notes) if notes else (item, ())


def _notes(pod: Object) -> Iterator[Diagnosis]:
    for where, holder in _holders(pod):
        for name, rule in _RULES.items():
            for key in _repeated(holder.get(name), rule.keys):
                summary = f"{where}{name} lists {'/'.join(map(str, key))} more than once: {rule.outcome}"
                yield Diagnosis(rule.level, Category.DUPLICATES, summary, resolution="List it once in the source.")


def _holders(pod: Object) -> Iterator[tuple[str, Object]]:
    yield "", pod
    for name in _CONTAINERS:
        for container in pod.get(name) or ():
            yield f"{name}[{container.get('name')}].", container


def _repeated(items: list[Any] | None, keys: tuple[str, ...]) -> list[tuple[Any, ...]]:
    if not items or len(items) < 2:
        return []
    return [key for key, number in Counter(_key(item, keys) for item in items).items() if number > 1]


def _unique_pod(pod: Object) -> Object:
    settled = _unique_lists(pod)
    for name in _CONTAINERS:
        if pod.get(name):
            settled[name] = [_unique_lists(container) for container in pod[name]]
    return settled


def _unique_lists(holder: Object) -> Object:
    return {
        name: _settled(value, _RULES[name]) if name in _RULES and value else value for name, value in holder.items()
    }


def _settled(items: list[Any], rule: _Rule) -> list[Any]:
    same: dict[tuple[Any, ...], list[Any]] = {}
    for item in items:
        same.setdefault(_key(item, rule.keys), []).append(item)
    return [rule.settle(one) for one in same.values()]


def _key(item: Any, keys: Iterable[str]) -> tuple[Any, ...]:
    return tuple(part(item, key) for key in keys)


def _inside(item: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        item = (item or {}).get(name)
    return item
