"""WATCH: what happens to the selected objects, from a version on, as lines of JSON."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from dr_syncer.objects import Object
from dr_syncer.sandbox import responses
from dr_syncer.sandbox.lists import in_version
from dr_syncer.sandbox.registry import Served
from dr_syncer.sandbox.requests import Request
from dr_syncer.sandbox.responses import bad_request
from dr_syncer.sandbox.selectors import Selector, selector
from dr_syncer.sandbox.store import Event, Expired, Store

_LONGEST = 1800.0  # seconds, when the client names no timeout
_BOOKMARKS = 30.0  # seconds between two of them
_INITIAL_EVENTS_END = "k8s.io/initial-events-end"


@dataclass
class Watch:
    """One watch, and where it is."""

    store: Store
    served: Served
    request: Request

    def __post_init__(self) -> None:
        query = self.request.query
        self._chosen: Selector = selector(query.get("labelSelector", ""), query.get("fieldSelector", ""), self.served)
        self._ends = time.monotonic() + float(query.get("timeoutSeconds") or _LONGEST)
        self._bookmarks = query.get("allowWatchBookmarks") in ("true", "1")
        self._initial_events = query.get("sendInitialEvents") in ("true", "1")
        given = query.get("resourceVersion", "")
        if not given.isdigit() and given:
            raise bad_request(f"Invalid value for resourceVersion: {given}")
        self._fresh = given in ("", "0") or self._initial_events
        self._revision = self.store.revision if self._fresh else int(given)

    async def events(self) -> AsyncIterator[Object]:
        """Every event until the watch ends; an ERROR event when its version has expired."""
        if self._fresh:
            for event in self._initial():
                yield event
        try:
            async for event in self._following():
                yield event
        except Expired:
            message = f"too old resource version: {self._revision}"
            yield {"type": "ERROR", "object": responses.expired(message).status()}

    def _initial(self) -> Iterator[Object]:
        for item in self.store.of_kind(self.served.group_kind, self.request.namespace):
            if self._chosen(item):
                yield self._event("ADDED", item)
        if self._initial_events:
            yield self._bookmark({_INITIAL_EVENTS_END: "true"})

    async def _following(self) -> AsyncIterator[Object]:
        next_bookmark = time.monotonic() + _BOOKMARKS
        while True:
            for event in self.store.since(self.served.group_kind, self._revision):
                self._revision = event.revision
                if shown := self._shown(event):
                    yield shown
            if time.monotonic() >= self._ends:
                return
            if self._bookmarks and time.monotonic() >= next_bookmark:
                self._revision = self.store.revision
                next_bookmark = time.monotonic() + _BOOKMARKS
                yield self._bookmark({})
            await self._pause(min(self._ends, next_bookmark))

    async def _pause(self, until: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                await self.store.changed()
        except TimeoutError:
            return

    def _shown(self, event: Event) -> Object | None:
        """The event as this watch sees it: an object that enters or leaves the selection comes or goes."""
        namespace = self.request.namespace
        if namespace and event.item["metadata"].get("namespace") != namespace:
            return None
        if self.request.name and event.item["metadata"]["name"] != self.request.name:
            return None
        was = event.before is not None and self._chosen(event.before)
        is_now = event.type != "DELETED" and self._chosen(event.item)
        if not was and not is_now:
            return None
        kind = "MODIFIED" if was and is_now else "ADDED" if is_now else "DELETED"
        return self._event(kind, event.item)

    def _event(self, kind: str, item: Object) -> Object:
        return {"type": kind, "object": in_version(item, self.served)}

    def _bookmark(self, annotations: dict[str, str]) -> Object:
        metadata: Object = {"resourceVersion": str(self._revision), "creationTimestamp": None}
        if annotations:
            metadata["annotations"] = annotations
        item = {"kind": self.served.kind, "apiVersion": self.served.api_version, "metadata": metadata}
        return {"type": "BOOKMARK", "object": item}
