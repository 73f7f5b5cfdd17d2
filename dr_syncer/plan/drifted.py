"""What others changed on the standby, told apart from what changed in the source: for `driftPolicy: Report`.

Whoever changes a value of ours takes the field from our manager. So a field that is still ours and differs was changed
in the source, and one that is there, differs and is not ours was changed on the standby. A field that somebody removed
leaves no trace, and counts as new in the source.
"""

from dataclasses import replace

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import FIELD_MANAGER, Object
from dr_syncer.plan.differences import FieldChange
from dr_syncer.plan.foreign import Foreign
from dr_syncer.plan.model import Step, Verb
from dr_syncer.plan.ownership import Fields, holds, owned_fields


def drifted_fields(live: Object, update: Step, others: Foreign) -> tuple[FieldChange, ...]:
    """The changes of an update that would undo what others did, or overwrite what was never ours."""
    ours = owned_fields(live, FIELD_MANAGER) or {}
    added = {change.path for change in others.goes}
    return tuple(one for one in update.changes if one.path in added or _is_taken(one, ours))


def _is_taken(change: FieldChange, ours: Fields) -> bool:
    return change.before is not None and not holds(ours, change.path)


def reported(update: Step, drifted: tuple[FieldChange, ...]) -> Step:
    """The object left as it is, and a person told about it."""
    reason = Diagnosis(
        Level.WARNING,
        Category.DRIFTED,
        f"changed on the standby, and left so (driftPolicy: Report): {', '.join(one.field for one in drifted)}",
        resolution="Undo the change there, make it in the source too, or set driftPolicy: Repair.",
    )
    return replace(update, verb=Verb.SKIP, wanted=None, adopt=(), reason=reason)
