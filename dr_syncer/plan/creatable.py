"""Objects that are not there yet and had better not be made: what is settled at creation cannot be mended later."""

from dataclasses import replace

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.plan.kinds import INGRESS, PERSISTENT_VOLUME_CLAIM
from dr_syncer.plan.model import Snapshot, Step, Verb
from dr_syncer.plan.rules import Rules


def creatable(step: Step, rules: Rules, snapshot: Snapshot) -> Step:
    """The step that creates the object, or the one that says why not."""
    if step.key.group_kind == PERSISTENT_VOLUME_CLAIM and (missing := _missing_class(step, snapshot)):
        return replace(step, verb=Verb.BLOCKED, wanted=None, reason=missing)
    if step.key.group_kind == INGRESS and not rules.ingress.preserve_backends:
        return replace(step, verb=Verb.SKIP, wanted=None, reason=_NO_BACKENDS)
    return step


_NO_BACKENDS = Diagnosis(
    Level.WARNING,
    Category.NO_BACKENDS,
    "not made, since its rules and backends are the standby's own (preserveBackends: false)",
    resolution="Make the Ingress in the destination; the rest of it then follows the source.",
)


def _missing_class(step: Step, snapshot: Snapshot) -> Diagnosis | None:
    """A claim keeps its class for life: with one that does not exist it would have to be deleted again."""
    name = ((step.wanted or {}).get("spec") or {}).get("storageClassName")
    if not name or snapshot.storage_classes is None or name in snapshot.storage_classes:
        return None
    return Diagnosis(
        Level.ERROR,
        Category.STORAGE_CLASS_NOT_FOUND,
        f"the destination has no StorageClass {name}",
        f"it has {', '.join(sorted(snapshot.storage_classes)) or 'none'}",
        "Map it in pvcConfig.storageClassMappings, or label the source claim dr-syncer.io/storage-class.",
    )
