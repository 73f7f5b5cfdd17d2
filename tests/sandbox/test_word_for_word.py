"""That a sandbox answers in the words of a real API server, request by request.

Asserted, for every story of `stories`: the status code, the Warning headers, and the whole body, with the messages and
causes of refusals, which people read and search for. What is stored, patched and defaulted is compared by
test_like_a_real_server, which sets wording aside. Not asserted: what every server makes up (uids, versions, times).
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
    namespace = real_pair.fresh_namespace("words")
    async with (
        sandboxed.running("sandbox", tmp_path) as sandbox,
        asker(sandbox, namespace) as ours,
        asker(real_pair.source, namespace) as real,
    ):
        yield ours, real


@pytest.mark.parametrize("story", STORIES)
async def test_a_story_is_told_in_the_same_words(both: tuple[Asker, Asker], story: str) -> None:
    ours, real = both
    for step in STORIES[story]:
        told, expected = (await ours.ask(step)).normal(), (await real.ask(step)).normal()
        assert (told.status, told.warnings) == (expected.status, expected.warnings), str(step)
        assert _lines(told.body) == _lines(expected.body), str(step)


def _lines(body: object) -> list[str]:
    """The body so that pytest shows a difference line by line."""
    return json.dumps(body, indent=1, sort_keys=True).splitlines()
