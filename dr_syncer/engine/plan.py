"""The plan of a replication, from open clusters: what `dr-syncer plan` and a dry run show."""

from dr_syncer.engine.read import Pair, read
from dr_syncer.plan.build import build
from dr_syncer.plan.model import Plan
from dr_syncer.plan.rules import Rules


async def plan(pair: Pair, rules: Rules) -> Plan:
    """Read both sides and compare; writes nothing."""
    return build(rules, (await read(pair, rules)).snapshot)
