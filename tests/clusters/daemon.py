"""One background program with its log, which dies with us whatever happens to us."""

import ctypes
import signal
import subprocess
import sys
from pathlib import Path

from tests.clusters.errors import NoRealServers, tail

_STOP_TIMEOUT = 10.0
_PR_SET_PDEATHSIG = 1


class Daemon:
    """Runs `argv` in the background from its making until `stop()`; stdout and stderr go to the file `log`."""

    def __init__(self, argv: list[str], log: Path) -> None:
        self.name = Path(argv[0]).name
        self._log = log
        with log.open("wb") as output:
            # Its own session, so that a Ctrl-C meant for us does not reach it before we stop it in order.
            self._process = subprocess.Popen(
                argv,
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    def check(self) -> None:
        """Raise NoRealServers, with the end of the log, if the program has ended."""
        code = self._process.poll()
        if code is not None:
            raise NoRealServers(f"{self.name} ended with exit code {code}", detail=tail(self._log))

    def finished(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for the program to end by itself; raise NoRealServers if it failed."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        if code != 0:
            self.check()
        return True

    def stop(self) -> None:
        """End the program: ask, wait, then force."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies: a killed test run then leaves no server behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
