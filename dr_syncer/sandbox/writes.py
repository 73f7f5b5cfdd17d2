"""Create, update, patch, apply and delete: from what a client sends to what is stored, or to why it is not.

One order for every write, which is the API server's: address, version, unknown fields, defaults, validation, owners of
fields, admission; and a write that changes nothing stores nothing.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dr_syncer.objects import Object
from dr_syncer.sandbox import responses
from dr_syncer.sandbox.admission import Taken, admitted
from dr_syncer.sandbox.metadata import addressed, aged, born, inherited, now
from dr_syncer.sandbox.objects.apply import ApplyConflict, server_side_apply
from dr_syncer.sandbox.objects.defaults import defaulted
from dr_syncer.sandbox.objects.managed import track_update
from dr_syncer.sandbox.objects.quantities import canonical
from dr_syncer.sandbox.objects.rules import broken_rules
from dr_syncer.sandbox.objects.validation import FieldError, problems, pruned, unknown_fields, with_schema_defaults
from dr_syncer.sandbox.registry import Served
from dr_syncer.sandbox.requests import Request
from dr_syncer.sandbox.store import Store
from dr_syncer.schemas.patches import PatchFailed, json_patch, merge_patch, strategic_merge

_NAMELESS = "Required value: name or generateName is required"
_APPLY = "application/apply-patch+yaml"


@dataclass
class Write:
    """One write: the store, the resource, the request; and the warnings that its answer carries.

    `admit_new` is asked before anything is made that was not there; it raises Refusal.
    """

    store: Store
    served: Served
    request: Request
    admit_new: Callable[[], None] = lambda: None
    warnings: list[str] = field(default_factory=list)

    def create(self, body: Object) -> Object:
        """POST."""
        item = born(self._part(None, self._without_unknown(self._addressed(body, ""))), self.served)
        self.admit_new()
        name = item["metadata"].get("name")
        if not name:
            missing = FieldError("metadata.name", "FieldValueRequired", _NAMELESS)
            raise responses.invalid(self.served, "", [missing])
        if self._stored(name) is not None:
            raise responses.already_exists(self.served, name)
        return self._save(None, self._tracked(None, self._completed(None, item)))

    def update(self, body: Object) -> Object:
        """PUT, also of the status."""
        before = self._existing()
        item = self._addressed(body, self.request.name)
        self._check_version(item, before)
        return self._change(before, item)

    def patch(self, body: Any) -> Object:
        """PATCH of any kind."""
        if self.request.content_type == _APPLY:
            return self.apply(body)
        before = self._existing()
        item = self._addressed(self._patched(before, body), self.request.name)
        self._check_version(item, before)
        return self._change(before, item)

    def apply(self, body: Object) -> Object:
        """Server-side apply; creates what is not there."""
        if not self.request.query.get("fieldManager"):
            raise _manager_required()
        before = self._stored(self.request.name)
        applied = self._without_unknown(self._addressed(body, self.request.name))
        if before is None:
            self.admit_new()
        applied = self._part(before, applied, of_apply=True)
        try:
            item = server_side_apply(
                before,
                applied,
                manager=self.request.manager,
                force=self.request.query.get("force") in ("true", "1"),
                schema=self.served.schema,
                time=now(),
                subresource=self.request.subresource,
            )
        except ApplyConflict as conflict:
            raise responses.apply_conflict(conflict.conflicts) from None
        if item is before:
            return item
        item = inherited(item, before) if before else born(item, self.served)
        return self._save(before, self._completed(before, item))

    def _patched(self, before: Object, body: Any) -> Object:
        kind = self.request.content_type
        try:
            if kind == "application/json-patch+json":
                result = json_patch(before, body)
            elif kind == "application/merge-patch+json":
                result = merge_patch(before, body)
            elif kind == "application/strategic-merge-patch+json" and not self.served.custom:
                result = strategic_merge(before, body, self.served.schema)
            else:
                raise responses.unsupported_media_type()
        except PatchFailed as error:
            raise responses.Refusal(422, "Invalid", str(error)) from None
        if not isinstance(result, dict):
            raise responses.bad_request("the patch does not leave an object")
        return result

    def _change(self, before: Object, item: Object) -> Object:
        item = inherited(self._part(before, item), before)
        return self._save(before, self._tracked(before, self._completed(before, item)))

    def _part(self, before: Object | None, item: Object, *, of_apply: bool = False) -> Object:
        """What this request may change: the status by the subresource, all else without it."""
        if not self.served.has_status:
            return item
        if self.request.subresource == "status":
            base = {"apiVersion": item["apiVersion"], "kind": item["kind"], "metadata": item["metadata"]}
            base = base if of_apply else {**(before or base), "metadata": (before or item)["metadata"]}
            return {**base, "status": item.get("status", {})}
        rest = {key: value for key, value in item.items() if key != "status"}
        return {**rest, "status": before["status"]} if before and "status" in before and not of_apply else rest

    def _completed(self, before: Object | None, item: Object) -> Object:
        """Without unknown fields, with defaults, and valid."""
        item = self._without_unknown(item)
        if before and "status" in before and "status" not in item:
            item = {**item, "status": before["status"]}
        if self.served.custom:
            item = with_schema_defaults(item, self.served.schema)
        else:
            item = canonical(item, self.served.schema)
        item = defaulted(self.served.group_kind, _plain(item))
        self._validate(item, before)
        return item

    def _without_unknown(self, item: Object) -> Object:
        unknown = unknown_fields(item, self.served.schema)
        if not unknown:
            return item
        if self.request.content_type == _APPLY and not self.served.custom:
            kind = f"{self.served.group}/{self.served.version}, Kind={self.served.kind}"
            place = "/".join(part for part in (self.request.namespace, self.request.name) if part)
            message = (
                f"failed to create typed patch object ({place}; {kind}): .{unknown[0]}: field not declared in schema"
            )
            raise responses.Refusal(500, "", message)
        texts = [f'unknown field "{path}"' for path in unknown]
        if self.request.validation == "Strict":
            raise responses.bad_request(
                f'{self.served.kind} in version "{self.served.version}" cannot be handled as a {self.served.kind}: '
                f"strict decoding error: {', '.join(texts)}"
            )
        if self.request.validation == "Warn":
            self.warnings += texts
        result: Object = pruned(item, self.served.schema)
        return result

    def _validate(self, item: Object, before: Object | None) -> None:
        name = item["metadata"]["name"]
        wrong = problems(item, self.served.schema)
        if wrong and not self.served.custom and any(one.reason == "FieldValueTypeInvalid" for one in wrong):
            raise responses.bad_request(
                f'{self.served.kind} in version "{self.served.version}" cannot be handled as a {self.served.kind}: '
                f"json: cannot unmarshal: {wrong[0].message}"
            )
        wrong += broken_rules(self.served.group_kind, item, before)
        if wrong:
            raise responses.invalid(self.served, name, wrong)

    def _tracked(self, before: Object | None, item: Object) -> Object:
        """With its owners; a status is nobody's unless it was written as such."""
        apart = self.served.has_status and self.request.subresource != "status"
        tracked = track_update(
            _without_status(before) if before and apart else before,
            _without_status(item) if apart else item,
            manager=self.request.manager,
            schema=self.served.schema,
            time=now(),
            subresource=self.request.subresource,
        )
        return {**tracked, "status": item["status"]} if apart and "status" in item else tracked

    def _save(self, before: Object | None, item: Object) -> Object:
        try:
            item = admitted(self.served.group_kind, item, before, self.store)
        except Taken as taken:
            raise responses.invalid(self.served, item["metadata"]["name"], [taken.error]) from None
        if before is not None:
            if item == before:
                return before
            item = aged(item, before, self.served)
        if self.request.dry_run:
            return item
        if item["metadata"].get("deletionTimestamp") and not item["metadata"].get("finalizers"):
            return self.store.remove(self.served.group_kind, item)
        return self.store.put(self.served.group_kind, item)

    def _addressed(self, body: Object, name: str) -> Object:
        if not isinstance(body, dict):
            raise responses.bad_request("the body of the request is no object")
        return addressed(body, self.served, self.request.namespace, name)

    def _existing(self) -> Object:
        if (item := self._stored(self.request.name)) is None:
            raise responses.not_found(self.served, self.request.name)
        return item

    def _stored(self, name: str) -> Object | None:
        return self.store.get(self.served.group_kind, self.request.namespace, name)

    def _check_version(self, item: Object, before: Object) -> None:
        given = item["metadata"].get("resourceVersion")
        if given and given != before["metadata"]["resourceVersion"]:
            raise responses.changed_meanwhile(self.served, self.request.name)


def _without_status(item: Object) -> Object:
    return {key: value for key, value in item.items() if key != "status"}


def _manager_required() -> responses.Refusal:
    text = "Required value: is required for apply patch"
    cause = {"reason": "FieldValueRequired", "message": text, "field": "fieldManager"}
    details = {"group": "meta.k8s.io", "kind": "PatchOptions", "causes": [cause]}
    return responses.Refusal(422, "Invalid", f'PatchOptions.meta.k8s.io "" is invalid: fieldManager: {text}', details)


def _plain(item: Object) -> Object:
    """Without nulls at the top, and with a Secret's plain text encoded."""
    item = {key: value for key, value in item.items() if value is not None}
    if item["kind"] != "Secret" or "stringData" not in item:
        return item
    return _encoded(item)


def _encoded(secret: Object) -> Object:
    """A Secret with its stringData moved into data."""
    plain = {key: base64.b64encode(str(value).encode()).decode() for key, value in secret["stringData"].items()}
    rest = {key: value for key, value in secret.items() if key != "stringData"}
    return {**rest, "data": {**(secret.get("data") or {}), **plain}}
