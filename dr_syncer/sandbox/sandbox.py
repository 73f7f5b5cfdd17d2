"""A cluster to try things on: an API server in this process, with nothing behind it. Not Kubernetes.

The demo shows a replication between two of them, fast tests run on them. Objects are stored, checked, merged and
watched as by Kubernetes; no controller acts on them and no pod ever runs.
"""

import base64
import secrets
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from dr_syncer.sandbox.api import Api
from dr_syncer.sandbox.faults import Fault
from dr_syncer.sandbox.requests import Request
from dr_syncer.sandbox.server import Server
from dr_syncer.sandbox.tls import server_context

_STOP_TIMEOUT = 1.0  # seconds for requests that are still being answered


class Sandbox:
    """One sandbox cluster, running inside `async with` on a free port of 127.0.0.1.

    `requests` is all that it was asked, in order. `token` is the bearer token that it accepts, made when not given.
    Without `tls` it is a little faster, but kubectl cannot log in: it sends tokens over TLS only.
    """

    def __init__(self, name: str, tls: bool = True, token: str | None = None) -> None:
        self.name = name
        self.token = token or secrets.token_urlsafe(24)
        self._server = Server(Api(), self.token)
        self._context: SSLContext | None = None
        self._authority = b""
        if tls:
            self._context, self._authority = server_context()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._server.app(), access_log=None, shutdown_timeout=_STOP_TIMEOUT)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._context)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop_watches()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self._port}"

    @property
    def requests(self) -> list[Request]:
        """What it was asked, in order."""
        return self._server.requests

    def kubeconfig(self) -> dict[str, Any]:
        """A kubeconfig whose only context is called like the sandbox."""
        cluster: dict[str, Any] = {"server": self.url}
        if self._authority:
            cluster["certificate-authority-data"] = base64.b64encode(self._authority).decode()
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": self.name, "cluster": cluster}],
            "users": [{"name": self.name, "user": {"token": self.token}}],
            "contexts": [{"name": self.name, "context": {"cluster": self.name, "user": self.name}}],
            "current-context": self.name,
        }

    def fail(self, **fault: Any) -> Fault:
        """Let the next matching requests fail; the arguments are those of `Fault`."""
        made = Fault(**fault)
        self._server.faults.append(made)
        return made

    def expire_history(self) -> None:
        """Forget the history: older resourceVersions and continue tokens are answered with 410."""
        self._server.api.store.forget()

    def drop_watches(self) -> None:
        """Cut all watches off, as a restarting API server does."""
        for task in self._server.watches:
            task.cancel()
