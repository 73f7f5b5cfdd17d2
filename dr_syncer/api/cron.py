"""Schedules in cron's five fields, in full: lists, ranges, steps, names, `@daily`, and a time zone beside them."""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, WithJsonSchema

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_PATTERN = r"^\s*(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[^\s@=]+(\s+[^\s@=]+){4})\s*$"
# Every schedule that fires at all fires within the four years after a leap day.
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def fields(schedule: str) -> str:
    """The five fields of a schedule, macros replaced by what they stand for."""
    text = " ".join(schedule.split())
    return _MACROS.get(text.lower(), text)


def following(schedule: str, after: datetime, time_zone: str = "UTC") -> datetime:
    """The first time after `after` at which the schedule fires, in UTC; ValueError when it cannot be one."""
    five = fields(schedule)
    try:
        # CronSim would take a sixth field for seconds.
        if len(five.split()) != 5:
            raise CronSimError("wrong number of fields")
        moments = CronSim(five, after.astimezone(ZoneInfo(time_zone)))
        return next(moments).astimezone(UTC)
    except CronSimError as error:
        raise ValueError(f"{schedule!r} is not a cron schedule ({error}); {_HINT}") from None
    except StopIteration:
        raise ValueError(f"{schedule!r} never fires: no year has such a day") from None


def _validate(schedule: str) -> str:
    text = schedule.strip()
    if text.startswith(("TZ=", "CRON_TZ=")):
        raise ValueError(f"{schedule!r} names a time zone; put that into the field timeZone")
    if text.startswith("@every"):
        raise ValueError(f"{schedule!r}: an interval has no fixed times; write it like */15 * * * *")
    following(schedule, _EPOCH)
    return schedule


def _validate_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(f"{name!r} is not a time zone; name one as in Europe/Berlin or UTC") from None
    return name


_HINT = "write five fields, like */15 * * * * or 0 2 * * MON-FRI, or one of " + ", ".join(_MACROS)

Schedule: TypeAlias = Annotated[
    str, AfterValidator(_validate), WithJsonSchema({"type": "string", "pattern": _PATTERN, "maxLength": 256})
]
TimeZone: TypeAlias = Annotated[
    str, AfterValidator(_validate_zone), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 64})
]
