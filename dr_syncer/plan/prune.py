"""Objects of the standby that the source has no more: which of them may be deleted, and why the others may not.

Whatever is not certain is kept. Ours is what we applied (managedFields); gone is what a complete reading of the source
does not show. One unreadable kind, or more to delete than the share that was agreed on, and nothing is deleted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dr_syncer.api.names import IGNORE
from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import FIELD_MANAGER, GroupKind, Object, ObjectKey, annotations_of, labels_of
from dr_syncer.plan.kinds import PERSISTENT_VOLUME_CLAIM, wave_of
from dr_syncer.plan.model import Deletion, Snapshot, Step, Verb
from dr_syncer.plan.ownership import entries, is_ours
from dr_syncer.plan.rules import Rules

_FIRST_WAVE = 20  # after all that is written; what came last goes first


def prune(rules: Rules, snapshot: Snapshot) -> tuple[tuple[Step, ...], tuple[Diagnosis, ...]]:
    """A step for everything of ours that the source has no more, and what was found about deleting them."""
    gone = tuple(_gone(rules, snapshot))
    if not gone:
        return (), ()
    if not rules.prune.enabled:
        return tuple(_kept(step, _OFF) for step, _ in gone), ()
    if snapshot.findings:
        return tuple(_kept(step, _UNCERTAIN) for step, _ in gone), (_UNCERTAIN,)
    judged = tuple(_judged(step, item, rules) for step, item in gone)
    if too_many := _too_many(judged, snapshot, rules):
        return tuple(_kept(step, too_many) for step in judged), (too_many,)
    return judged, ()


def _gone(rules: Rules, snapshot: Snapshot) -> Iterator[tuple[Step, Object]]:
    for group_kind, items in snapshot.destination.items():
        if group_kind not in snapshot.source:
            continue
        names = {item["metadata"]["name"] for item in snapshot.source[group_kind]}
        for item in sorted(items, key=lambda item: str(item["metadata"]["name"])):
            if item["metadata"]["name"] not in names and _is_ours(item):
                yield _step(group_kind, item, rules), item


def _is_ours(item: Object) -> bool:
    return any(is_ours(entry, FIELD_MANAGER) for entry in entries(item))


def _step(group_kind: GroupKind, item: Object, rules: Rules) -> Step:
    metadata = item["metadata"]
    return Step(
        ObjectKey(group_kind, rules.destination, metadata["name"]),
        Verb.DELETE,
        _FIRST_WAVE - wave_of(group_kind),
        resource_version=metadata.get("resourceVersion", ""),
        deletion=Deletion(metadata["uid"], rules.prune.propagation_policy),
    )


def _judged(step: Step, item: Object, rules: Rules) -> Step:
    """The step, unless something about this object speaks for keeping it."""
    if reason := _reason_to_keep(step.key.group_kind, item, rules):
        return _kept(step, Diagnosis(Level.INFO, Category.LEFT_OVER, f"gone from the source; kept: {reason}"))
    return step


def _reason_to_keep(group_kind: GroupKind, item: Object, rules: Rules) -> str:
    if "deletionTimestamp" in item["metadata"]:
        return "it is being deleted already"
    if group_kind == PERSISTENT_VOLUME_CLAIM and not rules.prune.include_persistent_volume_claims:
        return "claims hold data (prune.includePersistentVolumeClaims)"
    if "true" in (labels_of(item).get(IGNORE), annotations_of(item).get(IGNORE)):
        return f'marked {IGNORE}: "true" on the standby'
    if any(owner.get("controller") for owner in item["metadata"].get("ownerReferences") or ()):
        return "a controller of the standby owns it"
    others = [str(one.get("manager")) for one in entries(item) if one.get("operation") == "Apply"]
    others = [name for name in others if name != FIELD_MANAGER]
    return f"{', '.join(others)} applies it too" if others else ""


def _kept(step: Step, why: Diagnosis) -> Step:
    if step.verb is not Verb.DELETE:
        return step
    reason = Diagnosis(Level.INFO, why.category, why.summary)  # the finding about the whole has the level
    return replace(step, verb=Verb.SKIP, wave=wave_of(step.key.group_kind), reason=reason, deletion=None)


def _too_many(judged: Iterable[Step], snapshot: Snapshot, rules: Rules) -> Diagnosis | None:
    number = sum(step.verb is Verb.DELETE for step in judged)
    inventory = sum(_is_ours(item) for items in snapshot.destination.values() for item in items)
    if number * 100 <= rules.prune.max_share * inventory:
        return None
    return Diagnosis(
        Level.ERROR,
        Category.PRUNE_HELD_BACK,
        f"nothing was deleted: {number} of the standby's {inventory} objects are gone from the source",
        f"that is {number * 100 // inventory} %, and the limit is {rules.prune.max_share} % (prune.maxShare)",
        "Look whether the source is what it should be. If it is, raise prune.maxShare for one run.",
    )


_OFF = Diagnosis(Level.INFO, Category.LEFT_OVER, "gone from the source; kept, since prune is not enabled")
_UNCERTAIN = Diagnosis(
    Level.WARNING,
    Category.PRUNE_HELD_BACK,
    "nothing was deleted, since not everything could be read",
    resolution="Mend what the other findings name, and run again.",
)
