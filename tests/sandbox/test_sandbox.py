"""What tests may ask of a sandbox beyond being an API server, and what it keeps for them.

Asserted: authentication, faults, the end of its history, the record of requests, custom resources, ending namespaces.
Not asserted: answers that it shares with a real API server; test_like_a_real_server and test_word_for_word have those.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from dr_syncer.errors import Forbidden, NotFound
from dr_syncer.kube import NAMESPACES, Cluster, Resource, from_data
from dr_syncer.objects import GroupKind, Object
from dr_syncer.sandbox import Sandbox

MAPS = Resource("", "v1", "configmaps", "ConfigMap")
PATH = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
async def cluster(sandbox: Sandbox) -> AsyncIterator[Cluster]:
    async with Cluster(from_data(sandbox.kubeconfig())) as opened:
        yield opened


def config_map(name: str, **metadata: Any) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": metadata.pop("namespace", "default"), **metadata},
    }


async def fetch(sandbox: Sandbox, path: str, token: str = "", **query: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token or sandbox.token}"} if token != "none" else {}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(sandbox.url + path, params=query, ssl=False) as answer,
    ):
        return answer.status, json.loads((await answer.text()).splitlines()[0])


@pytest.mark.parametrize("token", ["none", "wrong"])
async def test_who_has_no_token_learns_only_the_version(sandbox: Sandbox, token: str) -> None:
    assert (await fetch(sandbox, "/version", token))[0] == 200
    status, body = await fetch(sandbox, PATH, token)
    assert (status, body["reason"]) == (401, "Unauthorized")


async def test_a_fault_hits_the_request_it_names_and_no_other(sandbox: Sandbox, cluster: Cluster) -> None:
    sandbox.fail(verb="list", resource="configmaps", status=403)
    await cluster.list(NAMESPACES)
    with pytest.raises(Forbidden):
        await cluster.list(MAPS)
    await cluster.list(MAPS)


async def test_our_client_outlasts_a_server_that_asks_it_to_wait(sandbox: Sandbox, cluster: Cluster) -> None:
    sandbox.fail(verb="list", resource="configmaps", status=429, times=2, retry_after=0)
    await cluster.list(MAPS, "default")
    statuses = [one.status for one in sandbox.requests if (one.verb, one.resource) == ("list", "configmaps")]
    assert statuses == [429, 429, 200]


async def test_our_client_outlasts_an_answer_that_breaks_off(sandbox: Sandbox, cluster: Cluster) -> None:
    fault = sandbox.fail(verb="list", resource="configmaps", after_bytes=20)
    names = [item["metadata"]["name"] for item in (await cluster.list(MAPS, "default")).items]
    assert (names, fault.times) == (["kube-root-ca.crt"], 0)


async def test_an_expired_page_and_an_expired_watch_are_gone(sandbox: Sandbox, cluster: Cluster) -> None:
    await cluster.create(MAPS, config_map("a"))
    _, page = await fetch(sandbox, PATH, limit="1")
    await cluster.create(MAPS, config_map("b"))
    sandbox.expire_history()
    status, expired = await fetch(sandbox, PATH, limit="1", **{"continue": page["metadata"]["continue"]})
    assert (status, expired["reason"]) == (410, "Expired")
    _, event = await fetch(sandbox, PATH, watch="1", resourceVersion=page["metadata"]["resourceVersion"])
    assert (event["type"], event["object"]["code"]) == ("ERROR", 410)


async def test_requests_are_recorded_as_an_audit_log_tells_them(sandbox: Sandbox, cluster: Cluster) -> None:
    await cluster.apply(MAPS, config_map("a"))
    with pytest.raises(NotFound):
        await cluster.delete(MAPS, "default", "missing")
    told = [(one.verb, one.resource, one.namespace, one.name, one.status) for one in sandbox.requests]
    assert told == [
        ("patch", "configmaps", "default", "a", 201),
        ("delete", "configmaps", "default", "missing", 404),
    ]


async def test_a_finalizer_keeps_a_namespace_until_it_is_taken_away(cluster: Cluster) -> None:
    await cluster.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    await cluster.create(MAPS, config_map("held", namespace="shop", finalizers=["example.com/hold"]))
    await cluster.delete(NAMESPACES, "", "shop")
    with pytest.raises(Forbidden):
        await cluster.create(MAPS, config_map("late", namespace="shop"))
    await cluster.patch(MAPS, "shop", "held", {"metadata": {"finalizers": None}})
    assert await cluster.find(NAMESPACES, "", "shop") is None


async def test_a_definition_makes_a_kind_and_takes_its_objects_with_it(cluster: Cluster) -> None:
    definitions = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", False)
    await cluster.create(definitions, _widgets())
    widgets = (await cluster.discover()).find(GroupKind("example.com", "Widget"))
    assert widgets is not None
    made = await cluster.create(widgets, _widget(size=1, colour="red"))
    assert made.item["spec"] == {"size": 1, "shape": "round"}  # pruned, and with its default
    await cluster.delete(definitions, "", "widgets.example.com")
    assert (await cluster.discover()).find(GroupKind("example.com", "Widget")) is None
    with pytest.raises(NotFound):
        await cluster.list(widgets)


def _widget(**spec: Any) -> Object:
    metadata = {"name": "w", "namespace": "default"}
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": metadata, "spec": spec}


def _widgets() -> Object:
    spec = {"size": {"type": "integer"}, "shape": {"type": "string", "default": "round"}}
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": spec}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }
