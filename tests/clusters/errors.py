"""What stops real API servers from being there."""

from pathlib import Path

from dr_syncer.errors import PermanentError


class NoRealServers(PermanentError):
    """Real API servers cannot be found, built, started or stopped; the diagnosis says which and the way out."""


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, or why there are none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError as error:
        return f"no log: {error.strerror}"
