"""Label and field selectors, as LIST, WATCH and deletecollection take them."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from dr_syncer.objects import Object
from dr_syncer.sandbox.registry import Served
from dr_syncer.sandbox.responses import bad_request

Selector: TypeAlias = Callable[[Object], bool]

_SET = re.compile(r"^(?P<key>[^\s!=,()]+)\s+(?P<operator>in|notin)\s+\((?P<values>[^)]*)\)$")
_EQUAL = re.compile(r"^(?P<key>[^\s!=,()]+)\s*(?P<operator>==|=|!=)\s*(?P<value>[^\s!=,()]*)$")
_EXISTS = re.compile(r"^(?P<absent>!?)\s*(?P<key>[^\s!=,()]+)$")
_COMMA = re.compile(r",(?![^(]*\))")  # not inside parentheses


_ALWAYS = ("metadata.name", "metadata.namespace")
_INVOLVED = tuple(f"involvedObject.{part}" for part in ("kind", "namespace", "name", "uid", "apiVersion", "fieldPath"))
# The other fields that an API server selects by; those that it computes first are left out, so they are refused here.
_FIELDS = {
    ("", "Event"): (*_INVOLVED, "reason", "type"),
    ("", "Namespace"): ("status.phase",),
    ("", "Node"): ("spec.unschedulable",),
    ("", "Pod"): ("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
                  "status.phase", "status.podIP"),
    ("", "ReplicationController"): ("status.replicas",),
    ("", "Secret"): ("type",),
    ("", "Service"): ("spec.clusterIP", "spec.type"),
    ("batch", "Job"): ("status.successful",),
    ("events.k8s.io", "Event"): ("reason", "type"),
}  # fmt: skip


def selector(labels: str, fields: str, served: Served) -> Selector:
    """Whether an object is selected; raises Refusal when a selector cannot be read or the kind lacks its field."""
    requirements = [_label_requirement(part.strip()) for part in _COMMA.split(labels) if part.strip()]
    requirements += [_field_requirement(part.strip(), served) for part in fields.split(",") if part.strip()]
    return lambda item: all(holds(item) for holds in requirements)


def _label_requirement(text: str) -> Selector:
    if match := _SET.match(text):
        values = {value.strip() for value in match["values"].split(",")}
        inside, key = match["operator"] == "in", match["key"]
        return lambda item: (_labels(item).get(key) in values) if inside else (_labels(item).get(key) not in values)
    if match := _EQUAL.match(text):
        equal, key, value = match["operator"] != "!=", match["key"], match["value"]
        return lambda item: (_labels(item).get(key) == value) == equal
    if match := _EXISTS.match(text):
        wanted, key = not match["absent"], match["key"]
        return lambda item: (key in _labels(item)) == wanted
    raise bad_request(f'unable to parse requirement: found "{text}"')


def _field_requirement(text: str, served: Served) -> Selector:
    if not (match := _EQUAL.match(text)):
        raise bad_request(f"invalid field selector: {text}")
    if match["key"] not in (*_ALWAYS, *_FIELDS.get((served.group, served.kind), ())):
        raise bad_request(f"field label not supported: {match['key']}")
    path, equal, value = match["key"].split("."), match["operator"] != "!=", match["value"]
    return lambda item: (_text(_at(item, path)) == value) == equal


def _labels(item: Object) -> dict[str, str]:
    return item["metadata"].get("labels") or {}


def _at(item: Any, path: list[str]) -> Any:
    for name in path:
        item = item.get(name) if isinstance(item, dict) else None
    return item


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
