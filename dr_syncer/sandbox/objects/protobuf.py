"""Objects in Kubernetes' protobuf format, which `kubectl create` and other typed clients send. Only ever decoded.

`messages.json` holds the field numbers (see `tests.sandbox.publish_messages`): for each message, by number, the field's
name (empty when its members stand in the parent, as Go inlines them), its type, and `*` when repeated or `@` for a map.
"""

import base64
import json
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from dr_syncer.objects import Object
from dr_syncer.sandbox.objects.zeros import NOT_WRITTEN

FILE = Path(__file__).with_name("messages.json")
MAGIC = b"k8s\x00"

Messages: TypeAlias = dict[str, dict[str, list[str]]]


def decoded(content: bytes) -> Object:
    """The object in a protobuf body; raises ValueError when it is none or its kind is unknown."""
    envelope = dict(_fields(content.removeprefix(MAGIC)))
    type_meta = dict(_fields(_bytes(envelope.get(1, b""))))
    api_version, kind = _text(type_meta.get(1, b"")), _text(type_meta.get(2, b""))
    message = _message_of(api_version, kind)
    return {"apiVersion": api_version, "kind": kind, **_members(_bytes(envelope.get(2, b"")), message)}


@lru_cache(maxsize=1)
def _messages() -> Messages:
    messages: Messages = json.loads(FILE.read_text())
    return messages


def _message_of(api_version: str, kind: str) -> str:
    group, _, version = api_version.rpartition("/")
    for name in (f"{group.split('.')[0] or 'core'}.{version}.{kind}", f"meta.v1.{kind}"):
        if name in _messages():
            return name
    raise ValueError(f"{kind} of {api_version} is not known in protobuf; send JSON")


def _members(content: bytes, message: str) -> dict[str, Any]:
    """The members of one message."""
    result: dict[str, Any] = {}
    for number, raw in _fields(content):
        name, kind, form = _messages()[message].get(str(number), ("", "", "?"))
        if form == "?":
            continue
        if form == "@":
            key, value = _entry(_bytes(raw), kind)
            result.setdefault(name, {})[key] = value
        elif form == "*":
            result.setdefault(name, []).append(_value(raw, kind))
        elif name:
            result[name] = _value(raw, kind)
        else:
            result.update(_value(raw, kind))
    return {name: value for name, value in result.items() if not _says_nothing(name, value)}


def _says_nothing(name: str, value: Any) -> bool:
    """Whether Go wrote the zero of a field that was left out: it does so for all that are no pointers."""
    return value is None or value == "" or (name in NOT_WRITTEN and not value)


def _entry(content: bytes, kind: str) -> tuple[str, Any]:
    entry = dict(_fields(content))
    return _text(entry.get(1, b"")), _value(entry.get(2, b""), kind)


def _value(raw: int | bytes, kind: str) -> Any:
    """One value of a scalar type or message."""
    if kind in ("int32", "int64"):
        number = int(raw) if isinstance(raw, int) else 0
        return number - 2**64 if number >= 2**63 else number
    if kind == "bool":
        return bool(raw)
    if kind == "double":
        return struct.unpack("<d", _bytes(raw))[0]
    if kind == "bytes":
        return base64.b64encode(_bytes(raw)).decode()
    if kind == "string":
        return _text(raw)
    if special := SPECIAL.get(kind):
        return special(dict(_fields(_bytes(raw))))
    return _members(_bytes(raw), kind)


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field numbers and raw values, in protobuf's wire format."""
    position = 0
    while position < len(content):
        tag, position = _varint(content, position)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, position = _varint(content, position)
            yield number, value
            continue
        length = {1: 8, 5: 4}.get(wire)
        if length is None:
            length, position = _varint(content, position)
        yield number, content[position : position + length]
        position += length


def _varint(content: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(content):
        byte = content[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, position
    raise ValueError("the protobuf body ends too early")


def _bytes(raw: int | bytes) -> bytes:
    if isinstance(raw, int):
        raise ValueError("the protobuf body does not fit its kind")
    return raw


def _text(raw: int | bytes) -> str:
    return _bytes(raw).decode()


def _time(fields: dict[int, int | bytes]) -> str | None:
    if 1 not in fields:
        return None
    return datetime.fromtimestamp(int(fields[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _int_or_string(fields: dict[int, int | bytes]) -> int | str:
    return _text(fields.get(3, b"")) if fields.get(1) else int(_value(fields.get(2, 0), "int32"))


def _raw_json(fields: dict[int, int | bytes]) -> Any:
    return json.loads(_bytes(fields.get(1, b"null")))


SPECIAL: dict[str, Any] = {
    "meta.v1.Time": _time,
    "meta.v1.MicroTime": _time,
    "meta.v1.FieldsV1": _raw_json,
    "api.resource.Quantity": lambda fields: _text(fields.get(1, b"")),
    "runtime.RawExtension": _raw_json,
    "util.intstr.IntOrString": _int_or_string,
}
