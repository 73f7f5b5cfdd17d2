"""A source and a destination cluster for tests, real ones or sandboxes, which a test cannot tell apart."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from tests.clusters import binaries, kind
from tests.clusters.apiserver import READY_TIMEOUT, ApiServer
from tests.clusters.errors import NoRealServers
from tests.clusters.kind import KindCluster
from tests.clusters.server import Server


class Cluster(Protocol):
    """What a test sees of one cluster."""

    @property
    def server(self) -> str:
        """The URL of the API server: https on a real one, http on a sandbox."""

    @property
    def token(self) -> str:
        """A bearer token that may do anything."""

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig file with one context."""

    @property
    def context(self) -> str:
        """The name of that context."""

    def mark(self) -> int:
        """The position now in the record of requests."""

    def writes(self) -> list[str]:
        """Every write so far, such as "patch deployments shop/web", also tries: " (dry run)", " (422)"."""

    def writes_since(self, mark: int) -> list[str]:
        """The writes since `mark()` gave `mark`."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A source and a destination."""

    source: Cluster
    destination: Cluster

    def fresh_namespace(self, prefix: str = "test") -> str:
        """A name that no namespace of either cluster has; nobody deletes them, for not every cluster here could."""
        return f"{prefix}-{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class RealServers:
    """A source of real API servers: a word on where they are from, how to make one, and seconds that two may take."""

    origin: str
    make: Callable[[str], Server]
    start_timeout: float


def find() -> RealServers:
    """The first there is of: programs the user gave, kind, programs built here. NoRealServers if there is none."""
    if given := binaries.given():
        return RealServers(f"the programs in {given.origin}", partial(ApiServer, binaries=given), READY_TIMEOUT)
    if kind.available():
        return RealServers("kind", KindCluster, kind.CREATE_TIMEOUT)
    if built := binaries.built():
        return RealServers(built.origin, partial(ApiServer, binaries=built), READY_TIMEOUT)
    raise NoRealServers(
        "no real API servers were found",
        detail="KUBEBUILDER_ASSETS is not set, PATH has no etcd, kube-apiserver and kubectl, no Docker with kind runs, "
        "and none are built.",
        resolution="Build them once with `python -m tests.clusters build` (7 minutes).",
    )


@contextmanager
def running(servers: RealServers) -> Iterator[tuple[Server, Server]]:
    """A source and a destination that answer, started side by side; both end with the context."""
    source, destination = pair = servers.make("source"), servers.make("destination")
    with ExitStack() as stack:
        for server in pair:
            stack.callback(server.stop)
            server.start()
        for server in pair:
            server.wait_ready()
        yield source, destination
