"""One Kubernetes cluster, as JSON in and JSON out. Everything above `dr_syncer.kube` talks to clusters through this
class.

    async with Cluster(from_file(path)) as cluster:
        deployments = await cluster.list(resource, "shop")

Methods raise the exceptions of `dr_syncer.errors`; each names what was tried.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientResponse

from dr_syncer.errors import Gone, NotFound
from dr_syncer.kube import transport as wire
from dr_syncer.kube.answers import Target
from dr_syncer.kube.discovery import Discovery, discover
from dr_syncer.kube.kubeconfig import Credentials
from dr_syncer.kube.resources import PODS, Resource
from dr_syncer.kube.transport import Answer, Query, Request, Transport
from dr_syncer.objects import FIELD_MANAGER, Object
from dr_syncer.settings import Settings


@dataclass(frozen=True, slots=True)
class Listing:
    """The objects of one kind; `resource_version` is where a watch continues."""

    items: tuple[Object, ...]
    resource_version: str


@dataclass(frozen=True, slots=True)
class Written:
    """What an API server stored: the object as it is now, whether it is new, and the server's warnings."""

    item: Object
    created: bool
    warnings: tuple[str, ...] = ()


class Cluster:
    """An open connection to one API server."""

    def __init__(self, credentials: Credentials, settings: Settings | None = None) -> None:
        self.settings = settings or Settings.load()
        self.transport = Transport(credentials, self.settings)

    async def __aenter__(self) -> Self:
        await self.transport.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.transport.close()

    @property
    def server(self) -> str:
        """The API server's URL."""
        return self.transport.server

    async def version(self) -> str:
        """The server's version, like `v1.34.4`."""
        answer = await self.transport.send(Request("GET", "/version", Target("get", "version")))
        return str(answer.json().get("gitVersion", ""))

    async def discover(self) -> Discovery:
        """What the cluster serves."""
        return await discover(self.transport)

    async def get(self, resource: Resource, namespace: str, name: str, *, subresource: str = "") -> Object:
        """One object; raises NotFound."""
        target = _target("get", resource, namespace, name, subresource)
        return _object(await self.transport.send(Request("GET", resource.path(namespace, name, subresource), target)))

    async def find(self, resource: Resource, namespace: str, name: str) -> Object | None:
        """One object, or None when it does not exist."""
        try:
            return await self.get(resource, namespace, name)
        except NotFound:
            return None

    async def list(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        page_size: int | None = None,
    ) -> Listing:
        """All objects of a kind, page by page; a page token that expires midway starts the LIST again, once."""
        try:
            return await self._list(resource, namespace, labels, fields, page_size or self.settings.list_page_size)
        except Gone:
            return await self._list(resource, namespace, labels, fields, 0)

    async def _list(self, resource: Resource, namespace: str, labels: str, fields: str, page_size: int) -> Listing:
        items: list[Object] = []
        page: dict[str, Any] = {}
        query = [("limit", str(page_size))] if page_size else []
        query += [(key, value) for key, value in (("labelSelector", labels), ("fieldSelector", fields)) if value]
        target = _target("list", resource, namespace)
        token = ""
        while True:
            more = [("continue", token)] if token else []
            answer = await self.transport.send(Request("GET", resource.path(namespace), target, [*query, *more]))
            page = _page(answer)
            items += page["items"] or ()
            token = page["metadata"].get("continue", "")
            if not token:
                break
        for item in items:  # a LIST names the kind once, an object should say it itself
            item["apiVersion"], item["kind"] = resource.api_version, resource.kind
        return Listing(tuple(items), page["metadata"].get("resourceVersion", ""))

    async def apply(
        self,
        resource: Resource,
        item: Object,
        *,
        force: bool = True,
        dry_run: bool = False,
        field_manager: str = FIELD_MANAGER,
        subresource: str = "",
    ) -> Written:
        """Server-side apply: the given fields become ours, fields of ours not given any more go away."""
        namespace, name = item["metadata"].get("namespace", ""), item["metadata"]["name"]
        query = [("fieldManager", field_manager), ("force", str(force).lower()), *_dry(dry_run)]
        path = resource.path(namespace, name, subresource)
        target = _target("apply", resource, namespace, name, subresource)
        return _written(await self.transport.send(Request("PATCH", path, target, query, item, wire.APPLY)))

    async def create(self, resource: Resource, item: Object, *, dry_run: bool = False) -> Written:
        """Create an object; raises Conflict when it exists."""
        namespace, name = item["metadata"].get("namespace", ""), item["metadata"].get("name", "")
        query = [("fieldManager", FIELD_MANAGER), *_dry(dry_run)]
        target = _target("create", resource, namespace, name)
        request = Request("POST", resource.path(namespace), target, query, item, repeatable=False)
        return _written(await self.transport.send(request))

    async def replace(
        self, resource: Resource, item: Object, *, subresource: str = "", dry_run: bool = False
    ) -> Written:
        """Replace an object; raises Conflict when its resourceVersion is not the newest."""
        namespace, name = item["metadata"].get("namespace", ""), item["metadata"]["name"]
        target = _target("update", resource, namespace, name, subresource)
        path = resource.path(namespace, name, subresource)
        query = [("fieldManager", FIELD_MANAGER), *_dry(dry_run)]
        return _written(await self.transport.send(Request("PUT", path, target, query, item, repeatable=False)))

    async def patch(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        patch: Any,
        *,
        content_type: str = wire.MERGE,
        subresource: str = "",
        dry_run: bool = False,
        field_manager: str = FIELD_MANAGER,
    ) -> Written:
        """A merge (default), JSON or strategic-merge patch, by the content types of `dr_syncer.kube.transport`."""
        target = _target("patch", resource, namespace, name, subresource)
        path = resource.path(namespace, name, subresource)
        query = [("fieldManager", field_manager), *_dry(dry_run)]
        request = Request("PATCH", path, target, query, patch, content_type, repeatable=content_type == wire.MERGE)
        return _written(await self.transport.send(request))

    async def delete(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        *,
        uid: str = "",
        resource_version: str = "",
        propagation: str = "Background",
        dry_run: bool = False,
    ) -> None:
        """Delete one object: only this `uid` and version when given, so that a newer namesake is never hit."""
        wanted = (("uid", uid), ("resourceVersion", resource_version))
        options: dict[str, Any] = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        if preconditions := {key: value for key, value in wanted if value}:
            options["preconditions"] = preconditions
        target = _target("delete", resource, namespace, name)
        # Without a uid a second try might hit a namesake made in between.
        request = Request(
            "DELETE", resource.path(namespace, name), target, _dry(dry_run), options, repeatable=bool(uid)
        )
        await self.transport.send(request)

    async def evict(self, namespace: str, pod: str) -> None:
        """Ask for the end of a pod; raises TooManyRequests while a PodDisruptionBudget does not allow it."""
        metadata = {"name": pod, "namespace": namespace}
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
        target = Target("evict", "pods", namespace, pod)
        path = PODS.path(namespace, pod, "eviction")
        await self.transport.send(Request("POST", path, target, body=eviction, repeatable=False, patient=False))

    def stream(self, path: str, query: Query, target: Target) -> AbstractAsyncContextManager[ClientResponse]:
        """A long answer read line by line; see `dr_syncer.kube.watch` and `dr_syncer.kube.pods`."""
        return self.transport.stream(Request("GET", path, target, query))


def _target(verb: str, resource: Resource, namespace: str, name: str = "", subresource: str = "") -> Target:
    return Target(verb, f"{resource}/{subresource}" if subresource else str(resource), namespace, name)


def _dry(dry_run: bool) -> list[tuple[str, str]]:
    return [("dryRun", "All")] if dry_run else []


def _object(answer: Answer) -> Object:
    item: Object = answer.json()
    return item


def _page(answer: Answer) -> dict[str, Any]:
    """A page of a LIST that is whole: what is missing from it may be concluded from by whoever deletes."""
    page = answer.json()
    metadata = page.get("metadata")
    if "items" not in page or not isinstance(metadata, dict) or "resourceVersion" not in metadata:
        raise wire.not_understood(answer.target)
    return page


def _written(answer: Answer) -> Written:
    return Written(_object(answer), answer.status == 201, answer.warnings)
