"""What an API server's error answer means: a `Status` body becomes one exception of the tree, with its facts.

Called by `Transport` only. The text of an answer about Secrets is withheld: validation messages may quote values.
"""

import json
from dataclasses import dataclass
from typing import Any

import orjson

from dr_syncer import errors
from dr_syncer.errors import AnswerMixin, DRSyncerError, Problem
from dr_syncer.kube.recognised import recognised

_LONGEST_VALUE = 60  # characters of a refused value shown; whole pod specs have been seen
_LONGEST_TEXT = 600  # characters of a server's message shown; webhooks have been seen to send pages


@dataclass(frozen=True, slots=True)
class Target:
    """What a request was about, for error texts: `verb` in Kubernetes' words, `resource` as `deployments.apps`."""

    verb: str
    resource: str = ""
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        where = "/".join(part for part in (self.namespace, self.name) if part)
        return " ".join(part for part in (self.verb, self.resource, where) if part)

    @property
    def confidential(self) -> bool:
        """Whether the server's words may quote a secret."""
        return self.resource == "secrets"


_CLASSES: dict[int, type[DRSyncerError]] = {
    400: errors.Invalid,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    410: errors.Gone,
    422: errors.Invalid,
    429: errors.TooManyRequests,
}

_RESOLUTIONS = {
    errors.Unauthorized: "Check the kubeconfig's credentials: they are missing, expired or of another cluster.",
    errors.TooManyRequests: "Lower DR_SYNCER_REQUESTS_IN_FLIGHT, or give this user a higher priority level.",
    errors.ServerError: "Look at the API server's log, and at the admission webhooks and aggregated APIs it calls.",
}


def error_for(status: int, body: bytes, target: Target) -> DRSyncerError:
    """The exception that an answer with this HTTP code and body stands for."""
    document = _status_document(body)
    kind = errors.Invalid if is_misreported(status, body) else _class_of(status)
    reason = str(document.get("reason") or "")
    message = _message(document, body, target)
    causes = _causes(document, target)
    known = recognised(str(document.get("message") or ""))
    error = kind(
        f"{target}: {known.summary if known else _summary(kind, reason, status)}",
        detail="\n  ".join(map(str, causes)) or message,
        resolution=known.resolution if known else _resolution(kind, target),
        category=known.category if known else None,
    )
    _fill(error, status, reason, message, causes, target)
    return error


def is_misreported(status: int, body: bytes) -> bool:
    """Whether a 500 blames the server for an object that it cannot read as an apply: a list with an item twice."""
    return status == 500 and b"failed to create typed patch object" in body


def _class_of(status: int) -> type[DRSyncerError]:
    return _CLASSES.get(status) or (errors.ServerError if status >= 500 else errors.RequestFailed)


def error_in_event(document: dict[str, Any], target: Target) -> DRSyncerError:
    """The exception for an ERROR event of a watch, whose object is a `Status`."""
    return error_for(int(document.get("code") or 500), orjson.dumps(document), target)


def _status_document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def _message(document: dict[str, Any], body: bytes, target: Target) -> str:
    if target.confidential:
        return "(the server's words are withheld: they may quote the Secret)"
    text = document.get("message") or body.decode(errors="replace").strip()
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "..."


def _causes(document: dict[str, Any], target: Target) -> tuple[Problem, ...]:
    causes = (document.get("details") or {}).get("causes") or []
    return tuple(_cause(cause, target) for cause in causes)


def _cause(cause: dict[str, Any], target: Target) -> Problem:
    message = cause.get("reason") if target.confidential else _without_value(cause.get("message") or "")
    return Problem(cause.get("field") or "object", str(message or cause.get("reason") or "")[:_LONGEST_TEXT])


def _without_value(message: str) -> str:
    """`Invalid value: {...}: field is immutable` without the value, unless that is a number or a few words."""
    kind, separator, rest = message.partition(": ")
    if not separator or not kind.endswith(" value"):
        return message
    try:
        value, end = json.JSONDecoder().raw_decode(rest)
    except ValueError:  # an older server's Go syntax: v1.LabelSelector{MatchLabels:...}: field is immutable
        return f"{kind}: {rest.rpartition('}: ')[2]}" if "}: " in rest else message
    short = not isinstance(value, dict | list) and len(str(value)) <= _LONGEST_VALUE
    return message if short else f"{kind}{rest[end:]}"


def _summary(kind: type[DRSyncerError], reason: str, status: int) -> str:
    known: dict[type[DRSyncerError], str] = {
        errors.Unauthorized: "not authenticated",
        errors.Forbidden: "not allowed",
        errors.NotFound: "not found",
    }
    return known.get(kind) or reason or f"HTTP {status}"


def _resolution(kind: type[DRSyncerError], target: Target) -> str:
    if kind is errors.Forbidden:
        where = f"in namespace {target.namespace}" if target.namespace else "cluster-wide"
        what = f"the verb {target.verb!r} on {target.resource or 'this path'} {where}"
        return f"Allow {what}, or see which admission rule said no."
    return _RESOLUTIONS.get(kind, "")


def _fill(
    error: DRSyncerError, status: int, reason: str, message: str, causes: tuple[Problem, ...], target: Target
) -> None:
    if isinstance(error, AnswerMixin):
        error.status, error.reason, error.message = status, reason, message
    if isinstance(error, errors.Invalid | errors.Conflict):
        error.causes = causes
    if isinstance(error, errors.Forbidden):
        error.verb, error.resource, error.namespace = target.verb, target.resource, target.namespace
