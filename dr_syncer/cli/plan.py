"""`dr-syncer plan`: what a run would write, changing nothing. Needs no Prefect."""

import asyncio
from typing import Annotated

import typer

from dr_syncer.cli import options, write
from dr_syncer.cli.exits import Exit
from dr_syncer.cli.requests import Flags, ReplicationRequest, requests
from dr_syncer.cli.write import Format
from dr_syncer.engine.connect import connect
from dr_syncer.engine.plan import plan as make_plan
from dr_syncer.engine.read import Pair
from dr_syncer.plan import show
from dr_syncer.plan.model import Plan
from dr_syncer.plan.rules import Rules
from dr_syncer.settings import Settings


def plan(
    file: options.File = None,
    source_kubeconfig: options.SourceKubeconfig = None,
    dest_kubeconfig: options.DestKubeconfig = None,
    source_context: options.SourceContext = None,
    dest_context: options.DestContext = None,
    source_namespace: options.SourceNamespace = None,
    dest_namespace: options.DestNamespace = None,
    resource_types: options.ResourceTypes = None,
    scale_to_zero: options.ScaleToZero = None,
    everything: Annotated[bool, typer.Option("--all", help="List unchanged objects too.")] = False,
    detailed_exitcode: Annotated[bool, typer.Option(help="Exit with 4 when there is something to write.")] = False,
    output: options.Output = Format.TEXT,
) -> None:
    """Show what a replication would write, field by field; writes nothing."""
    flags = Flags(
        source_kubeconfig,
        dest_kubeconfig,
        source_context,
        dest_context,
        source_namespace,
        dest_namespace,
        resource_types,
        scale_to_zero,
    )
    plans = asyncio.run(_plans(requests(file, flags)))
    if output is Format.JSON:
        write.as_json([show.to_dict(one) for one in plans])
    else:
        for one in plans:
            write.a_plan(one, everything=everything)
    raise typer.Exit(_exit(plans, detailed_exitcode))


async def _plans(wanted: tuple[ReplicationRequest, ...]) -> list[Plan]:
    return [await _one(request, Settings()) for request in wanted]


async def _one(request: ReplicationRequest, settings: Settings) -> Plan:
    rules = Rules.of(request.spec)
    async with connect(request.source, settings) as source, connect(request.destination, settings) as destination:
        return await make_plan(Pair(source, destination), rules)


def _exit(plans: list[Plan], detailed: bool) -> Exit:
    if not all(plan.complete for plan in plans):
        return Exit.FAILED
    return Exit.SOMETHING_TO_DO if detailed and any(plan.writes for plan in plans) else Exit.DONE
