"""CustomResourceDefinitions at both ends: which ones a run needs, and waiting until a new one is in force."""

import asyncio
import time
from collections.abc import Iterable

from dr_syncer.errors import NotFound, NotInTime
from dr_syncer.kube import DEFINITIONS, Cluster, Resource
from dr_syncer.objects import Object

_POLL = 0.2  # seconds


async def in_force(cluster: Cluster, definition: Object) -> None:
    """Wait until the API server serves the definition's objects; raises NotInTime after `definition_timeout`."""
    deadline = time.monotonic() + cluster.settings.definition_timeout
    name = definition["metadata"]["name"]
    while not (_is_established(definition) and await _is_served(cluster, definition)):
        if time.monotonic() >= deadline:
            raise NotInTime(
                f"CustomResourceDefinition {name} is not established after {cluster.settings.definition_timeout:g} s",
                detail=_what_is_wrong(definition),
                resolution="Look at its conditions in the destination; the names may be taken by another definition.",
            )
        await asyncio.sleep(_POLL)
        definition = await cluster.get(DEFINITIONS, "", name)


def _conditions(definition: Object) -> Iterable[Object]:
    return (definition.get("status") or {}).get("conditions") or ()


def _is_established(definition: Object) -> bool:
    return any(one["type"] == "Established" and one["status"] == "True" for one in _conditions(definition))


async def _is_served(cluster: Cluster, definition: Object) -> bool:
    """Established is said a moment before every API server knows the kind."""
    spec = definition["spec"]
    version = next(one["name"] for one in spec["versions"] if one["served"])
    names = spec["names"]
    resource = Resource(spec["group"], version, names["plural"], names["kind"], spec["scope"] == "Namespaced")
    try:
        await cluster.list(resource, "default" if resource.namespaced else "", page_size=1)
    except NotFound:
        return False
    return True


def _what_is_wrong(definition: Object) -> str:
    return "; ".join(
        f"{one['type']}={one['status']}: {one['message']}" for one in _conditions(definition) if one.get("message")
    )
