"""Plain HTTP to an API server, for tests that compare what two of them answer: a sandbox and a real one.

Our own client turns answers into exceptions and follows pages by itself; here the answer is the thing under test.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp

from tests.clusters import pair

JSON = "application/json"
APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"

# What every server makes up by itself, and what depends on how much happened in it before.
_GENERATED = frozenset({"uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "continue"})
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Step:
    """One request; `{ns}` in its path stands for the story's namespace."""

    method: str
    path: str
    body: Any = None
    content_type: str = JSON
    query: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.content_type} {self.query or ''}"


@dataclass(frozen=True, slots=True)
class Answer:
    """HTTP status, the body, and the Warning headers."""

    status: int
    body: Any
    warnings: tuple[str, ...]

    def normal(self) -> Self:
        """The answer without what is generated; two servers that mean the same give the same."""
        return type(self)(self.status, _normal(self.body), self.warnings)


class Asker:
    """Asks one API server as somebody who may do anything."""

    def __init__(self, session: aiohttp.ClientSession, server: str, namespace: str) -> None:
        self.namespace = namespace
        self._session = session
        self._server = server

    async def ask(self, step: Step) -> Answer:
        """Send one request."""
        url = self._server + step.path.format(ns=self.namespace)
        headers = {"Content-Type": step.content_type} if step.body is not None else {}
        async with self._session.request(
            step.method, url, json=step.body, params=step.query, headers=headers, ssl=False
        ) as answer:
            warnings = tuple(answer.headers.getall("Warning", ()))
            body = await (answer.json() if answer.content_type == JSON else answer.text())
            return Answer(answer.status, body, warnings)


@asynccontextmanager
async def asker(cluster: pair.Cluster, namespace: str) -> AsyncIterator[Asker]:
    """An Asker with a namespace of its own in that cluster."""
    headers = {"Authorization": f"Bearer {cluster.token}", "User-Agent": "story/1", "Accept": JSON}
    async with aiohttp.ClientSession(headers=headers) as session:
        found = Asker(session, cluster.server, namespace)
        await found.ask(Step("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}}))
        yield found


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return _UID.sub("generated", value)
    if isinstance(value, list):
        return [_normal(part) for part in value]
    if not isinstance(value, dict):
        return value
    normal = {key: "generated" if key in _GENERATED and part else _normal(part) for key, part in value.items()}
    if "managedFields" in normal:
        normal["managedFields"] = sorted(map(_timeless, normal["managedFields"]), key=_owner)
    return normal


def _timeless(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "time"}


def _owner(entry: dict[str, Any]) -> tuple[str, ...]:
    """Servers sort owners by time first, so their order tells which second it was."""
    return entry["manager"], entry["operation"], entry.get("subresource", "")
