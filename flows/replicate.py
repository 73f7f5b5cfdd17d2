"""The flow `replicate`: one namespace, brought to its standby once.

Every Replication's deployment runs it, on a schedule or by `prefect deployment run`; `dr-syncer replicate` calls it
directly.
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from dr_syncer.api import ReplicationSpec
from dr_syncer.api.replication import FailureHandling
from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.engine.namespaces import chosen
from dr_syncer.engine.read import Pair
from dr_syncer.engine.report import Report, Verdict, combined
from dr_syncer.errors import DRSyncerError
from dr_syncer.plan import show
from dr_syncer.plan.model import Plan
from dr_syncer.plan.retries import is_retried, pauses
from dr_syncer.plan.rules import Rules
from dr_syncer.settings import Settings
from tasks.apply import apply
from tasks.box import Box
from tasks.clusters import ClusterParameter, open_pair
from tasks.discover import discover
from tasks.report import report, show_plan
from tasks.scale_down import scale_down
from tasks.transform import transform


@flow(name="replicate", flow_run_name="{name}", persist_result=False, log_prints=False)
async def replicate(
    name: str,
    spec: ReplicationSpec,
    source: ClusterParameter,
    destination: ClusterParameter,
    dry_run: bool = False,
) -> State[Any]:
    """Bring one source namespace to its standby.

    Args:
        name: What the replication is called; run and artifacts carry it.
        spec: The spec of a Replication, as in its custom resource.
        source: The cluster to read: a Kubeconfig block, a kubeconfig file or a manifest.
        destination: The cluster to write.
        dry_run: Only plan: nothing is written, every difference is shown.

    Returns:
        A state that tells the truth: Completed, CompletedWithWarnings, or Failed when anything owed did not happen.
        Its data is the `Report` (for a dry run the `Plan`), in memory only.
    """
    if spec.paused and not dry_run:
        return _paused(spec)
    try:
        async with open_pair(source, destination, Settings.load()) as pair:
            namespaces = await chosen(pair, spec)
            for finding in namespaces.findings:
                get_run_logger().warning("%s", finding)
            several = spec.namespace_selector is not None
            runs = [_Stages.of(f"{name}-{one.source}" if several else name, pair, one) for one in namespaces.specs]
            if dry_run:
                return _planned([await stages.planned() for stages in runs])
            waits = pauses(spec.retry_config) if spec.retry_config else ()
            results = [await _with_retries(stages, waits) for stages in runs]
            if not several and isinstance(results[0], DRSyncerError):
                raise results[0]
            reports = [_report_of(stages, result) for stages, result in zip(runs, results, strict=True)]
            return final_state(combined(reports, namespaces.findings) if several else reports[0])
    except DRSyncerError as error:
        get_run_logger().error("%s", error.diagnosis)
        return Failed(message=str(error.diagnosis), data=error)


def _paused(spec: ReplicationSpec) -> State[Any]:
    """The state of a run that was asked not to do anything, and did not even look."""
    finding = Diagnosis(Level.INFO, Category.PAUSED, "paused: nothing was read or written (spec.paused)")
    data = Report(spec.source, spec.destination, (), (finding,))
    return Completed(name="Paused", message=finding.summary, data=data)


def _report_of(stages: "_Stages", result: Report | DRSyncerError) -> Report:
    """The report of one namespace of several, also when it could not run at all."""
    if isinstance(result, Report):
        return result
    rules = stages.rules.value
    return Report(rules.source, rules.destination, (), (result.diagnosis,))


def _planned(plans: list[Plan]) -> State[Any]:
    """The state of a dry run."""
    make = Completed if all(plan.complete for plan in plans) else Failed
    lines = "; ".join(map(show.headline, plans)) or "no namespace"
    return make(message=f"dry run, nothing written: {lines}", data=plans[0] if len(plans) == 1 else plans)


async def _with_retries(stages: "_Stages", waits: tuple[float, ...]) -> Report | DRSyncerError:
    """Run the stages until nothing is left that another try may bring, or the tries are used up."""
    for number, wait in enumerate((*waits, None), start=1):
        result = await stages.tried()
        again = wait is not None and any(is_retried(one, stages.handling.value) for one in _failures(result))
        if wait is None or not again:
            break
        get_run_logger().warning("try %d of %d failed; the next in %g s", number, len(waits) + 1, wait)
        await asyncio.sleep(wait)
    if isinstance(result, Report):
        await report(Box(result), stages.key)
    return result


def _failures(result: Report | DRSyncerError) -> set[Category]:
    if isinstance(result, DRSyncerError):
        return {result.diagnosis.category}
    return {problem.category for problem in result.problems if problem.level is Level.ERROR}


@dataclass(frozen=True, slots=True)
class _Stages:
    """The stages of one replication; `key` is the prefix of its artifacts."""

    key: str
    pair: Box[Pair]
    rules: Box[Rules]
    handling: Box[FailureHandling]

    @classmethod
    def of(cls, name: str, pair: Pair, spec: ReplicationSpec) -> "_Stages":
        """The stages of one namespace, whose artifacts are called after `name`."""
        return cls(artifact_key(name), Box(pair), Box(Rules.of(spec)), Box(spec.failure_handling))

    async def tried(self) -> Report | DRSyncerError:
        """One try: the report, or why the replication as a whole could not run."""
        try:
            inventory = await discover(self.pair, self.rules)
            plan = await transform(self.rules, inventory)
            applied = await apply(self.pair, plan, inventory, self.key, self.handling)
            return (await scale_down(self.pair, plan, inventory, applied)).value
        except DRSyncerError as error:
            return error

    async def planned(self) -> Plan:
        """A dry run."""
        plan = await transform(self.rules, await discover(self.pair, self.rules))
        await show_plan(plan, self.key)
        return plan.value


def final_state(report: Report) -> State[Any]:
    """The Prefect state that says what the report says."""
    if report.verdict is Verdict.FAILED:
        return Failed(message=report.headline(), data=report)
    return Completed(name=report.verdict.value, message=report.headline(), data=report)


def artifact_key(name: str) -> str:
    """The prefix of a replication's artifacts: Prefect allows lower-case letters, digits and dashes."""
    return f"replicate-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}"
