"""Which namespaces a replication is about: the one that it names, or those that its selector chooses now."""

import re
from dataclasses import dataclass

from dr_syncer.api import ReplicationSpec
from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.engine.read import Pair
from dr_syncer.kube import NAMESPACES
from dr_syncer.objects import FIELD_MANAGER, Object, labels_of
from dr_syncer.plan.filters import selects
from dr_syncer.plan.ownership import entries, is_ours
from dr_syncer.together import together


@dataclass(frozen=True, slots=True)
class Chosen:
    """A spec for each namespace, and what was found about those that are not, or no longer, chosen."""

    specs: tuple[ReplicationSpec, ...]
    findings: tuple[Diagnosis, ...] = ()


async def chosen(pair: Pair, spec: ReplicationSpec) -> Chosen:
    """The namespaces of a replication, as the source has them now."""
    selector = spec.namespace_selector
    if selector is None:
        return Chosen((spec,))
    here, there = await together(pair.source.list(NAMESPACES), pair.destination.list(NAMESPACES))
    names = [item["metadata"]["name"] for item in here.items if selects(selector, labels_of(item)) and _lives(item)]
    specs = tuple(spec.of_namespace(name) for name in sorted(names))
    if not specs:
        return Chosen((), (_NONE,))
    left = _left_behind(spec, {one.destination for one in specs}, there.items)
    return Chosen(specs, (_left(left),) if left else ())


def _lives(namespace: Object) -> bool:
    return "deletionTimestamp" not in namespace["metadata"]


def _left_behind(spec: ReplicationSpec, standbys: set[str], there: tuple[Object, ...]) -> list[str]:
    """Namespaces that look like standbys of this replication, are ours, and have no source any more."""
    pattern = re.compile(re.escape(spec.destination_namespace_template).replace(r"\{namespace\}", "(.+)"))
    names = {item["metadata"]["name"]: item for item in there}
    return sorted(
        name
        for name, item in names.items()
        if name not in standbys
        and pattern.fullmatch(name)
        and any(is_ours(entry, FIELD_MANAGER) for entry in entries(item))
    )


_NONE = Diagnosis(
    Level.WARNING,
    Category.NO_NAMESPACE_CHOSEN,
    "no namespace of the source fits spec.namespaceSelector",
    resolution="Label the namespaces that are to be replicated.",
)


def _left(names: list[str]) -> Diagnosis:
    return Diagnosis(
        Level.WARNING,
        Category.LEFT_BEHIND,
        f"kept, though their sources are no longer chosen: {', '.join(names)}",
        "the namespaces left spec.namespaceSelector, or were deleted",
        "Delete the standbys by hand when they are not needed any more.",
    )
