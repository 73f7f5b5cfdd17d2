"""Faults that a test asks for: the next matching requests are refused, cut off or kept waiting."""

import asyncio
from dataclasses import dataclass

from dr_syncer.sandbox.requests import Request
from dr_syncer.sandbox.responses import Refusal

_REASONS = {
    401: "Unauthorized",
    403: "Forbidden",
    409: "Conflict",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}


@dataclass
class Fault:
    """What happens to requests with this verb and resource (None: any), `times` times.

    `delay` is in seconds; `after_bytes` cuts the connection after so much of the answer; `status` refuses the request.
    """

    verb: str | None = None
    resource: str | None = None
    status: int | None = None
    times: int = 1
    retry_after: float | None = None
    delay: float = 0.0
    after_bytes: int | None = None

    def takes(self, request: Request) -> bool:
        """Whether this request is the next one to fail; counts it."""
        fits = self.verb in (None, request.verb) and self.resource in (None, request.resource)
        if not fits or self.times <= 0:
            return False
        self.times -= 1
        return True

    async def strike(self) -> None:
        """Wait, then raise Refusal if there is a status to refuse with."""
        await asyncio.sleep(self.delay)
        if self.status is not None:
            reason = _REASONS.get(self.status, "Unknown")
            raise Refusal(self.status, reason, f"a fault of the sandbox: {self.status}", retry_after=self.retry_after)
