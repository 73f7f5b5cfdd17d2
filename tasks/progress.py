"""A progress bar in the Prefect UI that costs a few requests a run, not one an object; and one for who watches."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Self
from uuid import UUID

import httpx
from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact
from prefect.logging import get_run_logger

_PAUSE = 2.0  # seconds between updates; the UI polls no faster

watcher: ContextVar[Callable[[int, int], None]] = ContextVar("watcher", default=lambda done, total: None)
"""Called with what is done and the total, whenever that changes: the way to a terminal, which no parameter is."""


class Progress:
    """Percent of `total` done, as a progress artifact under `key`; nothing to do counts as done."""

    def __init__(self, key: str, total: int) -> None:
        self._key = key
        self._total = total
        self._done = 0
        self._artifact: UUID | None = None
        self._updates: asyncio.Task[None] | None = None

    def advance(self) -> None:
        """One more done."""
        self._done += 1
        watcher.get()(self._done, self._total)

    async def __aenter__(self) -> Self:
        with _unimportant():
            created = await acreate_progress_artifact(self._percent, key=self._key, description="Objects written")
            self._artifact = created if isinstance(created, UUID) else None
        self._updates = asyncio.create_task(self._keep_updating())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._updates is not None:
            self._updates.cancel()
        if error is None:
            await self._update()

    @property
    def _percent(self) -> float:
        return 100.0 * self._done / self._total if self._total else 100.0

    async def _keep_updating(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE)
            await self._update()

    async def _update(self) -> None:
        if self._artifact is not None:
            with _unimportant():
                await aupdate_progress_artifact(self._artifact, self._percent)


@contextmanager
def _unimportant() -> Iterator[None]:
    """A Prefect server that does not answer about a bar must not make a run of writes fail."""
    try:
        yield
    except (httpx.HTTPError, OSError) as error:
        get_run_logger().warning("the progress bar is not up to date: %s", type(error).__name__)
