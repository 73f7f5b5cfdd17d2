"""Both sides of a replication, read in parallel and page by page. Called by the `discover` task and `dr-syncer plan`.

Whatever cannot be read becomes a finding, and its kind takes no part in the plan: nothing is concluded from absence.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.engine.collector import held_back
from dr_syncer.engine.preflight import namespaces
from dr_syncer.engine.volumes import with_volumes
from dr_syncer.errors import DRSyncerError
from dr_syncer.kube import DEFINITIONS, NAMESPACES, STORAGE_CLASSES, VOLUMES, Cluster, Discovery, Resource
from dr_syncer.objects import GroupKind, Object
from dr_syncer.plan.kinds import (
    CUSTOM_RESOURCE_DEFINITION,
    KINDS,
    NAMESPACE,
    PERSISTENT_VOLUME,
    PERSISTENT_VOLUME_CLAIM,
    Kind,
    is_well_known,
    never_replicated,
)
from dr_syncer.plan.model import DefinitionPair, Snapshot
from dr_syncer.plan.resolve import resolve
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
    definition: DefinitionPair | None = None


async def read(pair: Pair, rules: Rules) -> Inventory:
    """Everything the plan needs; raises Refused when the replication as a whole cannot run."""
    with held_back():
        return await _read(pair, rules)


async def _read(pair: Pair, rules: Rules) -> Inventory:
    source_discovery, destination_discovery, (source, destination) = await together(
        pair.source.discover(), pair.destination.discover(), namespaces(pair.source, pair.destination, rules)
    )
    kinds = resolve(rules.resource_types, rules.further_resources, source_discovery.resources, rules.mentioned)
    reader = _Reader(pair, rules, kinds, source_discovery, destination_discovery, destination is not None)
    reads = await together(*map(reader.kind, kinds))
    inventory = _inventory(source, destination, reads, _unknowable(rules, source_discovery))
    classes = await _storage_classes(pair.destination, inventory.snapshot)
    snapshot = replace(inventory.snapshot, kinds=kinds, storage_classes=classes)
    return replace(inventory, snapshot=await with_volumes(pair.source, pair.destination, snapshot, rules))


async def _storage_classes(cluster: Cluster, snapshot: Snapshot) -> frozenset[str] | None:
    """The destination's StorageClasses, if there are claims that may name one and if they may be read."""
    if not snapshot.source.get(PERSISTENT_VOLUME_CLAIM):
        return None
    try:
        return frozenset(item["metadata"]["name"] for item in (await cluster.list(STORAGE_CLASSES)).items)
    except DRSyncerError:
        return None  # they are cluster-wide, and a replication may work without that right


def _inventory(
    source: Object, destination: Object | None, reads: Iterable[_Read], findings: Iterable[Diagnosis]
) -> Inventory:
    usable = [one for one in reads if one.resource is not None]
    snapshot = Snapshot(
        source,
        destination,
        {one.group_kind: one.source for one in usable},
        {one.group_kind: one.destination for one in usable},
        (*findings, *(one.finding for one in reads if one.finding)),
        tuple(one.definition for one in reads if one.definition),
    )
    resources = {one.group_kind: one.resource for one in usable if one.resource}
    return Inventory(
        snapshot,
        {NAMESPACE: NAMESPACES, CUSTOM_RESOURCE_DEFINITION: DEFINITIONS, PERSISTENT_VOLUME: VOLUMES, **resources},
    )


def _unknowable(rules: Rules, source: Discovery) -> Iterator[Diagnosis]:
    """API groups that do not answer, when every kind of them is asked for."""
    known = {kind.group_kind.group for kind in KINDS}
    if "*" not in rules.further_resources:
        return
    for version in source.broken:
        group = version.rpartition("/")[0]
        if group not in known and not never_replicated(GroupKind(group, "")):
            yield _broken("source", f"which kinds of {group} it has", [version])


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one kind after the other of both sides."""

    pair: Pair
    rules: Rules
    kinds: tuple[Kind, ...]
    source: Discovery
    destination: Discovery
    exists: bool

    async def kind(self, kind: Kind) -> _Read:
        """One kind on both sides, in the source's preferred version that the destination serves too."""
        group_kind = kind.group_kind
        offered = self.source.versions(group_kind)
        if not offered:
            return _Read(group_kind, finding=_unreadable(group_kind, self.source, "source"))
        shared = next((v for v in offered if v in self.destination.versions(group_kind)), None)
        try:
            if shared is None:
                return await self._only_in_source(kind)
            resource = self.source.find(group_kind, shared)
            if resource is None:
                raise LookupError(group_kind)
            return await self._with_definition(kind, await self._both(resource))
        except DRSyncerError as error:
            return _Read(group_kind, finding=_list_failed(group_kind, error))

    async def _both(self, resource: Resource) -> _Read:
        if not self.exists:
            listing = await self.pair.source.list(resource, self.rules.source)
            return _Read(resource.group_kind, listing.items, (), resource)
        here, there = await together(
            self.pair.source.list(resource, self.rules.source),
            self.pair.destination.list(resource, self.rules.destination),
        )
        return _Read(resource.group_kind, here.items, there.items, resource)

    async def _only_in_source(self, kind: Kind) -> _Read:
        """The destination does not serve the kind: that matters only when there is something to bring there."""
        group_kind = kind.group_kind
        resource = self.source.find(group_kind)
        items = (await self.pair.source.list(resource, self.rules.source)).items if resource else ()
        replicated = [one.group_kind for one in self.kinds]
        owed = [item for item in items if reason_to_skip(group_kind, item, replicated) is None]
        if not owed:
            return _Read(group_kind)
        brought = await self._with_definition(kind, _Read(group_kind, items, (), resource))
        if brought.definition:
            return brought
        unreadable = _unreadable(group_kind, self.destination, "destination")
        return _Read(group_kind, finding=unreadable or _not_served(kind, len(owed), self.source.versions(group_kind)))

    async def _with_definition(self, kind: Kind, read: _Read) -> _Read:
        """What was read, with the definition that it needs if definitions are to be brought."""
        if not self.rules.sync_crds or is_well_known(kind.group_kind) or not read.source:
            return read
        here, there = await together(
            self.pair.source.find(DEFINITIONS, "", kind.resource),
            self.pair.destination.find(DEFINITIONS, "", kind.resource),
        )
        return replace(read, definition=DefinitionPair(here, there)) if here else read


def _not_served(kind: Kind, objects: int, versions: Iterable[str]) -> Diagnosis:
    return Diagnosis(
        Level.ERROR,
        Category.KIND_NOT_SERVED,
        f"the destination does not serve {kind.resource}: {objects} objects cannot go there",
        f"the source has it in {', '.join(versions)}",
        "Install it in the destination, set syncCRDs: true for a custom resource, or leave it out: "
        f"resourceTypes: ['*', '-{kind.resource}'].",
    )


def _unreadable(group_kind: GroupKind, discovery: Discovery, side: str) -> Diagnosis | None:
    broken = [version for version in discovery.broken if version.startswith(f"{group_kind.group}/")]
    return _broken(side, f"whether it has {group_kind}", broken) if broken else None


def _broken(side: str, what: str, versions: Iterable[str]) -> Diagnosis:
    return Diagnosis(
        Level.ERROR,
        Category.DISCOVERY_INCOMPLETE,
        f"the {side} cannot say {what}",
        f"its API {', '.join(versions)} does not answer",
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
