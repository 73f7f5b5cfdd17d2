"""CustomResourceDefinitions on their way: brought where they are missing, never turned back.

A definition that the destination installed itself belongs to its operator there and stays as it is; one that we brought
follows the source, unless the destination meanwhile serves or stores a version that the source does not have.
"""

from dataclasses import replace

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import FIELD_MANAGER, Object, ObjectKey
from dr_syncer.plan.diff import drift
from dr_syncer.plan.kinds import CUSTOM_RESOURCE_DEFINITION, DEFINITIONS_WAVE
from dr_syncer.plan.model import Step, Verb
from dr_syncer.plan.ownership import owned_fields
from dr_syncer.plan.sanitise import sanitise


def definition_step(source: Object, live: Object | None) -> Step:
    """What happens to one definition that objects of the source need."""
    key = ObjectKey(CUSTOM_RESOURCE_DEFINITION, "", source["metadata"]["name"])
    wanted = sanitise(source, "")
    step = Step(key, Verb.UNCHANGED, DEFINITIONS_WAVE, notes=_notes(wanted))
    if live is None:
        return replace(step, verb=Verb.CREATE, wanted=wanted)
    fields = owned_fields(live, FIELD_MANAGER)
    if fields is None:
        return _left(step, "installed in the destination by others, whose it stays")
    if newer := sorted(_versions(live) - _versions(source)):
        return _left(step, f"newer in the destination, which has {', '.join(newer)} too")
    changes = drift(wanted, live, fields)
    return replace(step, verb=Verb.UPDATE, wanted=wanted, changes=changes) if changes else step


def _left(step: Step, why: str) -> Step:
    return replace(step, verb=Verb.SKIP, reason=Diagnosis(Level.INFO, Category.DEFINITION_KEPT, why), notes=())


def _versions(definition: Object) -> set[str]:
    """The versions that are defined or that objects are stored in."""
    stored = (definition.get("status") or {}).get("storedVersions") or ()
    return {version["name"] for version in definition["spec"]["versions"]} | set(stored)


def _notes(definition: Object) -> tuple[Diagnosis, ...]:
    if (definition["spec"].get("conversion") or {}).get("strategy") != "Webhook":
        return ()
    return (
        Diagnosis(
            Level.WARNING,
            Category.DEFINITION_KEPT,
            "its versions are converted by a webhook, which must run in the destination too",
            resolution="Install the operator that serves the webhook there.",
        ),
    )
