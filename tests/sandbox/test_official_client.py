"""That the official Kubernetes client works against a sandbox: it parses answers strictly, into typed objects.

Asserted: create, list and watch through `kubernetes.aio`. Not asserted: its other calls, which differ in paths only.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes.aio import client, config, watch

NAMESPACE = "default"


@pytest.fixture
async def core(kubeconfig: Path) -> AsyncIterator[Any]:
    api = await config.new_client_from_config(str(kubeconfig))
    async with api:
        yield client.CoreV1Api(api)


def config_map(name: str) -> Any:
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name), data={"key": "value"})


async def test_it_reads_back_what_it_made(core: Any) -> None:
    made = await core.create_namespaced_config_map(NAMESPACE, config_map("a"))
    found = await core.read_namespaced_config_map("a", NAMESPACE)
    assert (found.metadata.uid, found.data) == (made.metadata.uid, {"key": "value"})


async def test_it_lists_by_name(core: Any) -> None:
    for name in ("a", "b"):
        await core.create_namespaced_config_map(NAMESPACE, config_map(name))
    found = await core.list_namespaced_config_map(NAMESPACE, field_selector="metadata.name=b")
    assert [item.metadata.name for item in found.items] == ["b"]


async def test_a_watch_tells_what_happens_after_a_list(core: Any) -> None:
    start = (await core.list_namespaced_config_map(NAMESPACE)).metadata.resource_version
    await core.create_namespaced_config_map(NAMESPACE, config_map("a"))
    await core.delete_namespaced_config_map("a", NAMESPACE)
    seen = []
    async with watch.Watch() as events:
        async for event in events.stream(core.list_namespaced_config_map, NAMESPACE, resource_version=start):
            seen.append((event["type"], event["object"].metadata.name))
            if len(seen) == 2:
                break
    assert seen == [("ADDED", "a"), ("DELETED", "a")]
