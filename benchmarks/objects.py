"""How fast many objects are replicated, and what a sync with nothing to do costs.

    python -m benchmarks.objects [--objects 5000] [--rounds 3]

Two real API servers on this machine. Each round measures, one after another:
- raw: server-side apply of the same bodies by bare concurrent requests: what the API server can take;
- first: a first sync into an empty namespace: read, plan, apply, check;
- kubectl: `kubectl apply --server-side` of the same objects from one file;
- lists: the paged LISTs of both sides that an idle sync cannot avoid, all kinds;
- idle: a sync with nothing to do.
Reported are the ratios of each round and their medians; seconds are shown only to be read beside them. Memory is what
the process holds after the first and after the last of many idle syncs.
"""

import argparse
import asyncio
import json
import resource as unix
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import aiohttp
import orjson

from dr_syncer.engine.apply import apply
from dr_syncer.engine.plan import planned
from dr_syncer.engine.read import Pair, read
from dr_syncer.engine.report import Verdict
from dr_syncer.kube import NAMESPACES, Cluster, Resource, from_file
from dr_syncer.objects import Object
from dr_syncer.plan.kinds import KINDS
from dr_syncer.plan.rules import Rules
from tests.clusters import pair as clusters

CONFIG_MAPS = Resource("", "v1", "configmaps", "ConfigMap")
SECRETS = Resource("", "v1", "secrets", "Secret")
DEPLOYMENTS = Resource("apps", "v1", "deployments", "Deployment")
IDLE_SYNCS = 20


def objects(namespace: str, number: int) -> Iterator[tuple[Resource, Object]]:
    """A mix as namespaces have it: of ten objects six ConfigMaps, three Secrets, one Deployment."""
    for index in range(number):
        metadata = {"name": f"object-{index}", "namespace": namespace, "labels": {"app": f"app-{index % 50}"}}
        if index % 10 < 6:
            data = {f"KEY_{n}": "value " * 8 for n in range(8)}
            yield CONFIG_MAPS, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        elif index % 10 < 9:
            yield SECRETS, {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"key": "dmFsdWU="}}
        else:
            yield DEPLOYMENTS, _deployment(metadata)


def _deployment(metadata: Object) -> Object:
    labels = {"app": metadata["name"]}
    container = {
        "name": "web",
        "image": "registry.example.com/web:1",
        "ports": [{"containerPort": 8080, "protocol": "TCP"}],
    }
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


async def timed(work: Awaitable[object]) -> float:
    """Seconds that awaiting `work` takes."""
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


async def in_parallel(
    items: Iterator[tuple[Resource, Object]], workers: int, send: Callable[[Resource, Object], Awaitable[object]]
) -> None:
    """Call `send` for every item, `workers` at a time."""

    async def work() -> None:
        for resource, item in items:
            await send(resource, item)

    await asyncio.gather(*(work() for _ in range(workers)))


async def raw(server: clusters.Cluster, namespace: str, number: int, workers: int) -> None:
    """Server-side apply with nothing around it."""
    connector = aiohttp.TCPConnector(limit=workers, ssl=False)
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/apply-patch+yaml"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def send(resource: Resource, item: Object) -> None:
            path = resource.path(namespace, item["metadata"]["name"])
            url = f"{server.server}{path}?fieldManager=raw&force=true"
            async with session.patch(url, data=orjson.dumps(item)) as answer:
                await answer.read()
                answer.raise_for_status()

        await in_parallel(objects(namespace, number), workers, send)


async def sync(pair: Pair, rules: Rules) -> int:
    """Read, plan, apply, check; the number of writes. A sync that does not complete is no measurement."""
    inventory = await read(pair, rules)
    plan = planned(rules, inventory)
    report = await apply(pair.destination, plan, inventory.resources)
    if report.verdict is not Verdict.COMPLETED:
        raise RuntimeError(report.headline())
    return plan.writes


async def lists(pair: Pair, rules: Rules) -> None:
    """The paged LISTs of every kind on both sides, decoded and dropped."""
    discovery = await pair.source.discover()
    found = [resource for kind in KINDS if (resource := discovery.find(kind.group_kind))]
    sides = ((pair.source, rules.source), (pair.destination, rules.destination))
    await asyncio.gather(*(cluster.list(resource, name) for resource in found for cluster, name in sides))


