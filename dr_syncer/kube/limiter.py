"""How many requests one cluster gets at a time: as many as it takes without complaint.

Additive increase, multiplicative decrease, as in TCP: a 429 halves the window, a full window of answers without one
adds a place. Used by `Transport` for every request but watches, exec and logs, which last.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class AdaptiveLimit:
    """A semaphore whose size follows the server's mood, between 1 and `ceiling`."""

    def __init__(self, ceiling: int) -> None:
        self.ceiling = ceiling
        self.window = ceiling
        self._busy = 0
        self._good = 0
        self._free = asyncio.Condition()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one place; waits until there is one."""
        async with self._free:
            await self._free.wait_for(lambda: self._busy < self.window)
            self._busy += 1
        try:
            yield
        finally:
            async with self._free:
                self._busy -= 1
                self._free.notify(max(1, self.window - self._busy))

    def throttled(self) -> None:
        """The server said 429."""
        self.window = max(1, self.window // 2)
        self._good = 0

    def answered(self) -> None:
        """The server answered without complaint."""
        self._good += 1
        if self._good >= self.window and self.window < self.ceiling:
            self.window += 1
            self._good = 0
