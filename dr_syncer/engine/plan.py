"""Reading and planning in one: what `dr-syncer plan` shows."""

from dr_syncer.engine.collector import held_back
from dr_syncer.engine.read import Inventory, Pair, read
from dr_syncer.plan.build import build
from dr_syncer.plan.model import Plan
from dr_syncer.plan.rules import Rules


async def plan(pair: Pair, rules: Rules) -> Plan:
    """The plan of a replication as things are now; writes nothing. Raises Refused when it cannot run at all."""
    return planned(rules, await read(pair, rules))


def planned(rules: Rules, inventory: Inventory) -> Plan:
    """The plan for what was read."""
    with held_back():
        return build(rules, inventory.snapshot)
