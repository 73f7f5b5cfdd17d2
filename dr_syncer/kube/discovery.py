"""What a cluster serves, and what of it could not be learned. Called by `Cluster.discover`.

Aggregated discovery is two requests; a server without it is asked group by group. A group whose APIService is broken
is reported in `broken` and takes nothing else down: whoever deletes by absence must look there first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dr_syncer.errors import DRSyncerError, NotFound
from dr_syncer.kube.answers import Target
from dr_syncer.kube.resources import Resource
from dr_syncer.kube.transport import JSON, Request, Transport
from dr_syncer.objects import GroupKind
from dr_syncer.together import together

_AGGREGATED = f"{JSON};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_TARGET = Target("discover")


@dataclass(frozen=True, slots=True)
class Discovery:
    """The served kinds in the server's order of preference, and the group versions that could not be read."""

    resources: tuple[Resource, ...]
    broken: tuple[str, ...] = ()

    def find(self, group_kind: GroupKind, version: str = "") -> Resource | None:
        """The kind in this version, or in the one the server prefers."""
        return next(
            (r for r in self.resources if r.group_kind == group_kind and version in ("", r.version)),
            None,
        )

    def versions(self, group_kind: GroupKind) -> tuple[str, ...]:
        """The served versions of a kind, preferred first."""
        return tuple(r.version for r in self.resources if r.group_kind == group_kind)


async def discover(transport: Transport) -> Discovery:
    """All served kinds; raises only when the server as a whole gives no answer."""
    core, groups = await together(_read(transport, "/api", _AGGREGATED), _read(transport, "/apis", _AGGREGATED))
    if "items" in core and "items" in groups:
        return _from_aggregated([*core["items"], *groups["items"]])
    return await _group_by_group(transport, core, groups)


async def _read(transport: Transport, path: str, accept: str = JSON) -> dict[str, Any]:
    answer = await transport.send(Request("GET", path, _TARGET, accept=f"{accept},{JSON}" if accept != JSON else JSON))
    document = answer.json()
    return document if isinstance(document, dict) else {}


def _from_aggregated(groups: Iterable[dict[str, Any]]) -> Discovery:
    resources: list[Resource] = []
    broken: list[str] = []
    for group in groups:
        name = group.get("metadata", {}).get("name", "")
        for version in group.get("versions") or ():
            if version.get("freshness") == "Stale":
                broken.append(_group_version(name, version["version"]))
            resources += _aggregated_resources(name, version)
    return Discovery(tuple(resources), tuple(broken))


def _aggregated_resources(group: str, version: dict[str, Any]) -> Iterator[Resource]:
    for item in version.get("resources") or ():
        kind = (item.get("responseKind") or {}).get("kind")
        if kind:
            yield Resource(
                group,
                version["version"],
                item["resource"],
                kind,
                item.get("scope") == "Namespaced",
                frozenset(item.get("verbs") or ()),
                item.get("singularResource", ""),
                tuple(item.get("shortNames") or ()),
            )


async def _group_by_group(transport: Transport, core: dict[str, Any], groups: dict[str, Any]) -> Discovery:
    wanted = [("", version) for version in core.get("versions") or ()]
    for group in groups.get("groups") or ():
        wanted += [(group["name"], version) for version in _preferred_first(group)]
    found = await together(*(_one_version(transport, group, version) for group, version in wanted))
    broken = tuple(_group_version(*pair) for pair, part in zip(wanted, found, strict=True) if part is None)
    return Discovery(tuple(r for part in found if part for r in part), broken)


def _preferred_first(group: dict[str, Any]) -> list[str]:
    preferred = (group.get("preferredVersion") or {}).get("version")
    versions = [version["version"] for version in group.get("versions") or ()]
    return sorted(versions, key=lambda version: version != preferred)


async def _one_version(transport: Transport, group: str, version: str) -> list[Resource] | None:
    path = f"/apis/{group}/{version}" if group else f"/api/{version}"
    try:
        document = await _read(transport, path)
    except NotFound:
        return []
    except DRSyncerError:
        return None
    return [
        _legacy_resource(group, version, item) for item in document.get("resources") or () if "/" not in item["name"]
    ]


def _legacy_resource(group: str, version: str, item: dict[str, Any]) -> Resource:
    return Resource(
        group,
        version,
        item["name"],
        item["kind"],
        bool(item.get("namespaced")),
        frozenset(item.get("verbs") or ()),
        item.get("singularName", ""),
        tuple(item.get("shortNames") or ()),
    )


def _group_version(group: str, version: str) -> str:
    return f"{group}/{version}" if group else version
