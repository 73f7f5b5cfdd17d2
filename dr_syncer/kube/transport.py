"""One HTTP request to an API server, answered or explained. Everything in `dr_syncer.kube` talks through here.

The official client's aiohttp session carries the bytes; this module adds what it lacks: orjson, credentials that renew,
a time limit on every request, retries with a reason and a limit, and errors by meaning.

What is tried again, and why:
- 429, and 503 with Retry-After: the server did not act and asks for it. Any method.
- other 500, 502, 503, 504, a broken or refused connection: the server may have acted. Only requests that end the
  same when sent twice: reads, server-side apply, deletes.
- 401: once, after renewing the credentials.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
import orjson
from kubernetes.aio.client import ApiClient, Configuration
from yarl import URL

from dr_syncer.errors import DRSyncerError, Unreachable
from dr_syncer.kube.answers import Target, error_for, is_misreported
from dr_syncer.kube.kubeconfig import Credentials, api_client
from dr_syncer.kube.limiter import AdaptiveLimit
from dr_syncer.settings import Settings

USER_AGENT = "dr-syncer"
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
JSON = "application/json"

WebSocket = aiohttp.ClientWebSocketResponse[Literal[True]]
Query = Sequence[tuple[str, str]]

_LASTING = 8  # connections beyond the request window, for watches, logs and exec
_WARNING = re.compile(r'\d{3} \S+ "(?P<text>.*)"')
_BROKEN = {500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Request:
    """A request before it is sent.

    `repeatable`: sending it twice ends the same as sending it once. `patient`: a 429 is the server's wish to be asked
    later, and not an answer.
    """

    method: str
    path: str
    target: Target
    query: Query = ()
    body: Any = None
    content_type: str = JSON
    accept: str = JSON
    repeatable: bool = True
    patient: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer: HTTP `status` (200-299), the raw `body`, and the texts of its `Warning` headers."""

    status: int
    body: bytes = field(repr=False)
    target: Target
    warnings: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """The body, decoded; raises Unreachable when it is none of an API server: a proxy's page, half a document."""
        try:
            document = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            document = None
        if not isinstance(document, dict):
            raise not_understood(self.target)
        return document


def not_understood(target: Target) -> Unreachable:
    """The error for an answer with a good status and a body that makes no sense."""
    return Unreachable(
        f"{target}: the answer is not that of an API server",
        resolution="Look for a proxy or load balancer between here and the server that answers in its place.",
    )


