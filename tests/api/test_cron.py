from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from dr_syncer.api.cron import Schedule, TimeZone, following

MONDAY = datetime(2026, 3, 2, 12, 7, tzinfo=UTC)
schedules = TypeAdapter(Schedule)
zones = TypeAdapter(TimeZone)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("*/5 * * * *", datetime(2026, 3, 2, 12, 10)),
        ("0,30 * * * *", datetime(2026, 3, 2, 12, 30)),
        ("0 9-17 * * *", datetime(2026, 3, 2, 13, 0)),
        ("0 8-18/5 * * *", datetime(2026, 3, 2, 13, 0)),
        ("0 2 * * TUE-THU", datetime(2026, 3, 3, 2, 0)),
        ("0 2 1 jan,apr *", datetime(2026, 4, 1, 2, 0)),
        ("0 0 * * 7", datetime(2026, 3, 8, 0, 0)),
        ("0 0 29 2 *", datetime(2028, 2, 29, 0, 0)),
        ("@hourly", datetime(2026, 3, 2, 13, 0)),
        ("@daily", datetime(2026, 3, 3, 0, 0)),
        ("@Weekly", datetime(2026, 3, 8, 0, 0)),
        ("@monthly", datetime(2026, 4, 1, 0, 0)),
        ("@yearly", datetime(2027, 1, 1, 0, 0)),
    ],
)
def test_every_form_of_cron_fires_when_it_says(schedule: str, expected: datetime) -> None:
    assert schedules.validate_python(schedule) == schedule
    assert following(schedule, MONDAY) == expected.replace(tzinfo=UTC)


def test_a_schedule_follows_its_time_zone_through_the_clock_change() -> None:
    # Berlin is one hour ahead of UTC until 2026-03-29, then two.
    assert following("0 2 * * *", datetime(2026, 3, 27, tzinfo=UTC), "Europe/Berlin").hour == 1
    assert following("0 4 * * *", datetime(2026, 3, 29, tzinfo=UTC), "Europe/Berlin").hour == 2


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("", "write five fields"),
        ("5 * * *", "write five fields"),
        ("0 0 0 * * *", "write five fields"),
        ("61 * * * *", "write five fields"),
        ("* * * * FOO", "write five fields"),
        ("@fortnightly", "@daily"),
        ("@every 5m", "an interval has no fixed times"),
        ("CRON_TZ=UTC 0 2 * * *", "timeZone"),
        ("0 0 30 2 *", "never fires|write five fields"),
    ],
)
def test_what_is_no_schedule_is_refused_with_a_way_out(schedule: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        schedules.validate_python(schedule)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime"])
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="is not a time zone"):
        zones.validate_python(name)
