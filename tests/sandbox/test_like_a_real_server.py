"""That a sandbox answers like a real API server, request by request.

Asserted, for every story of `stories`: equal status codes, bodies (objects with their defaults, generations and
managedFields; Status objects with their messages and causes) and warnings, and the events of a watch.
Set aside: what every server makes up (uids, versions, times). Not asserted: what controllers would do, for neither
side has them here, and the parts of Kubernetes that the sandbox does not claim.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clusters import sandboxed
from tests.clusters.pair import Pair
from tests.sandbox.asking import Asker, asker
from tests.sandbox.stories import STORIES


@pytest.fixture
async def both(real_pair: Pair, tmp_path: Path) -> AsyncIterator[tuple[Asker, Asker]]:
    """A sandbox and a real API server, with the same new namespace in both."""
    namespace = real_pair.fresh_namespace("story")
    async with (
        sandboxed.running("sandbox", tmp_path) as sandbox,
        asker(sandbox, namespace) as ours,
        asker(real_pair.source, namespace) as real,
    ):
        yield ours, real


@pytest.mark.parametrize("story", STORIES)
async def test_a_story_is_told_alike(both: tuple[Asker, Asker], story: str) -> None:
    ours, real = both
    for step in STORIES[story]:
        told, expected = (await ours.ask(step)).normal(), (await real.ask(step)).normal()
        assert (told.status, told.warnings) == (expected.status, expected.warnings), step
        assert _lines(told.body) == _lines(expected.body), step


def _lines(body: object) -> list[str]:
    """The body so that pytest shows a difference line by line."""
    return json.dumps(body, indent=1, sort_keys=True).splitlines()
