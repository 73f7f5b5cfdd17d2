"""What every real API server of the tests has in common, whatever started it: its addresses and its audit log."""

import time
import uuid
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from tests.clusters import audit
from tests.clusters.audit import AuditEntry
from tests.clusters.endpoint import Endpoint
from tests.clusters.errors import NoRealServers

_AUDIT_TIMEOUT = 10.0
_MARKER = b"dr-syncer-tests-marker-"


class Server(ABC):
    """A real API server: `start()` returns at once, `wait_ready()` when it answers and `kubeconfig` is written."""

    def __init__(self, name: str, home: Path, kubectl: Path, endpoint: Endpoint) -> None:
        self.name = name
        self.context = name
        """The only context of the kubeconfig."""
        self.home = home
        self.kubeconfig = home / "kubeconfig"
        self.kubectl = kubectl
        self.endpoint = endpoint

    @property
    def server(self) -> str:
        """The https URL."""
        return self.endpoint.server

    @property
    def token(self) -> str:
        """A bearer token that may do anything."""
        return self.endpoint.token

    @property
    def ca_file(self) -> Path:
        """PEM certificates to trust."""
        return self.endpoint.ca_file

    @abstractmethod
    def start(self) -> None:
        """Start it in the background."""

    @abstractmethod
    def wait_ready(self) -> None:
        """Wait until it answers, and write the kubeconfig; NoRealServers if it does not in time."""

    @abstractmethod
    def stop(self) -> None:
        """End it, also half started, and remove all that it stored."""

    @abstractmethod
    def read_audit_log(self) -> bytes:
        """The audit log as it is now."""

    def __enter__(self) -> Self:
        try:
            self.start()
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def audit(self, since: int = 0) -> list[AuditEntry]:
        """What was asked since `mark()` gave `since`, in the order of the answers and complete."""
        lines = self._audited()[since:].splitlines()
        return [audit.parse(line) for line in lines if _MARKER not in line]

    def mark(self) -> int:
        """A position in the audit log: the end of what was asked until now."""
        return len(self._audited())

    def writes(self) -> list[str]:
        """Every write so far, such as "patch deployments shop/web"; a refused one ends in its code, " (422)"."""
        return self.writes_since(0)

    def writes_since(self, mark: int) -> list[str]:
        """The writes since `mark()` gave `mark`."""
        return audit.writes(self.audit(mark))

    def _audited(self) -> bytes:
        """The audit log up to now: an answer can come before its line, so a request made here tells when all are in."""
        marker = _MARKER + uuid.uuid4().hex.encode()
        self.endpoint.get("/version", user_agent=marker.decode())
        deadline = time.monotonic() + _AUDIT_TIMEOUT
        while time.monotonic() < deadline:
            before, found, after = self.read_audit_log().partition(marker)
            if found and b"\n" in after:
                return before + found + after[: after.index(b"\n") + 1]
            time.sleep(0.01)
        raise NoRealServers(f"the audit log of {self.name} has not caught up after {_AUDIT_TIMEOUT:.0f} s")
