"""The sandbox's HTTP side: authentication, formats, faults, and the record of what was asked."""

import asyncio
import hmac
from dataclasses import replace
from typing import Any

import orjson
import yaml
from aiohttp import web

from dr_syncer.objects import Object
from dr_syncer.sandbox import discovery, openapi, responses, tables
from dr_syncer.sandbox.api import Api
from dr_syncer.sandbox.faults import Fault
from dr_syncer.sandbox.objects import protobuf
from dr_syncer.sandbox.registry import Served
from dr_syncer.sandbox.requests import Request, parse
from dr_syncer.sandbox.responses import Refusal

_OPEN = {"/healthz", "/livez", "/readyz", "/version"}
_READS = {"get", "list"}
_WRITES = {"create", "update", "patch"}
_NAME = web.RequestKey("name", str)
_BODY_LIMIT = 16 * 2**20


class Server:
    """Answers HTTP requests from an `Api`; `requests` grows with every answer."""

    def __init__(self, api: Api, token: str) -> None:
        self.api = api
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.watches: set[asyncio.Task[Any]] = set()
        self._token = token

    def app(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(client_max_size=_BODY_LIMIT)
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    async def _handle(self, http: web.Request) -> web.StreamResponse:
        request = parse(http.method, http.path, dict(http.query), http.content_type, http.headers.get("User-Agent", ""))
        position = len(self.requests)
        self.requests.append(request)
        try:
            response = await self._answer(http, request)
        except Refusal as refusal:
            response = _json(refusal.status(), refusal.code)
            if refusal.retry_after is not None:
                response.headers["Retry-After"] = f"{refusal.retry_after:g}"
        name = request.name or http.get(_NAME, "")  # an object that is created says its name in the body
        self.requests[position] = replace(request, status=response.status, name=name)
        return response

    async def _answer(self, http: web.Request, request: Request) -> web.StreamResponse:
        self._authenticate(http)
        fault = next((one for one in self.faults if one.takes(request)), None)
        if fault is not None:
            await fault.strike()
        if request.verb == "watch":
            return await self._watch(http, request)
        response = await self._resource(http, request) if request.resource else self._about(http, request)
        if fault is not None and fault.after_bytes is not None:
            return await _cut_off(http, response, fault.after_bytes)
        return response

    def _authenticate(self, http: web.Request) -> None:
        given = http.headers.get("Authorization", "")
        if http.path not in _OPEN and not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            raise responses.unauthorized()

    def _about(self, http: web.Request, request: Request) -> web.Response:
        """What is no resource: health, version, discovery, OpenAPI."""
        if http.path in ("/healthz", "/livez", "/readyz"):
            return web.Response(text="ok")
        document = self._document(http, request.path.strip("/"), http.headers.get("Accept", ""))
        if document is None:
            raise responses.no_such_path()
        if document.get("kind") == "APIGroupDiscoveryList":
            content_type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
            return web.Response(body=orjson.dumps(document), headers={"Content-Type": content_type})
        return _json(document)

    def _document(self, http: web.Request, path: str, accept: str) -> Object | None:
        registry = self.api.registry
        match path.split("/"):
            case ["version"]:
                return discovery.VERSION
            case ["api" | "apis" as root] if discovery.is_aggregated(accept):
                return discovery.aggregated(registry, [""] if root == "api" else registry.groups())
            case ["api"]:
                return discovery.core_versions(http.host)
            case ["api" | "apis", *place]:
                return discovery.about(registry, *place)
            case ["openapi", "v3", *place]:
                return openapi.document(registry, "/".join(place)) if place else openapi.index(registry)
        return None

    async def _resource(self, http: web.Request, request: Request) -> web.Response:
        body = await _body(http)
        if (review := self.api.review(request, body)) is not None:
            return _json(review, 201)
        served = self.api.served(request)
        if bool(request.name) == (request.verb == "create") and request.verb in _WRITES:
            raise responses.method_not_allowed()
        accept = http.headers.get("Accept", "")
        if request.verb in _READS:
            return _json(_shaped(self.api.read(served, request), served, request, accept))
        if request.verb in _WRITES:
            revision = self.api.store.revision
            existed = bool(request.name) and self._exists(served, request)
            item, warnings = self.api.write(served, request, body)
            self._settle_later(revision)
            http[_NAME] = item["metadata"]["name"]
            item = tables.partial(item) if "as=PartialObjectMetadata" in accept else item
            return _json(item, 200 if existed else 201, warnings)
        if request.verb in ("delete", "deletecollection"):
            act = self.api.delete if request.verb == "delete" else self.api.delete_collection
            before, answer = self.api.store.revision, act(served, request, body)
            self._settle_later(before)
            return _json(answer)
        raise responses.method_not_allowed()

    def _exists(self, served: Served, request: Request) -> bool:
        return self.api.store.get(served.group_kind, request.namespace, request.name) is not None

    def _settle_later(self, before: int) -> None:
        """After the answer, as controllers do."""
        if self.api.store.revision != before:
            asyncio.get_running_loop().call_soon(self.api.settle)

    async def _watch(self, http: web.Request, request: Request) -> web.StreamResponse:
        watch = self.api.watch(request)
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
        await response.prepare(http)
        served, accept = self.api.served(request), http.headers.get("Accept", "")
        task = asyncio.current_task()
        if task is not None:
            self.watches.add(task)
            task.add_done_callback(self.watches.discard)
        async for event in watch.events():
            if tables.is_wanted(accept) and event["type"] not in ("ERROR", "BOOKMARK"):
                event = {**event, "object": tables.table(served, [event["object"]], {})}
            await response.write(orjson.dumps(event) + b"\n")
        await response.write_eof()
        return response


def _shaped(answer: Object, served: Served, request: Request, accept: str) -> Object:
    """The answer as the client asked for it: whole, as a Table, or only its metadata."""
    if tables.is_wanted(accept) and not request.subresource:
        items = answer["items"] if request.verb == "list" else [answer]
        metadata = answer["metadata"]
        if request.verb == "get":
            metadata = {"resourceVersion": metadata["resourceVersion"]}
        return tables.table(served, items, metadata)
    if "as=PartialObjectMetadata" not in accept:
        return answer
    if request.verb == "get":
        return tables.partial(answer)
    items = [tables.partial(item) for item in answer["items"]]
    kind = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
    return {**kind, "metadata": answer["metadata"], "items": items}


async def _body(http: web.Request) -> Any:
    content = await http.read()
    if not content:
        return None
    if content.startswith(protobuf.MAGIC):
        try:
            return protobuf.decoded(content)
        except ValueError as error:
            raise responses.bad_request(str(error)) from None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        return yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise responses.bad_request(f"error decoding the body: {error}") from None


def _json(document: Object, status: int = 200, warnings: list[str] | None = None) -> web.Response:
    response = web.Response(body=orjson.dumps(document), status=status, content_type="application/json")
    for text in warnings or ():
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        response.headers.add("Warning", f'299 - "{escaped}"')
    return response


async def _cut_off(http: web.Request, response: web.Response, after: int) -> web.StreamResponse:
    """Begin the answer and break the connection in the middle of it."""
    content = response.body if isinstance(response.body, bytes) else b""
    headers = {"Content-Type": response.content_type, "Content-Length": str(len(content))}
    broken = web.StreamResponse(status=response.status, headers=headers)
    await broken.prepare(http)
    await broken.write(content[:after])
    if http.transport is not None:
        http.transport.abort()
    return broken
