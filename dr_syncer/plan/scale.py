"""How much of a workload runs on the standby, and how its own size is kept for the day it is needed.

The label or annotation `dr-syncer.io/scale-override` on a source workload wins over `scaleToZero`: an integer is the
count to run, anything else keeps the source's own. Kinds without a count are on or off: 0 is off.
"""

from dataclasses import dataclass
from typing import Any

from dr_syncer.api.names import ORIGINAL_REPLICAS, ORIGINAL_SUSPEND, PARKED, SCALE_OVERRIDE, SOURCE_NAMESPACE
from dr_syncer.objects import GroupKind, Object, annotations_of, labels_of
from dr_syncer.plan.edits import with_annotations, with_spec
from dr_syncer.plan.kinds import CRON_JOB, DAEMON_SET, DEPLOYMENT, JOB, STATEFUL_SET
from dr_syncer.plan.rules import Rules

# An autoscaler that works from zero; paused, it holds its target at zero.
SCALED_OBJECT = GroupKind("keda.sh", "ScaledObject")
SCALED_JOB = GroupKind("keda.sh", "ScaledJob")
_PAUSES = {
    SCALED_OBJECT: {"autoscaling.keda.sh/paused-replicas": "0"},
    SCALED_JOB: {"autoscaling.keda.sh/paused": "true"},
}
COUNTED = {DEPLOYMENT, STATEFUL_SET}
SWITCHED = {CRON_JOB, DAEMON_SET, JOB}
_SCALED = COUNTED | SWITCHED
_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Scale:
    """A workload's size: `original` in the source, `held` on the standby (without a count: 1 is on, 0 is off)."""

    original: int
    held: int


def scale_of(group_kind: GroupKind, item: Object, rules: Rules) -> Scale | None:
    """The two sizes of a workload; None for everything else."""
    if group_kind not in _SCALED:
        return None
    original = _original(group_kind, item["spec"])
    return Scale(original, _held(original, item, rules))


def _original(group_kind: GroupKind, spec: dict[str, Any]) -> int:
    if group_kind in COUNTED:
        return int(spec.get("replicas", 1))
    return 0 if spec.get("suspend") else 1


def _held(original: int, item: Object, rules: Rules) -> int:
    override = labels_of(item).get(SCALE_OVERRIDE, annotations_of(item).get(SCALE_OVERRIDE))
    if override is None:
        return 0 if rules.scale_to_zero else original
    if override.isascii() and override.isdigit() and int(override) <= _LIMIT:
        return int(override)
    return original


def rescale(group_kind: GroupKind, item: Object, scale: Scale, rules: Rules) -> Object:
    """A sanitised workload at its standby size, with its own size in an annotation."""
    notes = {SOURCE_NAMESPACE: rules.source}
    if group_kind in COUNTED:
        notes[ORIGINAL_REPLICAS] = str(scale.original)
        item = _counted(group_kind, item, scale)
    elif group_kind == DAEMON_SET:
        item = _parked(item) if scale.held == 0 else item
    else:
        notes[ORIGINAL_SUSPEND] = str(scale.original == 0).lower()
        item = with_spec(item, suspend=scale.held == 0 or scale.original == 0)
    return with_annotations(item, notes)


def paused(group_kind: GroupKind, item: Object, rules: Rules) -> Object:
    """A scaler that would start a standby at zero again, told not to; the same object for everything else."""
    notes = _PAUSES.get(group_kind)
    override = labels_of(item).get(SCALE_OVERRIDE, annotations_of(item).get(SCALE_OVERRIDE))
    return with_annotations(item, notes) if notes and rules.scale_to_zero and override is None else item


def _counted(group_kind: GroupKind, item: Object, scale: Scale) -> Object:
    item = with_spec(item, replicas=scale.held)
    retention = item["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    if group_kind == STATEFUL_SET and scale.held < scale.original and retention.get("whenScaled") == "Delete":
        # Scaling the standby down must not make its StatefulSet controller delete the replicated volumes.
        item = with_spec(item, persistentVolumeClaimRetentionPolicy={**retention, "whenScaled": "Retain"})
    return item


def _parked(item: Object) -> Object:
    """A DaemonSet has no count: it is kept off by asking for nodes that do not exist."""
    template = item["spec"]["template"]
    selector = {**(template["spec"].get("nodeSelector") or {}), PARKED: "true"}
    return with_spec(item, template={**template, "spec": {**template["spec"], "nodeSelector": selector}})
