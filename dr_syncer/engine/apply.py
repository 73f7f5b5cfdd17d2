"""Carries a plan out: wave after wave, many objects of a wave at a time, each with its own outcome.

Called by the `apply` task. Nothing aborts the rest, with two exceptions that would only repeat themselves for every
object: a namespace that could not be made, and a destination that is gone.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.engine.definitions import in_force
from dr_syncer.engine.node_ports import node_port_taken, without_node_ports
from dr_syncer.engine.recreate import recreate
from dr_syncer.engine.report import Outcome, Report, Status, report, worst
from dr_syncer.errors import DRSyncerError, Invalid, NotFound, Unreachable
from dr_syncer.kube import Cluster, Resource, Written
from dr_syncer.objects import FIELD_MANAGER, GroupKind, Object
from dr_syncer.plan.diff import OWNERSHIP, drift
from dr_syncer.plan.kinds import CUSTOM_RESOURCE_DEFINITION, NAMESPACE
from dr_syncer.plan.model import Deletion, Plan, Step, Verb
from dr_syncer.plan.ownership import owned_fields, owners

Observer = Callable[[Outcome], None]
"""Called with each outcome as it happens, for progress."""


async def apply(
    cluster: Cluster,
    plan: Plan,
    resources: Mapping[GroupKind, Resource],
    observe: Observer | None = None,
    stops: Callable[[Category], bool] = lambda category: False,
) -> Report:
    """Write what the plan says to `cluster`; never raises for what happens to one object.

    After a failure of a category that `stops` the run, what is not under way is not tried any more.
    """
    run = _Run(cluster, resources, observe or (lambda outcome: None), stops)
    for wave in plan.waves:
        await run.wave(wave)
    return report(plan, run.outcomes)


class _Run:
    """The state of one run: its outcomes, and what makes further tries pointless."""

    def __init__(
        self,
        cluster: Cluster,
        resources: Mapping[GroupKind, Resource],
        observe: Observer,
        stops: Callable[[Category], bool],
    ) -> None:
        self._stops = stops
        self.outcomes: list[Outcome] = []
        self._cluster = cluster
        self._resources = resources
        self._observe = observe
        self._pointless: Diagnosis | None = None

    async def wave(self, steps: tuple[Step, ...]) -> None:
        queue = iter(steps)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(steps), self._cluster.settings.requests_in_flight)):
                group.create_task(self._work(queue))

    async def _work(self, queue: Iterator[Step]) -> None:
        for step in queue:
            outcome = await self._outcome(step)
            self.outcomes.append(outcome)
            self._observe(outcome)

    async def _outcome(self, step: Step) -> Outcome:
        if step.verb is Verb.DELETE and any(outcome.status is Status.FAILED for outcome in self.outcomes):
            return Outcome(step.key, Status.SKIPPED, _HELD_BACK)
        if self._pointless is not None:
            return Outcome(step.key, Status.FAILED, self._pointless)
        try:
            return await self._checked(step)
        except DRSyncerError as error:
            self._remember(step, error)
            return Outcome(step.key, Status.FAILED, error.diagnosis)
        except Exception as error:  # one object's surprise must not take the others down; it is reported, never hidden
            return Outcome(step.key, Status.FAILED, _surprise(error))

    async def _checked(self, step: Step) -> Outcome:
        if step.deletion:
            return await self._deleted(step, step.deletion)
        try:
            return _arrived(step, await self._write(step))
        except Invalid as error:
            if not node_port_taken(step, error):
                raise
            step = without_node_ports(step)
            return _arrived(step, await self._write(step))

    async def _deleted(self, step: Step, deletion: Deletion) -> Outcome:
        """Delete this very version of this very object: who touched it since the plan was made may want it."""
        resource, key = self._resources[step.key.group_kind], step.key
        try:
            await self._cluster.delete(
                resource,
                key.namespace,
                key.name,
                uid=deletion.uid,
                resource_version=step.resource_version,
                propagation=deletion.propagation,
            )
        except NotFound:
            return Outcome(key, Status.DELETED)
        left = await self._cluster.find(resource, key.namespace, key.name)
        return Outcome(key, Status.DELETED, _ending(left) if left else None)

    async def _write(self, step: Step) -> Written:
        resource = self._resources[step.key.group_kind]
        if step.verb is Verb.RECREATE:
            return await recreate(self._cluster, resource, step)
        if step.adopt:
            metadata = {"managedFields": list(step.adopt), "resourceVersion": step.resource_version}
            await self._cluster.patch(resource, step.key.namespace, step.key.name, {"metadata": metadata})
        written = await self._cluster.apply(resource, step.wanted or {})
        if step.key.group_kind == CUSTOM_RESOURCE_DEFINITION:
            await in_force(self._cluster, written.item)
        return written

    def _remember(self, step: Step, error: DRSyncerError) -> None:
        no_namespace = step.key.group_kind == NAMESPACE and step.verb is Verb.CREATE
        if no_namespace or isinstance(error, Unreachable) or self._stops(error.diagnosis.category):
            self._pointless = Diagnosis(
                Level.ERROR,
                Category.DEPENDENCY_FAILED,
                f"not tried, since this failed before: {error.diagnosis.summary}",
                resolution="Mend that and run again.",
            )


def _arrived(step: Step, written: Written) -> Outcome:
    """Stored is not enough: the answer must hold what was sent, no more of what should be gone, and stay."""
    if "deletionTimestamp" in written.item["metadata"]:
        return Outcome(step.key, Status.FAILED, _vanishing(written.item))
    status = Status.CREATED if step.verb is Verb.CREATE else Status.UPDATED
    altered = drift(step.wanted or {}, written.item, owned_fields(written.item, FIELD_MANAGER))
    if altered:
        return Outcome(step.key, status, _altered([change.field for change in altered]))
    if kept := _still_there(step, written.item):
        return Outcome(step.key, status, kept)
    if written.warnings:
        return Outcome(step.key, status, Diagnosis(Level.INFO, Category.ALTERED, "; ".join(written.warnings)))
    return Outcome(step.key, status, worst(step.notes))


_HELD_BACK = Diagnosis(
    Level.WARNING,
    Category.PRUNE_HELD_BACK,
    "not deleted, since other objects of this run failed",
    resolution="Mend what failed, and run again.",
)


def _ending(item: Object) -> Diagnosis:
    held = ", ".join(item["metadata"].get("finalizers") or ())
    return Diagnosis(Level.INFO, Category.TERMINATING, f"ends when these finalizers are gone: {held or 'none'}")


def _vanishing(item: Object) -> Diagnosis:
    return Diagnosis(
        Level.ERROR,
        Category.TERMINATING,
        "somebody deleted it in the destination while it was written",
        f"held by the finalizers {', '.join(item['metadata'].get('finalizers') or ())}",
        "Run again when it is gone.",
    )


def _still_there(step: Step, item: Object) -> Diagnosis | None:
    """Fields that the apply gave up and that others hold on to."""
    removed = [change for change in step.changes if change.after is None and change.path[:2] != OWNERSHIP]
    held = {change.field: names for change in removed if (names := owners(item, change.path))}
    if not held:
        return None
    return Diagnosis(
        Level.WARNING,
        Category.STILL_THERE,
        f"could not be removed: {', '.join(held)}",
        f"also set by {', '.join(dict.fromkeys(name for names in held.values() for name in names))}",
        "Remove the fields there, or take the object out of what that manager writes.",
    )


def _altered(fields: list[str]) -> Diagnosis:
    shown = ", ".join(fields[:5]) + (f" and {len(fields) - 5} more" if len(fields) > 5 else "")
    return Diagnosis(
        Level.WARNING,
        Category.ALTERED,
        f"stored otherwise than sent: {shown}",
        "an admission webhook changed these fields, or the destination does not know them",
        "Compare the two clusters' versions and the destination's mutating webhooks.",
    )


def _surprise(error: Exception) -> Diagnosis:
    return Diagnosis(
        Level.ERROR,
        Category.INTERNAL,
        f"{type(error).__name__} in DR Syncer itself",
        resolution="Please report it; the object was not written or not checked, the others were not affected.",
    )
