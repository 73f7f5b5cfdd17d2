"""What a spec asks for that this version does not do yet. Nobody shall believe that it was done.

What a run owes and does not bring is an error. A field leaves this module on the day it is honoured.
"""

from collections.abc import Iterator

from dr_syncer.api import ReplicationSpec
from dr_syncer.diagnosis import Category, Diagnosis, Level


def unhonoured(spec: ReplicationSpec) -> tuple[Diagnosis, ...]:
    """A finding for every field that is set and has no effect on what is written."""
    return tuple(_owed(spec))


def _owed(spec: ReplicationSpec) -> Iterator[Diagnosis]:
    if spec.pvc_config.sync_data:
        yield _finding("pvcConfig.syncData", "the volumes' data is not copied")


def _finding(field: str, instead: str) -> Diagnosis:
    return Diagnosis(
        Level.ERROR,
        Category.NOT_HONOURED,
        f"spec.{field} is not honoured yet: {instead}",
        resolution="Leave the field out, or see the changelog for the version that honours it.",
    )
