"""Plan: a real API server takes the generated definitions and then holds users to the same rules as the models do.

Run on real servers only: the sandbox does not evaluate CEL.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dr_syncer.api.crds import crds
from dr_syncer.api.names import GROUP, VERSION
from dr_syncer.errors import Invalid
from dr_syncer.kube import Cluster, Resource, from_file
from dr_syncer.objects import Object
from tests.clusters.pair import Pair

CRDS = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", False)
REPLICATIONS = Resource(GROUP, VERSION, "replications", "Replication")
SPEC = {"sourceNamespace": "shop", "sourceCluster": "prod", "destinationCluster": "dr"}


@pytest.fixture
async def cluster(real_pair: Pair) -> AsyncIterator[Cluster]:
    """A real API server that serves our definitions, for the time of the test."""
    async with Cluster(from_file(real_pair.source.kubeconfig)) as cluster:
        for crd in crds():
            await cluster.apply(CRDS, crd)
        await served(cluster)
        yield cluster


async def served(cluster: Cluster) -> None:
    for _ in range(200):
        live = [await cluster.get(CRDS, "", crd["metadata"]["name"]) for crd in crds()]
        if all(map(established, live)):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(live)


def established(crd: Object) -> bool:
    conditions = crd.get("status", {}).get("conditions", [])
    return any((one["type"], one["status"]) == ("Established", "True") for one in conditions)


def replication(name: str, **fields: Any) -> Object:
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": "Replication",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {**SPEC, **fields},
    }


async def test_a_real_api_server_serves_the_definitions(cluster: Cluster) -> None:
    for crd in crds():
        live = await cluster.get(CRDS, "", crd["metadata"]["name"])
        conditions = {one["type"]: one["status"] for one in live["status"]["conditions"]}
        assert conditions.get("NonStructuralSchema", "False") == "False"
        assert conditions["NamesAccepted"] == "True"
        assert live["status"]["acceptedNames"]["shortNames"] == crd["spec"]["names"]["shortNames"]


async def test_a_spec_gets_its_defaults(cluster: Cluster) -> None:
    live = (await cluster.apply(REPLICATIONS, replication("defaults", retryConfig={}))).item
    assert live["spec"]["scaleToZero"] is True
    assert live["spec"]["retryConfig"]["maxBackoff"] == "5m"
    assert "pvcConfig" not in live["spec"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"destinationCluster": None}, "spec"),
        ({"destinationCluster": "prod"}, "spec"),
        ({"retryConfig": {"maxBackoff": "1s"}}, "spec.retryConfig"),
        ({"replicationMode": "Sometimes"}, "spec.replicationMode"),
        ({"schedule": "@fortnightly"}, "spec.schedule"),
        ({"sourceNamespace": "Shop"}, "spec.sourceNamespace"),
        ({"pvcConfig": {"dataSyncConfig": {"samplePercent": 101}}}, "spec.pvcConfig.dataSyncConfig.samplePercent"),
    ],
)
async def test_what_the_models_refuse_the_api_server_refuses(
    cluster: Cluster, fields: dict[str, Any], path: str
) -> None:
    wrong = replication("wrong", **fields)
    wrong["spec"] = {name: value for name, value in wrong["spec"].items() if value is not None}
    with pytest.raises(Invalid) as caught:
        await cluster.apply(REPLICATIONS, wrong)
    assert path in [cause.path for cause in caught.value.causes]


@pytest.mark.parametrize("schedule", ["0 2 * * MON-FRI", "@daily", "0,30 8-18/2 1 JAN *"])
async def test_every_form_of_a_schedule_is_taken(cluster: Cluster, schedule: str) -> None:
    await cluster.apply(REPLICATIONS, replication("scheduled", schedule=schedule))
