"""What a person at a terminal sees: a bar while objects are written; then a table by kind, and what needs a look."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.logging.handlers import PrefectConsoleHandler
from rich.box import SIMPLE
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from dr_syncer.cli import write
from dr_syncer.diagnosis import Level
from dr_syncer.engine.markdown import kind_rows
from dr_syncer.engine.report import Report, Status, Verdict
from tasks.progress import watcher

_COLOURS = {Verdict.COMPLETED: "green", Verdict.WARNINGS: "yellow", Verdict.FAILED: "red"}


@contextmanager
def progress_bar() -> Iterator[None]:
    """A bar below Prefect's log lines, on a terminal only; elsewhere the lines alone tell how far a run is."""
    if not write.err.is_terminal:
        yield
        return
    columns = (TextColumn("writing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=write.err, transient=True) as bar:
        for handler in logging.getLogger("prefect").handlers:
            if isinstance(handler, PrefectConsoleHandler):
                handler.console = write.err  # or the bar and the lines would write over each other
        task = bar.add_task("writing", total=None, visible=False)
        token = watcher.set(lambda done, total: bar.update(task, completed=done, total=total, visible=True))
        try:
            yield
        finally:
            watcher.reset(token)


def print_report(report: Report) -> None:
    """The report, for a person."""
    write.out.print(by_kind(report))
    for finding in report.findings:
        write.explain(finding)
    for outcome in report.outcomes:
        if outcome.diagnosis and outcome.diagnosis.level is Level.INFO:
            write.out.print(f"- {escape(outcome.key.label)} [dim]({escape(outcome.diagnosis.summary)})[/dim]")
        elif outcome.diagnosis:
            write.err.print(f"[bold]{escape(outcome.key.label)}[/bold]", end=" ")
            write.explain(outcome.diagnosis)
    colour = _COLOURS[report.verdict]
    write.out.print(f"[{colour}]{report.verdict.value}[/{colour}] {escape(report.headline())}")


def by_kind(report: Report) -> Table:
    """The counts of each kind; a status that nothing has gets no column."""
    rows = kind_rows(report)
    columns = [status.value for status in Status if any(row[status.value] for row in rows)]
    table = Table(
        title=f"{report.source_namespace} -> {report.destination_namespace}", title_justify="left", box=SIMPLE
    )
    table.add_column("kind", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(row["kind"], *[str(row[column] or "") for column in columns])
    return table
