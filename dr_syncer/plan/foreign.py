"""What others put on the standby, beside what we want there: what goes, and what stays and is told.

- A person at a keyboard: what they added goes, in content, labels and annotations alike.
- Any other program that updates objects: what it added to the content goes; its labels and annotations are its notes.
- Whoever else applies the object server-side declared a share in it: that stays, and the plan says so.
- The cluster's own controllers: theirs stays and is not worth a word.

Finalizers and owner references are never touched: taking one away may delete the object or what it stands for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import FIELD_MANAGER, GroupKind, Object
from dr_syncer.plan.differences import FieldChange, Path
from dr_syncer.plan.kinds import JOB, NAMESPACE, PERSISTENT_VOLUME_CLAIM, SERVICE, SERVICE_ACCOUNT
from dr_syncer.plan.ownership import Entry, Fields, additions, entries, handed_over, union

# The managers of tools that people type at; a client without a name of its own is called after its library.
_TOOLS = ("kubectl", "k9s", "lens", "Lens", "node-fetch", "Mozilla", "curl", "python", "Python", "OpenAPI-Generator")
_CONTROLLERS = ("kube-", "kubelet", "cloud-controller-manager", "openshift-", "csi-", "external-", "cert-manager")

# What kubectl leaves behind without anybody wanting to change the object.
_TRACES = {
    ("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"),
    ("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"),
}
# What operators of a standby site rightly add (pod-security labels, pull secrets of its own registry), and what a
# cluster hands out itself or never lets go of again.
_OF_THE_SITE: dict[GroupKind, tuple[Path, ...]] = {
    NAMESPACE: ((),),
    SERVICE_ACCOUNT: ((),),
    PERSISTENT_VOLUME_CLAIM: (("spec",),),
    SERVICE: tuple(("spec", name) for name in ("clusterIP", "clusterIPs", "healthCheckNodePort", "ipFamilies")),
    JOB: (("spec", "selector"),),
}
_NOTES = (("metadata", "labels"), ("metadata", "annotations"))


class _Who(Enum):
    PERSON = auto()
    PROGRAM = auto()
    APPLIER = auto()
    CONTROLLER = auto()


@dataclass(frozen=True, slots=True)
class Foreign:
    """What others added: `goes`, with the managedFields to write before the apply that removes it; and `stays`."""

    goes: tuple[FieldChange, ...] = ()
    adopt: tuple[Entry, ...] = ()
    stays: tuple[Diagnosis, ...] = ()


_NOTHING = Foreign()


def foreign(group_kind: GroupKind, live: Object, wanted: Object, source: Object) -> Foreign:
    """The additions of everyone else to the live object of a standby."""
    goes: list[FieldChange] = []
    moved: Fields = {}
    stays = []
    for entry in entries(live):
        who = _who(entry)
        if who is _Who.CONTROLLER:
            continue
        found = list(_additions(group_kind, who, entry, live, wanted, source))
        if found and who is _Who.APPLIER:
            stays.append(_note(entry, [change for change, _ in found]))
            continue
        for change, trie in found:
            goes.append(change)
            moved = union(moved, trie)
    if not goes:
        return Foreign(stays=tuple(stays)) if stays else _NOTHING
    adopt = handed_over(live, FIELD_MANAGER, moved, _yields)
    return Foreign(tuple(dict.fromkeys(goes)), tuple(adopt), tuple(stays))


def _who(entry: Entry) -> _Who:
    manager = str(entry.get("manager", ""))
    if entry.get("subresource") or manager == FIELD_MANAGER or manager.startswith(_CONTROLLERS):
        return _Who.CONTROLLER
    if manager.startswith(_TOOLS):
        return _Who.PERSON
    return _Who.APPLIER if entry.get("operation") == "Apply" else _Who.PROGRAM


def _yields(entry: Entry) -> bool:
    return _who(entry) in (_Who.PERSON, _Who.PROGRAM)


def _additions(
    group_kind: GroupKind, who: _Who, entry: Entry, live: Object, wanted: Object, source: Object
) -> Iterator[tuple[FieldChange, Fields]]:
    site = _OF_THE_SITE.get(group_kind, ())
    for path, value, trie in additions(entry.get("fieldsV1") or {}, live, wanted, source):
        if path in _TRACES or any(path[: len(one)] == one for one in site):
            continue
        if path[0] != "metadata" or (who is _Who.PERSON and path[:2] in _NOTES):
            yield FieldChange(path, value, None), trie


def _note(entry: Entry, changes: list[FieldChange]) -> Diagnosis:
    fields = ", ".join(change.field for change in changes)
    return Diagnosis(
        Level.INFO,
        Category.SHARED,
        f"{entry.get('manager')} applies this object too, and keeps in it: {fields}",
        "the source does not have these fields",
        "Take the object out of what that manager applies, if the standby should be as the source is.",
    )
