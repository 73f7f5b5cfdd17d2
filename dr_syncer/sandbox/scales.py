"""The scale subresource: a workload's replicas as a Scale object, the way `kubectl scale` and autoscalers see them."""

from dataclasses import replace
from typing import Any

from dr_syncer.objects import Object
from dr_syncer.sandbox import responses
from dr_syncer.sandbox.metadata import addressed
from dr_syncer.sandbox.registry import Served
from dr_syncer.sandbox.writes import Write
from dr_syncer.schemas.patches import json_patch, merge_patch

_SCALE = Served("autoscaling", "v1", "Scale", "scales", "scale", subresources=("status",))
_APPLY = "application/apply-patch+yaml"


def scale_of(item: Object) -> Object:
    """The Scale of a workload."""
    metadata = {
        key: item["metadata"][key] for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    }
    status: dict[str, Any] = {"replicas": (item.get("status") or {}).get("replicas", 0)}
    if labels := ((item["spec"].get("selector") or {}).get("matchLabels")):
        status["selector"] = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    replicas = item["spec"].get("replicas", 0)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": metadata,
        "spec": {"replicas": replicas},
        "status": status,
    }


def change_scale(write: Write, body: Any, verb: str) -> Object:
    """Update, patch or apply a Scale; the Scale after it."""
    before = write.store.get(write.served.group_kind, write.request.namespace, write.request.name)
    if before is None:
        raise responses.not_found(write.served, write.request.name)
    wanted = _wanted(scale_of(before), body, verb, write.request.content_type)
    wanted = addressed(wanted, _SCALE, write.request.namespace, write.request.name)
    replicas = (wanted.get("spec") or {}).get("replicas", 0)
    if not isinstance(replicas, int) or replicas < 0:
        message = f"Scale.autoscaling {write.request.name!r} is invalid: spec.replicas: must be at least 0"
        raise responses.Refusal(422, "Invalid", message.replace("'", '"'))
    return scale_of(_store(write, before, wanted, replicas))


def _wanted(current: Object, body: Any, verb: str, content_type: str) -> Object:
    if verb == "update" or content_type == _APPLY:
        result: Object = body
    elif content_type == "application/json-patch+json":
        result = json_patch(current, body)
    else:
        result = merge_patch(current, body)
    return result


def _store(write: Write, before: Object, wanted: Object, replicas: int) -> Object:
    request = write.request
    if request.content_type == _APPLY:
        name = {"name": request.name, "namespace": request.namespace}
        body = {
            "apiVersion": before["apiVersion"],
            "kind": before["kind"],
            "metadata": name,
            "spec": {"replicas": replicas},
        }
        return write.apply(body)
    version = wanted["metadata"].get("resourceVersion", before["metadata"]["resourceVersion"])
    changed = {**before, "metadata": {**before["metadata"], "resourceVersion": version}}
    changed["spec"] = {**before["spec"], "replicas": replicas}
    return Write(write.store, write.served, replace(request, content_type="")).update(changed)
