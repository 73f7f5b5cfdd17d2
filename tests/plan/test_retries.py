"""Asserted: every field of retryConfig and failureHandling changes which failures are tried again, when, or at all."""

from typing import Any

import pytest

from dr_syncer.api.replication import FailureHandling, RetryConfig
from dr_syncer.diagnosis import Category
from dr_syncer.plan.retries import is_retried, pauses, stops_the_run


def config(**fields: Any) -> RetryConfig:
    return RetryConfig.model_validate(fields)


def handling(**fields: Any) -> FailureHandling:
    return FailureHandling.model_validate(fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (5, 10, 20, 40, 80)),
        ({"maxRetries": 0}, ()),
        ({"maxRetries": 2}, (5, 10)),
        ({"maxRetries": 2, "initialBackoff": "1s"}, (1, 2)),
        ({"maxRetries": 3, "maxBackoff": "8s"}, (5, 8, 8)),
        ({"maxRetries": 3, "backoffMultiplier": 150}, (5, 7.5, 11.25)),
    ],
)
def test_pauses_grow_from_the_first_to_the_longest(fields: dict[str, Any], expected: tuple[float, ...]) -> None:
    assert pauses(config(**fields)) == expected


def test_there_are_never_more_pauses_than_prefect_takes() -> None:
    assert len(pauses(config(maxRetries=1000))) == 50


@pytest.mark.parametrize(
    ("category", "retried"),
    [
        (Category.UNREACHABLE, True),
        (Category.CONFLICT, True),
        (Category.QUOTA_EXCEEDED, True),
        (Category.STORAGE_CLASS_NOT_FOUND, False),
        (Category.INVALID, False),
        (Category.NOT_FOUND, False),
        (Category.UNAUTHORIZED, False),
    ],
)
def test_by_default_what_may_pass_is_tried_again(category: Category, retried: bool) -> None:
    assert is_retried(category, handling()) is retried


@pytest.mark.parametrize(
    ("field", "category"),
    [
        ("storageClassNotFound", Category.STORAGE_CLASS_NOT_FOUND),
        ("resourceNotFound", Category.NOT_FOUND),
        ("validationFailure", Category.INVALID),
        ("networkError", Category.UNREACHABLE),
        ("defaultMode", Category.CONFLICT),
    ],
)
def test_each_cause_has_its_own_mode(field: str, category: Category) -> None:
    for mode, retried in (("RetryAndWait", True), ("RetryOnly", True), ("WaitForNextSync", False), ("FailFast", False)):
        chosen = handling(**{field: mode})
        assert is_retried(category, chosen) is retried
        assert stops_the_run(category, chosen) is (mode == "FailFast")


def test_a_default_of_fail_fast_does_not_stop_the_rest() -> None:
    assert not stops_the_run(Category.INVALID, handling())
