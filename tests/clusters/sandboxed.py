"""A sandbox cluster that a test cannot tell from a real API server. It lives in the event loop of its test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import yaml

from dr_syncer.sandbox import Request, Sandbox
from tests.clusters import audit
from tests.clusters.audit import AuditEntry
from tests.clusters.endpoint import write_private


class SandboxCluster:
    """One running sandbox, seen as a `tests.clusters.pair.Cluster`."""

    def __init__(self, sandbox: Sandbox, kubeconfig: Path) -> None:
        config = sandbox.kubeconfig()
        write_private(kubeconfig, yaml.safe_dump(config).encode())
        self.kubeconfig = kubeconfig
        self.context: str = config["current-context"]
        self.server: str = sandbox.url
        self.token: str = config["users"][0]["user"].get("token", "")
        self._sandbox = sandbox

    def audit(self, since: int = 0) -> list[AuditEntry]:
        """What was asked since `mark()` gave `since`, in order."""
        return [_entry(request) for request in self._sandbox.requests[since:]]

    def mark(self) -> int:
        """A position in the list of requests: the end of what was asked until now."""
        return len(self._sandbox.requests)

    def writes(self) -> list[str]:
        """Every write so far, such as "patch deployments shop/web"; a refused one ends in its code, " (422)"."""
        return self.writes_since(0)

    def writes_since(self, mark: int) -> list[str]:
        """The writes since `mark()` gave `mark`."""
        return audit.writes(self.audit(mark))


@asynccontextmanager
async def running(name: str, folder: Path) -> AsyncIterator[SandboxCluster]:
    """A sandbox called `name`, its kubeconfig in `folder`."""
    async with Sandbox(name=name, tls=False) as sandbox:
        yield SandboxCluster(sandbox, folder / f"{name}.kubeconfig")


def _entry(request: Request) -> AuditEntry:
    resource = "/".join(part for part in (request.resource, request.subresource) if part)
    return AuditEntry(
        request.verb,
        resource,
        request.namespace,
        request.name,
        request.user_agent,
        request.status,
        request.group,
        request.dry_run,
    )
