"""A plan as rows for people and as data for programs: terminal, artifacts and `--output json` draw from here."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from dr_syncer.objects import Object
from dr_syncer.plan.differences import HIDDEN, FieldChange
from dr_syncer.plan.kinds import SECRET
from dr_syncer.plan.model import Plan, Step, Verb
from dr_syncer.plan.scale import Scale

_LONGEST_VALUE = 60  # characters; a whole ConfigMap value in a table helps nobody
_MARKS = {
    Verb.CREATE: "+",
    Verb.UPDATE: "~",
    Verb.RECREATE: "±",
    Verb.DELETE: "x",
    Verb.UNCHANGED: "=",
    Verb.SKIP: "-",
    Verb.BLOCKED: "!",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a plan: `mark` (+ ~ ± x = - !), what it is, a note beside it, and a line for each changed field."""

    verb: Verb
    mark: str
    what: str
    note: str
    fields: tuple[str, ...]


def rows(plan: Plan) -> tuple[Row, ...]:
    """Every object of the plan in writing order."""
    return tuple(_row(step) for step in plan.steps)


def counts(plan: Plan) -> dict[str, int]:
    """How many objects get each verb; every verb is named."""
    found = Counter(step.verb for step in plan.steps)
    return {verb.value: found[verb] for verb in Verb}


def headline(plan: Plan) -> str:
    """The plan in a line: `shop -> shop: 40 to create, 2 to update, 0 unchanged, 3 skipped`."""
    number = counts(plan)
    parts = [f"{number['create']} to create", f"{number['update']} to update"]
    parts += [f"{number['unchanged']} unchanged", f"{number['skip']} skipped"]
    parts += [f"{number['recreate']} to make anew"] if number["recreate"] else []
    parts += [f"{number['delete']} to delete"] if number["delete"] else []
    parts += [f"{number['blocked']} blocked"] if number["blocked"] else []
    return f"{plan.source_namespace} -> {plan.destination_namespace}: {', '.join(parts)}"


def to_dict(plan: Plan) -> dict[str, Any]:
    """The plan as plain JSON data: the `--output json` of `dr-syncer plan`. Values of Secrets are hidden."""
    return {
        "sourceNamespace": plan.source_namespace,
        "destinationNamespace": plan.destination_namespace,
        "complete": plan.complete,
        "counts": counts(plan),
        "findings": [finding.to_dict() for finding in plan.findings],
        "objects": [_step_to_dict(step) for step in plan.steps],
    }


def manifests(plan: Plan) -> Iterator[tuple[Row, Object | None]]:
    """Every object of the plan with what would be sent for it, the values of Secrets hidden; None when nothing is."""
    for step in plan.steps:
        hide = step.wanted and step.key.group_kind == SECRET
        yield _row(step), _hidden(step.wanted or {}) if hide else step.wanted


def _hidden(secret: Object) -> Object:
    held = {name: dict.fromkeys(secret[name], HIDDEN) for name in ("data", "stringData") if secret.get(name)}
    metadata = {name: value for name, value in secret["metadata"].items() if name != "annotations"}
    return {**secret, **held, "metadata": metadata}


def _row(step: Step) -> Row:
    by = f"transformed by {', '.join(step.transformed_by)}" if step.transformed_by else ""
    notes = (_scale_note(step.scale), by, *(note.summary for note in (step.reason, *step.notes) if note))
    note = "; ".join(note for note in notes if note)
    return Row(step.verb, _MARKS[step.verb], step.key.label, note, tuple(describe(change) for change in step.changes))


def _scale_note(scale: Scale | None) -> str:
    if scale is None or scale.original == scale.held:
        return ""
    return f"scale {scale.original} -> {scale.held}"


def describe(change: FieldChange) -> str:
    """A changed field in a line: `spec.replicas: 3 -> 0`."""
    if change.before is None:
        return f"{change.field}: + {_value(change.after)}"
    if change.after is None:
        return f"{change.field}: - {_value(change.before)}"
    return f"{change.field}: {_value(change.before)} -> {_value(change.after)}"


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    text = text.replace("\n", "\\n")
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."


def _step_to_dict(step: Step) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": step.key.group_kind.kind,
        "group": step.key.group_kind.group,
        "name": step.key.name,
        "namespace": step.key.namespace,
        "verb": step.verb.value,
        "wave": step.wave,
    }
    if step.changes:
        row["changes"] = [{"field": c.field, "before": c.before, "after": c.after} for c in step.changes]
    if step.scale:
        row["scale"] = {"original": step.scale.original, "held": step.scale.held}
    if step.transformed_by:
        row["transformedBy"] = list(step.transformed_by)
    if step.reason:
        row["reason"] = step.reason.to_dict()
    if step.notes:
        row["notes"] = [note.to_dict() for note in step.notes]
    return row
