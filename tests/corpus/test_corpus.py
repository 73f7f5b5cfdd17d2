"""That the manifests the suites rely on are what a real API server takes, without a warning about a field."""

from collections import Counter
from pathlib import Path

import pytest

from deployments.demo import shop
from dr_syncer.kube import Cluster, from_file
from dr_syncer.objects import GroupKind, Object, group_of
from tests import corpus
from tests.clusters.pair import Pair

SHOP = Path(shop.__file__).parent / "shop"
# The certificates are none, so that nobody takes them for leaked ones.
EXPECTED_WARNINGS = {"tls: failed to find any PEM data in certificate input"}


async def apply_all(cluster: Cluster, items: list[Object]) -> set[str]:
    """Apply the objects in their order; what the API server warned of."""
    discovery = await cluster.discover()
    warnings: set[str] = set()
    for item in items:
        resource = discovery.find(GroupKind(group_of(item["apiVersion"]), item["kind"]))
        assert resource is not None
        warnings.update((await cluster.apply(resource, item)).warnings)
    return warnings


@pytest.mark.parametrize("name", corpus.NAMES)
async def test_a_real_api_server_takes_every_object_of(name: str, real_pair: Pair) -> None:
    async with Cluster(from_file(real_pair.source.kubeconfig)) as cluster:
        assert await apply_all(cluster, corpus.load(name, real_pair.fresh_namespace(name))) <= EXPECTED_WARNINGS


async def test_a_real_api_server_takes_every_object_of_the_shop(real_pair: Pair) -> None:
    namespace = real_pair.fresh_namespace("shop")
    items = [item for file in sorted(SHOP.glob("*.yaml")) for item in corpus.read(file, namespace)]
    async with Cluster(from_file(real_pair.source.kubeconfig)) as cluster:
        assert await apply_all(cluster, items) <= EXPECTED_WARNINGS


@pytest.mark.parametrize("name", corpus.NAMES)
def test_a_set_is_one_namespace_and_what_lies_in_it(name: str) -> None:
    first, *rest = corpus.load(name, "elsewhere")
    assert (first["kind"], first["metadata"]["name"]) == ("Namespace", "elsewhere")
    assert {item["metadata"]["namespace"] for item in rest} == {"elsewhere"}
    keys = Counter((item["kind"], item["metadata"]["name"]) for item in rest)
    assert max(keys.values()) == 1


def test_together_they_have_every_kind_that_is_replicated() -> None:
    kinds = {item["kind"] for name in corpus.NAMES for item in corpus.load(name, "any")}
    assert kinds == {
        "ConfigMap", "CronJob", "DaemonSet", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job", "Namespace",
        "NetworkPolicy", "PersistentVolumeClaim", "PodDisruptionBudget", "Role", "RoleBinding", "Secret", "Service",
        "ServiceAccount", "StatefulSet",
    }  # fmt: skip
