"""From pydantic's errors to ours: the path as the user wrote it, the value, and what is allowed there."""

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dr_syncer.errors import Problem

_TYPES = {
    "string_type": "a string; put it in quotes",
    "bool_type": "a boolean; write true or false without quotes",
    "int_type": "a whole number; write it without quotes",
    "int_from_float": "a whole number",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map of fields",
    "model_attributes_type": "a map of fields",
}


def problems_of(error: ValidationError, model: type[BaseModel], prefix: str = "") -> tuple[Problem, ...]:
    """Every mistake that pydantic found in the data of a `model`; `prefix` is where that data stands."""
    return tuple(_problem(details, model, prefix) for details in error.errors(include_url=False))


def _problem(details: ErrorDetails, model: type[BaseModel], prefix: str) -> Problem:
    location = details["loc"]
    path = _path(location, prefix)
    if details["type"] == "extra_forbidden":
        return _unknown_field(path, str(location[-1]), _fields_at(model, location[:-1]))
    message, allowed = _message(details)
    return Problem(path, message, allowed)


def _path(location: tuple[int | str, ...], prefix: str) -> str:
    path = prefix
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path or "spec"


def _unknown_field(path: str, name: str, known: tuple[str, ...]) -> Problem:
    close = get_close_matches(name, known, 1)
    if close:
        return Problem(path, f"unknown field; did you mean {close[0]}?")
    return Problem(path, "unknown field", ", ".join(sorted(known)))


def _message(details: ErrorDetails) -> tuple[str, str]:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "missing":
        return "missing", ""
    if kind == "value_error":
        return str(context["error"]), ""
    if kind == "literal_error":
        return f"{value!r} is not one of the values", str(context["expected"]).replace(" or ", ", ").replace("'", "")
    if kind in _TYPES:
        return f"{_shown(value)} is not {_TYPES[kind]}", ""
    if kind == "string_pattern_mismatch":
        return f"{value!r} does not have the form of such a name or value", str(context["pattern"])
    return f"{_shown(value)}: {details['msg'][0].lower()}{details['msg'][1:]}", ""


def _shown(value: Any) -> str:
    return f"a {type(value).__name__}" if isinstance(value, dict | list) else repr(value)


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, ...]:
    """The fields, by alias, of the model nested at `location`."""
    for part in location:
        if isinstance(part, str):
            model = _nested(model, part)
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _nested(model: type[BaseModel], alias: str) -> type[BaseModel]:
    field = next((one for name, one in model.model_fields.items() if alias in (one.alias, name)), None)
    return _model_in(field.annotation) or model if field else model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model in `Model`, `Model | None` or `tuple[Model, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
