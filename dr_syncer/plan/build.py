"""select -> transform -> order -> diff: from what was read to the Plan. Pure; called by `dr_syncer.engine.plan`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import FIELD_MANAGER, GroupKind, Object, ObjectKey
from dr_syncer.plan.autoscaled import autoscaled, sized_by_autoscaler
from dr_syncer.plan.definitions import definition_step
from dr_syncer.plan.diff import drift
from dr_syncer.plan.differences import FieldChange
from dr_syncer.plan.duplicates import unique
from dr_syncer.plan.foreign import foreign
from dr_syncer.plan.kinds import NAMESPACE, SECRET, wave_of
from dr_syncer.plan.model import Plan, Snapshot, Step, Verb
from dr_syncer.plan.ownership import owned_fields
from dr_syncer.plan.rules import Rules
from dr_syncer.plan.scale import Scale, scale_of
from dr_syncer.plan.select import reason_to_skip
from dr_syncer.plan.transform import namespace, transform


@dataclass(frozen=True, slots=True)
class _Pair:
    """One object to compare: as the source has it, as the standby should, and what else is known of it."""

    group_kind: GroupKind
    source: Object
    wanted: Object
    scale: Scale | None = None
    notes: tuple[Diagnosis, ...] = ()

    @property
    def step(self) -> Step:
        metadata = self.wanted["metadata"]
        key = ObjectKey(self.group_kind, metadata.get("namespace", ""), metadata["name"])
        return Step(key, Verb.UNCHANGED, wave_of(self.group_kind), scale=self.scale, notes=self.notes)


def build(rules: Rules, snapshot: Snapshot) -> Plan:
    """The plan that makes the destination what the rules want of the source."""
    steps = [definition_step(one.source, one.destination) for one in snapshot.definitions]
    steps += _namespace(rules, snapshot)
    driven = autoscaled(snapshot)
    for group_kind in snapshot.source:
        if group_kind in snapshot.destination:
            live = {item["metadata"]["name"]: item for item in snapshot.destination[group_kind]}
            items = sorted(snapshot.source[group_kind], key=lambda item: str(item["metadata"]["name"]))
            for item in items:
                if reason := reason_to_skip(group_kind, item, snapshot.source):
                    steps.append(_skipped(group_kind, item, rules, reason))
                else:
                    steps.append(_step(group_kind, item, live.get(item["metadata"]["name"]), rules, driven))
    return Plan(rules.source, rules.destination, tuple(steps), (*rules.findings, *snapshot.findings))


def _namespace(rules: Rules, snapshot: Snapshot) -> Iterator[Step]:
    if not rules.create_namespace:
        return  # the namespace is somebody else's; the engine has checked that it exists
    wanted = namespace(snapshot.source_namespace, rules)
    yield _compared(_Pair(NAMESPACE, snapshot.source_namespace, wanted), snapshot.destination_namespace)


def _skipped(group_kind: GroupKind, item: Object, rules: Rules, reason: Diagnosis) -> Step:
    key = ObjectKey(group_kind, rules.destination, item["metadata"]["name"])
    return Step(key, Verb.SKIP, wave_of(group_kind), reason=reason)


def _step(
    group_kind: GroupKind, item: Object, live: Object | None, rules: Rules, driven: frozenset[tuple[GroupKind, str]]
) -> Step:
    item, notes = unique(group_kind, item)
    wanted = transform(group_kind, item, rules)
    if live and (group_kind, item["metadata"]["name"]) in driven:
        wanted = sized_by_autoscaler(wanted, live)
    return _compared(_Pair(group_kind, item, wanted, scale_of(group_kind, item, rules), notes), live)


def _compared(pair: _Pair, live: Object | None) -> Step:
    step = pair.step
    if live is None:
        return replace(step, verb=Verb.CREATE, wanted=pair.wanted)
    if "deletionTimestamp" in live["metadata"]:
        return replace(step, verb=Verb.BLOCKED, reason=_terminating(live))
    others = foreign(pair.group_kind, live, pair.wanted, pair.source)
    changes = dict.fromkeys((*drift(pair.wanted, live, owned_fields(live, FIELD_MANAGER)), *others.goes))
    notes = (*step.notes, *others.stays)
    if not changes:
        return replace(step, notes=notes) if others.stays else step
    return replace(
        step,
        verb=Verb.UPDATE,
        wanted=pair.wanted,
        changes=_readable(pair.group_kind, tuple(changes)),
        notes=notes,
        adopt=others.adopt,
        resource_version=live["metadata"].get("resourceVersion", ""),
    )


def _terminating(live: Object) -> Diagnosis:
    held = ", ".join(live["metadata"].get("finalizers") or ())
    return Diagnosis(
        Level.ERROR,
        Category.TERMINATING,
        "being deleted in the destination",
        f"held by the finalizers {held}" if held else "",
        "What is written now would vanish with it: run again when it is gone.",
    )


def _readable(group_kind: GroupKind, changes: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """The changes as they may be shown: of a Secret, values of its labels only. Annotations may quote it whole."""
    if group_kind != SECRET:
        return changes
    return tuple(change if change.path[:2] == ("metadata", "labels") else change.hidden() for change in changes)
