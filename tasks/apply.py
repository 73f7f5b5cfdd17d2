"""Stage 3: the plan, carried out."""

from functools import partial

from prefect.logging import get_run_logger

from dr_syncer.api.replication import FailureHandling
from dr_syncer.diagnosis import Level
from dr_syncer.engine.apply import apply as carry_out
from dr_syncer.engine.read import Inventory, Pair
from dr_syncer.engine.report import Outcome, Report, settled
from dr_syncer.plan.model import Plan
from dr_syncer.plan.retries import stops_the_run
from tasks.box import Box
from tasks.progress import Progress
from tasks.stage import stage


@stage("apply")
async def apply(
    pair: Box[Pair], plan: Box[Plan], inventory: Box[Inventory], key: str, handling: Box[FailureHandling]
) -> Box[Report]:
    """Write wave by wave; every object has its own outcome, and none stops the rest unless `handling` says so.

    `key` is for the artifact.
    """
    async with Progress(key, plan.value.writes) as progress:

        def observe(outcome: Outcome) -> None:
            progress.advance()
            _log(outcome)

        for step in plan.value.steps:
            if not step.writes:
                _log(settled(step))
        stops = partial(stops_the_run, handling=handling.value)
        report = await carry_out(pair.value.destination, plan.value, inventory.value.resources, observe, stops)
    return Box(report)


def _log(outcome: Outcome) -> None:
    if outcome.diagnosis is None or outcome.diagnosis.level is Level.INFO:
        return
    log = get_run_logger()
    write = log.error if outcome.diagnosis.level is Level.ERROR else log.warning
    write("%s: %s", outcome.key.label, outcome.diagnosis)
