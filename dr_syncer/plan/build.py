"""select -> transform -> order -> diff: from what was read to the Plan. Pure; called by `dr_syncer.engine.plan`."""

from collections.abc import Iterator

from dr_syncer.objects import FIELD_MANAGER, GroupKind, Object, ObjectKey
from dr_syncer.plan.diff import drift
from dr_syncer.plan.differences import FieldChange
from dr_syncer.plan.kinds import NAMESPACE, SECRET, SERVICE_ACCOUNT, wave_of
from dr_syncer.plan.model import Plan, Snapshot, Step, Verb
from dr_syncer.plan.ownership import added_by_hand, adopted, owned_fields
from dr_syncer.plan.rules import Rules
from dr_syncer.plan.scale import Scale, scale_of
from dr_syncer.plan.select import reason_to_skip
from dr_syncer.plan.transform import namespace, transform

# What operators of a standby site rightly add to: pod-security labels, pull secrets of its own registry.
_OF_THE_SITE = {NAMESPACE, SERVICE_ACCOUNT}


def build(rules: Rules, snapshot: Snapshot) -> Plan:
    """The plan that makes the destination what the rules want of the source."""
    steps = [*_namespace(rules, snapshot)]
    for kind in rules.kinds:
        group_kind = kind.group_kind
        if group_kind in snapshot.source and group_kind in snapshot.destination:
            live = {item["metadata"]["name"]: item for item in snapshot.destination[group_kind]}
            items = sorted(snapshot.source[group_kind], key=lambda item: str(item["metadata"]["name"]))
            steps += [_step(group_kind, item, live.get(item["metadata"]["name"]), rules) for item in items]
    return Plan(rules.source, rules.destination, tuple(steps), (*rules.findings, *snapshot.findings))


def _namespace(rules: Rules, snapshot: Snapshot) -> Iterator[Step]:
    if not rules.create_namespace:
        return  # the namespace is somebody else's; the engine has checked that it exists
    wanted = namespace(snapshot.source_namespace, rules)
    yield _compared(NAMESPACE, snapshot.source_namespace, wanted, snapshot.destination_namespace, None)


def _step(group_kind: GroupKind, item: Object, live: Object | None, rules: Rules) -> Step:
    if reason := reason_to_skip(group_kind, item):
        key = ObjectKey(group_kind, rules.destination, item["metadata"]["name"])
        return Step(key, Verb.SKIP, wave_of(group_kind), reason=reason)
    scale = scale_of(group_kind, item, rules)
    return _compared(group_kind, item, transform(group_kind, item, rules), live, scale)


def _compared(group_kind: GroupKind, source: Object, wanted: Object, live: Object | None, scale: Scale | None) -> Step:
    metadata = wanted["metadata"]
    key = ObjectKey(group_kind, metadata.get("namespace", ""), metadata["name"])
    wave = wave_of(group_kind)
    if live is None:
        return Step(key, Verb.CREATE, wave, wanted, scale=scale)
    changes = drift(wanted, live, owned_fields(live, FIELD_MANAGER))
    by_hand = () if group_kind in _OF_THE_SITE else added_by_hand(live, wanted, source)
    if not changes and not by_hand:
        return Step(key, Verb.UNCHANGED, wave, scale=scale)
    return Step(
        key,
        Verb.UPDATE,
        wave,
        wanted,
        _readable(group_kind, (*changes, *by_hand)),
        scale,
        adopt=tuple(adopted(live, FIELD_MANAGER)) if by_hand else (),
        resource_version=live["metadata"].get("resourceVersion", ""),
    )


def _readable(group_kind: GroupKind, changes: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """The changes as they may be shown: of a Secret, only which fields."""
    if group_kind != SECRET:
        return changes
    return tuple(change.hidden() if change.path[0] != "metadata" else change for change in changes)
