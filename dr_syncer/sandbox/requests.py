"""From an HTTP request to what is asked of the API: the verb in Kubernetes' words, and of which object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Request:
    """One request as an audit log tells it; `status` is 0 until it is answered. Non-resource paths have no resource."""

    verb: str
    path: str
    query: Mapping[str, str]
    status: int = 0
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    content_type: str = ""
    user_agent: str = ""

    @property
    def dry_run(self) -> bool:
        """Whether nothing must be stored."""
        return self.query.get("dryRun", "") == "All"

    @property
    def manager(self) -> str:
        """The field manager: as given, or the first word of the user agent."""
        return self.query.get("fieldManager") or self.user_agent.partition("/")[0] or "unknown"

    @property
    def validation(self) -> str:
        """What happens to unknown fields: Strict, Warn or Ignore."""
        return self.query.get("fieldValidation") or "Warn"


class _Place(NamedTuple):
    """Where a path points to; everything empty when it names no resource."""

    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""


def parse(method: str, path: str, query: Mapping[str, str], content_type: str, user_agent: str) -> Request:
    """What is asked."""
    place = _place(path)
    verb = _verb(method, place, query) if place.resource else method.lower()
    return Request(verb, path, query, 0, *place, content_type, user_agent)


def _place(path: str) -> _Place:
    parts = [unquote(part) for part in path.split("/") if part]
    if parts[:2] == ["api", "v1"]:
        group, version, rest = "", "v1", parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return _Place()
    if not rest:
        return _Place()
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in ("status", "finalize"):
        namespace, rest = rest[1], rest[2:]
    resource, name, subresource, *_ = (*rest, "", "")
    return _Place(group, version, resource, subresource, namespace, name)


def _verb(method: str, place: _Place, query: Mapping[str, str]) -> str:
    if method == "GET":
        if query.get("watch", "") in ("1", "true"):
            return "watch"
        return "get" if place.name else "list"
    if method == "DELETE":
        return "delete" if place.name else "deletecollection"
    return {"POST": "create", "PUT": "update", "PATCH": "patch"}.get(method, method.lower())
