"""What the API server decides itself about an object before it is stored: addresses, ports, generated labels."""

from collections.abc import Callable, Iterable

from dr_syncer.objects import GroupKind, Object
from dr_syncer.sandbox.metadata import now
from dr_syncer.sandbox.objects.validation import FieldError
from dr_syncer.sandbox.store import Store

_SERVICE = GroupKind("", "Service")
_PREFIX = "batch.kubernetes.io"


class Taken(Exception):
    """An address or a port that was asked for belongs to another Service."""

    def __init__(self, error: FieldError) -> None:
        self.error = error
        super().__init__(error.message)


def admitted(group_kind: GroupKind, item: Object, before: Object | None, store: Store) -> Object:
    """The object with what the API server adds; raises Taken."""
    decide = _DECISIONS.get(group_kind)
    return decide(item, before, store) if decide else item


def _namespace(item: Object, before: Object | None, store: Store) -> Object:
    metadata = item["metadata"]
    labels = {**(metadata.get("labels") or {}), "kubernetes.io/metadata.name": metadata["name"]}
    return {**item, "metadata": {**metadata, "labels": labels}}


def _service(item: Object, before: Object | None, store: Store) -> Object:
    spec = dict(item["spec"])
    if spec.get("type") == "ExternalName":
        return item
    others = [one for one in store.of_kind(_SERVICE) if one["metadata"]["uid"] != item["metadata"]["uid"]]
    old = (before or {}).get("spec") or {}
    address = spec.get("clusterIP") or old.get("clusterIP")
    taken = {one["spec"].get("clusterIP") for one in others}
    if address and address != "None" and address in taken:
        raise Taken(_refused("spec.clusterIPs", [address], "failed to allocate IP: provided IP is already allocated"))
    spec["clusterIP"] = address or _first_free((f"10.96.{n // 250}.{n % 250 + 1}" for n in range(60_000)), taken)
    spec["clusterIPs"] = [spec["clusterIP"]]
    spec.setdefault("ipFamilies", ["IPv4"])
    spec.setdefault("ipFamilyPolicy", "SingleStack")
    if spec.get("type") in ("NodePort", "LoadBalancer") and spec.get("allocateLoadBalancerNodePorts", True):
        spec["ports"] = _with_node_ports(spec["ports"], old.get("ports") or [], others)
    return {**item, "spec": spec}


def _with_node_ports(ports: list[Object], old: list[Object], others: list[Object]) -> list[Object]:
    taken = {port.get("nodePort") for one in others for port in one["spec"].get("ports") or []}
    before = {(port["port"], port["protocol"]): port.get("nodePort") for port in old}
    result = []
    for index, port in enumerate(ports):
        wanted = port.get("nodePort") or before.get((port["port"], port["protocol"]))
        if wanted in taken and wanted is not None:
            message = "provided port is already allocated"
            raise Taken(_refused(f"spec.ports[{index}].nodePort", wanted, message))
        chosen = wanted or int(_first_free((str(n) for n in range(30000, 32768)), {str(one) for one in taken}))
        taken.add(chosen)
        result.append({**port, "nodePort": chosen})
    return result


def _job(item: Object, before: Object | None, store: Store) -> Object:
    """The labels by which a Job finds its pods, and the selector for them."""
    if item["spec"].get("manualSelector"):
        return item
    uid, name = item["metadata"]["uid"], item["metadata"]["name"]
    generated = {
        f"{_PREFIX}/controller-uid": uid,
        f"{_PREFIX}/job-name": name,
        "controller-uid": uid,
        "job-name": name,
    }
    spec = dict(item["spec"])
    metadata = spec["template"].get("metadata") or {}
    labels = {**(metadata.get("labels") or {}), **generated}
    spec["template"] = {**spec["template"], "metadata": {**metadata, "labels": labels}}
    spec["selector"] = {"matchLabels": {f"{_PREFIX}/controller-uid": uid}}
    own = item["metadata"].get("labels") or labels
    return {**item, "spec": spec, "metadata": {**item["metadata"], "labels": own}}


def _daemon_set(item: Object, before: Object | None, store: Store) -> Object:
    key = "deprecated.daemonset.template.generation"
    metadata = item["metadata"]
    old = ((before or {}).get("metadata", {}).get("annotations") or {}).get(key, "0")
    changed = before is None or before["spec"]["template"] != item["spec"]["template"]
    annotations = {**(metadata.get("annotations") or {}), key: str(int(old) + changed)}
    return {**item, "metadata": {**metadata, "annotations": annotations}}


def _definition(item: Object, before: Object | None, store: Store) -> Object:
    """A custom resource definition is established as soon as it is stored."""
    time = now()
    conditions = [
        {"type": kind, "status": "True", "lastTransitionTime": time, "reason": reason, "message": message}
        for kind, reason, message in (
            ("NamesAccepted", "NoConflicts", "no conflicts found"),
            ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        )
    ]
    old = (before or {}).get("status") or {}
    stored = [version["name"] for version in item["spec"].get("versions", []) if version.get("storage")]
    status = {
        "acceptedNames": item["spec"]["names"],
        "conditions": old.get("conditions") or conditions,
        "storedVersions": list(dict.fromkeys([*old.get("storedVersions", []), *stored])),
    }
    return {**item, "status": status}


def _first_free(candidates: Iterable[str], taken: set[str]) -> str:
    return next(one for one in candidates if one not in taken)


def _refused(field: str, value: object, message: str) -> FieldError:
    return FieldError(field, "FieldValueInvalid", f"Invalid value: {value}: {message}")


_DECISIONS: dict[GroupKind, Callable[[Object, Object | None, Store], Object]] = {
    GroupKind("", "Namespace"): _namespace,
    _SERVICE: _service,
    GroupKind("apps", "DaemonSet"): _daemon_set,
    GroupKind("batch", "Job"): _job,
    GroupKind("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
}
