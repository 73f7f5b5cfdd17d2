"""`dr-syncer replicate`: the flow, here and now, with the Prefect server of `PREFECT_API_URL` or a temporary one."""

import asyncio
from typing import Annotated, Any

import typer
from prefect.client.schemas.objects import State
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_SERVER_ANALYTICS_ENABLED,
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS,
    temporary_settings,
)

from blocks.server import require_prefect
from dr_syncer.cli import options, write
from dr_syncer.cli.exits import Exit, exit_code
from dr_syncer.cli.requests import Flags, ReplicationRequest, requests
from dr_syncer.cli.write import Format
from dr_syncer.engine.report import Report
from dr_syncer.errors import DRSyncerError
from dr_syncer.plan.model import Plan
from dr_syncer.settings import Settings
from flows.replicate import replicate
from flows.terminal import print_report, progress_bar

_OF_A_TEMPORARY_SERVER = {
    PREFECT_SERVER_ANALYTICS_ENABLED: False,
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS: 90,  # 6 are usual, 20 were too few on a busy machine
    # Nobody would look for a run that vanished, and a beat at the end of a short run is logged with a traceback.
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
}

app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def command(
    file: options.File = None,
    source_kubeconfig: options.SourceKubeconfig = None,
    dest_kubeconfig: options.DestKubeconfig = None,
    source_context: options.SourceContext = None,
    dest_context: options.DestContext = None,
    source_namespace: options.SourceNamespace = None,
    dest_namespace: options.DestNamespace = None,
    resource_types: options.ResourceTypes = None,
    scale_to_zero: options.ScaleToZero = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan as a flow run, write nothing.")] = False,
    output: options.Output = Format.TEXT,
) -> None:
    """Bring a namespace to its standby now, as a Prefect flow run."""
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
    wanted = requests(file, flags)
    Settings.load()  # a wrong one is told before a server is started
    with progress_bar(), temporary_settings({} if PREFECT_API_URL.value() else _OF_A_TEMPORARY_SERVER):
        runs = asyncio.run(_run_all(wanted, dry_run))
    if output is Format.JSON:
        named = [(request.name, result) for request, (_, result) in zip(wanted, runs, strict=True)]
        write.as_json([_to_dict(name, one) for name, result in named for one in _each(result)])
    else:
        for one in (one for _, result in runs for one in _each(result)):
            _print(one)
    raise typer.Exit(max(_exit(state, result) for state, result in runs))


async def _run_all(wanted: tuple[ReplicationRequest, ...], dry_run: bool) -> list[tuple[State[Any], Any]]:
    """Run one after the other; each with its final state, and what that holds."""
    await require_prefect()
    states = [await _run(request, dry_run) for request in wanted]
    return [(state, await state.aresult(raise_on_failure=False)) for state in states]


async def _run(request: ReplicationRequest, dry_run: bool) -> State[Any]:
    return await replicate(
        name=request.name,
        spec=request.spec,
        source=request.source,
        destination=request.destination,
        dry_run=dry_run,
        return_state=True,
    )


def _each(result: Any) -> list[Any]:
    """A dry run of several namespaces has a plan for each."""
    return result if isinstance(result, list) else [result]


def _to_dict(name: str, result: Any) -> dict[str, Any]:
    if isinstance(result, Report):
        return {"name": name, **result.to_dict()}
    if isinstance(result, Plan | DRSyncerError):
        return write.to_dict(name, result)
    raise result  # a bug, with its traceback


def _print(result: Any) -> None:
    if isinstance(result, Plan):
        write.a_plan(result)
    elif isinstance(result, Report):
        print_report(result)
    elif isinstance(result, DRSyncerError):
        write.explain(result.diagnosis)
    else:
        raise result


def _exit(state: State[Any], result: Any) -> Exit:
    if isinstance(result, DRSyncerError):
        return exit_code(result)
    return Exit.DONE if state.is_completed() else Exit.FAILED
