"""Who set which field: `metadata.managedFields`, kept as the API server keeps it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from dr_syncer.objects import Object
from dr_syncer.sandbox.objects.fields import NOTHING, Fields, changes, from_trie, to_trie
from dr_syncer.schemas.schema import Schema


class Owner(NamedTuple):
    """Who owns fields, and by what: operation is Apply or Update; the same name may be there for both."""

    manager: str
    operation: str
    api_version: str
    subresource: str


@dataclass(frozen=True, slots=True)
class Share:
    """The fields of one owner, and since when."""

    fields: Fields
    time: str


Owners = Mapping[Owner, Share]


def owners_of(item: Object | None) -> dict[Owner, Share]:
    """The owners in an object; entries that are none are passed over."""
    entries = ((item or {}).get("metadata") or {}).get("managedFields") or ()
    return {
        Owner(
            entry.get("manager", ""), entry["operation"], entry.get("apiVersion", ""), entry.get("subresource", "")
        ): Share(from_trie(entry.get("fieldsV1") or {}), entry.get("time", ""))
        for entry in entries
        if entry.get("operation") in ("Apply", "Update")
    }


def with_owners(item: Object, owners: Owners) -> Object:
    """The object with these owners; one without fields is dropped."""
    metadata = {key: value for key, value in item["metadata"].items() if key != "managedFields"}
    entries = [_entry(owner, share) for owner, share in owners.items() if share.fields]
    if entries:
        metadata["managedFields"] = sorted(entries, key=_order)
    return {**item, "metadata": metadata}


def track_update(
    before: Object | None, after: Object, *, manager: str, schema: Schema, time: str, subresource: str = ""
) -> Object:
    """`after` with its owners: what the update touched is the manager's, what it removed nobody's.

    Like the API server, a list of owners that the client sends itself is taken as the state before.
    """
    owners = _sent_or_stored(before, after)
    touched = changes(_content(before or {}), _content(after), schema)
    gained = touched.added | touched.modified
    me = Owner(manager, "Update", str(after["apiVersion"]), subresource)
    result = {
        owner: Share(share.fields - touched.removed - (NOTHING if owner == me else gained), share.time)
        for owner, share in owners.items()
    }
    mine = result.get(me, Share(NOTHING, time))
    if not gained <= mine.fields or (me in owners and owners[me].fields != mine.fields):
        mine = Share(mine.fields | gained, time)
    return with_owners(after, {**result, me: mine})


def _sent_or_stored(before: Object | None, after: Object) -> dict[Owner, Share]:
    sent = after["metadata"].get("managedFields")
    if before is None:
        return {}
    if not sent or not isinstance(sent, list):
        return owners_of(before)
    return {} if sent == [{}] else owners_of(after)


def _content(item: Object) -> Object:
    """The object without its owners, which are not fields to own."""
    metadata = {key: value for key, value in item.get("metadata", {}).items() if key != "managedFields"}
    return {**item, "metadata": metadata}


def _entry(owner: Owner, share: Share) -> dict[str, Any]:
    entry = {
        "manager": owner.manager,
        "operation": owner.operation,
        "apiVersion": owner.api_version,
        "time": share.time,
        "fieldsType": "FieldsV1",
        "fieldsV1": to_trie(share.fields),
    }
    return entry | ({"subresource": owner.subresource} if owner.subresource else {})


def _order(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return entry["operation"], entry["time"], entry["manager"], entry["apiVersion"], entry.get("subresource", "")


def fields_of_all(owners: Iterable[Share]) -> Fields:
    """The fields that any of these owns."""
    return NOTHING.union(*(share.fields for share in owners))
