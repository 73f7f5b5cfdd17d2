"""Workloads that an autoscaler sizes on the standby too: their count is its to say, or every sync would undo it.

A count of 0 switches a HorizontalPodAutoscaler off, so this is about standbys that run.
"""

from collections.abc import Iterator

from dr_syncer.objects import GroupKind, Object, group_of
from dr_syncer.plan.kinds import HORIZONTAL_POD_AUTOSCALER
from dr_syncer.plan.model import Snapshot
from dr_syncer.plan.site import yielded


def autoscaled(snapshot: Snapshot) -> frozenset[tuple[GroupKind, str]]:
    """The workloads that an autoscaler in the destination targets."""
    return frozenset(_targets(snapshot))


def _targets(snapshot: Snapshot) -> Iterator[tuple[GroupKind, str]]:
    for scaler in snapshot.destination.get(HORIZONTAL_POD_AUTOSCALER) or ():
        target = scaler["spec"]["scaleTargetRef"]
        yield GroupKind(group_of(target.get("apiVersion", "")), target["kind"]), target["name"]


def sized_by_autoscaler(wanted: Object, live: Object) -> Object:
    """The workload without a say in its count, if it runs and is to run."""
    if not wanted["spec"].get("replicas") or not live["spec"].get("replicas"):
        return wanted
    return yielded(wanted, live, ["replicas"])
