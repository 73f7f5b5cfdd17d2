"""PersistentVolumes that go with their claims, for storage that both clusters can reach.

The copy is reserved for the standby's claim, and retained whatever becomes of that: the data behind it is the source's
too. A volume of that name that the destination made itself is left alone.
"""

from dataclasses import replace

from dr_syncer.api.names import SYNC_VOLUME
from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import FIELD_MANAGER, Object, ObjectKey, labels_of
from dr_syncer.plan.diff import drift
from dr_syncer.plan.kinds import PERSISTENT_VOLUME
from dr_syncer.plan.model import Step, Verb, VolumePair
from dr_syncer.plan.ownership import owned_fields
from dr_syncer.plan.rules import Rules
from dr_syncer.plan.sanitise import sanitise, without_nulls

_WAVE = 0
# Of the source's cluster: its nodes, and the claim there.
_DROPPED = {"claimRef", "nodeAffinity"}


def keeps_its_volume(claim: Object, rules: Rules) -> bool:
    """Whether the standby's claim is bound to a copy of the source's volume."""
    own = labels_of(claim).get(SYNC_VOLUME)
    wanted = rules.sync_persistent_volumes if own is None else own == "true"
    return wanted and bool(claim["spec"].get("volumeName"))


def volume_step(pair: VolumePair, claim: Object, rules: Rules) -> Step:
    """What happens to the volume of a `claim` as the standby should have it."""
    key = ObjectKey(PERSISTENT_VOLUME, "", pair.source["metadata"]["name"])
    wanted = _wanted(pair.source, claim, rules)
    step = Step(key, Verb.UNCHANGED, _WAVE)
    if pair.destination is None:
        return replace(step, verb=Verb.CREATE, wanted=wanted)
    fields = owned_fields(pair.destination, FIELD_MANAGER)
    if fields is None:
        return replace(step, verb=Verb.BLOCKED, reason=_TAKEN)
    changes = drift(wanted, pair.destination, fields)
    return replace(step, verb=Verb.UPDATE, wanted=wanted, changes=changes) if changes else step


def _wanted(volume: Object, claim: Object, rules: Rules) -> Object:
    item = sanitise(without_nulls(volume), "")
    spec = {key: value for key, value in item["spec"].items() if key not in _DROPPED}
    spec["persistentVolumeReclaimPolicy"] = "Retain"
    spec["accessModes"] = claim["spec"]["accessModes"]
    if name := claim["spec"].get("storageClassName"):
        spec["storageClassName"] = name
    place = {"namespace": rules.destination, "name": claim["metadata"]["name"]}
    spec["claimRef"] = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", **place}
    return {**item, "spec": spec}


_TAKEN = Diagnosis(
    Level.ERROR,
    Category.VOLUME_TAKEN,
    "the destination has another volume of this name",
    "it was not made by DR Syncer, so it is not touched",
    "Rename or remove it there, or label the source claim dr-syncer.io/sync-pv: 'false'.",
)
