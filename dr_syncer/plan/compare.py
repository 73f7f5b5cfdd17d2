"""One object as it should be against the one that is there: what happens to it. Called by `build` for every object."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import FIELD_MANAGER, GroupKind, Object, ObjectKey
from dr_syncer.plan.diff import drift
from dr_syncer.plan.differences import FieldChange
from dr_syncer.plan.drifted import drifted_fields, reported
from dr_syncer.plan.foreign import Foreign, foreign
from dr_syncer.plan.immutable import (
    frozen_fields,
    left_as_it_is,
    made_anew,
    partly,
    undecided,
    with_live_parts,
)
from dr_syncer.plan.kinds import SECRET, wave_of
from dr_syncer.plan.model import Step, Verb
from dr_syncer.plan.ownership import owned_fields
from dr_syncer.plan.rules import Rules
from dr_syncer.plan.scale import Scale


@dataclass(frozen=True, slots=True)
class Pair:
    """One object: as the source has it, as the standby should, and what else is known of it.

    `names` are all names of its kind, in lower case.
    """

    group_kind: GroupKind
    source: Object
    wanted: Object
    scale: Scale | None = None
    notes: tuple[Diagnosis, ...] = ()
    names: frozenset[str] = frozenset()
    transformed_by: tuple[str, ...] = ()

    @property
    def step(self) -> Step:
        """The step of an object that needs no change."""
        metadata = self.wanted["metadata"]
        key = ObjectKey(self.group_kind, metadata.get("namespace", ""), metadata["name"])
        step = Step(key, Verb.UNCHANGED, wave_of(self.group_kind), scale=self.scale, notes=self.notes)
        return replace(step, transformed_by=self.transformed_by) if self.transformed_by else step


def compared(pair: Pair, live: Object | None, rules: Rules) -> Step:
    """The step that makes the live object the wanted one, or the reason why there is none."""
    step = pair.step
    if live is None:
        return replace(step, verb=Verb.CREATE, wanted=pair.wanted)
    if "deletionTimestamp" in live["metadata"]:
        return replace(step, verb=Verb.BLOCKED, reason=_terminating(live))
    others = foreign(pair.group_kind, live, pair.wanted, pair.source)
    step = replace(step, notes=(*step.notes, *others.stays)) if others.stays else step
    changes = _changes(pair, live, others)
    if not changes:
        return step
    update = _update(step, pair, live, others, changes)
    if not rules.repair_drift and (drifted := drifted_fields(live, update, others)):
        return reported(update, drifted)
    if frozen := frozen_fields(pair.group_kind, pair.wanted, live, changes):
        return _frozen(update, pair, live, frozen, rules)
    return update


def _changes(pair: Pair, live: Object, others: Foreign) -> tuple[FieldChange, ...]:
    return tuple(dict.fromkeys((*drift(pair.wanted, live, owned_fields(live, FIELD_MANAGER)), *others.goes)))


def _update(step: Step, pair: Pair, live: Object, others: Foreign, changes: Iterable[FieldChange]) -> Step:
    return replace(
        step,
        verb=Verb.UPDATE,
        wanted=pair.wanted,
        changes=_readable(pair.group_kind, changes),
        adopt=others.adopt,
        resource_version=live["metadata"].get("resourceVersion", ""),
    )


def _frozen(update: Step, pair: Pair, live: Object, frozen: set[tuple[str, ...]], rules: Rules) -> Step:
    handling = rules.immutable.of(pair.source, pair.names)
    if handling is None:
        return undecided(update, frozen)
    if handling == "NoChange":
        return left_as_it_is(update, frozen)
    if handling != "PartialUpdate":
        return made_anew(update, live, handling, rules.immutable, frozen)
    rest = replace(pair, wanted=with_live_parts(pair.wanted, live, frozen))
    return partly(compared(rest, live, rules), frozen)


def _terminating(live: Object) -> Diagnosis:
    held = ", ".join(live["metadata"].get("finalizers") or ())
    return Diagnosis(
        Level.ERROR,
        Category.TERMINATING,
        "being deleted in the destination",
        f"held by the finalizers {held}" if held else "",
        "What is written now would vanish with it: run again when it is gone.",
    )


def _readable(group_kind: GroupKind, changes: Iterable[FieldChange]) -> tuple[FieldChange, ...]:
    """The changes as they may be shown: of a Secret, values of its labels only. Annotations may quote it whole."""
    if group_kind != SECRET:
        return tuple(changes)
    return tuple(change if change.path[:2] == ("metadata", "labels") else change.hidden() for change in changes)
