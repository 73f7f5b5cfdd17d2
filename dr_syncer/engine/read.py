"""Both sides of a replication, read in parallel and page by page. Called by the `discover` task and `dr-syncer plan`.

Whatever cannot be read becomes a finding, and its kind takes no part in the plan: nothing is concluded from absence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.engine.collector import held_back
from dr_syncer.engine.preflight import namespaces
from dr_syncer.errors import DRSyncerError
from dr_syncer.kube import NAMESPACES, Cluster, Discovery, Resource
from dr_syncer.objects import GroupKind, Object
from dr_syncer.plan.kinds import NAMESPACE, Kind
from dr_syncer.plan.model import Snapshot
from dr_syncer.plan.rules import Rules
from dr_syncer.plan.select import reason_to_skip
from dr_syncer.together import together


@dataclass(frozen=True, slots=True)
class Pair:
    """The two clusters of a replication, open."""

    source: Cluster
    destination: Cluster


@dataclass(frozen=True, slots=True)
class Inventory:
    """What was read, and how each kind is addressed in the destination."""

    snapshot: Snapshot
    resources: Mapping[GroupKind, Resource]


@dataclass(frozen=True, slots=True)
class _Read:
    """One kind, read: both sides, or the reason why not."""

    group_kind: GroupKind
    source: tuple[Object, ...] = ()
    destination: tuple[Object, ...] = ()
    resource: Resource | None = None
    finding: Diagnosis | None = None


async def read(pair: Pair, rules: Rules) -> Inventory:
    """Everything the plan needs; raises Refused when the replication as a whole cannot run."""
    with held_back():
        return await _read(pair, rules)


async def _read(pair: Pair, rules: Rules) -> Inventory:
    source_discovery, destination_discovery, (source, destination) = await together(
        pair.source.discover(), pair.destination.discover(), namespaces(pair.source, pair.destination, rules)
    )
    exists = destination is not None
    reads = await together(
        *(_kind(pair, rules, kind, source_discovery, destination_discovery, exists) for kind in rules.kinds)
    )
    return _inventory(source, destination, reads)


def _inventory(source: Object, destination: Object | None, reads: Iterable[_Read]) -> Inventory:
    usable = [one for one in reads if one.resource is not None]
    snapshot = Snapshot(
        source,
        destination,
        {one.group_kind: one.source for one in usable},
        {one.group_kind: one.destination for one in usable},
        tuple(one.finding for one in reads if one.finding),
    )
    resources = {one.group_kind: one.resource for one in usable if one.resource}
    return Inventory(snapshot, {NAMESPACE: NAMESPACES, **resources})


async def _kind(pair: Pair, rules: Rules, kind: Kind, source: Discovery, destination: Discovery, exists: bool) -> _Read:
    """One kind on both sides, in the source's preferred version that the destination serves too."""
    group_kind = kind.group_kind
    offered = source.versions(group_kind)
    if not offered:
        return _Read(group_kind, finding=_unreadable(group_kind, source, "source"))
    shared = next((v for v in offered if v in destination.versions(group_kind)), None)
    try:
        if shared is None:
            return await _only_in_source(pair, rules, group_kind, source, destination)
        resource = source.find(group_kind, shared)
        if resource is None:
            raise LookupError(group_kind)
        return await _both(pair, rules, resource, exists)
    except DRSyncerError as error:
        return _Read(group_kind, finding=_list_failed(group_kind, error))


async def _both(pair: Pair, rules: Rules, resource: Resource, exists: bool) -> _Read:
    if not exists:
        listing = await pair.source.list(resource, rules.source)
        return _Read(resource.group_kind, listing.items, (), resource)
    here, there = await together(
        pair.source.list(resource, rules.source), pair.destination.list(resource, rules.destination)
    )
    return _Read(resource.group_kind, here.items, there.items, resource)


async def _only_in_source(
    pair: Pair, rules: Rules, group_kind: GroupKind, source: Discovery, destination: Discovery
) -> _Read:
    """The destination does not serve the kind: that matters only when there is something to bring there."""
    resource = source.find(group_kind)
    items = (await pair.source.list(resource, rules.source)).items if resource else ()
    owed = [item for item in items if reason_to_skip(group_kind, item) is None]
    if not owed:
        return _Read(group_kind)
    finding = _unreadable(group_kind, destination, "destination") or Diagnosis(
        Level.ERROR,
        Category.KIND_NOT_SERVED,
        f"the destination does not serve {group_kind}: {len(owed)} objects cannot go there",
        f"the source has it in {', '.join(source.versions(group_kind))}",
        f"Upgrade or configure the destination cluster, or leave it out: resourceTypes: ['*', '-{group_kind.kind}'].",
    )
    return _Read(group_kind, finding=finding)


def _unreadable(group_kind: GroupKind, discovery: Discovery, side: str) -> Diagnosis | None:
    broken = [version for version in discovery.broken if version.startswith(f"{group_kind.group}/")]
    if not broken:
        return None
    return Diagnosis(
        Level.ERROR,
        Category.DISCOVERY_INCOMPLETE,
        f"the {side} cannot say whether it has {group_kind}",
        f"its API {', '.join(broken)} does not answer",
        "Look at `kubectl get apiservices` there; the rest of the replication went on.",
    )


def _list_failed(group_kind: GroupKind, error: DRSyncerError) -> Diagnosis:
    cause = error.diagnosis
    return Diagnosis(
        Level.ERROR,
        cause.category,
        f"{group_kind} could not be read: {cause.summary}",
        cause.detail,
        cause.resolution,
    )
