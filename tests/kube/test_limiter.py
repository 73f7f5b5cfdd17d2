import asyncio

from dr_syncer.kube.limiter import AdaptiveLimit


async def busiest(limit: AdaptiveLimit, requests: int) -> int:
    """How many of so many requests were under way at once."""
    busy = most = 0

    async def request() -> None:
        nonlocal busy, most
        async with limit.slot():
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0)
            busy -= 1

    async with asyncio.timeout(10):
        await asyncio.gather(*(request() for _ in range(requests)))
    return most


async def test_no_more_than_the_window_are_under_way() -> None:
    assert await busiest(AdaptiveLimit(5), 100) == 5


async def test_a_complaint_halves_the_window_down_to_one() -> None:
    limit = AdaptiveLimit(5)
    windows = []
    for _ in range(4):
        limit.throttled()
        windows.append(limit.window)
    assert windows == [2, 1, 1, 1]
    assert await busiest(limit, 20) == 1


async def test_good_answers_open_the_window_again_up_to_the_ceiling() -> None:
    limit = AdaptiveLimit(4)
    limit.throttled()
    for _ in range(100):
        limit.answered()
    assert limit.window == 4
    assert await busiest(limit, 50) == 4


async def test_a_request_that_is_cancelled_gives_its_place_back() -> None:
    limit = AdaptiveLimit(1)

    async def hang() -> None:
        async with limit.slot():
            await asyncio.sleep(60)

    task = asyncio.create_task(hang())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await busiest(limit, 3) == 1
