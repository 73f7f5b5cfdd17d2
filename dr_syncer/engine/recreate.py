"""An object made anew, since part of it cannot be changed in place. Called by `apply` for steps that say so.

Nothing is lost halfway: only the very object that was planned for is deleted, and when its successor is refused, it is
put back as it was.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from dr_syncer.errors import DRSyncerError, NotFound, NotInTime, TooManyRequests
from dr_syncer.kube import PODS, Cluster, Resource, Written
from dr_syncer.objects import Object
from dr_syncer.plan.model import Recreation, Step
from dr_syncer.plan.sanitise import sanitise

_POLL = 0.5  # seconds


async def recreate(cluster: Cluster, resource: Resource, step: Step) -> Written:
    """Drain if asked to, delete, wait until it is gone, and apply the wanted object."""
    how = step.recreation
    if how is None or step.wanted is None:
        raise ValueError(f"{step.key} is not to be made anew")
    if how.drain_timeout is not None:
        await _drain(cluster, step, how)
    await _delete(cluster, resource, step, how)
    try:
        return await cluster.apply(resource, step.wanted)
    except DRSyncerError:
        await cluster.apply(resource, sanitise(how.live, step.key.namespace))
        raise


async def _delete(cluster: Cluster, resource: Resource, step: Step, how: Recreation) -> None:
    namespace, name, uid = step.key.namespace, step.key.name, how.live["metadata"]["uid"]
    try:
        await cluster.delete(resource, namespace, name, uid=uid, propagation=how.propagation)
    except NotFound:
        return

    async def gone() -> bool:
        there = await cluster.find(resource, namespace, name)
        return there is None or there["metadata"]["uid"] != uid

    await _until(gone, how.delete_timeout, f"{step.key} is still there", "Look for finalizers that hold it.")


async def _drain(cluster: Cluster, step: Step, how: Recreation) -> None:
    """Evict the workload's pods, heeding PodDisruptionBudgets, and wait until they have ended."""
    labels = _selector(how.live)

    async def no_pods() -> bool:
        pods = (await cluster.list(PODS, step.key.namespace, labels=labels)).items if labels else ()
        for pod in pods:
            if "deletionTimestamp" not in pod["metadata"]:
                await _evict(cluster, pod)
        return not pods

    advice = "Look at the PodDisruptionBudgets and at pods that do not end; nothing was deleted."
    await _until(no_pods, how.drain_timeout or 0.0, f"the pods of {step.key} have not ended", advice)


async def _evict(cluster: Cluster, pod: Object) -> None:
    try:
        await cluster.evict(pod["metadata"]["namespace"], pod["metadata"]["name"])
    except (NotFound, TooManyRequests):  # gone meanwhile; or a PodDisruptionBudget says not yet
        return


def _selector(workload: Object) -> str:
    """A workload's selector as the API server's query reads it; empty when it has none."""
    selector = workload["spec"].get("selector") or {}
    labels = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    return ",".join([*labels, *map(_expression, selector.get("matchExpressions") or ())])


def _expression(one: Object) -> str:
    key, values = str(one["key"]), ",".join(one.get("values") or ())
    forms = {"In": f"{key} in ({values})", "NotIn": f"{key} notin ({values})", "Exists": key, "DoesNotExist": f"!{key}"}
    return forms[one["operator"]]


async def _until(done: Callable[[], Awaitable[bool]], timeout: float, otherwise: str, advice: str) -> None:
    deadline = time.monotonic() + timeout
    while not await done():
        if time.monotonic() >= deadline:
            raise NotInTime(f"{otherwise} after {timeout:g} s", resolution=advice)
        await asyncio.sleep(_POLL)
