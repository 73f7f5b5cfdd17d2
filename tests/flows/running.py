"""What the tests of flows do again and again: run one between two sandboxes, and read what it left in Prefect."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from prefect import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterId,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import Artifact, State
from prefect.logging.handlers import APILogHandler

from dr_syncer.api import parse_spec
from dr_syncer.engine.connect import ClusterRef
from dr_syncer.engine.read import Pair
from dr_syncer.sandbox import Sandbox
from flows.replicate import replicate


@dataclass(frozen=True)
class Stage:
    """Two sandboxes, and our client's view of them."""

    source: Sandbox
    destination: Sandbox
    pair: Pair

    async def run(self, folder: Path, *, dry_run: bool = False, **fields: Any) -> State[Any]:
        """Run the flow as the command line does; its final state."""
        clusters = {"sourceCluster": "source", "destinationCluster": "destination", "sourceNamespace": "shop"}
        return await replicate(
            name="shop",
            spec=parse_spec({**clusters, **fields}, "test"),
            source=ClusterRef(kubeconfig=kubeconfig_of(self.source, folder)),
            destination=ClusterRef(kubeconfig=kubeconfig_of(self.destination, folder)),
            dry_run=dry_run,
            return_state=True,
        )


def kubeconfig_of(sandbox: Sandbox, folder: Path) -> Path:
    """The sandbox's kubeconfig, as a file."""
    file = folder / f"{sandbox.name}.kubeconfig"
    file.write_text(yaml.safe_dump(sandbox.kubeconfig()))
    return file


def run_id(state: State[Any]) -> UUID:
    """The flow run that a state is of."""
    found = state.state_details.flow_run_id
    assert found is not None
    return found


async def artifacts(state: State[Any]) -> dict[str, Artifact]:
    """What the run left in the UI, by key."""
    chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id(state)]))
    async with get_client() as client:
        return {one.key: one for one in await client.read_artifacts(artifact_filter=chosen) if one.key}


async def logs(state: State[Any]) -> str:
    """Every log line of the run, also those that still wait to be sent."""
    await APILogHandler.aflush()
    chosen = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id(state)]))
    async with get_client() as client:
        return "\n".join(one.message for one in await client.read_logs(log_filter=chosen))


async def task_names(state: State[Any]) -> list[str]:
    """The tasks that ran, in order."""
    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[run_id(state)]))
    async with get_client() as client:
        runs = await client.read_task_runs(flow_run_filter=chosen)
    started = sorted((run for run in runs if run.start_time), key=lambda run: str(run.start_time))
    return [run.name.rpartition("-")[0] for run in started]


async def everything_stored(state: State[Any]) -> str:
    """All that Prefect keeps of a run, as text: to look for what must not be there."""
    async with get_client() as client:
        run = await client.read_flow_run(run_id(state))
        tasks = await client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run_id(state)])))
    found = [one.model_dump_json() for one in (run, *tasks, *(await artifacts(state)).values())]
    return "\n".join([*found, await logs(state)])
