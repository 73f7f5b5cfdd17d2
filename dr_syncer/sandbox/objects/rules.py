"""What an API server refuses although it fits the schema: names, labels, selectors, immutable fields, quantities.

A selection: what a user of the sandbox will run into. Reasons and messages are close to Kubernetes' own.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from dr_syncer.objects import GroupKind, Object
from dr_syncer.sandbox.objects.validation import FieldError

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_QUALIFIED = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_QUANTITY = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
_CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
_DNS_1035 = GroupKind("", "Service")
_LABEL_NAMES = {GroupKind("", "Namespace"), _DNS_1035}
_FREE_NAMES = {"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
_TEMPLATED = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}
_CHANGEABLE_STATEFUL = {
    "replicas", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds", "ordinals",
    "revisionHistoryLimit",
}  # fmt: skip
_STATEFUL_MESSAGE = (
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are "
    "forbidden"
)


def broken_rules(group_kind: GroupKind, item: Object, before: Object | None) -> tuple[FieldError, ...]:
    """Everything that is refused of `item`, which replaces `before`."""
    found = [*_metadata(group_kind, item), *_kind_rules(group_kind, item)]
    if before is not None:
        found += _unchangeable(group_kind, item, before)
    return tuple(found)


def _invalid(field: str, value: Any, message: str) -> FieldError:
    shown = orjson.dumps(value).decode()
    return FieldError(field, "FieldValueInvalid", f"Invalid value: {shown}: {message}")


def _required(field: str) -> FieldError:
    return FieldError(field, "FieldValueRequired", "Required value")


def _metadata(group_kind: GroupKind, item: Object) -> Iterator[FieldError]:
    metadata = item["metadata"]
    name = str(metadata.get("name", ""))
    one_label = group_kind in _LABEL_NAMES
    form, limit = (_LABEL, 63) if one_label else (_SUBDOMAIN, 253)
    if group_kind.kind not in _FREE_NAMES and (len(name) > limit or not form.fullmatch(name)):
        what = "label" if one_label else "subdomain"
        yield _invalid(
            "metadata.name",
            name,
            f"a lowercase RFC 1123 {what} must consist of lower case alphanumeric characters or '-'",
        )
    for key, value in (metadata.get("labels") or {}).items():
        if not _QUALIFIED.fullmatch(key):
            yield _invalid("metadata.labels", key, "name part must consist of alphanumeric characters, '-', '_' or '.'")
        if not isinstance(value, str) or len(value) > 63 or not _LABEL_VALUE.fullmatch(value):
            yield _invalid(
                "metadata.labels",
                value,
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'",
            )
    for key in metadata.get("annotations") or {}:
        if not _QUALIFIED.fullmatch(key):
            yield _invalid(
                "metadata.annotations", key, "name part must consist of alphanumeric characters, '-', '_' or '.'"
            )


def _kind_rules(group_kind: GroupKind, item: Object) -> Iterator[FieldError]:
    if group_kind.kind in _TEMPLATED and group_kind.group == "apps":
        yield from _workload(item)
    rule = _RULES.get(group_kind)
    if rule:
        yield from rule(item)


def _workload(item: Object) -> Iterator[FieldError]:
    spec = item.get("spec") or {}
    selector = (spec.get("selector") or {}).get("matchLabels") or {}
    if not selector and not (spec.get("selector") or {}).get("matchExpressions"):
        yield _required("spec.selector")
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if any(labels.get(key) != value for key, value in selector.items()):
        shown = ",".join(f'"{key}":"{value}"' for key, value in labels.items())
        message = "`selector` does not match template `labels`"
        yield FieldError("spec.template.metadata.labels", "FieldValueInvalid", f"Invalid value: {{{shown}}}: {message}")
    if spec.get("replicas", 0) < 0:
        yield _invalid("spec.replicas", spec["replicas"], "must be greater than or equal to 0")
    yield from _pod(spec.get("template") or {}, "spec.template.spec")


def _pod(template: Object, path: str) -> Iterator[FieldError]:
    containers = (template.get("spec") or {}).get("containers")
    if not containers:
        yield _required(f"{path}.containers")
    for index, container in enumerate(containers or []):
        here = f"{path}.containers[{index}]"
        if not container.get("name"):
            yield _required(f"{here}.name")
        if not container.get("image"):
            yield _required(f"{here}.image")
        for number, port in enumerate(container.get("ports") or []):
            if not 1 <= port.get("containerPort", 0) <= 65535:
                yield _invalid(
                    f"{here}.ports[{number}].containerPort",
                    port.get("containerPort"),
                    "must be between 1 and 65535, inclusive",
                )
        yield from _quantities(container.get("resources") or {}, f"{here}.resources")


def _quantities(resources: Object, path: str) -> Iterator[FieldError]:
    for part in ("limits", "requests"):
        for name, value in (resources.get(part) or {}).items():
            if not _QUANTITY.fullmatch(str(value)):
                yield _invalid(
                    f"{path}.{part}[{name}]",
                    value,
                    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                )


def _config(item: Object) -> Iterator[FieldError]:
    for part in ("data", "binaryData"):
        for key in item.get(part) or {}:
            if not _CONFIG_KEY.fullmatch(key):
                yield _invalid(
                    f"{part}[{key}]", key, "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
                )


def _service(item: Object) -> Iterator[FieldError]:
    spec = item["spec"]
    ports = spec.get("ports") or []
    if not ports and spec.get("clusterIP") != "None" and spec.get("type") != "ExternalName":
        yield _required("spec.ports")
    for index, port in enumerate(ports):
        if not 1 <= port.get("port", 0) <= 65535:
            yield _invalid(f"spec.ports[{index}].port", port.get("port"), "must be between 1 and 65535, inclusive")
        if len(ports) > 1 and not port.get("name"):
            yield _required(f"spec.ports[{index}].name")


def _ingress(item: Object) -> Iterator[FieldError]:
    for number, rule in enumerate(item["spec"].get("rules") or []):
        for index, path in enumerate((rule.get("http") or {}).get("paths") or []):
            if not path.get("pathType"):
                yield FieldError(
                    f"spec.rules[{number}].http.paths[{index}].pathType",
                    "FieldValueRequired",
                    "Required value: pathType must be specified",
                )


def _job(item: Object) -> Iterator[FieldError]:
    template = item["spec"].get("template") or {}
    yield from _pod(template, "spec.template.spec")
    if (template.get("spec") or {}).get("restartPolicy") not in ("OnFailure", "Never"):
        yield FieldError(
            "spec.template.spec.restartPolicy",
            "FieldValueNotSupported",
            'Unsupported value: "Always": supported values: "OnFailure", "Never"',
        )


def _cron_job(item: Object) -> Iterator[FieldError]:
    schedule = str(item["spec"].get("schedule", ""))
    if not schedule.startswith("@") and len(schedule.split()) != 5:
        yield _invalid(
            "spec.schedule", schedule, f"expected exactly 5 fields, found {len(schedule.split())}: [{schedule}]"
        )


def _claim(item: Object) -> Iterator[FieldError]:
    spec = item["spec"]
    if not spec.get("accessModes"):
        yield FieldError("spec.accessModes", "FieldValueRequired", "Required value: at least 1 access mode is required")
    if "storage" not in ((spec.get("resources") or {}).get("requests") or {}):
        yield _required("spec.resources[storage]")
    yield from _quantities(spec.get("resources") or {}, "spec.resources")


def _unchangeable(group_kind: GroupKind, item: Object, before: Object) -> Iterator[FieldError]:
    spec, old = item.get("spec") or {}, before.get("spec") or {}
    for path in _IMMUTABLE.get(group_kind, ()):
        now, then = _at(item, path), _at(before, path)
        if now != then and then is not None:
            yield _invalid(".".join(path), now, "field is immutable")
    if group_kind == GroupKind("apps", "StatefulSet"):
        names = (spec.keys() | old.keys()) - _CHANGEABLE_STATEFUL
        if any(spec.get(name) != old.get(name) for name in names):
            yield FieldError("spec", "FieldValueForbidden", _STATEFUL_MESSAGE)
    if group_kind == GroupKind("", "PersistentVolumeClaim"):
        fixed = {
            key
            for key in spec.keys() | old.keys()
            if key not in ("resources", "volumeName", "volumeAttributesClassName")
        }
        if old.get("storageClassName") is None:
            fixed -= {"storageClassName"}
        if any(spec.get(key) != old.get(key) for key in fixed):
            message = (
                "Forbidden: spec is immutable after creation except resources.requests and "
                "volumeAttributesClassName for bound claims"
            )
            yield FieldError("spec", "FieldValueForbidden", message)
    if before.get("immutable") and group_kind.kind in ("ConfigMap", "Secret"):
        yield from _frozen(item, before)


def _frozen(item: Object, before: Object) -> Iterator[FieldError]:
    if not item.get("immutable"):
        yield FieldError("immutable", "FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set")
    for part in ("data", "binaryData"):
        if item.get(part) != before.get(part):
            yield FieldError(part, "FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set")


def _at(item: Object, path: tuple[str, ...]) -> Any:
    value: Any = item
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


_RULES: dict[GroupKind, Callable[[Object], Iterator[FieldError]]] = {
    GroupKind("", "ConfigMap"): _config,
    GroupKind("", "PersistentVolumeClaim"): _claim,
    GroupKind("", "Secret"): _config,
    GroupKind("", "Service"): _service,
    GroupKind("batch", "CronJob"): _cron_job,
    GroupKind("batch", "Job"): _job,
    GroupKind("networking.k8s.io", "Ingress"): _ingress,
}
_IMMUTABLE: dict[GroupKind, tuple[tuple[str, ...], ...]] = {
    GroupKind("", "Secret"): (("type",),),
    GroupKind("", "Service"): (("spec", "clusterIP"),),
    GroupKind("apps", "Deployment"): (("spec", "selector"),),
    GroupKind("apps", "DaemonSet"): (("spec", "selector"),),
    GroupKind("apps", "ReplicaSet"): (("spec", "selector"),),
    GroupKind("batch", "Job"): (("spec", "selector"), ("spec", "template"), ("spec", "completions")),
    GroupKind("rbac.authorization.k8s.io", "RoleBinding"): (("roleRef",),),
    GroupKind("rbac.authorization.k8s.io", "ClusterRoleBinding"): (("roleRef",),),
}
