"""What came of a run, object by object, and the verdict that every way of showing it must agree on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dr_syncer.diagnosis import Diagnosis, Level
from dr_syncer.objects import ObjectKey
from dr_syncer.plan.model import Plan, Step, Verb

_ORDER = (Level.INFO, Level.WARNING, Level.ERROR)


class Status(StrEnum):
    """What happened to one object."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


class Verdict(StrEnum):
    """The run as a whole."""

    COMPLETED = "Completed"
    WARNINGS = "CompletedWithWarnings"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One object's fate; `diagnosis` says why when there is something to say."""

    key: ObjectKey
    status: Status
    diagnosis: Diagnosis | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data."""
        row: dict[str, Any] = {
            "kind": self.key.group_kind.kind,
            "name": self.key.name,
            "namespace": self.key.namespace,
            "status": self.status.value,
        }
        return row | ({"diagnosis": self.diagnosis.to_dict()} if self.diagnosis else {})


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of a run in plan order, and what was found about it as a whole."""

    source_namespace: str
    destination_namespace: str
    outcomes: tuple[Outcome, ...]
    findings: tuple[Diagnosis, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Failed if anything owed did not happen; with warnings if a person should look; else completed."""
        levels = {found.level for found in self.problems}
        if Level.ERROR in levels:
            return Verdict.FAILED
        return Verdict.WARNINGS if Level.WARNING in levels else Verdict.COMPLETED

    @property
    def problems(self) -> tuple[Diagnosis, ...]:
        """Findings and diagnoses that are more than information."""
        diagnoses = (*self.findings, *(outcome.diagnosis for outcome in self.outcomes if outcome.diagnosis))
        return tuple(found for found in diagnoses if found.level is not Level.INFO)

    def counts(self) -> dict[str, int]:
        """How many objects had each status; every status is named."""
        return count(self.outcomes)

    def categories(self) -> dict[str, int]:
        """How often each category of problem occurred, most often first."""
        return {category.value: number for category, number in Counter(p.category for p in self.problems).most_common()}

    def by_kind(self) -> dict[str, dict[str, int]]:
        """The counts of each kind, in plan order."""
        kinds: dict[str, list[Outcome]] = {}
        for outcome in self.outcomes:
            kinds.setdefault(outcome.key.group_kind.kind, []).append(outcome)
        return {kind: count(outcomes) for kind, outcomes in kinds.items()}

    def headline(self) -> str:
        """The run in a line: `42 objects: 40 created, 2 skipped`."""
        parts = [f"{number} {status}" for status, number in self.counts().items() if number]
        errors = sum(found.level is Level.ERROR for found in self.findings)
        parts += [f"{errors} problem{'s' if errors > 1 else ''} with the whole"] if errors else []
        return f"{len(self.outcomes)} objects: {', '.join(parts) or 'nothing to do'}"

    def with_findings(self, findings: Iterable[Diagnosis]) -> "Report":
        """The report with more found about the whole."""
        more = (*self.findings, *findings)
        return Report(self.source_namespace, self.destination_namespace, self.outcomes, more)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON data: the `--output json` of a run."""
        return {
            "verdict": self.verdict.value,
            "sourceNamespace": self.source_namespace,
            "destinationNamespace": self.destination_namespace,
            "counts": self.counts(),
            "errorCategories": self.categories(),
            "findings": [finding.to_dict() for finding in self.findings],
            "objects": [outcome.to_dict() for outcome in self.outcomes],
        }


def combined(reports: Iterable[Report], findings: Iterable[Diagnosis] = ()) -> Report:
    """One report of several namespaces."""
    parts = tuple(reports)
    outcomes = tuple(outcome for part in parts for outcome in part.outcomes)
    found = (*findings, *(finding for part in parts for finding in part.findings))
    sources, standbys = (", ".join(getattr(p, n) for p in parts) for n in ("source_namespace", "destination_namespace"))
    return Report(sources, standbys, outcomes, found)


def count(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many of these outcomes had each status; every status is named."""
    found = Counter(outcome.status for outcome in outcomes)
    return {status.value: found[status] for status in Status}


_SETTLED = {Verb.SKIP: Status.SKIPPED, Verb.UNCHANGED: Status.UNCHANGED, Verb.BLOCKED: Status.FAILED}


def settled(step: Step) -> Outcome:
    """The outcome of a step that writes nothing."""
    return Outcome(step.key, _SETTLED[step.verb], step.reason or worst(step.notes))


def worst(notes: Iterable[Diagnosis]) -> Diagnosis | None:
    """The one to show of several; None when there is none."""
    return max(notes, key=lambda note: _ORDER.index(note.level), default=None)


def report(plan: Plan, written: Iterable[Outcome]) -> Report:
    """The report of a plan that was carried out, `written` being the outcomes of the steps that write."""
    fates = {outcome.key: outcome for outcome in written}
    outcomes = tuple(fates[step.key] if step.writes else settled(step) for step in plan.steps)
    return Report(plan.source_namespace, plan.destination_namespace, outcomes, plan.findings)
