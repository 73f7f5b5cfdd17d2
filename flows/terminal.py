"""A report on the terminal: a table by kind, then everything that needs a look."""

from rich.markup import escape
from rich.table import Table

from dr_syncer.cli import write
from dr_syncer.diagnosis import Level
from dr_syncer.engine.markdown import kind_rows
from dr_syncer.engine.report import Report, Status, Verdict

_COLOURS = {Verdict.COMPLETED: "green", Verdict.WARNINGS: "yellow", Verdict.FAILED: "red"}


def print_report(report: Report) -> None:
    """The report, for a person."""
    write.out.print(by_kind(report))
    for finding in report.findings:
        write.explain(finding)
    for outcome in report.outcomes:
        if outcome.diagnosis and outcome.diagnosis.level is not Level.INFO:
            write.err.print(f"[bold]{escape(outcome.key.label)}[/bold]", end=" ")
            write.explain(outcome.diagnosis)
    colour = _COLOURS[report.verdict]
    write.out.print(f"[{colour}]{report.verdict.value}[/{colour}] {escape(report.headline())}")


def by_kind(report: Report) -> Table:
    """The counts of each kind, and why objects were skipped or failed."""
    title = f"{report.source_namespace} -> {report.destination_namespace}"
    table = Table("kind", title=title, title_justify="left")
    for status in Status:
        table.add_column(status.value, justify="right")
    table.add_column("why", overflow="fold")
    for row in kind_rows(report):
        numbers = [str(row[status.value] or "") for status in Status]
        table.add_row(row["kind"], *numbers, escape(row["why"]))
    return table
