"""Plan: a request is answered or explained, and sent again only where that is safe.

Asserted, with real HTTP and faults of a sandbox: which answers are tried again, for which methods, how often and how
long after; that a stalled, cut or refused connection is Unreachable; that credentials are renewed once after a 401.
Not asserted here: what an error answer means (test_answers), how the window breathes (test_limiter).
"""

import time
from pathlib import Path
from typing import Any

import pytest

from dr_syncer import errors
from dr_syncer.kube import Cluster, from_data
from dr_syncer.sandbox import Sandbox
from tests.kube.clusters import CONFIG_MAPS, asked, config_map, quick


def verbs(sandbox: Sandbox) -> list[str]:
    return [f"{request.verb} {request.status}" for request in sandbox.requests]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_read_that_a_server_fails_is_tried_again(status: int) -> None:
    async with asked() as (sandbox, cluster):
        sandbox.fail(verb="list", status=status)
        await cluster.list(CONFIG_MAPS, "shop")
        assert verbs(sandbox) == [f"list {status}", "list 200"]


async def test_trying_again_ends_and_the_last_answer_is_told() -> None:
    async with asked() as (sandbox, cluster):
        sandbox.fail(verb="list", status=500, times=99)
        with pytest.raises(errors.ServerError):
            await cluster.list(CONFIG_MAPS, "shop")
        assert verbs(sandbox) == ["list 500"] * 3


async def test_an_apply_is_tried_again_and_a_create_is_not() -> None:
    async with asked() as (sandbox, cluster):
        sandbox.fail(status=500)
        await cluster.apply(CONFIG_MAPS, config_map("a"))
        sandbox.fail(verb="create", status=500)
        with pytest.raises(errors.ServerError):
            await cluster.create(CONFIG_MAPS, config_map("b"))
        assert len([verb for verb in verbs(sandbox) if verb.startswith("create 500")]) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_asks_to_come_back_later_is_asked_later_whatever_the_method(status: int) -> None:
    async with asked() as (sandbox, cluster):
        sandbox.fail(verb="create", status=status, retry_after=1)
        started = time.monotonic()
        await cluster.create(CONFIG_MAPS, config_map("a"))
        assert time.monotonic() - started >= 1.0
        assert verbs(sandbox) == [f"create {status}", "create 201"]


async def test_a_server_may_not_ask_for_more_patience_than_the_settings_have() -> None:
    async with asked(retry_pause_limit=0.05) as (sandbox, cluster):
        sandbox.fail(verb="list", status=429, retry_after=3600)
        started = time.monotonic()
        await cluster.list(CONFIG_MAPS, "shop")
        assert time.monotonic() - started < 30


async def test_a_429_that_lasts_is_told_as_such() -> None:
    async with asked() as (sandbox, cluster):
        sandbox.fail(verb="list", status=429, times=99)
        with pytest.raises(errors.TooManyRequests) as caught:
            await cluster.list(CONFIG_MAPS, "shop")
        assert "DR_SYNCER_REQUESTS_IN_FLIGHT" in caught.value.diagnosis.resolution
        assert cluster.transport.limit.window < cluster.transport.limit.ceiling


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
async def test_a_refusal_is_not_tried_again(status: int) -> None:
    async with asked() as (sandbox, cluster):
        sandbox.fail(verb="list", status=status, times=99)
        with pytest.raises(errors.DRSyncerError):
            await cluster.list(CONFIG_MAPS, "shop")
        assert len(sandbox.requests) == 1


async def test_an_answer_that_is_cut_off_is_asked_for_again() -> None:
    async with asked() as (sandbox, cluster):
        await cluster.apply(CONFIG_MAPS, config_map("a", key="value"))
        sandbox.fail(verb="list", after_bytes=40)
        (item,) = (await cluster.list(CONFIG_MAPS, "shop")).items
        assert item["data"] == {"key": "value"}


async def test_a_create_whose_answer_is_cut_off_is_not_sent_twice() -> None:
    async with asked() as (sandbox, cluster):
        sandbox.fail(verb="create", after_bytes=10)
        with pytest.raises(errors.Unreachable):
            await cluster.create(CONFIG_MAPS, config_map("a"))
        assert len(sandbox.requests) == 1


async def test_a_server_that_stalls_is_unreachable() -> None:
    async with asked(request_timeout=0.1, request_attempts=2) as (sandbox, cluster):
        sandbox.fail(verb="list", delay=5, times=99)
        with pytest.raises(errors.Unreachable, match=r"no answer in 0.1 s"):
            await cluster.list(CONFIG_MAPS, "shop")
        assert len(sandbox.requests) == 2


async def test_a_server_that_is_not_there_is_unreachable_and_named() -> None:
    config = Sandbox("none", tls=False).kubeconfig()
    config["clusters"][0]["cluster"]["server"] = "http://127.0.0.1:9"
    async with Cluster(from_data(config), quick()) as cluster:
        with pytest.raises(errors.Unreachable, match=r"http://127\.0\.0\.1:9 cannot be reached"):
            await cluster.version()


class TestCredentials:
    def config(self, sandbox: Sandbox, token_file: Path) -> dict[str, Any]:
        return {**sandbox.kubeconfig(), "users": [{"name": "one", "user": {"tokenFile": str(token_file)}}]}

    async def test_a_refused_token_is_read_again_once(self, tmp_path: Path) -> None:
        token = tmp_path / "token"
        token.write_text("expired")
        async with Sandbox("one", tls=False) as sandbox:
            async with Cluster(from_data(self.config(sandbox, token)), quick()) as cluster:
                token.write_text(sandbox.token)
                await cluster.list(CONFIG_MAPS, "shop")
            assert verbs(sandbox) == ["list 401", "list 200"]

    async def test_a_token_that_stays_refused_is_told_after_one_renewal(self, tmp_path: Path) -> None:
        token = tmp_path / "token"
        token.write_text("expired")
        async with Sandbox("one", tls=False) as sandbox:
            async with Cluster(from_data(self.config(sandbox, token)), quick()) as cluster:
                with pytest.raises(errors.Unauthorized):
                    await cluster.list(CONFIG_MAPS, "shop")
            assert verbs(sandbox) == ["list 401", "list 401"]
