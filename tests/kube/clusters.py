"""A sandbox to ask, with settings that make waiting short, and a proxy that makes it older or partly broken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, web

from dr_syncer.kube import NAMESPACES, Cluster, Resource, from_data
from dr_syncer.objects import Object
from dr_syncer.sandbox import Sandbox
from dr_syncer.settings import Settings

CONFIG_MAPS = Resource("", "v1", "configmaps", "ConfigMap", namespaced=True)
DEPLOYMENTS = Resource("apps", "v1", "deployments", "Deployment", namespaced=True)


def quick(**settings: Any) -> Settings:
    """Settings under which nothing waits for long."""
    return Settings(**{"retry_pause": 0.01, "request_timeout": 5.0, "request_attempts": 3, **settings})


@asynccontextmanager
async def asked(**settings: Any) -> AsyncIterator[tuple[Sandbox, Cluster]]:
    """A sandbox with the namespace `shop`, and our client of it."""
    async with Sandbox("one", tls=False) as sandbox, Cluster(from_data(sandbox.kubeconfig()), quick(**settings)) as one:
        await one.apply(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
        await one.delete(CONFIG_MAPS, "shop", "kube-root-ca.crt")
        sandbox.requests.clear()
        yield sandbox, one


def config_map(name: str, **data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "shop"}, "data": data}


@asynccontextmanager
async def behind_a_proxy(sandbox: Sandbox, *, legacy: bool = False, broken: str = "") -> AsyncIterator[Cluster]:
    """Our client of a sandbox seen through a proxy.

    `legacy` takes aggregated discovery away, as a server older than 1.27 lacks it; the path `broken` answers 503.
    """

    async def pass_on(request: web.Request) -> web.Response:
        if broken and request.path == broken:
            return web.Response(status=503)
        headers = {"Authorization": request.headers["Authorization"]}
        headers["Accept"] = "application/json" if legacy else request.headers.get("Accept", "*/*")
        async with session.request(request.method, f"{sandbox.url}{request.path_qs}", headers=headers) as answer:
            kind = answer.headers["Content-Type"]
            return web.Response(body=await answer.read(), status=answer.status, headers={"Content-Type": kind})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", pass_on)
    async with ClientSession() as session, _served(app) as url:
        config = sandbox.kubeconfig()
        config["clusters"][0]["cluster"]["server"] = url
        async with Cluster(from_data(config), quick()) as cluster:
            yield cluster


@asynccontextmanager
async def answering(body: str) -> AsyncIterator[Cluster]:
    """Our client of something that answers every request with this text, as a broken proxy might."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with _served(app) as url:
        config = Sandbox("none", tls=False).kubeconfig()
        config["clusters"][0]["cluster"]["server"] = url
        async with Cluster(from_data(config), quick()) as cluster:
            yield cluster


@asynccontextmanager
async def _served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def soon(condition: Any) -> None:
    """Wait until `condition()` holds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - of another task
            await asyncio.sleep(0.005)
