"""Plan: what can be asked of a cluster, over real HTTP.

Asserted: paging loses nothing, also when a page token expires midway; a dry run stores nothing; a delete hits only the
object it means; subresources; every refusal comes back as the exception that means it. Not asserted here: apply, create
and patch, which every replication test uses.
"""

import asyncio

import pytest

from dr_syncer import errors
from dr_syncer.kube import Resource
from tests.kube.clusters import CONFIG_MAPS, DEPLOYMENTS, asked, config_map, soon


async def test_a_list_is_read_page_by_page() -> None:
    async with asked(list_page_size=2) as (sandbox, cluster):
        for name in "abcde":
            await cluster.apply(CONFIG_MAPS, config_map(name))
        sandbox.requests.clear()
        items = (await cluster.list(CONFIG_MAPS, "shop")).items
        assert [item["metadata"]["name"] for item in items] == ["a", "b", "c", "d", "e"]
        assert len(sandbox.requests) == 3
        assert {(item["apiVersion"], item["kind"]) for item in items} == {("v1", "ConfigMap")}


async def test_a_page_token_that_expires_midway_starts_the_list_again() -> None:
    async with asked(list_page_size=1) as (sandbox, cluster):
        for number in range(30):
            await cluster.apply(CONFIG_MAPS, config_map(f"m{number:02}"))
        sandbox.requests.clear()
        reading = asyncio.create_task(cluster.list(CONFIG_MAPS, "shop"))
        await soon(lambda: len(sandbox.requests) > 3)
        await cluster.apply(CONFIG_MAPS, config_map("new"))
        sandbox.expire_history()
        names = [item["metadata"]["name"] for item in (await reading).items]
        assert names == [*(f"m{number:02}" for number in range(30)), "new"]
        assert 410 in {request.status for request in sandbox.requests}


async def test_an_expired_token_is_forgiven_once() -> None:
    async with asked() as (sandbox, cluster):
        sandbox.fail(verb="list", status=410, times=99)
        with pytest.raises(errors.Gone):
            await cluster.list(CONFIG_MAPS, "shop")
        assert len(sandbox.requests) == 2


async def test_a_dry_run_answers_and_stores_nothing() -> None:
    async with asked() as (_, cluster):
        written = await cluster.apply(CONFIG_MAPS, config_map("a", key="1"), dry_run=True)
        assert (written.created, written.item["data"]) == (True, {"key": "1"})
        assert await cluster.find(CONFIG_MAPS, "shop", "a") is None


async def test_an_apply_without_force_tells_whose_field_it_would_take() -> None:
    async with asked() as (_, cluster):
        await cluster.apply(CONFIG_MAPS, config_map("a", key="1"), field_manager="team")
        with pytest.raises(errors.Conflict) as caught:
            await cluster.apply(CONFIG_MAPS, config_map("a", key="2"), force=False)
        (cause,) = caught.value.causes
        assert (cause.path, "team" in cause.message) == (".data.key", True)


async def test_a_delete_does_not_hit_a_newer_namesake() -> None:
    async with asked() as (_, cluster):
        old = (await cluster.apply(CONFIG_MAPS, config_map("a"))).item["metadata"]["uid"]
        await cluster.delete(CONFIG_MAPS, "shop", "a", uid=old)
        await cluster.apply(CONFIG_MAPS, config_map("a"))
        with pytest.raises(errors.Conflict):
            await cluster.delete(CONFIG_MAPS, "shop", "a", uid=old)
        assert await cluster.find(CONFIG_MAPS, "shop", "a") is not None


async def test_a_replace_with_an_old_version_is_a_conflict() -> None:
    async with asked() as (_, cluster):
        old = (await cluster.create(CONFIG_MAPS, config_map("a"))).item
        await cluster.replace(CONFIG_MAPS, {**old, "data": {"key": "1"}})
        with pytest.raises(errors.Conflict):
            await cluster.replace(CONFIG_MAPS, {**old, "data": {"key": "2"}})


async def test_a_subresource_is_written_by_itself() -> None:
    async with asked() as (_, cluster):
        pod = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
        spec = {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": pod}
        metadata = {"name": "web", "namespace": "shop"}
        await cluster.apply(
            DEPLOYMENTS, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}
        )
        await cluster.patch(DEPLOYMENTS, "shop", "web", {"spec": {"replicas": 5}}, subresource="scale")
        assert (await cluster.get(DEPLOYMENTS, "shop", "web", subresource="scale"))["spec"] == {"replicas": 5}
        assert (await cluster.get(DEPLOYMENTS, "shop", "web"))["spec"]["replicas"] == 5


async def test_refusals_come_back_as_what_they_mean() -> None:
    async with asked() as (sandbox, cluster):
        with pytest.raises(errors.NotFound, match="get configmaps shop/none: not found"):
            await cluster.get(CONFIG_MAPS, "shop", "none")
        with pytest.raises(errors.NotFound):
            await cluster.list(Resource("example.com", "v1", "things", "Thing", namespaced=True), "shop")
        await cluster.create(CONFIG_MAPS, config_map("a"))
        with pytest.raises(errors.Conflict) as exists:
            await cluster.create(CONFIG_MAPS, config_map("a"))
        assert exists.value.reason == "AlreadyExists"
        with pytest.raises(errors.Invalid) as invalid:
            await cluster.apply(CONFIG_MAPS, config_map("Not_A_Name"))
        assert [cause.path for cause in invalid.value.causes] == ["metadata.name"]
        sandbox.fail(verb="list", status=403)
        with pytest.raises(errors.Forbidden) as forbidden:
            await cluster.list(CONFIG_MAPS, "shop")
        said = forbidden.value
        assert (said.verb, said.resource, said.namespace) == ("list", "configmaps", "shop")
