"""What the commands print: results to stdout, everything about them to stderr; colour only on a terminal."""

from enum import StrEnum
from typing import Any

import orjson
import typer
import yaml
from rich.console import Console
from rich.markup import escape

from dr_syncer.diagnosis import Diagnosis, Level
from dr_syncer.errors import DRSyncerError
from dr_syncer.plan import show
from dr_syncer.plan.model import Plan, Verb

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_COLOURS = {
    Verb.CREATE: "green",
    Verb.UPDATE: "yellow",
    Verb.RECREATE: "magenta",
    Verb.DELETE: "red",
    Verb.UNCHANGED: "dim",
    Verb.SKIP: "dim",
    Verb.BLOCKED: "red",
}
_LEVELS = {Level.INFO: "dim", Level.WARNING: "yellow", Level.ERROR: "red"}


class Format(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"


def as_json(data: Any) -> None:
    """One JSON document on stdout."""
    typer.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2))


def to_dict(name: str, result: Plan | DRSyncerError) -> dict[str, Any]:
    """A replication's plan, or why there is none, as plain JSON data."""
    if isinstance(result, Plan):
        return {"name": name, **show.to_dict(result)}
    findings = [result.diagnosis.to_dict()]
    return {"name": name, "verdict": "Failed", "complete": False, "findings": findings, "objects": []}


def explain(diagnosis: Diagnosis) -> None:
    """A diagnosis, for a person."""
    colour = _LEVELS[diagnosis.level]
    text = f"{escape(str(diagnosis))} [dim]({diagnosis.category})[/dim]"
    err.print(f"[{colour}]{diagnosis.level.value}[/{colour}] {text}")


def manifests(plan: Plan) -> None:
    """The objects of a plan as YAML; what is left out, and why, as comments."""
    for row, item in show.manifests(plan):
        note = f" ({row.note})" if row.note else ""
        typer.echo(f"---\n# {row.mark} {row.what}{note}" if item else f"# {row.mark} {row.what}{note}")
        if item:
            typer.echo(yaml.safe_dump(item, sort_keys=False), nl=False)
    for finding in plan.findings:
        explain(finding)
    err.print(f"[bold]{escape(show.headline(plan))}[/bold]")


def a_plan(plan: Plan, *, everything: bool = False) -> None:
    """A plan, line by line; unchanged objects only when asked for."""
    for row in show.rows(plan):
        if row.verb is Verb.UNCHANGED and not everything:
            continue
        colour = _COLOURS[row.verb]
        note = f" [dim]({escape(row.note)})[/dim]" if row.note else ""
        out.print(f"[{colour}]{row.mark}[/{colour}] {escape(row.what)}{note}")
        for field in row.fields:
            out.print(f"    {escape(field)}")
    for finding in plan.findings:
        explain(finding)
    out.print(f"[bold]{escape(show.headline(plan))}[/bold]")
