"""A real Prefect server with a database of its own, for all tests of flows and blocks."""

from collections.abc import AsyncIterator, Iterator

import pytest
from prefect.testing.utilities import prefect_test_harness

from dr_syncer.engine.read import Pair
from dr_syncer.kube import Cluster, from_data
from dr_syncer.sandbox import Sandbox
from tests.flows.running import Stage


@pytest.fixture(scope="package")
def prefect_server() -> Iterator[None]:
    """The Prefect server in use, until the last of these tests has ended."""
    with prefect_test_harness(server_startup_timeout=90):
        yield


@pytest.fixture
async def stage(prefect_server: None) -> AsyncIterator[Stage]:
    """Two sandbox clusters, connected."""
    async with Sandbox("source", tls=False) as source, Sandbox("destination", tls=False) as destination:
        clusters = [Cluster(from_data(sandbox.kubeconfig())) for sandbox in (source, destination)]
        async with clusters[0], clusters[1]:
            yield Stage(source, destination, Pair(clusters[0], clusters[1]))
