"""`dr-syncer blocks ...`."""

import asyncio

import typer

from blocks import BLOCKS
from blocks.server import require_prefect
from dr_syncer.cli import options, write
from dr_syncer.cli.write import Format

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="The Prefect blocks of DR Syncer.")


@app.callback()
def _group() -> None:
    """Typer makes a group of commands only where there is a callback."""


@app.command()
def register(output: options.Output = Format.TEXT) -> None:
    """Make the block types known to the Prefect server, so that its UI offers them."""
    asyncio.run(register_all())
    if output is Format.JSON:
        write.as_json([block.get_block_type_slug() for block in BLOCKS])
    else:
        for block in BLOCKS:
            typer.echo(f"registered {block.get_block_type_name()} ({block.get_block_type_slug()})")


async def register_all() -> None:
    """Register every block type with the Prefect server in use; raises Unreachable."""
    await require_prefect()
    for block in BLOCKS:
        await block.aregister_type_and_schema()
