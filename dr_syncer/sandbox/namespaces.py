"""The life of a namespace: what appears in a new one, and how one ends."""

from dr_syncer.objects import GroupKind, Object
from dr_syncer.sandbox import responses
from dr_syncer.sandbox.deletes import mark
from dr_syncer.sandbox.metadata import now
from dr_syncer.sandbox.registry import Registry, Served
from dr_syncer.sandbox.requests import Request
from dr_syncer.sandbox.store import Store
from dr_syncer.sandbox.writes import Write

NAMESPACE = GroupKind("", "Namespace")
INITIAL = ("default", "kube-node-lease", "kube-public", "kube-system")
_NO_CERTIFICATE = "# The sandbox has no certificate authority to trust.\n"


def require(store: Store, served: Served, request: Request) -> None:
    """Raise Refusal when nothing can be made in the request's namespace: it is not there, or it ends."""
    if not request.namespace:
        return
    namespace = store.get(NAMESPACE, "", request.namespace)
    if namespace is None:
        message = f'namespaces "{request.namespace}" not found'
        details = {"name": request.namespace, "kind": "namespaces"}
        raise responses.Refusal(404, "NotFound", message, details)
    if "deletionTimestamp" in namespace["metadata"]:
        why = f"unable to create new content in namespace {request.namespace} because it is being terminated"
        cause = {
            "reason": "NamespaceTerminating",
            "message": f"namespace {request.namespace} is being terminated",
            "field": "metadata.namespace",
        }
        raise responses.forbidden(served, request.name, why, [cause])


def furnish(store: Store, registry: Registry, name: str) -> None:
    """What a cluster's controllers put into every new namespace."""
    certificate = {"data": {"ca.crt": _NO_CERTIFICATE}}
    _create(store, registry, name, "serviceaccounts", "default", {})
    _create(store, registry, name, "configmaps", "kube-root-ca.crt", certificate)


def found(store: Store, registry: Registry) -> None:
    """The namespaces that every cluster begins with."""
    for name in INITIAL:
        _create(store, registry, "", "namespaces", name, {})
        furnish(store, registry, name)


def end(store: Store, item: Object) -> Object:
    """Mark a namespace as ending; its content goes with `empty`."""
    ending = mark(store, NAMESPACE, item)
    if (ending.get("status") or {}).get("phase") == "Terminating":
        return ending
    return store.put(NAMESPACE, {**ending, "status": {**(ending.get("status") or {}), "phase": "Terminating"}})


def empty(store: Store, name: str) -> None:
    """Delete what is in an ending namespace, and the namespace when nothing holds it any more."""
    namespace = store.get(NAMESPACE, "", name)
    if namespace is None or "deletionTimestamp" not in namespace["metadata"]:
        return
    held = bool(namespace["metadata"].get("finalizers"))
    for group_kind, item in list(store.in_namespace(name)):
        if item["metadata"].get("finalizers"):
            mark(store, group_kind, item)
            held = True
        else:
            store.remove(group_kind, item)
    if not held:
        spec = {**(namespace.get("spec") or {}), "finalizers": []}
        store.remove(NAMESPACE, {**namespace, "spec": spec})


def _create(store: Store, registry: Registry, namespace: str, plural: str, name: str, content: Object) -> None:
    served = registry.find("", "v1", plural)
    if served is None or store.get(served.group_kind, namespace, name) is not None:
        return
    request = Request("create", "", {"fieldManager": "sandbox"}, namespace=namespace, resource=plural)
    metadata = {"name": name, "creationTimestamp": now()}
    Write(store, served, request).create({"metadata": metadata, **content})
