"""The sandbox's memory: objects, one counter of versions, and the history that watches follow.

Objects in it are never changed, only replaced, so that a LIST hands them out as they are. The history is bounded:
whoever asks for older versions is told that they have expired, as an API server with compaction does.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from dr_syncer.objects import GroupKind, Object

_HISTORY = 5000


class Expired(Exception):
    """The history no longer reaches back that far."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change: ADDED, MODIFIED or DELETED, the object after it (of a deletion the last one), and before it."""

    revision: int
    type: str
    group_kind: GroupKind
    item: Object
    before: Object | None


class Store:
    """All objects of one sandbox."""

    def __init__(self) -> None:
        self.revision = 1
        self._objects: dict[GroupKind, dict[tuple[str, str], Object]] = {}
        self._history: deque[Event] = deque(maxlen=_HISTORY)
        self._forgotten = 0
        self._changed = asyncio.Event()

    def get(self, group_kind: GroupKind, namespace: str, name: str) -> Object | None:
        """One object."""
        return self._objects.get(group_kind, {}).get((namespace, name))

    def of_kind(self, group_kind: GroupKind, namespace: str = "") -> list[Object]:
        """The objects of a kind, in a namespace or (`""`) in all, by namespace and name."""
        items = sorted(self._objects.get(group_kind, {}).items())
        return [item for (place, _), item in items if not namespace or place == namespace]

    def in_namespace(self, namespace: str) -> Iterator[tuple[GroupKind, Object]]:
        """Every object that lies in a namespace."""
        for group_kind, items in self._objects.items():
            for place, name in list(items):
                if place == namespace:
                    yield group_kind, items[place, name]

    def put(self, group_kind: GroupKind, item: Object) -> Object:
        """Store an object under a new version; what is stored."""
        self.revision += 1
        metadata = {**item["metadata"], "resourceVersion": str(self.revision)}
        item = {**item, "metadata": metadata}
        key = metadata.get("namespace", ""), metadata["name"]
        objects = self._objects.setdefault(group_kind, {})
        before = objects.get(key)
        objects[key] = item
        self._record("MODIFIED" if before else "ADDED", group_kind, item, before)
        return item

    def remove(self, group_kind: GroupKind, item: Object) -> Object:
        """Remove an object; the last state of it, under the version of its deletion."""
        self.revision += 1
        key = item["metadata"].get("namespace", ""), item["metadata"]["name"]
        before = self._objects[group_kind].pop(key)
        last = {**item, "metadata": {**item["metadata"], "resourceVersion": str(self.revision)}}
        self._record("DELETED", group_kind, last, before)
        return last

    def since(self, group_kind: GroupKind, revision: int) -> list[Event]:
        """What happened to a kind after a version; raises Expired."""
        if revision < self._forgotten:
            raise Expired
        newer = []
        for event in reversed(self._history):
            if event.revision <= revision:
                break
            if event.group_kind == group_kind:
                newer.append(event)
        return newer[::-1]

    def is_expired(self, revision: int) -> bool:
        """Whether the history no longer reaches back to a version."""
        return revision < self._forgotten

    def forget(self) -> None:
        """Drop the history up to now, as compaction does."""
        self._history.clear()
        self._forgotten = self.revision
        self._wake()

    async def changed(self) -> None:
        """Wait for the next change of anything."""
        await self._changed.wait()

    def _record(self, kind: str, group_kind: GroupKind, item: Object, before: Object | None) -> None:
        if len(self._history) == self._history.maxlen:
            self._forgotten = self._history[0].revision
        self._history.append(Event(self.revision, kind, group_kind, item, before))
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
