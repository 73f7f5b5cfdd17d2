"""A plan or a report as Markdown, for Prefect artifacts. Pure."""

from collections.abc import Iterable
from typing import Any

from dr_syncer.diagnosis import Diagnosis
from dr_syncer.engine.report import Report, Status
from dr_syncer.plan import show
from dr_syncer.plan.model import Plan, Verb

_LONGEST_LIST = 200  # rows; an artifact is read by a person, `--output json` has everything


def of_report(report: Report) -> str:
    """What a run did: verdict, a table by kind, and every object that needs a look."""
    title = f"# {report.source_namespace} → {report.destination_namespace}: {report.verdict.value}"
    parts = [title, report.headline(), _table(kind_rows(report)), *_diagnoses(report.findings)]
    return "\n\n".join([*parts, *_objects(report)])


def of_plan(plan: Plan) -> str:
    """What a run would do: a line an object, with each changed field."""
    rows = [row for row in show.rows(plan) if row.verb is not Verb.UNCHANGED]
    lines = [line for row in rows[:_LONGEST_LIST] for line in _planned(row)]
    title = f"# Plan: {plan.source_namespace} → {plan.destination_namespace}"
    parts = [title, show.headline(plan), *_diagnoses(plan.findings), "\n".join(lines), *_cut(len(rows))]
    return "\n\n".join(part for part in parts if part)


def _planned(row: show.Row) -> list[str]:
    note = f" ({_text(row.note)})" if row.note else ""
    fields = [f"    - `{_text(field)}`" for field in row.fields]
    return [f"- `{row.mark}` **{_text(row.what)}** {row.verb.value}{note}", *fields]


def kind_rows(report: Report) -> list[dict[str, Any]]:
    """A row a kind: kind, created, updated, unchanged, skipped, failed, and why the last two."""
    reasons: dict[str, list[str]] = {}
    for outcome in report.outcomes:
        if outcome.diagnosis and outcome.status in (Status.SKIPPED, Status.FAILED):
            why = f"{outcome.key.name}: {outcome.diagnosis.summary}"
            reasons.setdefault(outcome.key.group_kind.kind, []).append(why)
    return [
        {"kind": kind, **counts, "why": _shortened(reasons.get(kind, []))} for kind, counts in report.by_kind().items()
    ]


def _shortened(reasons: list[str]) -> str:
    rest = f"; and {len(reasons) - 5} more" if len(reasons) > 5 else ""
    return "; ".join(reasons[:5]) + rest


def _table(rows: list[dict[str, Any]]) -> str:
    columns = ["kind", *(status.value for status in Status), "why"]
    lines = [columns, ["---"] * len(columns), *([str(row[column]) for column in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(_text(cell) for cell in line)} |" for line in lines)


def _objects(report: Report) -> list[str]:
    told = [o for o in report.outcomes if o.diagnosis and o.status is not Status.SKIPPED]
    lines = [f"- **{_text(o.key.label)}** {o.status.value}: {_text(str(o.diagnosis))}" for o in told[:_LONGEST_LIST]]
    return ["## Objects to look at", "\n".join(lines), *_cut(len(told))] if told else []


def _diagnoses(findings: Iterable[Diagnosis]) -> list[str]:
    return [f"> **{finding.level.value}** {_text(str(finding))}" for finding in findings]


def _cut(number: int) -> list[str]:
    return [f"... and {number - _LONGEST_LIST} more"] if number > _LONGEST_LIST else []


def _text(text: str) -> str:
    """Text that stays text inside a table cell, a list item or a code span."""
    return text.replace("|", "\\|").replace("`", "'").replace("\n", " ")
