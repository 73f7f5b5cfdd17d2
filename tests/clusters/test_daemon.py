"""Background programs: they end when asked, when forced, and when whoever started them is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.clusters.daemon import Daemon
from tests.clusters.errors import NoRealServers


def shell(script: str, folder: Path) -> Daemon:
    return Daemon(["/bin/sh", "-c", script], folder / "log")


def wait_for(file: Path) -> str:
    deadline = time.monotonic() + 10
    while not file.exists() or not file.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return file.read_text()


def gone(pid: int) -> bool:
    """Whether the process has ended; a zombie has, too."""
    state = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True).stdout
    return state.strip() in ("", "Z")


def test_a_program_that_ends_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    daemon = shell("echo bind: address already in use; exit 3", tmp_path)
    with pytest.raises(NoRealServers, match="sh ended with exit code 3") as failure:
        daemon.finished(10)
    assert failure.value.diagnosis.detail == "bind: address already in use"


def test_a_program_that_runs_is_no_error_and_ends_when_asked(tmp_path: Path) -> None:
    daemon = shell("trap 'echo asked > asked; exit' TERM; echo up > up; while :; do sleep 0.05; done", tmp_path)
    wait_for(tmp_path / "up")
    daemon.check()
    assert not daemon.finished(0.01)
    daemon.stop()
    assert (tmp_path / "asked").exists()


def test_a_program_that_does_not_listen_is_forced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.clusters.daemon._STOP_TIMEOUT", 0.2)
    daemon = shell("trap '' TERM; echo $$ > pid; while :; do sleep 0.05; done", tmp_path)
    pid = int(wait_for(tmp_path / "pid"))
    daemon.stop()
    assert gone(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_a_program_dies_with_a_killed_parent(tmp_path: Path) -> None:
    script = """if True:
        import pathlib, sys, time
        from tests.clusters.daemon import Daemon
        daemon = Daemon(["/bin/sh", "-c", "echo $$ > pid; while :; do sleep 0.05; done"], pathlib.Path(sys.argv[1]))
        time.sleep(60)
    """
    parent = subprocess.Popen([sys.executable, "-c", script, tmp_path / "log"], cwd=Path(__file__).parents[2])
    pid = int(wait_for(tmp_path / "pid"))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(10)
    deadline = time.monotonic() + 10
    while not gone(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
