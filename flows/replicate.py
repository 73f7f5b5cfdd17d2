"""The flow `replicate`: one namespace, or those that a label chooses, brought to their standbys once.

Every Replication's deployment runs it, on a schedule or by `prefect deployment run`; `dr-syncer replicate` calls it
directly.
"""

import re
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from dr_syncer.api import ReplicationSpec
from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.engine.namespaces import chosen
from dr_syncer.engine.read import Pair
from dr_syncer.engine.report import Report, Verdict, combined
from dr_syncer.errors import DRSyncerError
from dr_syncer.plan import show
from dr_syncer.plan.retries import pauses
from dr_syncer.settings import Settings
from flows.stages import Stages
from tasks.clusters import ClusterParameter, open_pair


@flow(name="replicate", flow_run_name="{name}", persist_result=False, log_prints=False)
async def replicate(
    name: str,
    spec: ReplicationSpec,
    source: ClusterParameter,
    destination: ClusterParameter,
    dry_run: bool = False,
) -> State[Any]:
    """Bring source namespaces to their standbys.

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
            return await (_dry_run if dry_run else _run)(name, pair, spec)
    except DRSyncerError as error:
        get_run_logger().error("%s", error.diagnosis)
        return Failed(message=str(error.diagnosis), data=error)


async def _dry_run(name: str, pair: Pair, spec: ReplicationSpec) -> State[Any]:
    runs, _ = await _namespaces(name, pair, spec)
    plans = [await stages.planned() for stages in runs]
    make = Completed if all(plan.complete for plan in plans) else Failed
    lines = "; ".join(map(show.headline, plans)) or "no namespace"
    return make(message=f"dry run, nothing written: {lines}", data=plans[0] if len(plans) == 1 else plans)


async def _run(name: str, pair: Pair, spec: ReplicationSpec) -> State[Any]:
    """One namespace after the other: one that cannot run at all does not stop the next."""
    runs, findings = await _namespaces(name, pair, spec)
    waits = pauses(spec.retry_config) if spec.retry_config else ()
    results = [await stages.tried_again(waits) for stages in runs]
    if spec.namespace_selector is None and isinstance(results[0], DRSyncerError):
        raise results[0]
    reports = [_report_of(stages, result) for stages, result in zip(runs, results, strict=True)]
    return final_state(combined(reports, findings) if spec.namespace_selector else reports[0])


async def _namespaces(name: str, pair: Pair, spec: ReplicationSpec) -> tuple[list[Stages], tuple[Diagnosis, ...]]:
    """The stages of each namespace that is replicated now."""
    namespaces = await chosen(pair, spec)
    for finding in namespaces.findings:
        get_run_logger().warning("%s", finding)
    names = [f"{name}-{one.source}" if spec.namespace_selector else name for one in namespaces.specs]
    runs = [Stages.of(artifact_key(key), pair, one) for key, one in zip(names, namespaces.specs, strict=True)]
    return runs, namespaces.findings


def _paused(spec: ReplicationSpec) -> State[Any]:
    """The state of a run that was asked not to do anything, and did not even look."""
    finding = Diagnosis(Level.INFO, Category.PAUSED, "paused: nothing was read or written (spec.paused)")
    data = Report(spec.source, spec.destination, (), (finding,))
    return Completed(name="Paused", message=finding.summary, data=data)


def _report_of(stages: Stages, result: Report | DRSyncerError) -> Report:
    """The report of one namespace of several, also when it could not run at all."""
    if isinstance(result, Report):
        return result
    rules = stages.rules.value
    return Report(rules.source, rules.destination, (), (result.diagnosis,))


def final_state(report: Report) -> State[Any]:
    """The Prefect state that says what the report says."""
    if report.verdict is Verdict.FAILED:
        return Failed(message=report.headline(), data=report)
    return Completed(name=report.verdict.value, message=report.headline(), data=report)


def artifact_key(name: str) -> str:
    """The prefix of a replication's artifacts: Prefect allows lower-case letters, digits and dashes."""
    return f"replicate-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}"
