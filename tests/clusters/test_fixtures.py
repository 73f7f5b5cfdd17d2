"""What a run of pytest says when the real API servers are missing: no such run may look like one that had them."""

import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
import pytest

@pytest.mark.parametrize("where", ["sandbox", pytest.param("real", marks=pytest.mark.real_servers)])
def test_both(request, where):
    if where == "real":
        request.getfixturevalue("real_pair")

def test_real(real_pair):
    pass
"""
NOWHERE = {"PATH": "/nowhere", "KUBEBUILDER_ASSETS": ""}


def run_pytest(folder: Path, *options: str, ci: bool = False) -> subprocess.CompletedProcess[str]:
    """Run SUITE with our plugin on a machine that has no API servers."""
    (folder / "test_suite.py").write_text(SUITE)
    environment = NOWHERE | {"XDG_CACHE_HOME": str(folder), "PYTHONPATH": f"{Path(__file__).parents[2]}:{folder}"}
    environment |= {"CI": "true"} if ci else {}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--rootdir",
        str(folder),
        "-p",
        "tests.clusters.fixtures",
        *options,
    ]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def last_lines(output: str) -> str:
    """What stands below everything but pytest's one closing line."""
    return output[output.rindex("= real API servers =") :]


def test_locally_the_real_half_is_skipped_and_the_last_lines_say_why(tmp_path: Path) -> None:
    done = run_pytest(tmp_path)
    assert done.returncode == 0
    last = last_lines(done.stdout)
    assert "tests that need them: 2. NOT RUN: no real API servers were found" in last
    assert "python -m tests.clusters build" in last
    assert "1 passed, 2 skipped" in last.splitlines()[-1]


def test_in_ci_missing_real_servers_are_a_failure(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, ci=True)
    assert done.returncode == 1
    assert "1 failed, 1 passed, 1 error" in done.stdout
    assert "NOT RUN: no real API servers were found" in last_lines(done.stdout)


def test_fast_leaves_the_real_half_out_and_the_last_lines_say_so(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--fast")
    assert done.returncode == 0
    assert "1 passed, 2 deselected" in done.stdout
    assert "tests that need them: 2. NOT RUN, as --fast asks" in last_lines(done.stdout)


def test_fast_is_refused_in_ci(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--fast", ci=True)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--fast is refused" in done.stderr


def test_the_start_of_the_servers_is_not_the_time_of_a_test(tmp_path: Path) -> None:
    plugin = tmp_path / "slow.py"
    plugin.write_text("import time, pytest\n@pytest.fixture(scope='session')\ndef real_pair(): time.sleep(0.6)\n")
    done = run_pytest(tmp_path, "-p", "slow", "-k", "test_real", "--timeout=0.3")
    assert "1 passed" in done.stdout


def test_a_run_without_such_tests_says_nothing_of_them(tmp_path: Path) -> None:
    assert "real API servers" not in run_pytest(tmp_path, "-k", "sandbox").stdout
