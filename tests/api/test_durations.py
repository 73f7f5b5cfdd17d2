from datetime import timedelta

import pytest

from dr_syncer.api.durations import parse


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("5m", 300), ("1h30m", 5400), ("1h2m3s", 3723), ("1.5h", 5400), ("500ms", 0.5), ("0s", 0)],
)
def test_a_duration_is_the_sum_of_its_parts(text: str, seconds: float) -> None:
    assert parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "5x", "1h foo", "1,5h"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration; write it like 30s"):
        parse(text)


def test_a_duration_that_no_clock_measures_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        parse("99999999999999999999h")
