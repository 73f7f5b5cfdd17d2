"""A Prefect server of the demo's own: a child process whose database lies in a folder that goes away with it."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, PREFECT_LOGGING_LEVEL, temporary_settings

from dr_syncer.errors import Unreachable

_START_TIMEOUT = 90.0  # seconds; 8 are usual, but a first start compiles every module
_STOP_TIMEOUT = 10.0


@asynccontextmanager
async def prefect_server(folder: Path) -> AsyncIterator[str]:
    """A running server, the Prefect API of everything inside the block; yields its UI's address."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    log = folder / "prefect-server.log"
    process = await _start(folder / "prefect", port, log)
    try:
        await _until_healthy(f"{address}/api/health", process, log)
        with temporary_settings(
            {
                PREFECT_API_URL: f"{address}/api",
                PREFECT_HOME: folder / "prefect",
                PREFECT_LOGGING_LEVEL: "WARNING",  # the story is told on the terminal, the details in the UI
            }
        ):
            yield address
    finally:
        await _stop(process)


async def _start(home: Path, port: int, log: Path) -> Process:
    argv = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    environment = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # a demo calls nobody
    }
    home.mkdir()  # noqa: ASYNC240 - of one folder
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(*argv, env=environment, stdout=output, stderr=output)


async def _until_healthy(url: str, process: Process, log: Path) -> None:
    try:
        async with asyncio.timeout(_START_TIMEOUT), aiohttp.ClientSession() as session:
            while not await _healthy(session, url):
                if process.returncode is not None:
                    raise _not_started(f"it ended with code {process.returncode}", log)
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise _not_started(f"no answer in {_START_TIMEOUT:g} s", log) from None


async def _healthy(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_STOP_TIMEOUT):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _not_started(why: str, log: Path) -> Unreachable:
    return Unreachable(f"the Prefect server did not start: {why}", detail=log.read_text(errors="replace")[-1500:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
