"""Plan: a watch that loses nothing.

Asserted: events in order; it goes on where it was when the connection is cut; it says Gone when history no longer
reaches back; bookmarks move it forward; silence counts as a broken connection, and that ends after so many tries.
"""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from dr_syncer import errors
from dr_syncer.kube import Change, Cluster, WatchEvent, watch
from dr_syncer.sandbox import watch as sandboxed_watch
from tests.kube.clusters import CONFIG_MAPS, asked, config_map, soon


async def started(cluster: Cluster) -> AsyncGenerator[WatchEvent]:
    version = (await cluster.list(CONFIG_MAPS, "shop")).resource_version
    return watch(cluster, CONFIG_MAPS, "shop", resource_version=version)


async def following(events: AsyncGenerator[WatchEvent]) -> tuple[Change, str]:
    """The next change, bookmarks passed over."""
    async with asyncio.timeout(10):
        while (event := await anext(events)).change is Change.BOOKMARK:
            pass
    return event.change, event.item["metadata"]["name"]


async def next_of(events: AsyncGenerator[WatchEvent]) -> WatchEvent:
    return await anext(events)


async def test_changes_come_in_order() -> None:
    async with asked() as (_, cluster):
        events = await started(cluster)
        await cluster.apply(CONFIG_MAPS, config_map("a"))
        await cluster.apply(CONFIG_MAPS, config_map("a", key="1"))
        await cluster.delete(CONFIG_MAPS, "shop", "a")
        assert [await following(events) for _ in range(3)] == [
            (Change.ADDED, "a"),
            (Change.MODIFIED, "a"),
            (Change.DELETED, "a"),
        ]


async def test_a_cut_connection_is_made_again_and_nothing_is_lost() -> None:
    async with asked() as (sandbox, cluster):
        events = await started(cluster)
        await cluster.apply(CONFIG_MAPS, config_map("a"))
        assert await following(events) == (Change.ADDED, "a")
        sandbox.drop_watches()
        await cluster.apply(CONFIG_MAPS, config_map("b"))
        await cluster.apply(CONFIG_MAPS, config_map("c"))
        assert [await following(events) for _ in range(2)] == [(Change.ADDED, "b"), (Change.ADDED, "c")]
        assert len([request for request in sandbox.requests if request.verb == "watch"]) == 2


async def test_a_version_that_history_no_longer_has_is_gone() -> None:
    async with asked() as (sandbox, cluster):
        events = await started(cluster)
        await cluster.apply(CONFIG_MAPS, config_map("a"))
        sandbox.expire_history()
        with pytest.raises(errors.Gone):
            await following(events)


async def test_a_bookmark_moves_the_watch_past_history_that_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandboxed_watch, "_BOOKMARKS", 0.05)
    async with asked(watch_timeout=1) as (sandbox, cluster):
        events = await started(cluster)
        first = asyncio.create_task(next_of(events))
        await soon(lambda: any(request.verb == "watch" for request in sandbox.requests))
        deployment = {**config_map("elsewhere"), "metadata": {"name": "elsewhere", "namespace": "default"}}
        await cluster.apply(CONFIG_MAPS, deployment)  # moves the cluster's version, not this watch's objects
        async with asyncio.timeout(10):
            event = await first
        assert event.change is Change.BOOKMARK
        sandbox.expire_history()
        await cluster.apply(CONFIG_MAPS, config_map("a"))
        assert await following(events) == (Change.ADDED, "a")


async def test_silence_is_a_broken_connection_and_ends_after_so_many_tries() -> None:
    async with asked(watch_silence=0.05, request_attempts=2) as (_, cluster):
        events = await started(cluster)
        async with asyncio.timeout(10):
            with pytest.raises(errors.Unreachable, match="not even a bookmark"):
                await anext(events)
