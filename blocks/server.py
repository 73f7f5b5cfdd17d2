"""Whether the Prefect server in use answers: asked once by every command that needs it, before anything else."""

from prefect import get_client
from prefect.settings import PREFECT_API_URL

from dr_syncer.errors import Unreachable


async def require_prefect() -> None:
    """Raise Unreachable when the server of `PREFECT_API_URL` gives no answer; without one, start a temporary server."""
    async with get_client() as client:
        error = await client.api_healthcheck()
    if error is not None:
        raise Unreachable(
            f"the Prefect server {PREFECT_API_URL.value()} does not answer",
            detail=f"{type(error).__name__}: {error}",
            resolution="Start it (`prefect server start`), or unset PREFECT_API_URL to use a temporary one.",
        )
