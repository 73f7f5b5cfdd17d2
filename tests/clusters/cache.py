"""The folder outside the checkout where built programs are kept, and the lock that makes two runs build once."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.clusters.errors import NoRealServers

Report = Callable[[str], None]
"""Takes one line of progress for a person."""


def root() -> Path:
    """`$XDG_CACHE_HOME/dr-syncer`, by default `~/.cache/dr-syncer`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dr-syncer"


def try_lock(file: Path) -> int | None:
    """The descriptor that holds `file` locked, or None if another process does; the lock ends with its holder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def locked(file: Path, *, timeout: float, report: Report) -> Iterator[None]:
    """Hold `file` locked; wait up to `timeout` seconds for another process to let go of it."""
    started = time.monotonic()
    told = False
    while (descriptor := try_lock(file)) is None:
        if not told:
            report("another run is building them; waiting for it")
            told = True
        if time.monotonic() - started > timeout:
            raise NoRealServers(f"another run has held {file} for {timeout:.0f} s")
        time.sleep(0.5)
    try:
        yield
    finally:
        os.close(descriptor)
