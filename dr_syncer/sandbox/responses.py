"""What the API server answers when it does not do what was asked: Status objects in Kubernetes' shape and words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dr_syncer.objects import Object
from dr_syncer.sandbox.objects.validation import FieldError
from dr_syncer.sandbox.registry import Served


@dataclass
class Refusal(Exception):
    """An answer that is no success: HTTP `code`, Kubernetes' `reason`, a message, and details."""

    code: int
    reason: str
    message: str
    details: dict[str, Any] | None = None
    retry_after: float | None = None

    def status(self) -> Object:
        """The Status object."""
        status: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        }
        status = {key: value for key, value in status.items() if value != ""}
        return status | ({} if self.details is None else {"details": self.details})


def success(served: Served, name: str, uid: str) -> Object:
    """The Status that a finished deletion is answered with."""
    details = {**_details(served, name), "uid": uid}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def no_such_path() -> Refusal:
    """A path that is not served."""
    return Refusal(404, "NotFound", "the server could not find the requested resource", {})


def not_found(served: Served, name: str) -> Refusal:
    """There is no such object."""
    return Refusal(404, "NotFound", f'{served.full_name} "{name}" not found', _details(served, name))


def already_exists(served: Served, name: str) -> Refusal:
    """There is such an object already."""
    return Refusal(409, "AlreadyExists", f'{served.full_name} "{name}" already exists', _details(served, name))


def changed_meanwhile(served: Served, name: str) -> Refusal:
    """The client's resourceVersion is not the current one."""
    message = (
        f'Operation cannot be fulfilled on {served.full_name} "{name}": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    return Refusal(409, "Conflict", message, _details(served, name))


def precondition_failed(served: Served, name: str, what: str) -> Refusal:
    """A deletion's precondition does not hold. Kubernetes names the kind here, not the resource."""
    kind = f"{served.kind}.{served.group}" if served.group else served.kind
    message = f'Operation cannot be fulfilled on {kind} "{name}": {what}'
    return Refusal(409, "Conflict", message, {**_details(served, name), "kind": served.kind})


def apply_conflict(conflicts: tuple[tuple[str, str], ...]) -> Refusal:
    """Server-side apply without force met other managers' fields."""
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {manager}", "field": path}
        for manager, path in conflicts
    ]
    by_manager: dict[str, list[str]] = {}
    for manager, path in conflicts:
        by_manager.setdefault(manager, []).append(path)
    return Refusal(409, "Conflict", _apply_message(len(conflicts), by_manager), {"causes": causes})


def invalid(served: Served, name: str, errors: Iterable[FieldError]) -> Refusal:
    """The object breaks its schema or a rule."""
    errors = tuple(errors)
    causes = [{"reason": one.reason, "message": one.message, "field": one.field} for one in errors]
    texts = [f"{one.field}: {one.message}" for one in errors]
    shown = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    message = f'{served.kind}{"." + served.group if served.group else ""} "{name}" is invalid: {shown}'
    details = {"name": name, "group": served.group, "kind": served.kind, "causes": causes}
    return Refusal(422, "Invalid", message, {key: value for key, value in details.items() if value})


def bad_request(message: str) -> Refusal:
    """The request itself makes no sense."""
    return Refusal(400, "BadRequest", message)


def forbidden(served: Served, name: str, why: str, causes: list[dict[str, str]] | None = None) -> Refusal:
    """Not now, or not at all."""
    details = _details(served, name) | ({"causes": causes} if causes else {})
    return Refusal(403, "Forbidden", f'{served.full_name} "{name}" is forbidden: {why}', details)


def unauthorized() -> Refusal:
    """No token, or not the right one."""
    return Refusal(401, "Unauthorized", "Unauthorized")


def expired(message: str = "The provided continue parameter is too old") -> Refusal:
    """A resourceVersion or continue token from before the history."""
    return Refusal(410, "Expired", message)


def method_not_allowed() -> Refusal:
    """The resource does not have this verb."""
    return Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")


def unsupported_media_type() -> Refusal:
    """A patch in a format that is none."""
    allowed = (
        "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, "
        "application/apply-patch+yaml"
    )
    message = f"the body of the request was in an unknown format - accepted media types include: {allowed}"
    return Refusal(415, "UnsupportedMediaType", message, {})


def _details(served: Served, name: str) -> dict[str, Any]:
    return {"name": name, **({"group": served.group} if served.group else {}), "kind": served.plural}


def _apply_message(number: int, by_manager: dict[str, list[str]]) -> str:
    head = f"Apply failed with {number} conflict{'s' if number > 1 else ''}: "
    if len(by_manager) == 1:
        ((manager, paths),) = by_manager.items()
        if len(paths) == 1:
            return f"{head}conflict with {manager}: {paths[0]}"
    parts = [
        f"conflicts with {manager}:\n" + "\n".join(f"- {p}" for p in paths) for manager, paths in by_manager.items()
    ]
    return head + "\n".join(parts)
