"""The clusters of the suite that runs unchanged on sandboxes and on real API servers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from tests.apiserver.replicating import opened
from tests.apiserver.stage import Stage
from tests.clusters import pair as fixture
from tests.clusters.fixtures import MARKER
from tests.clusters.pair import Pair


@pytest.fixture(params=["sandbox", pytest.param("real", marks=getattr(pytest.mark, MARKER))])
async def cluster_pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Pair]:
    """A source and a destination: once two new sandboxes, once two real API servers that all tests share."""
    if request.param == "real":
        yield cast(Pair, request.getfixturevalue("real_pair"))
        return
    from tests.clusters import sandboxed

    async with (
        sandboxed.running("source", tmp_path) as source,
        sandboxed.running("destination", tmp_path) as destination,
    ):
        yield Pair(source, destination)


@pytest.fixture
async def stage(cluster_pair: fixture.Pair) -> AsyncIterator[Stage]:
    async with opened(cluster_pair) as pair:
        yield Stage(pair, cluster_pair, cluster_pair.fresh_namespace())
