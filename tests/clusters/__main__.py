"""`python -m tests.clusters`: real API servers by hand, for trying things out and for the benchmark.

`up` leaves a process in the background (`serve`) that owns both servers and holds a lock for as long as it lives, so
`status` and `down` can tell whether it lives without trusting the number of a process.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from dr_syncer.errors import DRSyncerError
from tests.clusters import binaries, cache, pair
from tests.clusters.endpoint import Endpoint
from tests.clusters.errors import NoRealServers, tail

_NAMES = ("source", "destination")
_DOWN_TIMEOUT = 60.0
_POLL = 0.2

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
Folder = Annotated[Path | None, typer.Argument(help="Where the kubeconfigs go; by default in the cache.")]


@app.command()
def build() -> None:
    """Build etcd, kube-apiserver and kubectl, unless KUBEBUILDER_ASSETS, PATH or an earlier build has them."""
    typer.echo(f"etcd, kube-apiserver and kubectl: {binaries.build(typer.echo).origin}")


@app.command()
def up(folder: Folder = None) -> None:
    """Start a source and a destination in the background and print their kubeconfigs."""
    home = _home(folder)
    if _pid(home) is None:
        servers = pair.find()
        typer.echo(f"starting a source and a destination: {servers.origin}")
        _start(home, servers.start_timeout)
    status(home)


@app.command()
def down(folder: Folder = None) -> None:
    """Stop both; all that was stored in them is gone."""
    home = _home(folder)
    pid = _pid(home)
    if pid is None:
        typer.echo("nothing runs")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _DOWN_TIMEOUT
    while _pid(home) is not None:
        if time.monotonic() > deadline:
            raise NoRealServers(f"process {pid} has not ended after {_DOWN_TIMEOUT:.0f} s", detail=tail(_log(home)))
        time.sleep(_POLL)
    typer.echo("stopped")


@app.command()
def status(folder: Folder = None) -> None:
    """Say whether both run, and where their kubeconfigs are; exit code 1 if they do not."""
    home = _home(folder)
    if _pid(home) is None:
        typer.echo("nothing runs")
        raise typer.Exit(1)
    answers = {file: file.exists() and Endpoint.read(file).ready() for file in _kubeconfigs(home)}
    for file, ready in answers.items():
        typer.echo(f"{file.stem:<12} {'ready' if ready else 'does not answer'}  {file}")
    if not all(answers.values()):
        raise typer.Exit(1)


@app.command(hidden=True)
def serve(home: Path) -> None:
    """Own both servers until SIGTERM; what `up` runs in the background."""
    lock = cache.try_lock(home / "pid")
    if lock is None:
        raise NoRealServers(f"servers run for {home} already")
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with pair.running(pair.find()) as servers:
            for server, file in zip(servers, _kubeconfigs(home), strict=True):
                server.endpoint.write_kubeconfig(file, server.name)
            while True:
                signal.pause()
    finally:
        for file in _kubeconfigs(home):
            file.unlink(missing_ok=True)


def _start(home: Path, timeout: float) -> None:
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.clusters", "serve", str(home)]
    with _log(home).open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=Path(__file__).parents[2],
        )
    deadline = time.monotonic() + timeout
    while not all(file.exists() for file in _kubeconfigs(home)):
        if process.poll() is not None:
            raise NoRealServers("the servers did not start", detail=tail(_log(home)))
        if time.monotonic() > deadline:
            process.terminate()
            raise NoRealServers(f"the servers were not ready after {timeout:.0f} s", detail=tail(_log(home)))
        time.sleep(_POLL)


def _pid(home: Path) -> int | None:
    """The process that serves `home`, or None if none does."""
    lock = cache.try_lock(home / "pid")
    if lock is not None:
        os.close(lock)
        return None
    return int((home / "pid").read_text() or 0) or None


def _home(folder: Path | None) -> Path:
    return (folder or cache.root() / "pair").absolute()


def _kubeconfigs(home: Path) -> list[Path]:
    return [home / f"{name}.kubeconfig" for name in _NAMES]


def _log(home: Path) -> Path:
    return home / "serve.log"


def main() -> None:
    """Run the command; a foreseen failure is told in words, with exit code 1."""
    try:
        app()
    except DRSyncerError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
