"""The flow `replicate`: one namespace, brought to its standby once.

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
from dr_syncer.engine.read import Pair
from dr_syncer.engine.report import Report, Verdict
from dr_syncer.errors import DRSyncerError
from dr_syncer.plan import show
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
    try:
        rules = Rules.of(spec)
        async with open_pair(source, destination, Settings.load()) as pair:
            run = _dry_run if dry_run else _run
            return await run(artifact_key(name), Box(pair), Box(rules))
    except DRSyncerError as error:
        get_run_logger().error("%s", error.diagnosis)
        return Failed(message=str(error.diagnosis), data=error)


async def _run(key: str, pair: Box[Pair], rules: Box[Rules]) -> State[Any]:
    inventory = await discover(pair, rules)
    plan = await transform(rules, inventory)
    applied = await apply(pair, plan, inventory, key)
    finished = await scale_down(pair, plan, inventory, applied)
    await report(finished, key)
    return final_state(finished.value)


async def _dry_run(key: str, pair: Box[Pair], rules: Box[Rules]) -> State[Any]:
    inventory = await discover(pair, rules)
    plan = await transform(rules, inventory)
    await show_plan(plan, key)
    make = Completed if plan.value.complete else Failed
    return make(message=f"dry run, nothing written: {show.headline(plan.value)}", data=plan.value)


def final_state(report: Report) -> State[Any]:
    """The Prefect state that says what the report says."""
    if report.verdict is Verdict.FAILED:
        return Failed(message=report.headline(), data=report)
    return Completed(name=report.verdict.value, message=report.headline(), data=report)


def artifact_key(name: str) -> str:
    """The prefix of a replication's artifacts: Prefect allows lower-case letters, digits and dashes."""
    return f"replicate-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}"
