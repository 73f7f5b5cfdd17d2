"""Commands in pods and their logs: what the data plane's checks and diagnoses need of a pod."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import orjson
from aiohttp import WSMsgType

from dr_syncer.errors import ExecFailed, Unreachable
from dr_syncer.kube.answers import Target
from dr_syncer.kube.cluster import Cluster
from dr_syncer.kube.resources import PODS
from dr_syncer.kube.transport import Request, WebSocket

_PROTOCOL = "v5.channel.k8s.io"
_STDOUT, _STDERR, _ERROR = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Output:
    """What a command that ended with exit code 0 wrote."""

    stdout: str
    stderr: str


async def execute(
    cluster: Cluster, namespace: str, pod: str, argv: Sequence[str], *, container: str = "", timeout: float = 60.0
) -> Output:
    """Run `argv` in a pod, without a shell, for at most `timeout` seconds; raises ExecFailed on a non-zero exit."""
    query = [("command", part) for part in argv] + [("stdout", "true"), ("stderr", "true")]
    if container:
        query.append(("container", container))
    target = Target("exec", "pods", namespace, pod)
    request = Request("GET", PODS.path(namespace, pod, "exec"), target, query)
    try:
        async with asyncio.timeout(timeout):
            socket = await cluster.transport.connect_websocket(request, _PROTOCOL)
            async with socket:
                channels = await _read(socket)
    except TimeoutError:
        raise Unreachable(f"{target}: {argv[0]} did not end in {timeout:g} s") from None
    return _outcome(channels, argv[0], target)


async def _read(socket: WebSocket) -> dict[int, bytes]:
    channels: dict[int, bytes] = {_STDOUT: b"", _STDERR: b"", _ERROR: b""}
    async for message in socket:
        if message.type is WSMsgType.BINARY and message.data[0] in channels:
            channels[message.data[0]] += message.data[1:]
    return channels


def _outcome(channels: dict[int, bytes], command: str, target: Target) -> Output:
    output = Output(channels[_STDOUT].decode(errors="replace"), channels[_STDERR].decode(errors="replace"))
    if not channels[_ERROR]:
        raise Unreachable(f"{target}: the connection ended before {command} did")
    status = orjson.loads(channels[_ERROR])
    if status.get("status") == "Success":
        return output
    causes = (status.get("details") or {}).get("causes") or []
    code = next((int(cause["message"]) for cause in causes if cause.get("reason") == "ExitCode"), -1)
    raise ExecFailed(f"{target}: {command} ended with exit code {code}", exit_code=code, stderr=output.stderr)


async def logs(
    cluster: Cluster, namespace: str, pod: str, *, container: str = "", follow: bool = False, tail: int | None = None
) -> AsyncIterator[str]:
    """The lines of a container's log; with `follow`, as they are written, until the container ends."""
    query = [("follow", str(follow).lower())]
    query += [("container", container)] if container else []
    query += [("tailLines", str(tail))] if tail is not None else []
    target = Target("logs", "pods", namespace, pod)
    async with cluster.stream(PODS.path(namespace, pod, "log"), query, target) as response:
        while line := await response.content.readline():
            yield line.decode(errors="replace").rstrip("\n")
