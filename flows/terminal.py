"""What a person at a terminal sees: a bar while objects are written; then a table by kind, and what needs a look."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.logging.handlers import PrefectConsoleHandler
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
