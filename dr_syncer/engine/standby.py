"""Whether the standby really stands by: waits until what the plan holds at zero runs no pod any more.

Called by the `scale_down` task after `apply`. A workload counts as at zero when its own status says so; where no
controller runs there is no status and no pod.
"""

import asyncio
import time
from collections.abc import Mapping

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.engine.report import Report, Status
from dr_syncer.errors import DRSyncerError
from dr_syncer.kube import Cluster, Resource
from dr_syncer.objects import GroupKind, Object
from dr_syncer.plan.kinds import DAEMON_SET, DEPLOYMENT, JOB, STATEFUL_SET
from dr_syncer.plan.model import Plan
from dr_syncer.together import together

# What of a status counts pods. A parked DaemonSet's own are misscheduled until they have ended.
_RUNNING = {
    DEPLOYMENT: ("replicas",),
    STATEFUL_SET: ("replicas",),
    DAEMON_SET: ("currentNumberScheduled", "numberMisscheduled"),
    JOB: ("active",),
}


async def wait_for_zero(
    cluster: Cluster, plan: Plan, resources: Mapping[GroupKind, Resource], report: Report
) -> tuple[Diagnosis, ...]:
    """Findings about workloads that still run pods when `Settings.scale_down_timeout` has passed."""
    held = _held(plan, report)
    settings = cluster.settings
    deadline = time.monotonic() + settings.scale_down_timeout
    while True:
        running = await _running(cluster, plan.destination_namespace, held, resources)
        if not running:
            return ()
        if isinstance(running, Diagnosis):
            return (running,)
        if time.monotonic() >= deadline:
            return tuple(_not_at_zero(name, pods, settings.scale_down_timeout) for name, pods in running.items())
        await asyncio.sleep(settings.scale_down_poll)


def _held(plan: Plan, report: Report) -> dict[GroupKind, set[str]]:
    """The workloads that should be at zero and whose write did not fail (a failed one is reported already)."""
    failed = {outcome.key for outcome in report.outcomes if outcome.status is Status.FAILED}
    held: dict[GroupKind, set[str]] = {}
    for step in plan.steps:
        if step.scale and step.scale.held == 0 and step.key not in failed and step.key.group_kind in _RUNNING:
            held.setdefault(step.key.group_kind, set()).add(step.key.name)
    return held


async def _running(
    cluster: Cluster, namespace: str, held: dict[GroupKind, set[str]], resources: Mapping[GroupKind, Resource]
) -> dict[str, int] | Diagnosis:
    """Pods by workload, of those that have any; a diagnosis when it cannot be told."""
    try:
        listings = await together(*(cluster.list(resources[kind], namespace) for kind in held))
    except DRSyncerError as error:
        return error.diagnosis
    return {
        f"{kind.kind} {item['metadata']['name']}": pods
        for kind, listing in zip(held, listings, strict=True)
        for item in listing.items
        if item["metadata"]["name"] in held[kind] and (pods := _pods(kind, item))
    }


def _pods(kind: GroupKind, item: Object) -> int:
    status = item.get("status") or {}
    return sum(int(status.get(field) or 0) for field in _RUNNING[kind])


def _not_at_zero(name: str, pods: int, waited: float) -> Diagnosis:
    return Diagnosis(
        Level.ERROR,
        Category.NOT_AT_ZERO,
        f"{name} still runs {pods} pod{'s' if pods > 1 else ''} on the standby",
        f"after {waited:g} s",
        "Look for an operator or autoscaler that scales it up again, and for pods that do not end.",
    )
