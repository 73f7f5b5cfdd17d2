"""`dr-syncer demo`: the main job from nothing, in under a minute, on this machine only.

An embedded Prefect server on SQLite, two sandbox clusters with a shop application in one of them, a deployment that
replicates it to the other; then somebody meddles with the standby, a plan finds it and a run repairs it.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from deployments.demo.server import prefect_server
from deployments.demo.story import Story
from dr_syncer.cli import write

app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def command(
    keep: Annotated[bool, typer.Option("--keep", help="Stay up afterwards, to look around; Ctrl-C ends it.")] = False,
) -> None:
    """Replicate a shop between two sandbox clusters, with a Prefect server of its own."""
    with tempfile.TemporaryDirectory(prefix="dr-syncer-demo-") as folder:
        asyncio.run(_demo(Path(folder), keep))


async def _demo(folder: Path, keep: bool) -> None:
    write.out.print("Starting a Prefect server on SQLite and two sandbox clusters ...")
    async with prefect_server(folder) as url, Story.opened(folder, url) as story:
        await story.tell()
        if keep:
            await _stay(story)
        else:
            write.out.print("All of it ends here; `dr-syncer demo --keep` stays up, to look around.")


async def _stay(story: Story) -> None:
    write.out.print(f"\nStaying up. In another terminal:\n{story.hints()}\nCtrl-C ends it.")
    await asyncio.Event().wait()
