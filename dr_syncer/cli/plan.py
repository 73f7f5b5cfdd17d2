"""`dr-syncer plan`: what a run would write, changing nothing. Needs no Prefect."""

import asyncio
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from dr_syncer.api import ReplicationSpec
from dr_syncer.cli import options, write
from dr_syncer.cli.exits import Exit, exit_code
from dr_syncer.cli.requests import Flags, ReplicationRequest, offline_specs, requests
from dr_syncer.cli.write import Format
from dr_syncer.engine.connect import connect
from dr_syncer.engine.namespaces import chosen
from dr_syncer.engine.offline import plan_offline
from dr_syncer.engine.plan import plan as make_plan
from dr_syncer.engine.read import Pair
from dr_syncer.errors import DRSyncerError
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
    offline: Annotated[
        Path | None, typer.Option(help="Manifests (file or directory) in place of the source: print what they become.")
    ] = None,
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
    plans: list[Planned]
    if offline is not None:
        plans = [(name, plan_offline(Rules.of(spec), offline)) for name, spec in offline_specs(file, flags)]
    else:
        plans = asyncio.run(_plans(requests(file, flags), Settings.load()))
    if output is Format.JSON:
        write.as_json([write.to_dict(name, one) for name, one in plans])
    else:
        for _, one in plans:
            _show(one, everything, offline is not None)
    raise typer.Exit(_overall([_exit(one, detailed_exitcode) for _, one in plans]))


Planned: TypeAlias = tuple[str, Plan | DRSyncerError]
"""The name of a replication, and its plan or why there is none."""


async def _plans(wanted: tuple[ReplicationRequest, ...], settings: Settings) -> list[Planned]:
    return [plan for request in wanted for plan in await _of_one(request, settings)]


async def _of_one(request: ReplicationRequest, settings: Settings) -> list[Planned]:
    """A plan for each of its namespaces: one replication's trouble does not hide the plans of the others."""
    try:
        async with connect(request.source, settings) as source, connect(request.destination, settings) as destination:
            pair = Pair(source, destination)
            namespaces = await chosen(pair, request.spec)
            for finding in namespaces.findings:
                write.explain(finding)
            return [(request.name, await _planned(pair, spec)) for spec in namespaces.specs]
    except DRSyncerError as error:
        return [(request.name, error)]


async def _planned(pair: Pair, spec: ReplicationSpec) -> Plan | DRSyncerError:
    try:
        return await make_plan(pair, Rules.of(spec))
    except DRSyncerError as error:
        return error


def _show(plan: Plan | DRSyncerError, everything: bool, offline: bool) -> None:
    if isinstance(plan, DRSyncerError):
        write.explain(plan.diagnosis)
    elif offline:
        write.manifests(plan)
    else:
        write.a_plan(plan, everything=everything)


def _exit(plan: Plan | DRSyncerError, detailed: bool) -> Exit:
    if isinstance(plan, DRSyncerError):
        return exit_code(plan)
    if not plan.complete:
        return Exit.FAILED
    return Exit.SOMETHING_TO_DO if detailed and plan.writes else Exit.DONE


def _overall(exits: list[Exit]) -> Exit:
    """The worst: what failed outweighs what there is to do."""
    failed = [one for one in exits if one not in (Exit.DONE, Exit.SOMETHING_TO_DO)]
    return max(failed or exits, default=Exit.DONE)
