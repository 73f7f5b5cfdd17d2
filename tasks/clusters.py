"""The clusters of a run, opened from what its parameters say: names and paths, never credentials."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field

from blocks import Kubeconfig
from dr_syncer.engine.connect import ClusterRef, connect
from dr_syncer.engine.read import Pair
from dr_syncer.errors import InvalidInput, Problem
from dr_syncer.kube import Cluster
from dr_syncer.settings import Settings


class BlockRef(BaseModel):
    """A cluster whose kubeconfig is a Prefect block."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    block: str = Field(description="The name of a Kubeconfig block.", min_length=1)


ClusterParameter: TypeAlias = BlockRef | ClusterRef


@asynccontextmanager
async def open_pair(source: ClusterParameter, destination: ClusterParameter, settings: Settings) -> AsyncIterator[Pair]:
    """Both clusters, open; raises InvalidInput, KubeconfigError."""
    here, there = await _cluster(source, settings), await _cluster(destination, settings)
    async with here, there:
        yield Pair(here, there)


async def _cluster(ref: ClusterParameter, settings: Settings) -> Cluster:
    if isinstance(ref, ClusterRef):
        return connect(ref, settings)
    try:
        block = cast(Kubeconfig, await Kubeconfig.aload(ref.block))
    except ValueError:
        raise InvalidInput(
            f"there is no Kubeconfig block {ref.block}",
            (Problem("block", f"{ref.block!r} is not stored in this Prefect server"),),
            resolution="Create it in the Prefect UI under Blocks (`dr-syncer blocks register` brings the type).",
        ) from None
    return block.client(settings)
