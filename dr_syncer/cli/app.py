"""The command `dr-syncer`.

The core's own commands (plan, crds, version) are here. Those that need Prefect (replicate, blocks, demo) live with
their packages and are found by the entry points of `dr_syncer.commands`, loaded only when they are asked for: the
core stays free of Prefect, and `dr-syncer version` answers at once.

Exit codes: 0 done (or nothing to do), 1 something owed did not happen, 2 the input is wrong, 3 a cluster or the
Prefect server could not be used, 4 `plan --detailed-exitcode` found something to do, 130 interrupted.
"""

import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperGroup

from dr_syncer.cli.crds import crds
from dr_syncer.cli.exits import Exit, exit_code
from dr_syncer.cli.plan import plan
from dr_syncer.cli.version import version
from dr_syncer.cli.write import explain
from dr_syncer.errors import DRSyncerError

_GROUP = "dr_syncer.commands"


class _Commands(TyperGroup):
    """The core's commands, and by name those of the packages above it."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted({*super().list_commands(ctx), *_elsewhere()})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = _elsewhere().get(cmd_name)
        if found is None:
            return super().get_command(ctx, cmd_name)
        command = typer.main.get_command(found.load())
        command.name = cmd_name
        return command


def _elsewhere() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=_GROUP)}


app = typer.Typer(
    name="dr-syncer",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Keep a warm standby of Kubernetes namespaces in another cluster.",
)
app.command()(plan)
app.command()(crds)
app.command()(version)


@app.callback()
def _root() -> None:
    """Typer makes a group of commands only where there is a callback."""


def main() -> None:
    """The console script: runs a command, explains what went wrong, exits with a documented code."""
    try:
        app()
    except DRSyncerError as error:
        explain(error.diagnosis)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
