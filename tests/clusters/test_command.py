"""`python -m tests.clusters up|status|down`, on real API servers."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.clusters.endpoint import Endpoint


def command(*arguments: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "tests.clusters", *map(str, arguments)]
    return subprocess.run(argv, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=timeout)


def test_status_of_nothing_says_so(tmp_path: Path) -> None:
    done = command("status", tmp_path)
    assert (done.returncode, done.stdout) == (1, "nothing runs\n")


def test_down_of_nothing_is_no_error(tmp_path: Path) -> None:
    done = command("down", tmp_path)
    assert (done.returncode, done.stdout) == (0, "nothing runs\n")


@pytest.mark.real_servers
@pytest.mark.usefixtures("real_servers")
def test_up_starts_both_once_and_down_leaves_nothing(tmp_path: Path) -> None:
    try:
        first, again = command("up", tmp_path), command("up", tmp_path)
        assert first.returncode == again.returncode == 0, first.stderr + again.stderr
        assert again.stdout == command("status", tmp_path).stdout
        source = Endpoint.read(tmp_path / "source.kubeconfig")
        destination = Endpoint.read(tmp_path / "destination.kubeconfig")
        assert source.ready()
        assert destination.ready()
    finally:
        done = command("down", tmp_path)
    assert (done.returncode, done.stdout) == (0, "stopped\n")
    assert not source.ready()
    assert not list(tmp_path.glob("*.kubeconfig"))
    assert not source.ca_file.parent.exists()


@pytest.mark.parametrize("assets", ["empty", "missing"])
def test_a_wrong_kubebuilder_assets_is_told_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assets: str
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path / assets))
    done = command("up", tmp_path / "pair")
    assert done.returncode == 1
    assert done.stderr.startswith(f"KUBEBUILDER_ASSETS is {tmp_path / assets}, which does not hold all of etcd")
    assert "Traceback" not in done.stderr