class Transport:
    """An authenticated connection pool to one API server. Opened and closed by `Cluster`."""

    def __init__(self, credentials: Credentials, settings: Settings) -> None:
        self.settings = settings
        self.limit = AdaptiveLimit(settings.requests_in_flight)
        self._credentials = credentials
        self._client: ApiClient | None = None
        self._session: aiohttp.ClientSession | None = None
        self._retired: list[aiohttp.ClientSession] = []

    async def open(self) -> None:
        """Load the credentials and make the pool; sends nothing. Raises KubeconfigError."""
        self._start_pool(await self._credentials.load())

    async def close(self) -> None:
        """Close the pool."""
        for session in (*self._retired, self._session):
            if session is not None:
                await session.close()

    @property
    def server(self) -> str:
        """The API server's URL."""
        return str(self._configuration.host)

    async def send(self, request: Request) -> Answer:
        """Send, wait for the whole answer, try again where that is safe; raises the typed error otherwise."""
        renewed = False
        for attempt in range(1, self.settings.request_attempts + 1):
            last = attempt == self.settings.request_attempts
            try:
                status, headers, body = await self._exchange(request)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if last or not request.repeatable:
                    raise self._unreachable(request, error) from None
                await self._pause(attempt, None)
                continue
            if status < 400:
                self.limit.answered()
                return Answer(status, body, request.target, tuple(map(_warning, headers.getall("Warning", ()))))
            if status == 401 and not renewed:
                renewed = True
                await self._renew()
            elif last or not self._try_again(request, status, headers, body):
                raise error_for(status, body, request.target)
            else:
                await self._pause(attempt, headers.get("Retry-After"))
        raise error_for(status, body, request.target)

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[aiohttp.ClientResponse]:
        """An answer that is read as it comes (watch, logs): only connecting is timed, the reader times the rest."""
        timeout = aiohttp.ClientTimeout(total=None, connect=self.settings.connect_timeout)
        try:
            async with self._open(request, timeout) as response:
                if response.status >= 400:
                    raise error_for(response.status, await response.read(), request.target)
                yield response
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._unreachable(request, error) from None

    async def connect_websocket(self, request: Request, protocol: str) -> WebSocket:
        """Upgrade to a websocket (exec)."""
        url = self._url(request).with_scheme("wss" if self.server.startswith("https") else "ws")
        try:
            async with asyncio.timeout(self.settings.connect_timeout):
                headers = await self._headers(request)
                socket: WebSocket = await self._pool.ws_connect(
                    url, protocols=[protocol], headers=headers, **self._routing()
                )
                return socket
        except aiohttp.WSServerHandshakeError as error:
            raise error_for(error.status, b"", request.target) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._unreachable(request, error) from None

    def _start_pool(self, configuration: Configuration) -> None:
        self._client = api_client(configuration, self.settings.requests_in_flight + _LASTING)
        # The session is the official client's own, with its TLS and proxy; its request() would encode with the
        # slower json.
        self._session = self._client.rest_client._create_pool_manager()

    async def _exchange(self, request: Request) -> tuple[int, Any, bytes]:
        timeout = aiohttp.ClientTimeout(total=self.settings.request_timeout, connect=self.settings.connect_timeout)
        async with self.limit.slot(), self._open(request, timeout) as response:
            body = await response.read()
            if response.status == 429 and request.patient:
                self.limit.throttled()
            return response.status, response.headers, body

    @asynccontextmanager
    async def _open(self, request: Request, timeout: aiohttp.ClientTimeout) -> AsyncIterator[aiohttp.ClientResponse]:
        data = None if request.body is None else orjson.dumps(request.body)
        async with self._pool.request(
            request.method,
            self._url(request),
            headers=await self._headers(request),
            data=data,
            timeout=timeout,
            **self._routing(),
        ) as response:
            yield response

    def _url(self, request: Request) -> URL:
        query = f"?{urlencode(request.query)}" if request.query else ""
        return URL(f"{self.server}{request.path}{query}", encoded=True)

    async def _headers(self, request: Request) -> dict[str, str]:
        await self._credentials.renew()
        headers = {"Accept": request.accept, "User-Agent": USER_AGENT}
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        for setting in (await self._configuration.auth_settings()).values():
            headers["Authorization"] = setting["value"]
        return headers

    def _routing(self) -> dict[str, Any]:
        routing: dict[str, Any] = {}
        if self._configuration.tls_server_name:
            routing["server_hostname"] = self._configuration.tls_server_name
        if self._configuration.proxy:
            routing["proxy"] = self._configuration.proxy
        return routing

    async def _renew(self) -> None:
        """Load the credentials again and start a new pool, since a client certificate may have changed."""
        if await self._credentials.renew(force=True):
            self._retired.append(self._pool)  # requests in flight still use it
            self._start_pool(self._configuration)

    def _try_again(self, request: Request, status: int, headers: Any, body: bytes) -> bool:
        if status == 429 or (status == 503 and "Retry-After" in headers):
            return request.patient
        return status in _BROKEN and request.repeatable and not is_misreported(status, body)

    async def _pause(self, attempt: int, retry_after: str | None) -> None:
        backoff = self.settings.retry_pause * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)  # noqa: S311
        asked = float(retry_after) if retry_after and retry_after.isdigit() else 0.0
        await asyncio.sleep(min(max(backoff, asked), self.settings.retry_pause_limit))

    def _unreachable(self, request: Request, error: Exception) -> DRSyncerError:
        words = str(error) or f"no answer in {self.settings.request_timeout:g} s"
        return Unreachable(
            f"{request.target}: {self.server} cannot be reached",
            detail=f"{type(error).__name__}: {words}",
            resolution="Check the server's address in the kubeconfig, the network on the way, and the certificates.",
        )

    @property
    def _pool(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the transport is used before open()")
        return self._session

    @property
    def _configuration(self) -> Any:
        if self._client is None:
            raise RuntimeError("the transport is used before open()")
        return self._client.configuration


def _warning(header: str) -> str:
    """The text in `299 - "text"`."""
    match = _WARNING.fullmatch(header)
    return match["text"].replace('\\"', '"').replace("\\\\", "\\") if match else header
