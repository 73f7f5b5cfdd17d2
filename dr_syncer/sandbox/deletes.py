"""Deletion: at once, or when the finalizers are gone; and with an object what it owns."""

from typing import Any

from dr_syncer.objects import GroupKind, Object
from dr_syncer.sandbox import responses
from dr_syncer.sandbox.metadata import now
from dr_syncer.sandbox.registry import Served
from dr_syncer.sandbox.requests import Request
from dr_syncer.sandbox.store import Store

# The field, what messages call it, and what they suspect when it differs.
_PRECONDITIONS = (
    ("uid", "UID", "deleted and then recreated"),
    ("resourceVersion", "ResourceVersion", "modified"),
)


def delete(store: Store, served: Served, request: Request, options: dict[str, Any]) -> Object:
    """DELETE of one object: the object while it ends, a Status when it is gone; raises Refusal."""
    item = store.get(served.group_kind, request.namespace, request.name)
    if item is None:
        raise responses.not_found(served, request.name)
    _check_preconditions(served, item, options.get("preconditions") or {})
    if request.dry_run or "All" in (options.get("dryRun") or ()):
        return responses.success(served, request.name, item["metadata"]["uid"])
    policy = options.get("propagationPolicy") or request.query.get("propagationPolicy") or "Background"
    if item["metadata"].get("finalizers"):
        return mark(store, served.group_kind, item)
    store.remove(served.group_kind, item)
    _release(store, item, orphan=policy == "Orphan")
    return responses.success(served, request.name, item["metadata"]["uid"])


def mark(store: Store, group_kind: GroupKind, item: Object) -> Object:
    """The object, ending: its deletionTimestamp is set."""
    if "deletionTimestamp" in item["metadata"]:
        return item
    metadata = {**item["metadata"], "deletionTimestamp": now(), "deletionGracePeriodSeconds": 0}
    return store.put(group_kind, {**item, "metadata": metadata})


def _check_preconditions(served: Served, item: Object, wanted: dict[str, str]) -> None:
    for name, what, happened in _PRECONDITIONS:
        actual = item["metadata"].get(name)
        if name in wanted and wanted[name] != actual:
            message = (
                f"the {what} in the precondition ({wanted[name]}) does not match the {what} in record ({actual}). "
                f"The object might have been {happened}"
            )
            raise responses.precondition_failed(served, item["metadata"]["name"], message)


def _release(store: Store, owner: Object, *, orphan: bool) -> None:
    """Delete what only this object owned, or let it go."""
    namespace, uid = owner["metadata"].get("namespace", ""), owner["metadata"]["uid"]
    for group_kind, item in list(store.in_namespace(namespace)):
        references = item["metadata"].get("ownerReferences") or []
        rest = [one for one in references if one.get("uid") != uid]
        if len(rest) == len(references):
            continue
        if rest or orphan:
            store.put(group_kind, {**item, "metadata": {**item["metadata"], "ownerReferences": rest}})
        elif item["metadata"].get("finalizers"):
            mark(store, group_kind, item)
        else:
            store.remove(group_kind, item)
            _release(store, item, orphan=False)
