"""Whether the Prefect server in use answers: asked once by every command that needs it, before anything else."""

from prefect import get_client
from prefect.settings import PREFECT_API_URL

from dr_syncer.errors import Unreachable


async def require_prefect() -> None:
    """Raise Unreachable when the server of `PREFECT_API_URL` gives no answer; without one, start a temporary server."""
    try:
        async with get_client() as client:
            error = await client.api_healthcheck()
    except RuntimeError as not_started:
        error = not_started
    if error is not None:
        raise Unreachable(
            f"the Prefect server {PREFECT_API_URL.value() or 'for this command'} does not answer",
            detail=f"{type(error).__name__}: {error}",
            resolution="Start one (`prefect server start`) and set PREFECT_API_URL, or unset that for a temporary one.",
        )
