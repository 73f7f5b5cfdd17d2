"""`dr-syncer crds`: the custom resource definitions, generated from the models."""

from pathlib import Path
from typing import Annotated

import typer

from dr_syncer.api.crds import crds as definitions
from dr_syncer.api.crds import render
from dr_syncer.cli import options, write
from dr_syncer.cli.write import Format


def crds(
    directory: Annotated[Path | None, typer.Option("--dir", help="Write one file a definition there instead.")] = None,
    output: options.Output = Format.TEXT,
) -> None:
    """Print the custom resource definitions, ready for `kubectl apply -f -`."""
    files = render()
    if directory is not None:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (directory / name).write_text(text)
        write.err.print(f"wrote {len(files)} files to {directory}")
    elif output is Format.JSON:
        write.as_json({"apiVersion": "v1", "kind": "List", "items": definitions()})
    else:
        typer.echo("---\n".join(files.values()), nl=False)
