"""Durations as Kubernetes users write them: `30s`, `1h30m`, `1.5h`, `500ms`."""

import re
from datetime import timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_PART = r"([0-9]+(?:\.[0-9]+)?)(h|ms|m|s|us|µs|ns)"
_PATTERN = r"^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$"


def parse(text: str) -> timedelta:
    """The length of `text`; ValueError when it is no duration."""
    if not re.fullmatch(f"(?:{_PART})+", text):
        raise ValueError(f"{text!r} is not a duration; write it like 30s, 5m or 1h30m")
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in re.findall(_PART, text))
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"{text!r} is too long a duration") from None


def render(length: timedelta) -> str:
    """The shortest text that `parse` reads as `length`: `1h30m`, `5m`, `0s`."""
    minutes, seconds = divmod(length.total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{seconds:g}s" if seconds else ""]
    return "".join(parts) or "0s"


def _validate(value: Any) -> Any:
    if isinstance(value, str):
        return parse(value)
    if isinstance(value, timedelta):
        return value
    raise ValueError(f"{value!r} is not a duration; write it as text, like 30s, 5m or 1h30m")


Duration: TypeAlias = Annotated[
    timedelta,
    BeforeValidator(_validate),
    PlainSerializer(render, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _PATTERN}),
]
