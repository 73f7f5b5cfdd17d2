"""Stage 2: what there should be, and the plan that leads there."""

from prefect.logging import get_run_logger

from dr_syncer.engine.plan import planned
from dr_syncer.engine.read import Inventory
from dr_syncer.plan import show
from dr_syncer.plan.model import Plan
from dr_syncer.plan.rules import Rules
from tasks.box import Box
from tasks.stage import stage


@stage("transform")
async def transform(rules: Box[Rules], inventory: Box[Inventory]) -> Box[Plan]:
    """Select, transform, order and compare: everything the run will write, before it writes anything."""
    plan = planned(rules.value, inventory.value)
    get_run_logger().info("plan: %s", show.headline(plan))
    return Box(plan)
