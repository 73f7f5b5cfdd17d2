"""That `cluster_pair` gives what the suites here build on, the same on sandboxes and on real API servers.

Asserted: two clusters that are not the same one, reached by their kubeconfigs or by URL and token; a record of requests
that has every write, refused and dry-run ones too, and no read; namespaces that nobody used before.
Not asserted: how well either behaves as Kubernetes. That is for the other modules of this folder.
"""

import asyncio

import aiohttp
import pytest

from dr_syncer.errors import Invalid
from dr_syncer.kube import NAMESPACES, Cluster, Resource, from_file
from dr_syncer.objects import Object
from tests.clusters import pair
from tests.clusters.pair import Pair

CONFIG_MAPS = Resource("", "v1", "configmaps", "ConfigMap")


def connect(cluster: pair.Cluster) -> Cluster:
    return Cluster(from_file(cluster.kubeconfig, cluster.context))


def config_map(namespace: str, name: str, value: str = "1") -> Object:
    metadata = {"namespace": namespace, "name": name}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"key": value}}


async def make_namespace(cluster: Cluster, name: str) -> None:
    await cluster.apply(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


async def test_the_kubeconfigs_lead_to_two_different_clusters(cluster_pair: Pair) -> None:
    async with connect(cluster_pair.source) as source, connect(cluster_pair.destination) as destination:
        assert source.server == cluster_pair.source.server
        systems = [await one.get(NAMESPACES, "", "kube-system") for one in (source, destination)]
        assert systems[0]["metadata"]["uid"] != systems[1]["metadata"]["uid"]


async def test_the_token_is_enough_to_ask(cluster_pair: Pair) -> None:
    cluster = cluster_pair.source
    headers = {"Authorization": f"Bearer {cluster.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{cluster.server}/api/v1/namespaces", ssl=False) as answer,
    ):
        assert answer.status == 200
        assert (await answer.json())["kind"] == "NamespaceList"


async def test_a_fresh_namespace_exists_in_neither_cluster(cluster_pair: Pair) -> None:
    name = cluster_pair.fresh_namespace("shop")
    assert name != cluster_pair.fresh_namespace("shop")
    async with connect(cluster_pair.source) as source, connect(cluster_pair.destination) as destination:
        assert await source.find(NAMESPACES, "", name) is None
        assert await destination.find(NAMESPACES, "", name) is None


async def test_every_write_is_recorded_in_order_and_only_where_it_was_made(cluster_pair: Pair) -> None:
    name = cluster_pair.fresh_namespace()
    there = cluster_pair.source.mark()
    here = cluster_pair.destination.mark()
    async with connect(cluster_pair.destination) as cluster:
        await make_namespace(cluster, name)
        await cluster.create(CONFIG_MAPS, config_map(name, "a"))
        await cluster.apply(CONFIG_MAPS, config_map(name, "a", "2"), dry_run=True)
        await cluster.delete(CONFIG_MAPS, name, "a")
    assert cluster_pair.destination.writes_since(here) == [
        f"patch namespaces {name}",
        f"create configmaps {name}/a",
        f"patch configmaps {name}/a (dry run)",
        f"delete configmaps {name}/a",
    ]
    assert cluster_pair.source.writes_since(there) == []


async def test_a_refused_write_is_recorded_with_its_code(cluster_pair: Pair) -> None:
    name = cluster_pair.fresh_namespace()
    async with connect(cluster_pair.destination) as cluster:
        await make_namespace(cluster, name)
        mark = cluster_pair.destination.mark()
        with pytest.raises(Invalid):
            await cluster.apply(CONFIG_MAPS, config_map(name, "Not_A_Name"))
    assert cluster_pair.destination.writes_since(mark) == [f"patch configmaps {name}/Not_A_Name (422)"]


async def test_reads_are_no_writes(cluster_pair: Pair) -> None:
    mark = cluster_pair.source.mark()
    async with connect(cluster_pair.source) as cluster:
        await cluster.discover()
        await cluster.list(CONFIG_MAPS)
    assert cluster_pair.source.writes_since(mark) == []


async def test_no_write_is_missing_from_the_record_of_many_at_once(cluster_pair: Pair) -> None:
    name = cluster_pair.fresh_namespace()
    async with connect(cluster_pair.source) as cluster:
        await make_namespace(cluster, name)
        mark = cluster_pair.source.mark()
        # More than 4 KiB each: such an answer is sent before the request is audited.
        names = [f"large-{number}" for number in range(50)]
        await asyncio.gather(*(cluster.apply(CONFIG_MAPS, config_map(name, each, "x" * 20_000)) for each in names))
    assert sorted(cluster_pair.source.writes_since(mark)) == sorted(f"patch configmaps {name}/{each}" for each in names)
