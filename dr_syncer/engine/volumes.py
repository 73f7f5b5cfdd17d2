"""Reads the PersistentVolumes that are to go with their claims. Called by `read`."""

from dataclasses import replace

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.errors import DRSyncerError
from dr_syncer.kube import VOLUMES, Cluster
from dr_syncer.objects import Object
from dr_syncer.plan.kinds import PERSISTENT_VOLUME_CLAIM
from dr_syncer.plan.model import Snapshot, VolumePair
from dr_syncer.plan.rules import Rules
from dr_syncer.plan.volumes import keeps_its_volume
from dr_syncer.together import together


async def with_volumes(source: Cluster, destination: Cluster, snapshot: Snapshot, rules: Rules) -> Snapshot:
    """The snapshot with the volumes that go with its claims; one that is missing is a finding."""
    claims = snapshot.source.get(PERSISTENT_VOLUME_CLAIM) or ()
    wanted = [claim for claim in claims if keeps_its_volume(claim, rules)]
    found = await together(*(_pair(source, destination, claim) for claim in wanted))
    pairs = tuple(one for one in found if isinstance(one, VolumePair))
    findings = tuple(one for one in found if isinstance(one, Diagnosis))
    return replace(snapshot, volumes=pairs, findings=(*snapshot.findings, *findings))


async def _pair(source: Cluster, destination: Cluster, claim: Object) -> VolumePair | Diagnosis:
    name, volume = claim["metadata"]["name"], claim["spec"]["volumeName"]
    try:
        here, there = await together(source.find(VOLUMES, "", volume), destination.find(VOLUMES, "", volume))
    except DRSyncerError as error:
        cause = error.diagnosis
        return Diagnosis(Level.ERROR, cause.category, f"the volume of claim {name}: {cause.summary}", cause.detail)
    if here is None:
        return Diagnosis(
            Level.ERROR, Category.VOLUME_MISSING, f"claim {name} names volume {volume}, which is not there"
        )
    return VolumePair(name, here, there)
