"""What the sandbox says about itself: its version, its groups and resources, in the old and the aggregated form."""

from collections.abc import Iterator
from typing import Any

from dr_syncer.objects import Object
from dr_syncer.sandbox.registry import VERBS, Registry, Served

VERSION = {
    "major": "1",
    "minor": "34",
    "gitVersion": "v1.34.0-dr-syncer-sandbox",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    "goVersion": "none: this is not Kubernetes",
    "compiler": "",
    "platform": "sandbox",
}
_STATUS_VERBS = ["get", "patch", "update"]


def is_aggregated(accept: str) -> bool:
    """Whether a client asks for everything at once."""
    return "as=APIGroupDiscoveryList" in accept and "v=v2;" in f"{accept};".replace(",", ";")


def aggregated(registry: Registry, groups: list[str]) -> Object:
    """Everything about some groups, as apidiscovery.k8s.io/v2 has it."""
    items = [
        {
            "metadata": {"name": group} if group else {},
            "versions": [_version(registry, group, version) for version in registry.versions(group)],
        }
        for group in groups
    ]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def core_versions(server: str) -> Object:
    """What `/api` answers."""
    addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": server}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}


def about(registry: Registry, group: str = "", version: str = "", *more: str) -> Object | None:
    """What `/apis`, `/apis/apps`, `/apis/apps/v1` and `/api/v1` answer; None when that is not served."""
    if (group, version, more) == ("v1", "", ()):
        return resource_list(registry, "", "v1")
    if more or (group and group not in registry.groups()) or (version and version not in registry.versions(group)):
        return None
    if version:
        return resource_list(registry, group, version)
    return group_description(registry, group) if group else group_list(registry)


def group_list(registry: Registry) -> Object:
    """Every group but the core one."""
    groups = [_without_type(group_description(registry, name)) for name in registry.groups()]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def group_description(registry: Registry, name: str) -> Object:
    """One group and its versions."""
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in registry.versions(name)]
    return {
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": name,
        "versions": versions,
        "preferredVersion": versions[0],
    }


def resource_list(registry: Registry, group: str, version: str) -> Object:
    """The resources of one group and version, and their subresources."""
    resources = [
        entry for one in registry if (one.group, one.version) == (group, version) for entry in _legacy_entries(one)
    ]
    name = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name, "resources": resources}


def _version(registry: Registry, group: str, version: str) -> dict[str, Any]:
    served = [one for one in registry if (one.group, one.version) == (group, version)]
    return {"version": version, "resources": [_entry(one) for one in served], "freshness": "Current"}


def _entry(served: Served) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "resource": served.plural,
        "responseKind": {"group": served.group, "version": served.version, "kind": served.kind},
        "scope": "Namespaced" if served.namespaced else "Cluster",
        "singularResource": served.singular,
        "verbs": list(VERBS),
        **({"shortNames": list(served.short_names)} if served.short_names else {}),
        **({"categories": list(served.categories)} if served.categories else {}),
    }
    if served.subresources:
        entry["subresources"] = [
            {"subresource": name, "responseKind": _response_kind(served, name), "verbs": _STATUS_VERBS}
            for name in served.subresources
        ]
    return entry


def _legacy_entries(served: Served) -> Iterator[dict[str, Any]]:
    entry: dict[str, Any] = {
        "name": served.plural,
        "singularName": served.singular,
        "namespaced": served.namespaced,
        "kind": served.kind,
        "verbs": list(VERBS),
    }
    if served.short_names:
        entry["shortNames"] = list(served.short_names)
    if served.categories:
        entry["categories"] = list(served.categories)
    yield entry
    for name in served.subresources:
        answered = _response_kind(served, name)
        yield {
            "name": f"{served.plural}/{name}",
            "singularName": "",
            "namespaced": served.namespaced,
            "kind": answered["kind"],
            "verbs": _STATUS_VERBS,
            **({"group": "autoscaling", "version": "v1"} if name == "scale" else {}),
        }


def _response_kind(served: Served, subresource: str) -> dict[str, str]:
    if subresource == "scale":
        return {"group": "autoscaling", "version": "v1", "kind": "Scale"}
    return {"group": served.group, "version": served.version, "kind": served.kind}


def _without_type(item: Object) -> Object:
    return {key: value for key, value in item.items() if key not in ("kind", "apiVersion")}
