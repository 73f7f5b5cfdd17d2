"""A watch that does not end: it resumes where it was cut, and tells when it cannot.

Callers list first and watch from the list's resourceVersion. `Gone` (the version is too old to resume from) is
theirs to handle, by listing again; everything shorter - a proxy's cut, a restarting API server, the asked-for end -
is handled here.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum

import orjson
from aiohttp import StreamReader

from dr_syncer.errors import TemporaryError, Unreachable
from dr_syncer.kube.answers import Target, error_in_event
from dr_syncer.kube.cluster import Cluster
from dr_syncer.kube.resources import Resource
from dr_syncer.objects import Object


class Change(StrEnum):
    """What happened to an object. A bookmark is no change: it only moves the resourceVersion."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    BOOKMARK = "BOOKMARK"


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One event; for DELETED, `item` is the object's last state."""

    change: Change
    item: Object

    @property
    def resource_version(self) -> str:
        """Where a watch goes on after this event."""
        return str(self.item["metadata"]["resourceVersion"])


async def watch(
    cluster: Cluster, resource: Resource, namespace: str = "", *, resource_version: str, labels: str = ""
) -> AsyncGenerator[WatchEvent]:
    """Events after `resource_version`, for ever; raises Gone when history no longer reaches back that far.

    A connection that breaks is made again with growing pauses. One that is silent for `Settings.watch_silence` is
    replaced: some load balancers drop connections without telling either end.
    """
    failures = 0
    while True:
        try:
            async for event in _one_connection(cluster, resource, namespace, resource_version, labels):
                failures = 0
                resource_version = event.resource_version
                yield event
        except TemporaryError:
            failures += 1
            if failures >= cluster.settings.request_attempts:
                raise
            await asyncio.sleep(min(cluster.settings.retry_pause * 2**failures, cluster.settings.retry_pause_limit))


async def _one_connection(
    cluster: Cluster, resource: Resource, namespace: str, resource_version: str, labels: str
) -> AsyncGenerator[WatchEvent]:
    query = [
        ("watch", "true"),
        ("allowWatchBookmarks", "true"),
        ("resourceVersion", resource_version),
        ("timeoutSeconds", str(int(cluster.settings.watch_timeout) or 1)),
    ]
    if labels:
        query.append(("labelSelector", labels))
    target = Target("watch", str(resource), namespace)
    async with cluster.stream(resource.path(namespace), query, target) as response:
        while line := await _line(response.content, cluster.settings.watch_silence, target):
            yield _event(orjson.loads(line), target)


async def _line(content: StreamReader, silence: float, target: Target) -> bytes:
    try:
        async with asyncio.timeout(silence):
            return await content.readline()
    except TimeoutError:
        raise Unreachable(f"{target}: nothing came for {silence:g} s, not even a bookmark") from None


def _event(document: Object, target: Target) -> WatchEvent:
    if document["type"] == "ERROR":
        raise error_in_event(document["object"], target)
    return WatchEvent(Change(document["type"]), document["object"])
