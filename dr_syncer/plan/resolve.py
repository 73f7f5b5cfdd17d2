"""From the resource types that people write to the kinds a cluster serves.

Names are taken as kubectl takes them: plural, singular, short name, Kind, or any of these with its group, in any case.
Whatever name is not clear is an error before anything is read.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Protocol

from dr_syncer.diagnosis import Category
from dr_syncer.errors import InvalidInput, Problem
from dr_syncer.objects import GroupKind
from dr_syncer.plan.kinds import KINDS, Kind, is_well_known, never_replicated

TYPES, FURTHER = "spec.resourceTypes", "spec.namespaceScopedResources"
_NEEDED_VERBS = {"list", "create", "patch"}


class Served(Protocol):
    """What discovery tells of a kind, as far as its name matters here."""

    @property
    def group_kind(self) -> GroupKind: ...  # noqa: D102
    @property
    def plural(self) -> str: ...  # noqa: D102
    @property
    def singular(self) -> str: ...  # noqa: D102
    @property
    def short_names(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def namespaced(self) -> bool: ...  # noqa: D102
    @property
    def verbs(self) -> frozenset[str]: ...  # noqa: D102


def resolve(
    resource_types: Iterable[str],
    further: Iterable[str],
    served: Iterable[Served],
    mentioned: Mapping[str, Iterable[str]] | None = None,
) -> tuple[Kind, ...]:
    """The kinds that `resourceTypes` and `namespaceScopedResources` ask for, in writing order.

    `"*"`, or no type at all, is every well-known kind; as a further resource it is every other kind that the cluster
    serves in namespaces. `-secrets` takes one out. `mentioned` are the names in other fields, by their paths. Raises
    InvalidInput with each unknown name and its near matches.
    """
    names = _Names(served)
    types, more = _cleaned(resource_types), _cleaned(further)
    problems = [*names.problems(TYPES, types), *names.problems(FURTHER, more)]
    problems += [one for path, others in (mentioned or {}).items() for one in names.problems(path, _cleaned(others))]
    if problems:
        raise InvalidInput(
            "there are resource types that cannot be replicated",
            tuple(problems),
            resolution='Name kinds like "deployments", "sts" or "certificates.cert-manager.io", or "*" for all.',
            category=Category.UNKNOWN_RESOURCE_TYPE,
        )
    asked, excluded = names.of(types)
    everything = "*" in types or not asked
    wanted = {*asked, *(KINDS if everything else ()), *names.of(more)[0], *(names.further if "*" in more else ())}
    return tuple(sorted(wanted - excluded, key=_order))


def _cleaned(names: Iterable[str]) -> list[str]:
    return [name.strip().lower() for name in names if name.strip()]


_PLACES = {kind.group_kind: place for place, kind in enumerate(KINDS)}


def _order(kind: Kind) -> tuple[int, int, str]:
    return kind.wave, _PLACES.get(kind.group_kind, len(KINDS)), kind.resource


class _Names:
    """Which name means which kind: well-known kinds first, then what is served, in the server's order."""

    def __init__(self, served: Iterable[Served]) -> None:
        self._kinds: dict[str, Kind] = {}
        self._never: dict[str, str] = {}
        further: dict[GroupKind, Kind] = {}
        for kind in KINDS:
            self._add(kind)
        for one in served:
            if one.namespaced and not is_well_known(one.group_kind):
                self._learn(one, further)
        self.further = tuple(further.values())

    def _learn(self, one: Served, further: dict[GroupKind, Kind]) -> None:
        singular = one.singular or one.group_kind.kind.lower()
        kind = Kind(one.group_kind, (one.plural, singular, *one.short_names, one.group_kind.kind.lower()))
        if reason := never_replicated(one.group_kind):
            for name in kind.forms:
                self._never.setdefault(name, reason)
        elif one.verbs >= _NEEDED_VERBS:
            self._add(further.setdefault(one.group_kind, kind))

    def _add(self, kind: Kind) -> None:
        for name in kind.forms:
            self._kinds.setdefault(name, kind)

    def of(self, names: list[str]) -> tuple[set[Kind], set[Kind]]:
        """The kinds that are asked for and those that are taken out."""
        asked = {self._kinds[name] for name in names if name != "*" and not name.startswith("-")}
        return asked, {self._kinds[name[1:]] for name in names if name.startswith("-")}

    def problems(self, path: str, names: list[str]) -> Iterable[Problem]:
        for index, name in enumerate(names):
            bare = name.removeprefix("-")
            if name == "*" or bare in self._kinds:
                continue
            yield self._problem(f"{path}[{index}]", name, bare)

    def _problem(self, path: str, name: str, bare: str) -> Problem:
        if reason := self._never.get(bare):
            return Problem(path, f"{name!r} is never replicated: {reason}")
        near = get_close_matches(bare, self._kinds, n=3, cutoff=0.6)
        known = ", ".join(near or [kind.plural for kind in KINDS])
        return Problem(path, f"{name!r} is no kind that the source has in namespaces", known)