def kubectl(server: clusters.Cluster, binary: Path, namespace: str, number: int, folder: Path) -> float:
    """Seconds of `kubectl apply --server-side` of one file."""
    file = folder / "objects.json"
    items = [item for _, item in objects(namespace, number)]
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    start = time.perf_counter()
    argv = [str(binary), "--kubeconfig", str(server.kubeconfig), "apply", "--server-side", "-f", str(file)]
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of each measurement of one round."""

    raw: float
    first: float
    kubectl: float
    lists: float
    idle: float

    def ratios(self) -> dict[str, float]:
        """What is aimed at, so that higher is better for the first two and lower for the last."""
        return {
            "first sync / raw concurrent apply (rate, aim >= 0.80)": self.raw / self.first,
            "first sync / kubectl apply --server-side (rate, aim >= 3.5)": self.kubectl / self.first,
            "idle sync / its LISTs (time, aim <= 1.30)": self.idle / self.lists,
        }


class Bench:
    """Two running API servers, and the measurements against them."""

    def __init__(self, source: clusters.Cluster, destination: clusters.Cluster, binary: Path, number: int) -> None:
        self.source, self.destination, self.binary, self.number = source, destination, binary, number

    async def run(self, rounds: int) -> list[Round]:
        """All rounds, each in namespaces of its own; progress on stdout."""
        found = []
        here, there = (Cluster(from_file(one.kubeconfig)) for one in (self.source, self.destination))
        async with here, there:
            for index in range(rounds):
                found.append(await self._round(Pair(here, there), f"round-{index}"))
                print(f"round {index + 1}: " + ", ".join(f"{k} {v:.2f} s" for k, v in asdict(found[-1]).items()))
            await self._memory(Pair(here, there), "round-0")
        return found

    async def _round(self, pair: Pair, namespace: str) -> Round:
        rules = Rules(namespace, namespace)
        for name in (namespace, f"{namespace}-raw", f"{namespace}-kubectl"):
            cluster = pair.source if name == namespace else pair.destination
            metadata = {"name": name, "labels": {"team": "bench"}}
            await cluster.apply(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        await in_parallel(
            objects(namespace, self.number), 32, lambda r, o: pair.source.apply(r, o, field_manager="team")
        )
        workers = pair.destination.settings.requests_in_flight
        seconds_raw = await timed(raw(self.destination, f"{namespace}-raw", self.number, workers))
        seconds_first = await timed(sync(pair, rules))
        with tempfile.TemporaryDirectory() as folder:
            there = f"{namespace}-kubectl"
            seconds_kubectl = kubectl(self.destination, self.binary, there, self.number, Path(folder))
        idle, bare = [], []
        for _ in range(5):
            bare.append(await timed(lists(pair, rules)))
            idle.append(await timed(self._idle(pair, rules)))
        return Round(seconds_raw, seconds_first, seconds_kubectl, statistics.median(bare), statistics.median(idle))

    async def _idle(self, pair: Pair, rules: Rules) -> None:
        if writes := await sync(pair, rules):
            raise RuntimeError(f"the second sync wrote {writes} objects")

    async def _memory(self, pair: Pair, namespace: str) -> None:
        rules = Rules(namespace, namespace)
        await self._idle(pair, rules)
        before = resident()
        for _ in range(IDLE_SYNCS):
            await self._idle(pair, rules)
        print(f"memory: {before:.0f} MiB after one idle sync, {resident():.0f} MiB after {IDLE_SYNCS} more")


def resident() -> float:
    """MiB this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * unix.getpagesize() / 2**20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Objects a second, as ratios.")
    parser.add_argument("--objects", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with clusters.running(clusters.find()) as (source, destination):
        bench = Bench(source, destination, destination.kubectl, options.objects)
        rounds = asyncio.run(bench.run(options.rounds))
    for name in rounds[0].ratios():
        values = [one.ratios()[name] for one in rounds]
        print(f"{name}: median {statistics.median(values):.2f} ({', '.join(f'{v:.2f}' for v in values)})")


if __name__ == "__main__":
    main()
