"""Which source objects have a copy on the standby, and why each of the others has none."""

from collections.abc import Collection

from dr_syncer.api.names import IGNORE
from dr_syncer.api.selection import SelectionConfig
from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import GroupKind, Object, annotations_of, group_of, labels_of
from dr_syncer.plan.filters import fits
from dr_syncer.plan.kinds import (
    CONFIG_MAP,
    JOB,
    PERSISTENT_VOLUME_CLAIM,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    is_well_known,
)

_INJECTED_CONFIG_MAPS = {"kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert"}
_INJECTED_SECRET_TYPES = {
    "kubernetes.io/service-account-token": "a token that only its own cluster accepts",
    "bootstrap.kubernetes.io/token": "a token for nodes that join its own cluster",
}
# Built-in owners that make their own objects again in the destination, besides the kinds that are replicated
# themselves.
_BUILT_IN_OWNERS = {GroupKind("apps", "ReplicaSet"), GroupKind("", "ReplicationController"), GroupKind("", "Node")}


def reason_to_skip(group_kind: GroupKind, item: Object, kinds: Collection[GroupKind]) -> Diagnosis | None:
    """Why an object of the source stays there; None when it is to be replicated, as all `kinds` of this run are."""
    return (
        _ignored(item)
        or _terminating(item)
        or _controlled(group_kind, item, kinds)
        or _injected(group_kind, item)
        or _finished(group_kind, item)
    )


def not_selected(
    selection: SelectionConfig, group_kind: GroupKind, item: Object, kind_names: Collection[str]
) -> Diagnosis | None:
    """Why the spec's selection leaves an object out; None when it does not."""
    if selection.helm_releases == "Skip" and _is_helm_release(group_kind, item):
        return _skip(Category.NOT_SELECTED, "a release of Helm (selection.helmReleases: Skip)")
    for number, one in enumerate(selection.exclude):
        if fits(one, item, kind_names):
            return _skip(Category.NOT_SELECTED, f"excluded by spec.selection.exclude[{number}]")
    if selection.include and not any(fits(one, item, kind_names) for one in selection.include):
        return _skip(Category.NOT_SELECTED, "fits nothing in spec.selection.include")
    return None


def _is_helm_release(group_kind: GroupKind, item: Object) -> bool:
    if group_kind == SECRET:
        return str(item.get("type", "")).startswith("helm.sh/release")
    return group_kind == CONFIG_MAP and labels_of(item).get("owner") == "helm" and "release" in (item.get("data") or ())


def _ignored(item: Object) -> Diagnosis | None:
    if "true" not in (labels_of(item).get(IGNORE), annotations_of(item).get(IGNORE)):
        return None
    return _skip(Category.IGNORED, f'marked {IGNORE}: "true"')


def _terminating(item: Object) -> Diagnosis | None:
    if "deletionTimestamp" not in item["metadata"]:
        return None
    return _skip(Category.TERMINATING, "being deleted in the source")


def _controlled(group_kind: GroupKind, item: Object, kinds: Collection[GroupKind]) -> Diagnosis | None:
    """What a built-in controller makes again, or the operator of a custom resource that is replicated with it.

    What other custom resources own is kept: without them nobody makes it again.
    """
    owner = next((o for o in item["metadata"].get("ownerReferences") or () if o.get("controller")), None)
    if owner is None or group_kind == PERSISTENT_VOLUME_CLAIM:  # the claims of a StatefulSet hold its data
        return None
    made_by = GroupKind(group_of(owner["apiVersion"]), owner["kind"])
    if not is_well_known(made_by) and made_by not in _BUILT_IN_OWNERS and made_by not in kinds:
        return None
    return _skip(
        Category.CONTROLLED, f"made by {owner['kind']} {owner['name']}, which makes its own in the destination"
    )


def _injected(group_kind: GroupKind, item: Object) -> Diagnosis | None:
    name = item["metadata"]["name"]
    if group_kind == CONFIG_MAP and name in _INJECTED_CONFIG_MAPS:
        return _skip(Category.INJECTED, "certificates of its own cluster, made anew in each namespace")
    if group_kind == SECRET and (why := _INJECTED_SECRET_TYPES.get(item.get("type", ""))):
        return _skip(Category.INJECTED, why)
    if group_kind == SERVICE_ACCOUNT and name == "default" and not _says_something(item):
        return _skip(Category.INJECTED, "the default service account, with nothing of its own")
    if group_kind == SERVICE and name == "kubernetes" and item["metadata"].get("namespace") == "default":
        return _skip(Category.INJECTED, "the address of its own API server")
    return None


def _says_something(account: Object) -> bool:
    fields = ("imagePullSecrets", "automountServiceAccountToken")
    return bool(labels_of(account) or annotations_of(account)) or any(field in account for field in fields)


def _finished(group_kind: GroupKind, item: Object) -> Diagnosis | None:
    if group_kind != JOB:
        return None
    conditions = (item.get("status") or {}).get("conditions") or ()
    ended = next((c["type"] for c in conditions if c["type"] in ("Complete", "Failed") and c["status"] == "True"), None)
    return _skip(Category.FINISHED, f"ended in the source ({ended}); it would run again") if ended else None


def _skip(category: Category, summary: str) -> Diagnosis:
    return Diagnosis(Level.INFO, category, summary)
