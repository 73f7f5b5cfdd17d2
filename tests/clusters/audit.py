"""What was asked of an API server, so that a test can prove that a run wrote nothing.

A real API server keeps an audit log, the sandbox a list of requests; both become `AuditEntry` values and are told to a
test as lines such as "patch deployments shop/web".
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

POLICY = json.dumps(
    {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived", "ResponseStarted"],
        "rules": [
            # What a cluster does to itself says nothing about the program under test.
            {
                "level": "None",
                "users": ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler"],
            },
            {"level": "None", "userGroups": ["system:nodes", "system:serviceaccounts:kube-system"]},
            {"level": "None", "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*"]},
            {"level": "Metadata"},
        ],
    }
)
"""The audit policy: every request from outside, once it is answered, without its body. JSON is YAML."""

_WRITES = frozenset({"create", "update", "patch", "delete", "deletecollection"})
_STORES_NOTHING = frozenset({"authentication.k8s.io", "authorization.k8s.io"})


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One answered request. `verb` is Kubernetes' ("list", "patch"), `resource` may end in "/status" or the like."""

    verb: str
    resource: str
    namespace: str
    name: str
    user_agent: str
    code: int
    group: str = ""
    dry_run: bool = False

    @property
    def is_write(self) -> bool:
        """Whether it asks for a change, also if only as a dry run or in vain; access reviews and the like do not."""
        return self.verb in _WRITES and bool(self.resource) and self.group not in _STORES_NOTHING

    def __str__(self) -> str:
        place = "/".join(part for part in (self.namespace, self.name) if part)
        remarks = ["dry run"] * self.dry_run + [str(self.code)] * (self.code >= 400)
        return f"{self.verb} {self.resource} {place}" + (f" ({', '.join(remarks)})" if remarks else "")


def parse(line: str | bytes) -> AuditEntry:
    """Read one line of a JSON audit log."""
    event: dict[str, Any] = json.loads(line)
    ref = event.get("objectRef", {})
    return AuditEntry(
        verb=event["verb"],
        resource="/".join(part for part in (ref.get("resource"), ref.get("subresource")) if part),
        # A namespace is audited as lying in itself.
        namespace="" if ref.get("resource") == "namespaces" else ref.get("namespace", ""),
        name=ref.get("name", ""),
        user_agent=event.get("userAgent", ""),
        code=event.get("responseStatus", {}).get("code", 0),
        group=ref.get("apiGroup", ""),
        dry_run="dryRun" in parse_qs(urlsplit(event["requestURI"]).query),
    )


def writes(entries: Iterable[AuditEntry]) -> list[str]:
    """The writes among the entries as lines, in their order."""
    return [str(entry) for entry in entries if entry.is_write]
