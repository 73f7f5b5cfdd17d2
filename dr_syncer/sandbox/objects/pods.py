"""Defaults of pods and of the templates that make them."""

from typing import Any

from dr_syncer.objects import Object
from dr_syncer.sandbox.objects.filling import fill

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_MODES = {"configMap": 420, "secret": 420, "projected": 420, "downwardAPI": 420}


def template(item: Object | None) -> Object:
    """A pod template."""
    item = item or {}
    return {**item, "metadata": item.get("metadata") or {}, "spec": spec(item.get("spec") or {})}


def spec(item: Object) -> Object:
    """A pod's spec."""
    item = fill(
        item,
        dnsPolicy="ClusterFirst",
        restartPolicy="Always",
        schedulerName="default-scheduler",
        securityContext={},
        terminationGracePeriodSeconds=30,
    )
    host_network = bool(item.get("hostNetwork"))
    for part in ("containers", "initContainers"):
        if item.get(part):
            item[part] = [_container(one, host_network) for one in item[part]]
    if item.get("volumes"):
        item["volumes"] = [_volume(one) for one in item["volumes"]]
    if account := item.get("serviceAccountName") or item.get("serviceAccount"):
        item = {**item, "serviceAccountName": account, "serviceAccount": account}
    return item


def _container(item: Object, host_network: bool) -> Object:
    item = fill(
        item,
        imagePullPolicy=_pull_policy(item.get("image", "")),
        resources={},
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
    )
    if item.get("ports"):
        item["ports"] = [_port(port, host_network) for port in item["ports"]]
    if item.get("env"):
        item["env"] = [_variable(variable) for variable in item["env"]]
    for name in _PROBES:
        if item.get(name):
            item[name] = _probe(item[name])
    if item.get("lifecycle"):
        item["lifecycle"] = {name: _handler(handler) for name, handler in item["lifecycle"].items()}
    item["resources"] = _resources(item["resources"])
    return item


def _pull_policy(image: str) -> str:
    name = image.rpartition("/")[2]
    tag = name.rpartition(":")[2] if ":" in name and "@" not in name else ""
    return "Always" if tag == "latest" or (not tag and "@" not in name) else "IfNotPresent"


def _port(port: Object, host_network: bool) -> Object:
    return fill(port, protocol="TCP", hostPort=port.get("containerPort") if host_network else None)


def _variable(item: Object) -> Object:
    return {**item, "valueFrom": _file(item["valueFrom"])} if item.get("valueFrom") else item


def _resources(item: Object) -> Object:
    """A limit is also the request where none is given."""
    limits = item.get("limits")
    return {**item, "requests": {**limits, **(item.get("requests") or {})}} if limits else item


def _probe(item: Object) -> Object:
    item = fill(_handler(item), failureThreshold=3, periodSeconds=10, successThreshold=1, timeoutSeconds=1)
    if "grpc" in item:
        item["grpc"] = fill(item["grpc"], service="")
    return item


def _handler(item: Object) -> Object:
    return {**item, "httpGet": fill(item["httpGet"], path="/", scheme="HTTP")} if "httpGet" in item else item


def _volume(item: Object) -> Object:
    item = dict(item)
    for kind, mode in _MODES.items():
        if item.get(kind) is not None:
            item[kind] = fill(item[kind], defaultMode=mode)
    if not set(item) - {"name"}:
        item["emptyDir"] = {}
    if isinstance(item.get("hostPath"), dict):
        item["hostPath"] = fill(item["hostPath"], type="")
    if isinstance(item.get("iscsi"), dict):
        item["iscsi"] = fill(item["iscsi"], iscsiInterface="default")
    if isinstance(item.get("projected"), dict):
        item["projected"] = _projected(item["projected"])
    if isinstance(item.get("downwardAPI"), dict):
        item["downwardAPI"] = {**item["downwardAPI"], **_downward(item["downwardAPI"])}
    if isinstance(item.get("ephemeral"), dict):
        item["ephemeral"] = _ephemeral(item["ephemeral"])
    return item


def _projected(item: Object) -> Object:
    return {**item, "sources": [_source(source) for source in item.get("sources") or []]}


def _source(item: Object) -> Object:
    if "serviceAccountToken" in item:
        return {**item, "serviceAccountToken": fill(item["serviceAccountToken"], expirationSeconds=3600)}
    return {**item, "downwardAPI": _downward(item["downwardAPI"])} if "downwardAPI" in item else item


def _downward(item: Object) -> dict[str, Any]:
    files = item.get("items")
    return {**item, "items": [_file(file) for file in files]} if files else item


def _file(item: Object) -> Object:
    """A reference to a field of the pod or to a resource of a container, in a volume or a variable."""
    if "fieldRef" in item:
        return {**item, "fieldRef": fill(item["fieldRef"], apiVersion="v1")}
    if "resourceFieldRef" in item:
        return {**item, "resourceFieldRef": fill(item["resourceFieldRef"], divisor="0")}
    return item


def _ephemeral(item: Object) -> Object:
    claim = fill(item.get("volumeClaimTemplate") or {}, metadata={})
    return {**item, "volumeClaimTemplate": {**claim, "spec": fill(claim.get("spec") or {}, volumeMode="Filesystem")}}
