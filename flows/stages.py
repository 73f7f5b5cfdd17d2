"""The tasks of one namespace, in their order: what the flow `replicate` runs for each that it is about."""

import asyncio
from dataclasses import dataclass

from prefect.logging import get_run_logger

from dr_syncer.api import ReplicationSpec
from dr_syncer.api.replication import FailureHandling
from dr_syncer.diagnosis import Category, Level
from dr_syncer.engine.read import Pair
from dr_syncer.engine.report import Report
from dr_syncer.errors import DRSyncerError
from dr_syncer.plan.model import Plan
from dr_syncer.plan.retries import is_retried
from dr_syncer.plan.rules import Rules
from tasks.apply import apply
from tasks.box import Box
from tasks.discover import discover
from tasks.report import report, show_plan
from tasks.scale_down import scale_down
from tasks.transform import transform


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of one replication; `key` is the prefix of its artifacts."""

    key: str
    pair: Box[Pair]
    rules: Box[Rules]
    handling: Box[FailureHandling]

    @classmethod
    def of(cls, key: str, pair: Pair, spec: ReplicationSpec) -> "Stages":
        """The stages of one namespace."""
        return cls(key, Box(pair), Box(Rules.of(spec)), Box(spec.failure_handling))

    async def tried_again(self, waits: tuple[float, ...]) -> Report | DRSyncerError:
        """Run until nothing is left that another try may bring, or the tries are used up; then leave the report."""
        for number, wait in enumerate((*waits, None), start=1):
            result = await self.tried()
            if wait is None or not any(is_retried(one, self.handling.value) for one in _failures(result)):
                break
            get_run_logger().warning("try %d of %d failed; the next in %g s", number, len(waits) + 1, wait)
            await asyncio.sleep(wait)
        if isinstance(result, Report):
            await report(Box(result), self.key)
        return result

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


def _failures(result: Report | DRSyncerError) -> set[Category]:
    if isinstance(result, DRSyncerError):
        return {result.diagnosis.category}
    return {problem.category for problem in result.problems if problem.level is Level.ERROR}
