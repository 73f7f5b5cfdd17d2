"""LIST: a page of the selected objects, and the token that continues it."""

import base64
import binascii

import orjson

from dr_syncer.objects import Object
from dr_syncer.sandbox.registry import Served
from dr_syncer.sandbox.requests import Request
from dr_syncer.sandbox.responses import bad_request, expired
from dr_syncer.sandbox.selectors import selector
from dr_syncer.sandbox.store import Store


def listing(store: Store, served: Served, request: Request) -> Object:
    """The List object that answers a request."""
    chosen = selector(request.query.get("labelSelector", ""), request.query.get("fieldSelector", ""), served)
    items = [item for item in store.of_kind(served.group_kind, request.namespace) if chosen(item)]
    revision, start = _start(store, request)
    items = [item for item in items if _key(item) > start] if start else items
    limit = int(request.query.get("limit") or 0)
    metadata: Object = {"resourceVersion": str(revision)}
    if limit and len(items) > limit:
        metadata["continue"] = _token(revision, _key(items[limit - 1]))
        if not request.query.get("labelSelector") and not request.query.get("fieldSelector"):
            metadata["remainingItemCount"] = len(items) - limit
        items = items[:limit]
    shown = [_listed(item, served) for item in items]
    return {"kind": f"{served.kind}List", "apiVersion": served.api_version, "metadata": metadata, "items": shown}


def _listed(item: Object, served: Served) -> Object:
    """An item of a list: of a built-in kind the list alone names the kind, as everywhere in Kubernetes."""
    if served.custom:
        return in_version(item, served)
    return {key: value for key, value in item.items() if key not in ("apiVersion", "kind")}


def in_version(item: Object, served: Served) -> Object:
    """The object in the version that was asked for; kinds of several versions have the same fields in all."""
    if item["apiVersion"] == served.api_version:
        return item
    return {**item, "apiVersion": served.api_version}


def _start(store: Store, request: Request) -> tuple[int, str]:
    """The version a listing speaks for, and the key after which it goes on."""
    if not (token := request.query.get("continue")):
        return store.revision, ""
    try:
        revision, start = orjson.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError):
        raise bad_request("continue key is not valid") from None
    if store.is_expired(revision):
        raise expired()
    return revision, start


def _token(revision: int, key: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([revision, key])).decode()


def _key(item: Object) -> str:
    return f"{item['metadata'].get('namespace', '')}\0{item['metadata']['name']}"
