"""What the demo tells, step by step: what a user would do, and nothing shown that was not just read from a cluster."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import yaml
from prefect.deployments import arun_deployment
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType
from pydantic import SecretStr
from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from blocks import Kubeconfig
from blocks.commands import register_all
from deployments.demo import shop
from deployments.demo.meddle import meddle
from dr_syncer.api import ReplicationSpec
from dr_syncer.api.names import PARKED
from dr_syncer.cli import write
from dr_syncer.engine.plan import plan
from dr_syncer.engine.read import Pair
from dr_syncer.errors import Refused
from dr_syncer.kube import Cluster, from_data
from dr_syncer.objects import Object
from dr_syncer.plan.kinds import KINDS
from dr_syncer.plan.model import Plan
from dr_syncer.plan.rules import Rules
from dr_syncer.sandbox import Sandbox
from flows.replicate import replicate
from tasks.clusters import BlockRef

_DEPLOYMENT = "demo.shop"
_RUN_TIMEOUT = 120.0  # seconds; a run takes 8, most of it Python starting


@dataclass(frozen=True, slots=True)
class Story:
    """The open stage: two clusters, their kubeconfig files, and the address of the Prefect UI."""

    pair: Pair
    folder: Path
    ui: str

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path, ui: str) -> AsyncIterator["Story"]:
        """Start the sandboxes and connect to them."""
        async with AsyncExitStack() as stack:
            clusters = []
            for name in ("prod", "dr"):
                sandbox = await stack.enter_async_context(Sandbox(name=name))
                config = sandbox.kubeconfig()
                (folder / f"{name}.kubeconfig").write_text(yaml.safe_dump(config))
                clusters.append(await stack.enter_async_context(Cluster(from_data(config))))
            yield cls(Pair(*clusters), folder, ui)

    async def tell(self) -> None:
        """The whole demo; raises Refused when a run did not do what it should."""
        await asyncio.gather(*map(shop.provide_storage, (self.pair.source, self.pair.destination)))
        number = await shop.deploy(self.pair.source)
        _say(f"The shop runs in the sandbox cluster prod: {number} objects in namespace {shop.NAMESPACE}.")
        await self._register()
        async with _runner():
            await self._replicate()
            await self._show_arrivals()
            await self._drift()
        _say(f"Runs, schedules and artifacts are in the Prefect UI: {self.ui}")

    def hints(self) -> str:
        """Commands to go on with while the demo stays up."""
        return "\n".join(
            [
                f"  kubectl --kubeconfig {self.folder / 'dr.kubeconfig'} -n {shop.NAMESPACE} get deployments",
                f"  PREFECT_API_URL={self.ui}/api prefect deployment run 'replicate/{_DEPLOYMENT}'",
            ]
        )

    async def _register(self) -> None:
        await register_all()
        for name in ("prod", "dr"):
            text = (self.folder / f"{name}.kubeconfig").read_text()
            await Kubeconfig(kubeconfig=SecretStr(text)).asave(f"demo-{name}", overwrite=True)
        _say("Registered the blocks demo-prod and demo-dr: the kubeconfigs, encrypted.")

    async def _replicate(self) -> None:
        _say(f"Running the deployment replicate/{_DEPLOYMENT} ...")
        run = await arun_deployment(
            f"replicate/{_DEPLOYMENT}", timeout=_RUN_TIMEOUT, poll_interval=0.5, as_subflow=False
        )
        state = run.state
        if state is None or not state.is_completed():
            raise Refused("the demo's run did not complete", detail=(state.message if state else None) or "no state")
        _say(f"  {state.name}: {state.message}")

    async def _show_arrivals(self) -> None:
        table = Table("kind", title="What arrived in the sandbox cluster dr", title_justify="left", box=SIMPLE)
        table.add_column("in prod", justify="right")
        table.add_column("in dr", justify="right")
        table.add_column("held at zero", justify="right")
        for row in await _arrivals(self.pair):
            table.add_row(*row)
        write.out.print(table)

    async def _drift(self) -> None:
        for change in await meddle(self.pair.destination, shop.NAMESPACE):
            _say(f"Somebody meddles with the standby: {change}")
        found = await self._plan()
        _say("dr-syncer plan:")
        write.a_plan(found)
        await self._replicate()
        rest = await self._plan()
        _say(f"dr-syncer plan: {'nothing to do, the standby is repaired' if not rest.writes else 'still different'}")
        if rest.writes:
            raise Refused("the demo's drift was not repaired")

    async def _plan(self) -> Plan:
        return await plan(self.pair, Rules.of(_spec()))


def _spec() -> ReplicationSpec:
    return ReplicationSpec(source_cluster="prod", destination_cluster="dr", source_namespace=shop.NAMESPACE)


@asynccontextmanager
async def _runner() -> AsyncIterator[None]:
    """Serves the deployment, as `flow.serve` does: every run is a process of its own."""
    deployment = await replicate.ato_deployment(
        _DEPLOYMENT,
        description="The standby of the shop, every five minutes.",
        cron="*/5 * * * *",
        tags=["dr-syncer", "demo"],
        parameters={
            "name": shop.NAMESPACE,
            "spec": _spec().model_dump(by_alias=True, exclude_unset=True, mode="json"),
            "source": BlockRef(block="demo-prod").model_dump(),
            "destination": BlockRef(block="demo-dr").model_dump(),
        },
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    runner = Runner(name="demo", query_seconds=1, pause_on_shutdown=False)
    await runner.aadd_deployment(deployment)
    serving = asyncio.create_task(runner.start())
    try:
        yield
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def _arrivals(pair: Pair) -> list[tuple[str, str, str, str]]:
    rows = []
    discovery = await pair.destination.discover()
    for kind in KINDS:
        resource = discovery.find(kind.group_kind)
        if resource is not None:
            here, there = await asyncio.gather(
                *(cluster.list(resource, shop.NAMESPACE) for cluster in (pair.source, pair.destination))
            )
            zero = sum(map(_is_held, there.items))
            rows.append((kind.group_kind.kind, str(len(here.items)), str(len(there.items)), str(zero or "")))
    return rows


def _is_held(item: Object) -> bool:
    """Whether a workload of the standby runs nothing: no replicas, suspended, or on no node."""
    spec = item.get("spec") or {}
    nodes = ((spec.get("template") or {}).get("spec") or {}).get("nodeSelector") or {}
    return spec.get("replicas") == 0 or spec.get("suspend") is True or PARKED in nodes


def _say(text: str) -> None:
    write.out.print(escape(text))
