"""What the replication tests do again and again: fill a source, replicate it, read what is there.

Objects are put into the source as `kubectl` would, by another field manager than ours.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from dr_syncer.engine.apply import apply
from dr_syncer.engine.plan import planned as plan_of
from dr_syncer.engine.read import Inventory, Pair, read
from dr_syncer.engine.report import Report
from dr_syncer.kube import NAMESPACES, Cluster, Resource, from_file
from dr_syncer.objects import GroupKind, Object, group_of
from dr_syncer.plan.kinds import KINDS
from dr_syncer.plan.model import Plan
from dr_syncer.plan.rules import Rules
from tests.clusters import pair as fixture

HAND = "kubectl-edit"


@asynccontextmanager
async def opened(clusters: fixture.Pair) -> AsyncIterator[Pair]:
    """Both clusters of the fixture, as our own client sees them."""
    source, destination = (Cluster(from_file(one.kubeconfig)) for one in (clusters.source, clusters.destination))
    async with source, destination:
        yield Pair(source, destination)


def rules(source: str, destination: str = "", **fields: Any) -> Rules:
    """The rules of a replication of everything, into a namespace of the same name."""
    return replace(Rules(source, destination or source), **fields)


def documents(folder: Path) -> list[Object]:
    """Every object in the YAML files of a folder, in order."""
    texts = [file.read_text() for file in sorted(folder.glob("*.yaml"))]
    return [document for text in texts for document in yaml.safe_load_all(text) if document]


async def resource_of(cluster: Cluster, api_version: str, kind: str) -> Resource:
    """How a kind is addressed there."""
    found = (await cluster.discover()).find(GroupKind(group_of(api_version), kind), api_version.rpartition("/")[2])
    assert found is not None, f"{cluster.server} does not serve {kind} in {api_version}"
    return found


async def seed(cluster: Cluster, namespace: str, objects: Iterable[Object]) -> None:
    """Put objects into a namespace, made if need be, whatever namespace they name themselves."""
    await cluster.apply(NAMESPACES, named("v1", "Namespace", "", namespace), field_manager="tests")
    for item in objects:
        own = "" if item["kind"] == "Namespace" else namespace
        name = namespace if item["kind"] == "Namespace" else item["metadata"]["name"]
        metadata = {**item["metadata"], "name": name}
        metadata.pop("namespace", None)
        placed = {**item, "metadata": {**metadata, **({"namespace": own} if own else {})}}
        resource = await resource_of(cluster, item["apiVersion"], item["kind"])
        await cluster.apply(resource, placed, field_manager="tests")


def named(api_version: str, kind: str, namespace: str, name: str, **content: Any) -> Object:
    """A small object."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


async def planned(pair: Pair, wanted: Rules) -> tuple[Plan, Inventory]:
    """The plan of a replication, and what it was made from."""
    inventory = await read(pair, wanted)
    return plan_of(wanted, inventory), inventory


async def replicated(pair: Pair, wanted: Rules) -> Report:
    """Plan and carry out."""
    plan, inventory = await planned(pair, wanted)
    return await apply(pair.destination, plan, inventory.resources)


async def everything(cluster: Cluster, namespace: str) -> dict[tuple[str, str], Object]:
    """All objects of the replicated kinds in a namespace, by kind and name."""
    discovery = await cluster.discover()
    found: dict[tuple[str, str], Object] = {}
    for kind in KINDS:
        resource = discovery.find(kind.group_kind)
        assert resource is not None
        for item in (await cluster.list(resource, namespace)).items:
            found[item["kind"], item["metadata"]["name"]] = item
    return found
