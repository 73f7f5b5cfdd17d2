"""Asserted: a run waits until what it holds at zero runs no pod, and says which workload still does.

The status that a controller would write is written by the test, on a sandbox.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dr_syncer.diagnosis import Category, Diagnosis
from dr_syncer.engine.apply import apply
from dr_syncer.engine.plan import planned
from dr_syncer.engine.read import Inventory, Pair, read
from dr_syncer.engine.report import Report
from dr_syncer.engine.standby import wait_for_zero
from dr_syncer.kube import Cluster, Resource, from_data
from dr_syncer.plan.model import Plan
from dr_syncer.sandbox import Sandbox
from tests.apiserver.replicating import named, rules, seed
from tests.kube.clusters import quick

SETTINGS = quick(scale_down_timeout=0.2, scale_down_poll=0.02)
PLURALS = {"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets", "Job": "jobs"}


class Standby:
    """A replicated workload of each kind, held at zero."""

    def __init__(self, pair: Pair, plan: Plan, inventory: Inventory, report: Report) -> None:
        self.pair, self.plan, self.inventory, self.report = pair, plan, inventory, report

    async def status(self, kind: str, **status: Any) -> None:
        group = "batch" if kind == "Job" else "apps"
        resource = Resource(group, "v1", PLURALS[kind], kind)
        body = {"status": status}
        await self.pair.destination.patch(resource, "shop", "web", body, subresource="status")

    async def wait(self) -> tuple[Diagnosis, ...]:
        return await wait_for_zero(self.pair.destination, self.plan, self.inventory.resources, self.report)


@pytest.fixture
async def standby() -> AsyncIterator[Standby]:
    async with (
        Sandbox("prod", tls=False) as here,
        Sandbox("dr", tls=False) as there,
        Cluster(from_data(here.kubeconfig()), SETTINGS) as source,
        Cluster(from_data(there.kubeconfig()), SETTINGS) as destination,
    ):
        await seed(source, "shop", [workload(kind) for kind in PLURALS])
        pair = Pair(source, destination)
        inventory = await read(pair, rules("shop"))
        plan = planned(rules("shop"), inventory)
        yield Standby(pair, plan, inventory, await apply(destination, plan, inventory.resources))


def workload(kind: str) -> dict[str, Any]:
    labels = {"app": kind.lower()}
    pod: dict[str, Any] = {"containers": [{"name": "web", "image": "web:1"}]}
    spec: dict[str, Any] = {"template": {"metadata": {"labels": labels}, "spec": pod}}
    if kind == "Job":
        pod["restartPolicy"] = "Never"
        return named("batch/v1", kind, "", "web", spec=spec)
    spec["selector"] = {"matchLabels": labels}
    if kind == "StatefulSet":
        spec["serviceName"] = "web"
    return named("apps/v1", kind, "", "web", spec=spec)


async def test_where_nothing_runs_there_is_nothing_to_wait_for(standby: Standby) -> None:
    assert await standby.wait() == ()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("Deployment", {"replicas": 2}),
        ("StatefulSet", {"replicas": 2}),
        ("DaemonSet", {"currentNumberScheduled": 2, "desiredNumberScheduled": 2, "numberMisscheduled": 0}),
        ("DaemonSet", {"currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 2}),
        ("Job", {"active": 2}),
    ],
)
async def test_pods_that_stay_are_a_failure_that_names_their_workload(
    standby: Standby, kind: str, status: dict[str, int]
) -> None:
    await standby.status(kind, numberReady=0, **status) if kind == "DaemonSet" else await standby.status(kind, **status)
    (finding,) = await standby.wait()
    assert finding.category is Category.NOT_AT_ZERO
    assert finding.summary == f"{kind} web still runs 2 pods on the standby"


async def test_pods_that_end_in_time_are_no_failure(standby: Standby) -> None:
    await standby.status("Deployment", replicas=1)
    waiting = asyncio.create_task(standby.wait())
    await asyncio.sleep(0.05)
    await standby.status("Deployment", replicas=0)
    assert await waiting == ()


async def test_what_cannot_be_told_is_not_called_zero(standby: Standby) -> None:
    async with Sandbox("gone", tls=False) as gone:
        config = gone.kubeconfig()
    async with Cluster(from_data(config), quick(request_attempts=1)) as cluster:
        findings = await wait_for_zero(cluster, standby.plan, standby.inventory.resources, standby.report)
    assert [finding.category for finding in findings] == [Category.UNREACHABLE]
