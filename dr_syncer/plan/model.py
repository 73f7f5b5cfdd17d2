"""The Plan: everything a run will write, and why it leaves the rest alone, before the first write.

Dry run, diff, drift report, artifact and apply are uses of this one value. It is built by `dr_syncer.plan.build`,
shown by `dr_syncer.plan.show` and carried out by `dr_syncer.engine.apply`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dr_syncer.diagnosis import Diagnosis, Level
from dr_syncer.objects import GroupKind, Object, ObjectKey
from dr_syncer.plan.differences import FieldChange
from dr_syncer.plan.kinds import Kind
from dr_syncer.plan.scale import Scale


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was read of both sides, kind by kind in writing order.

    A kind that could not be read is absent from the maps and named in `findings`. `storage_classes` are those of the
    destination; None when they could not be read.
    """

    source_namespace: Object
    destination_namespace: Object | None
    source: Mapping[GroupKind, tuple[Object, ...]] = field(repr=False)
    destination: Mapping[GroupKind, tuple[Object, ...]] = field(repr=False)
    findings: tuple[Diagnosis, ...] = ()
    definitions: tuple["DefinitionPair", ...] = field(default=(), repr=False)
    volumes: tuple["VolumePair", ...] = field(default=(), repr=False)
    kinds: tuple[Kind, ...] = ()
    storage_classes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class VolumePair:
    """The PersistentVolume of a source claim, and what the destination has of that name."""

    claim: str
    source: Object
    destination: Object | None


@dataclass(frozen=True, slots=True)
class DefinitionPair:
    """The CustomResourceDefinition that objects of the source need, and what the destination has of that name."""

    source: Object
    destination: Object | None


class Verb(StrEnum):
    """What happens to one object."""

    CREATE = "create"
    UPDATE = "update"
    RECREATE = "recreate"
    DELETE = "delete"
    UNCHANGED = "unchanged"
    SKIP = "skip"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Recreation:
    """How an object is made anew: `live` is what is deleted (and put back if its successor is refused).

    Times are in seconds; without `drain_timeout` pods are not evicted first.
    """

    live: Object = field(repr=False)
    propagation: str
    drain_timeout: float | None
    delete_timeout: float


@dataclass(frozen=True, slots=True)
class Deletion:
    """Which very object is deleted, and what becomes of those that it owns."""

    uid: str
    propagation: str


@dataclass(frozen=True, slots=True)
class Step:
    """One object of the standby.

    `wanted` is what an apply sends (if the step writes), `changes` what it would change, `scale` a workload's
    two sizes, `reason` why an object is skipped or cannot be written, `notes` what else is worth knowing of it.
    `adopt` is set when fields were added by hand: the managedFields to write first, so that the apply removes them.
    """

    key: ObjectKey
    verb: Verb
    wave: int
    wanted: Object | None = field(default=None, repr=False)
    changes: tuple[FieldChange, ...] = ()
    scale: Scale | None = None
    reason: Diagnosis | None = None
    notes: tuple[Diagnosis, ...] = ()
    transformed_by: tuple[str, ...] = ()
    adopt: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    resource_version: str = ""
    recreation: Recreation | None = None
    deletion: Deletion | None = None

    @property
    def writes(self) -> bool:
        """Whether carrying the plan out writes this object."""
        return self.verb in (Verb.CREATE, Verb.UPDATE, Verb.RECREATE, Verb.DELETE)


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps in writing order, and what was found about the replication as a whole."""

    source_namespace: str
    destination_namespace: str
    steps: tuple[Step, ...]
    findings: tuple[Diagnosis, ...] = ()

    @property
    def waves(self) -> tuple[tuple[Step, ...], ...]:
        """The steps that write, wave by wave; inside a wave the order is free."""
        numbers = sorted({step.wave for step in self.steps if step.writes})
        return tuple(tuple(s for s in self.steps if s.writes and s.wave == number) for number in numbers)

    @property
    def writes(self) -> int:
        """How many objects carrying it out writes."""
        return sum(step.writes for step in self.steps)

    @property
    def complete(self) -> bool:
        """Whether everything owed could be planned: no finding is an error, no object is blocked."""
        errors = any(finding.level is Level.ERROR for finding in self.findings)
        return not errors and not any(step.verb is Verb.BLOCKED for step in self.steps)
