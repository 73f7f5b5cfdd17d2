"""The metadata that only the API server writes: identity, age, generation, deletion."""

import secrets
import uuid
from datetime import UTC, datetime

from dr_syncer.objects import Object
from dr_syncer.sandbox.registry import Served
from dr_syncer.sandbox.responses import bad_request

_OURS = ("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink")
_SUFFIX = "bcdfghjklmnpqrstvwxz2456789"


def now() -> str:
    """The time, in seconds and as Kubernetes writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def addressed(item: Object, served: Served, namespace: str, name: str) -> Object:
    """The object with kind, name and namespace of where it was sent; raises Refusal if it says otherwise."""
    metadata = dict(item.get("metadata") or {})
    if item.get("kind", served.kind) != served.kind or item.get("apiVersion", served.api_version) != served.api_version:
        given = f"{item.get('apiVersion')}, Kind={item.get('kind')}"
        raise bad_request(f"the object provided is unrecognized: {given} is not {served.api_version} {served.kind}")
    if metadata.get("namespace", namespace) != namespace:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    if name and metadata.get("name", name) != name:
        raise bad_request(f"the name of the object ({metadata['name']}) does not match the name on the URL ({name})")
    metadata.pop("namespace", None)
    metadata |= {"name": name} if name else {}
    metadata |= {"namespace": namespace} if namespace else {}
    return {**item, "apiVersion": served.api_version, "kind": served.kind, "metadata": metadata}


def born(item: Object, served: Served) -> Object:
    """A new object's identity."""
    metadata = {key: value for key, value in item["metadata"].items() if key not in (*_OURS, "resourceVersion")}
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = metadata["generateName"] + "".join(secrets.choice(_SUFFIX) for _ in range(5))
    metadata |= {"uid": str(uuid.uuid4()), "creationTimestamp": now()}
    if served.counts_generations:
        metadata["generation"] = 1
    return {**item, "metadata": metadata}


def inherited(item: Object, before: Object) -> Object:
    """A changed object's identity: that of the object before."""
    metadata = {key: value for key, value in item["metadata"].items() if key not in _OURS}
    metadata |= {key: before["metadata"][key] for key in _OURS if key in before["metadata"]}
    metadata["resourceVersion"] = before["metadata"]["resourceVersion"]
    return {**item, "metadata": metadata}


def aged(item: Object, before: Object, served: Served) -> Object:
    """The next generation, when more than metadata and status has changed."""
    if not served.counts_generations or _content(item) == _content(before):
        return item
    generation = before["metadata"].get("generation", 1) + 1
    return {**item, "metadata": {**item["metadata"], "generation": generation}}


def _content(item: Object) -> Object:
    return {key: value for key, value in item.items() if key not in ("metadata", "status", "apiVersion")}
