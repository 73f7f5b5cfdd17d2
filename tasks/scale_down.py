"""Stage 4: the standby stands by."""

from prefect.logging import get_run_logger

from dr_syncer.engine.read import Inventory, Pair
from dr_syncer.engine.report import Report
from dr_syncer.engine.standby import wait_for_zero
from dr_syncer.plan.model import Plan
from tasks.box import Box
from tasks.stage import stage


@stage("scale_down")
async def scale_down(pair: Box[Pair], plan: Box[Plan], inventory: Box[Inventory], report: Box[Report]) -> Box[Report]:
    """Wait until what is held at zero runs no pod any more; what still does is added to the report."""
    findings = await wait_for_zero(pair.value.destination, plan.value, inventory.value.resources, report.value)
    log = get_run_logger()
    for finding in findings:
        log.error("%s", finding)
    if not findings:
        log.info("everything that should be at zero is at zero")
    return Box(report.value.with_findings(findings))
