"""Every request that the sandbox answers, with its HTTP left out: paths and bodies in, objects out."""

from dataclasses import replace
from functools import partial
from typing import Any

from dr_syncer.objects import GroupKind, Object
from dr_syncer.sandbox import deletes, namespaces, responses
from dr_syncer.sandbox.lists import in_version, listing
from dr_syncer.sandbox.registry import Registry, Served
from dr_syncer.sandbox.requests import Request
from dr_syncer.sandbox.scales import change_scale, scale_of
from dr_syncer.sandbox.store import Store
from dr_syncer.sandbox.watch import Watch
from dr_syncer.sandbox.writes import Write

_DEFINITION = GroupKind("apiextensions.k8s.io", "CustomResourceDefinition")
_REVIEWS = {
    "selfsubjectaccessreviews": {"allowed": True},
    "selfsubjectreviews": {"userInfo": {"username": "sandbox-admin", "groups": ["system:masters"]}},
}


class Api:
    """The resources of one sandbox."""

    def __init__(self) -> None:
        self.store = Store()
        self.registry = Registry()
        namespaces.found(self.store, self.registry)

    def served(self, request: Request) -> Served:
        """The resource that a request is about; raises Refusal when none is."""
        served = self.registry.find(request.group, request.version, request.resource)
        known = ("", "finalize", *(served.subresources if served else ()))
        if served is None or request.subresource not in known:
            raise responses.no_such_path()
        return served

    def watch(self, request: Request) -> Watch:
        """A watch; raises Refusal."""
        return Watch(self.store, self.served(request), request)

    def read(self, served: Served, request: Request) -> Object:
        """GET and LIST."""
        if request.verb == "list":
            return listing(self.store, served, request)
        item = self.store.get(served.group_kind, request.namespace, request.name)
        if item is None:
            raise responses.not_found(served, request.name)
        return scale_of(item) if request.subresource == "scale" else in_version(item, served)

    def write(self, served: Served, request: Request, body: Any) -> tuple[Object, list[str]]:
        """Create, update and patch: what is stored now, and warnings."""
        write = Write(self.store, served, request, partial(namespaces.require, self.store, served, request))
        if request.subresource == "scale":
            return change_scale(write, body, request.verb), write.warnings
        item = {"create": write.create, "update": write.update, "patch": write.patch}[request.verb](body)
        if not request.dry_run:
            self._follow_up(served, item)
        return in_version(item, served), write.warnings

    def delete(self, served: Served, request: Request, options: Any) -> Object:
        """DELETE of one object."""
        options = options if isinstance(options, dict) else {}
        item = self.store.get(served.group_kind, request.namespace, request.name)
        if served.group_kind == namespaces.NAMESPACE and item is not None and not request.dry_run:
            return namespaces.end(self.store, item)
        if served.group_kind == _DEFINITION and item is not None and not request.dry_run:
            self._undefine(item)
        return deletes.delete(self.store, served, request, options)

    def delete_collection(self, served: Served, request: Request, options: Any) -> Object:
        """DELETE of all that is selected."""
        found = listing(self.store, served, replace(request, query={**request.query, "limit": ""}))
        for item in found["items"]:
            one = replace(request, verb="delete", name=item["metadata"]["name"])
            one = replace(one, namespace=item["metadata"].get("namespace", ""))
            self.delete(served, one, options)
        return found

    def settle(self) -> None:
        """What controllers of a cluster would do after a request: end namespaces that were deleted."""
        for item in self.store.of_kind(namespaces.NAMESPACE):
            if "deletionTimestamp" in item["metadata"]:
                namespaces.empty(self.store, item["metadata"]["name"])

    def review(self, request: Request, body: Any) -> Object | None:
        """The answer to a question about the asker's own rights, which are all; None when it is no such question."""
        if (status := _REVIEWS.get(request.resource)) is None or request.verb != "create":
            return None
        return {**(body if isinstance(body, dict) else {}), "status": status}

    def _follow_up(self, served: Served, item: Object) -> None:
        if served.group_kind == namespaces.NAMESPACE and "deletionTimestamp" not in item["metadata"]:
            namespaces.furnish(self.store, self.registry, item["metadata"]["name"])
        if served.group_kind == _DEFINITION:
            self.registry.add_definition(item)

    def _undefine(self, crd: Object) -> None:
        kind = GroupKind(crd["spec"]["group"], crd["spec"]["names"]["kind"])
        for item in self.store.of_kind(kind):
            self.store.remove(kind, item)
        self.registry.remove_definition(crd)
