"""The pytest plugin of the suites that need real API servers.

Such a suite must never look green without them: locally its tests are skipped and the last lines of the run say so;
with CI=true they fail. `pytest --fast` leaves them out, and the last lines say that too.
"""

import os
from collections.abc import Iterator

import pytest

from tests.clusters import pair
from tests.clusters.errors import NoRealServers
from tests.clusters.pair import Pair, RealServers

MARKER = "real_servers"
_selected = pytest.StashKey[int]()
_outcome = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="leave out the tests that need real API servers")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARKER}: needs a real kube-apiserver; left out by --fast")
    if config.getoption("--fast") and _in_ci():
        raise pytest.UsageError("CI=true: the suites must run on real API servers here, so --fast is refused")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what uses `real_pair`; its start has a time limit of its own and does not count as the first test's."""
    if "real_pair" in getattr(item, "fixturenames", ()):
        item.add_marker(MARKER)
    if item.get_closest_marker(MARKER):
        item.add_marker(pytest.mark.timeout(func_only=True))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Count what is marked, after -k and -m have chosen; with --fast, leave it out."""
    real = [item for item in items if item.get_closest_marker(MARKER)]
    config.stash[_selected] = len(real)
    if config.getoption("--fast"):
        config.hook.pytest_deselected(items=real)
        items[:] = [item for item in items if item not in real]
        config.stash[_outcome] = "NOT RUN, as --fast asks"


@pytest.fixture(scope="session")
def real_servers(pytestconfig: pytest.Config) -> RealServers:
    """Where real API servers come from; without any, a test that asks is skipped, or fails in CI."""
    try:
        found = pair.find()
    except NoRealServers as error:
        pytestconfig.stash[_outcome] = f"NOT RUN: {error}"
        if _in_ci():
            pytest.fail(f"CI=true, but {error.diagnosis.summary}", pytrace=False)
        pytest.skip(error.diagnosis.summary)
    pytestconfig.stash[_outcome] = f"Run on {found.origin}"
    return found


@pytest.fixture(scope="session")
def real_pair(real_servers: RealServers) -> Iterator[Pair]:
    """Two real API servers that live as long as the test session."""
    with pair.running(real_servers) as (source, destination):
        yield Pair(source, destination)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Iterator[None]:
    """Say below everything else whether the real API servers took part."""
    yield
    tests = config.stash.get(_selected, 0)
    if tests:
        outcome = config.stash.get(_outcome, "NOT RUN: the session ended before them")
        terminalreporter.section("real API servers", red="NOT RUN" in outcome, green="NOT RUN" not in outcome)
        terminalreporter.write_line(f"tests that need them: {tests}. {outcome}")


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}
