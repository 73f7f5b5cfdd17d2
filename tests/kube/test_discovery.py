"""Asserted: a server's kinds are learned alike from aggregated and from older discovery, and what cannot be learned of
one group is named and costs nothing else."""

import pytest

from dr_syncer import errors
from dr_syncer.objects import GroupKind
from dr_syncer.sandbox import Sandbox
from tests.kube.clusters import behind_a_proxy

DEPLOYMENT = GroupKind("apps", "Deployment")


async def test_an_old_server_is_understood_like_a_new_one() -> None:
    async with Sandbox("one", tls=False) as sandbox, behind_a_proxy(sandbox) as new:
        aggregated = await new.discover()
        requests = len(sandbox.requests)
        async with behind_a_proxy(sandbox, legacy=True) as old:
            legacy = await old.discover()
    assert requests == 2
    assert set(legacy.resources) == set(aggregated.resources)
    assert len(legacy.resources) > 20
    assert legacy.broken == aggregated.broken == ()


async def test_a_broken_group_is_named_and_takes_nothing_else_down() -> None:
    async with (
        Sandbox("one", tls=False) as sandbox,
        behind_a_proxy(sandbox, legacy=True, broken="/apis/batch/v1") as cluster,
    ):
        found = await cluster.discover()
    assert found.broken == ("batch/v1",)
    assert found.find(GroupKind("batch", "Job")) is None
    assert found.find(DEPLOYMENT) is not None


async def test_a_server_that_tells_nothing_is_an_error() -> None:
    async with Sandbox("one", tls=False) as sandbox, behind_a_proxy(sandbox, broken="/apis") as cluster:
        with pytest.raises(errors.ServerError):
            await cluster.discover()


async def test_a_kind_is_found_by_name_in_the_preferred_or_the_wanted_version() -> None:
    async with Sandbox("one", tls=False) as sandbox, behind_a_proxy(sandbox) as cluster:
        found = await cluster.discover()
    resource = found.find(DEPLOYMENT)
    assert resource is not None
    assert (resource.version, resource.plural, resource.namespaced) == ("v1", "deployments", True)
    assert found.versions(DEPLOYMENT) == ("v1",)
    assert found.find(DEPLOYMENT, "v1beta1") is None
    assert found.find(GroupKind("apps", "Nothing")) is None
