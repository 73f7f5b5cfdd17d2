"""Plan: the README's first command tells its whole story, and what it says happened did."""

import re

from tests.cli.running import run


async def test_the_demo_replicates_a_shop_and_repairs_what_was_meddled_with() -> None:
    result = await run("demo")
    assert result.code == 0, result.err
    assert "49 objects in namespace shop" in result.out
    assert re.search(r"Completed: \d+ objects: 48 created, 3 skipped", result.out)
    assert re.search(r"Deployment +5 +5 +4\b", result.out)
    assert "spec.replicas: 2 -> 0" in result.out
    assert re.search(r"Completed: \d+ objects: 1 created, 2 updated, 45 unchanged, 3 skipped", result.out)
    assert "nothing to do, the standby is repaired" in result.out
    assert re.search(r"http://127\.0\.0\.1:\d+", result.out)
    assert "Traceback" not in result.out + result.err
