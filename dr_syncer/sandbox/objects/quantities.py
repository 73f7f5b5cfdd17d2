"""Values in the one form that the API server stores: quantities (`0.1` is `100m`, `1024Mi` is `1Gi`), no zeros."""

import re
from decimal import Decimal
from typing import Any

from dr_syncer.sandbox.objects.zeros import NOT_WRITTEN
from dr_syncer.schemas.schema import Schema

_QUANTITY = "api.resource.Quantity"
_FORM = re.compile(r"([+-]?[0-9.]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}


def canonical(item: Any, schema: Schema) -> Any:
    """The object with every value in its one form."""
    if schema.node.get("$ref") == _QUANTITY:
        return one_form(item)
    if isinstance(item, dict):
        return {
            name: canonical(part, below) if (below := schema.member(name)) else part
            for name, part in item.items()
            if part or schema.is_map or not _is_left_out(name, part, schema)
        }
    if isinstance(item, list):
        return [canonical(part, schema.items) for part in item]
    return item


def _is_left_out(name: str, value: Any, schema: Schema) -> bool:
    """Whether a field's empty value is the same as none."""
    if isinstance(value, list):
        return name not in schema.required
    if isinstance(value, dict):
        below = schema.member(name)
        return below is not None and below.is_map
    return value is not None and name in NOT_WRITTEN


def one_form(value: Any) -> Any:
    """The form of one quantity; what is none is left for validation to refuse."""
    match = _FORM.fullmatch(str(value))
    if isinstance(value, bool) or match is None or match[1].count(".") > 1:
        return value
    number, suffix = Decimal(match[1]), match[2] or ""
    if suffix in _BINARY:
        return _binary(number * 1024 ** _BINARY[suffix])
    if suffix[:1] in ("e", "E") and len(suffix) > 1:
        return str(value)
    return _decimal(number.scaleb(_DECIMAL[suffix]))


def _binary(number: Decimal) -> str:
    if number != int(number):
        return _decimal(number)
    whole = int(number)
    for suffix, power in sorted(_BINARY.items(), key=lambda one: -one[1]):
        if whole and whole % 1024**power == 0:
            return f"{whole // 1024**power}{suffix}"
    return str(whole)


def _decimal(number: Decimal) -> str:
    for suffix, exponent in sorted(_DECIMAL.items(), key=lambda one: -one[1]):
        scaled = number.scaleb(-exponent)
        if number and scaled == scaled.to_integral_value():
            return f"{int(scaled)}{suffix}"
    return "0" if not number else f"{int(number.scaleb(9).to_integral_value(rounding='ROUND_UP'))}n"
