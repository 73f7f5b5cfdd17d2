"""Plan: what a run makes of clusters that do not play along.

Asserted, on sandboxes with faults: a kind that cannot be read takes no part and is named; a kind the destination lacks
is a failure only if it is owed; one refused object stops nothing, a namespace that cannot be made and a destination
that is gone stop what would only fail again; a namespace that refuses to be updated stops nothing; a field that a
webhook changed is a warning; a surprise of ours is reported, not hidden. Not asserted: runs that go well
(tests/apiserver).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from dr_syncer.diagnosis import Category
from dr_syncer.engine.apply import apply
from dr_syncer.engine.plan import planned
from dr_syncer.engine.read import Pair, read
from dr_syncer.engine.report import Outcome, Report, Status, Verdict
from dr_syncer.errors import Refused
from dr_syncer.kube import NAMESPACES, Cluster, from_data
from dr_syncer.plan.model import Plan
from dr_syncer.sandbox import Sandbox
from tests.apiserver.replicating import named, rules, seed
from tests.kube.clusters import quick


@dataclass(frozen=True)
class Site:
    here: Sandbox
    there: Sandbox
    pair: Pair

    async def plan(self) -> Plan:
        return planned(rules("shop"), await read(self.pair, rules("shop")))

    async def run(self) -> Report:
        inventory = await read(self.pair, rules("shop"))
        return await apply(self.pair.destination, planned(rules("shop"), inventory), inventory.resources)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A source with two ConfigMaps and a Secret, and an empty destination."""
    async with (
        Sandbox("prod", tls=False) as here,
        Sandbox("dr", tls=False) as there,
        Cluster(from_data(here.kubeconfig()), quick()) as source,
        Cluster(from_data(there.kubeconfig()), quick()) as destination,
    ):
        maps = [named("v1", "ConfigMap", "", name, data={"key": "1"}) for name in ("a", "b")]
        await seed(source, "shop", [*maps, named("v1", "Secret", "", "login", stringData={"password": "hush"})])
        yield Site(here, there, Pair(source, destination))


def fates(report: Report) -> dict[str, Status]:
    return {one.key.label: one.status for one in report.outcomes if one.status is not Status.SKIPPED}


def diagnosis(report: Report, label: str) -> str:
    (outcome,) = [one for one in report.outcomes if one.key.label == label]
    return str(outcome.diagnosis)


class TestRead:
    @pytest.mark.parametrize("side", ["here", "there"])
    async def test_a_kind_that_may_not_be_listed_takes_no_part_and_is_named(self, site: Site, side: str) -> None:
        await site.run()
        getattr(site, side).fail(verb="list", resource="secrets", status=403, times=99)
        plan = await site.plan()
        (finding,) = plan.findings
        assert (finding.category, finding.summary) == (
            Category.FORBIDDEN,
            "Secret could not be read: list secrets shop: not allowed",
        )
        assert "Secret" not in {step.key.group_kind.kind for step in plan.steps}
        assert not plan.complete

    async def test_a_list_that_fails_for_long_is_a_finding_too(self, site: Site) -> None:
        site.here.fail(verb="list", resource="configmaps", status=500, times=99)
        report = await site.run()
        assert fates(report) == {"Namespace shop": Status.CREATED, "Secret login": Status.CREATED}
        assert report.verdict is Verdict.FAILED

    async def test_a_source_namespace_on_its_way_out_is_refused(self, site: Site) -> None:
        finalized = {"metadata": {"finalizers": ["example.com/hold"]}}
        await site.pair.source.patch(NAMESPACES, "", "shop", finalized)
        await site.pair.source.delete(NAMESPACES, "", "shop")
        with pytest.raises(Refused) as caught:
            await site.plan()
        assert caught.value.diagnosis.category is Category.NAMESPACE_TERMINATING

    async def test_one_cluster_by_two_addresses_is_still_one_cluster(self, site: Site) -> None:
        config = site.here.kubeconfig()
        server = config["clusters"][0]["cluster"]["server"]
        config["clusters"][0]["cluster"]["server"] = server.replace("127.0.0.1", "localhost")
        async with Cluster(from_data(config), quick()) as again:
            with pytest.raises(Refused) as caught:
                await read(Pair(site.pair.source, again), rules("shop"))
        assert caught.value.diagnosis.category is Category.SAME_NAMESPACE


class TestApply:
    async def test_one_refused_object_stops_nothing(self, site: Site) -> None:
        site.there.fail(verb="patch", resource="secrets", status=422)
        report = await site.run()
        assert fates(report) == {
            "Namespace shop": Status.CREATED,
            "ConfigMap a": Status.CREATED,
            "ConfigMap b": Status.CREATED,
            "Secret login": Status.FAILED,
        }

    async def test_without_its_namespace_nothing_is_tried(self, site: Site) -> None:
        site.there.fail(verb="patch", resource="namespaces", status=403)
        report = await site.run()
        assert set(fates(report).values()) == {Status.FAILED}
        assert "not tried, since this failed before: apply namespaces shop: not allowed" in diagnosis(
            report, "ConfigMap a"
        )
        assert [request.resource for request in site.there.requests if request.verb == "patch"] == ["namespaces"]

    async def test_a_namespace_that_refuses_an_update_stops_nothing(self, site: Site) -> None:
        await site.run()
        await site.pair.source.patch(NAMESPACES, "", "shop", {"metadata": {"labels": {"team": "shop"}}})
        await seed(site.pair.source, "shop", [named("v1", "ConfigMap", "", "new", data={})])
        site.there.fail(verb="patch", resource="namespaces", status=403)
        report = await site.run()
        assert fates(report)["Namespace shop"] is Status.FAILED
        assert fates(report)["ConfigMap new"] is Status.CREATED

    async def test_a_destination_that_is_gone_is_not_asked_for_every_object(self, site: Site) -> None:
        inventory = await read(site.pair, rules("shop"))
        plan = planned(rules("shop"), inventory)
        settings = quick(request_attempts=1, requests_in_flight=1)
        nowhere = site.there.kubeconfig()
        nowhere["clusters"][0]["cluster"]["server"] = "http://127.0.0.1:9"
        async with Cluster(from_data(nowhere), settings) as gone:
            report = await apply(gone, plan, inventory.resources)
        assert set(fates(report).values()) == {Status.FAILED}
        assert "127.0.0.1:9 cannot be reached" in diagnosis(report, "Namespace shop")
        assert "not tried" in diagnosis(report, "Secret login")

    async def test_every_outcome_is_told_as_it_happens(self, site: Site) -> None:
        inventory = await read(site.pair, rules("shop"))
        told: list[Outcome] = []
        plan = planned(rules("shop"), inventory)
        report = await apply(site.pair.destination, plan, inventory.resources, told.append)
        assert {one.key for one in told} == {one.key for one in report.outcomes if one.status is Status.CREATED}

    async def test_a_surprise_is_reported_for_its_object_and_the_others_go_on(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = Cluster.apply

        async def surprising(self: Cluster, resource: object, item: dict[str, object], **more: object) -> object:
            if item["kind"] == "Secret":
                raise KeyError("hush")
            return await real(self, resource, item, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(Cluster, "apply", surprising)
        report = await site.run()
        assert fates(report)["ConfigMap a"] is Status.CREATED
        assert fates(report)["Secret login"] is Status.FAILED
        assert "KeyError in DR Syncer itself" in diagnosis(report, "Secret login")
        assert "hush" not in diagnosis(report, "Secret login")
