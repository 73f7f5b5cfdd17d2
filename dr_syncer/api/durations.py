"""Durations as Kubernetes users write them: `30s`, `1h30m`, `1.5h`. Models keep the text; `parse` measures it."""

import re
from datetime import timedelta
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, WithJsonSchema

_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_PART = r"([0-9]+(?:\.[0-9]+)?)(h|ms|m|s|us|µs|ns)"
_PATTERN = r"^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$"


def parse(text: str) -> timedelta:
    """The length of `text`; ValueError when it is no duration."""
    if not re.fullmatch(f"(?:{_PART})+", text):
        raise ValueError(f"{text!r} is not a duration; write it like 30s, 5m or 1h30m")
    try:
        return timedelta(seconds=sum(float(number) * _SECONDS[unit] for number, unit in re.findall(_PART, text)))
    except OverflowError:
        raise ValueError(f"{text!r} is too long a duration") from None


def _validate(text: str) -> str:
    parse(text)
    return text


Duration: TypeAlias = Annotated[
    str, AfterValidator(_validate), WithJsonSchema({"type": "string", "pattern": _PATTERN, "maxLength": 32})
]
