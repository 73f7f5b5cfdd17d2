"""Changes that no API server makes in place: which they are, and what a replication is to do about them.

The handling is chosen per object (label `dr-syncer.io/immutable-handling`), per kind (`resourceOverrides`) or for all
(`defaultHandling`), in this order. The plan says beforehand what will be made anew, and why. What would destroy data
is not done, whatever the handling.
"""

from collections.abc import Iterable
from dataclasses import replace

from dr_syncer.api.replication import ImmutableHandling
from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import GroupKind, Object
from dr_syncer.plan.differences import FieldChange, Path
from dr_syncer.plan.edits import without
from dr_syncer.plan.kinds import (
    CONFIG_MAP,
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    PERSISTENT_VOLUME_CLAIM,
    ROLE_BINDING,
    SECRET,
    SERVICE,
    STATEFUL_SET,
)
from dr_syncer.plan.model import Recreation, Step, Verb
from dr_syncer.plan.rules import ImmutableRules
from dr_syncer.quantities import is_less

# By kind: the fields of a spec that are settled when an object is made.
_FROZEN = {
    DEPLOYMENT: {"selector"},
    DAEMON_SET: {"selector"},
    JOB: {"selector", "template", "completionMode", "completions", "podFailurePolicy", "successPolicy", "managedBy"},
    SERVICE: {"clusterIP", "loadBalancerClass"},
}
_RUN_PODS = {DEPLOYMENT, STATEFUL_SET, DAEMON_SET, JOB}
# By kind: the only fields of a spec that are not.
_MOVABLE = {
    STATEFUL_SET: {
        "replicas",
        "template",
        "updateStrategy",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
        "ordinals",
        "revisionHistoryLimit",
    },
    PERSISTENT_VOLUME_CLAIM: {"resources", "volumeAttributesClassName"},
}


def frozen_fields(group_kind: GroupKind, wanted: Object, live: Object, changes: Iterable[FieldChange]) -> set[Path]:
    """The parts of the object, at most two names deep, that would change and cannot."""
    paths = {change.path[:2] for change in changes}
    return {_part(path) for path in paths if _is_frozen(group_kind, path, wanted, live)}


def _part(path: Path) -> Path:
    return path if path[0] == "spec" else path[:1]


def _is_frozen(group_kind: GroupKind, path: Path, wanted: Object, live: Object) -> bool:
    top, field = path[0], path[1] if len(path) > 1 else ""
    if group_kind in (CONFIG_MAP, SECRET) and live.get("immutable") and top in ("data", "binaryData", "immutable"):
        return True
    if (group_kind == SECRET and top == "type") or (group_kind == ROLE_BINDING and top == "roleRef"):
        return True
    if top != "spec":
        return False
    if group_kind == PERSISTENT_VOLUME_CLAIM and field == "resources":
        return _shrinks(wanted, live)
    if group_kind in _MOVABLE:
        return field not in _MOVABLE[group_kind]
    return field in _FROZEN.get(group_kind, ())


def _shrinks(wanted: Object, live: Object) -> bool:
    sizes = [(item["spec"].get("resources") or {}).get("requests", {}).get("storage", "0") for item in (wanted, live)]
    return is_less(sizes[0], sizes[1])


def with_live_parts(wanted: Object, live: Object, frozen: Iterable[Path]) -> Object:
    """The wanted object with these parts as they are: what can be changed in place."""
    for path in frozen:
        if len(path) == 1:
            wanted = _as_there(wanted, live, path[0])
        else:
            wanted = {**wanted, path[0]: _as_there(wanted[path[0]], live[path[0]], path[1])}
    return wanted


def _as_there(wanted: Object, live: Object, name: str) -> Object:
    kept = without(wanted, [name])
    return {**kept, name: live[name]} if name in live else kept


def made_anew(step: Step, live: Object, handling: ImmutableHandling, rules: ImmutableRules, frozen: set[Path]) -> Step:
    """The step that deletes the object and makes it again, or says why that must not be."""
    reason = _why(frozen)
    if danger := _danger(step.key.group_kind, live):
        return replace(step, verb=Verb.BLOCKED, wanted=None, adopt=(), reason=_blocked(reason, danger))
    runs_pods = step.key.group_kind in _RUN_PODS
    recreation = Recreation(
        live,
        propagation="Foreground" if handling == "ForceUpdate" and runs_pods else "Background",
        drain_timeout=rules.drain_timeout if handling == "RecreateWithPodDrain" and runs_pods else None,
        delete_timeout=rules.delete_timeout,
    )
    note = Diagnosis(Level.INFO, Category.IMMUTABLE, f"made anew ({handling}): {reason}")
    return replace(step, verb=Verb.RECREATE, recreation=recreation, adopt=(), notes=(*step.notes, note))


def left_as_it_is(step: Step, frozen: set[Path]) -> Step:
    """The step of an object that is not touched, since part of it cannot be changed and NoChange was chosen."""
    reason = Diagnosis(Level.WARNING, Category.IMMUTABLE, f"left as it is (NoChange): {_why(frozen)}")
    return replace(step, verb=Verb.SKIP, wanted=None, adopt=(), reason=reason)


def undecided(step: Step, frozen: set[Path]) -> Step:
    """The step of an object that cannot be brought up to date unless somebody says how."""
    reason = Diagnosis(
        Level.ERROR,
        Category.IMMUTABLE,
        f"out of date: {_why(frozen)}",
        "it is immutable in the destination, and spec.immutableResourceConfig does not say what to do",
        "Set defaultHandling there, or the label dr-syncer.io/immutable-handling on the source object: recreate makes "
        "it anew, no-change leaves it.",
    )
    return replace(step, verb=Verb.BLOCKED, wanted=None, adopt=(), reason=reason)


def partly(step: Step, frozen: set[Path]) -> Step:
    """The step with a note about what stays behind."""
    note = Diagnosis(Level.WARNING, Category.IMMUTABLE, f"changed in part (PartialUpdate): {_why(frozen)}")
    return replace(step, notes=(*step.notes, note))


def _why(frozen: set[Path]) -> str:
    return f"{', '.join('.'.join(path) for path in sorted(frozen))} cannot be changed in place"


def _danger(group_kind: GroupKind, live: Object) -> str:
    if group_kind == PERSISTENT_VOLUME_CLAIM:
        return "the volume and its data would go with the claim"
    retention = (live.get("spec") or {}).get("persistentVolumeClaimRetentionPolicy") or {}
    if group_kind == STATEFUL_SET and retention.get("whenDeleted") == "Delete":
        return "its claims, and the data in them, would be deleted with it (whenDeleted: Delete)"
    return ""


def _blocked(reason: str, danger: str) -> Diagnosis:
    return Diagnosis(
        Level.ERROR,
        Category.IMMUTABLE,
        f"not made anew: {danger}",
        reason,
        "Change it in the destination by hand, when its data is safe.",
    )
