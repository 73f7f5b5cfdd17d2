"""`dr-syncer version`."""

import platform
from importlib.metadata import version as version_of

import typer

from dr_syncer.cli import options, write
from dr_syncer.cli.write import Format


def version(output: options.Output = Format.TEXT) -> None:
    """Print the versions of DR Syncer and of what it stands on."""
    found = {name: version_of(name) for name in ("dr-syncer", "prefect", "kubernetes")}
    found["python"] = platform.python_version()
    if output is Format.JSON:
        write.as_json(found)
    else:
        typer.echo("\n".join(f"{name} {number}" for name, number in found.items()))
