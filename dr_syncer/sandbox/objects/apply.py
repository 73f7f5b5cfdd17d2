"""Server-side apply: the object as its managers together want it, or the fields that they disagree on."""

from dr_syncer.objects import Object
from dr_syncer.sandbox.objects.fields import NOTHING, Path, changes, fields_of, shown
from dr_syncer.sandbox.objects.managed import Owner, Owners, Share, fields_of_all, owners_of, with_owners
from dr_syncer.sandbox.objects.merge import given_up, merge, without, without_emptied
from dr_syncer.schemas.schema import Schema


class ApplyConflict(Exception):
    """Other managers own fields that would change; `conflicts` has (manager, field) pairs as a user reads them."""

    def __init__(self, conflicts: tuple[tuple[str, str], ...]) -> None:
        self.conflicts = conflicts
        super().__init__(f"{len(conflicts)} conflicts")


def server_side_apply(
    live: Object | None,
    applied: Object,
    *,
    manager: str,
    force: bool,
    schema: Schema,
    time: str,
    subresource: str = "",
) -> Object:
    """The merged object with its owners; the very object `live` when the apply changes nothing.

    Raises ApplyConflict when others own what would change and `force` is not given; with it, they lose it.
    """
    applied = _without_owners(applied)
    before = _without_owners(live) if live else {"metadata": {}}
    owners = owners_of(live) or _first_owner(before, str(applied["apiVersion"]), schema, time)
    me = Owner(manager, "Apply", str(applied["apiVersion"]), subresource)
    others = {owner: share for owner, share in owners.items() if owner != me}
    mine, had = fields_of(applied, schema), owners.get(me, Share(NOTHING, time))
    kept = mine | fields_of_all(others.values())
    gone = given_up(had.fields, mine, kept)
    merged = without(merge(before, applied, schema), gone, schema)
    touched = changes(before, merged, schema)
    merged = without_emptied(merged, gone, schema)
    if not force:
        _refuse_conflicts(others, touched.modified | touched.added)
    if live is not None and merged == before and had.fields == mine:
        return live
    lost = touched.modified | touched.added | touched.removed
    rest = {owner: Share(share.fields - lost, share.time) for owner, share in others.items()}
    return with_owners(merged, {**rest, me: Share(mine, time)})


def _first_owner(before: Object, api_version: str, schema: Schema, time: str) -> dict[Owner, Share]:
    """Who owns what was there before anybody owned anything."""
    added = changes({"metadata": {}}, before, schema).added
    fields = frozenset(path for path in added if path[0] != "f:status")
    return {Owner("before-first-apply", "Update", api_version, ""): Share(fields, time)} if fields else {}


def _refuse_conflicts(others: Owners, changed: frozenset[Path]) -> None:
    conflicts = [
        (_described(owner), shown(path)) for owner, share in others.items() for path in sorted(share.fields & changed)
    ]
    if conflicts:
        raise ApplyConflict(tuple(conflicts))


def _described(owner: Owner) -> str:
    part = f" with subresource {owner.subresource!r}".replace("'", '"') if owner.subresource else ""
    using = f" using {owner.api_version}" if owner.operation == "Update" else ""
    return f'"{owner.manager}"{part}{using}'


def _without_owners(item: Object) -> Object:
    return {**item, "metadata": {key: value for key, value in item["metadata"].items() if key != "managedFields"}}
