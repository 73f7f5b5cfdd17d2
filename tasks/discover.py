"""Stage 1: what there is on both sides."""

from prefect.logging import get_run_logger

from dr_syncer.engine.read import Inventory, Pair, read
from dr_syncer.plan.rules import Rules
from tasks.box import Box
from tasks.stage import stage


@stage("discover")
async def discover(pair: Box[Pair], rules: Box[Rules]) -> Box[Inventory]:
    """Read source and destination in parallel; raises Refused when the replication as a whole cannot run."""
    inventory = await read(pair.value, rules.value)
    snapshot = inventory.snapshot
    here, there = (sum(map(len, side.values())) for side in (snapshot.source, snapshot.destination))
    get_run_logger().info("read %d objects in the source, %d in the destination", here, there)
    return Box(inventory)
