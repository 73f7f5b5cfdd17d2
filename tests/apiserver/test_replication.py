"""Plan: what DR Syncer exists for, between two API servers that know nothing of it.

Asserted, on sandboxes and on real API servers alike: every object of whole applications arrives with its meaning; the
second run writes nothing (by the servers' own audit); changes by hand are found by the plan and repaired by a run;
changes of the source are followed; an object that is refused fails alone; planning writes nothing; the source is
never written; what is not ours is left alone.

Not asserted here: how a plan is made (tests/plan), the Prefect flow around it (tests/flows), pods that have to end (no
cluster here runs any), faults of the network (tests/kube).
"""

import pytest

from deployments.demo import shop
from dr_syncer.api.selection import SelectionConfig
from dr_syncer.api.transforms import Transform
from dr_syncer.diagnosis import Category
from dr_syncer.engine.read import Pair
from dr_syncer.engine.report import Status, Verdict
from dr_syncer.errors import InvalidInput, Refused
from dr_syncer.kube import NAMESPACES
from dr_syncer.objects import Object
from dr_syncer.plan import show
from dr_syncer.plan.model import Verb
from dr_syncer.plan.rules import Rules
from tests import corpus
from tests.apiserver.meaning import meaning, standby_meaning
from tests.apiserver.replicating import (
    named,
    replicated,
    resource_of,
    rules,
    seed,
)
from tests.apiserver.stage import CLUSTERS_OWN, Stage, changed_fields, config_map, deployment, failures

APPLICATIONS = ("shop", *corpus.NAMES)


def application(name: str, namespace: str) -> list[Object]:
    return shop.objects() if name == "shop" else corpus.load(name, namespace)


@pytest.mark.parametrize("name", APPLICATIONS)
async def test_every_object_of_an_application_arrives_with_its_meaning(stage: Stage, name: str) -> None:
    await stage.seed(*application(name, stage.namespace))
    report = await stage.replicated()
    assert report.verdict is Verdict.COMPLETED, report.problems
    skipped = {
        (outcome.key.group_kind.kind, outcome.key.name)
        for outcome in report.outcomes
        if outcome.status is Status.SKIPPED
    }
    source, standby = await stage.source_objects(), await stage.standby()
    owed = source.keys() - skipped - CLUSTERS_OWN
    assert len(owed) > 4
    assert standby.keys() - CLUSTERS_OWN == owed
    for key in owed:
        assert meaning(standby[key]) == standby_meaning(source[key]), key


@pytest.mark.parametrize("name", APPLICATIONS)
async def test_a_second_run_writes_nothing(stage: Stage, name: str) -> None:
    await stage.seed(*application(name, stage.namespace))
    await stage.replicated()
    mark = stage.clusters.destination.mark()
    report = await stage.replicated()
    assert stage.clusters.destination.writes_since(mark) == []
    assert report.counts()["unchanged"] > 4
    assert (report.counts()["created"], report.counts()["updated"]) == (0, 0)


async def test_the_source_is_never_written(stage: Stage) -> None:
    await stage.seed(*application("shop", stage.namespace))
    mark = stage.clusters.source.mark()
    await stage.replicated()
    await stage.replicated()
    assert stage.clusters.source.writes_since(mark) == []


async def test_planning_writes_nothing_not_even_as_a_dry_run(stage: Stage) -> None:
    await stage.seed(*application("shop", stage.namespace))
    marks = stage.clusters.source.mark(), stage.clusters.destination.mark()
    plan = await stage.planned()
    assert len([step for step in plan.steps if step.verb is Verb.CREATE]) > 40
    assert stage.clusters.source.writes_since(marks[0]) == []
    assert stage.clusters.destination.writes_since(marks[1]) == []
    assert await stage.pair.destination.find(NAMESPACES, "", stage.namespace) is None


async def test_a_change_of_the_source_is_followed_and_so_is_a_field_it_gave_up(stage: Stage) -> None:
    await stage.seed(config_map("settings", colour="blue", size="m"), deployment())
    await stage.replicated()
    changed = deployment()
    changed["spec"]["template"]["spec"]["containers"][0]["image"] = "web:2"
    await stage.seed(config_map("settings", colour="green"), changed)
    assert changed_fields(await stage.planned()) == {
        "ConfigMap settings": ["data.colour", "data.size"],
        "Deployment web": ["spec.template.spec.containers[web].image"],
    }
    await stage.replicated()
    standby = await stage.standby()
    assert standby["ConfigMap", "settings"]["data"] == {"colour": "green"}
    assert standby["Deployment", "web"]["spec"]["template"]["spec"]["containers"][0]["image"] == "web:2"


async def test_an_object_that_is_refused_fails_alone_and_says_why(stage: Stage) -> None:
    frozen = {**config_map("frozen", colour="red"), "immutable": True}
    await seed(stage.pair.destination, stage.namespace, [frozen])
    await stage.seed({**frozen, "data": {"colour": "blue"}}, config_map("before", a="1"), deployment())
    report = await stage.replicated()
    assert report.verdict is Verdict.FAILED
    assert failures(report) == {"ConfigMap frozen": Category.IMMUTABLE}
    (failed,) = [outcome for outcome in report.outcomes if outcome.status is Status.FAILED]
    assert "immutable" in str(failed.diagnosis)
    assert {("ConfigMap", "before"), ("Deployment", "web")} <= (await stage.standby()).keys()


async def test_lists_that_name_a_thing_twice_arrive_as_the_kubelet_reads_them(stage: Stage) -> None:
    web = named("apps/v1", "Deployment", stage.namespace, "web", spec=deployment()["spec"])
    env = [{"name": "LEVEL", "value": "info"}, {"name": "LEVEL", "value": "debug"}]
    web["spec"]["template"]["spec"]["containers"][0]["env"] = env
    await stage.seed(config_map("settings", a="1"))
    resource = await resource_of(stage.pair.source, "apps/v1", "Deployment")
    await stage.pair.source.create(resource, web)  # an apply would be refused
    assert (await stage.replicated()).verdict is Verdict.COMPLETED
    container = (await stage.standby())["Deployment", "web"]["spec"]["template"]["spec"]["containers"][0]
    assert container["env"] == [{"name": "LEVEL", "value": "debug"}]
    plan = await stage.planned()
    assert plan.writes == 0
    (note,) = [note.summary for step in plan.steps for note in step.notes]
    assert note.startswith("containers[web].env lists LEVEL more than once")


async def test_what_only_the_destination_has_is_left_alone(stage: Stage) -> None:
    await seed(stage.pair.destination, stage.namespace, [config_map("local", a="1")])
    await stage.seed(config_map("settings", colour="blue"))
    before = (await stage.standby())["ConfigMap", "local"]
    await stage.replicated()
    assert (await stage.standby())["ConfigMap", "local"] == before


async def test_an_object_deleted_in_the_source_stays(stage: Stage) -> None:
    await stage.seed(config_map("settings", colour="blue"))
    await stage.replicated()
    resource = await resource_of(stage.pair.source, "v1", "ConfigMap")
    await stage.pair.source.delete(resource, stage.namespace, "settings")
    await stage.replicated()
    assert ("ConfigMap", "settings") in await stage.standby()


class TestScale:
    async def test_a_standby_runs_at_zero_and_remembers_its_count(self, stage: Stage) -> None:
        await stage.seed(deployment(replicas=3))
        await stage.replicated()
        web = (await stage.standby())["Deployment", "web"]
        assert web["spec"]["replicas"] == 0
        assert web["metadata"]["annotations"]["dr-syncer.io/original-replicas"] == "3"

    async def test_without_scale_to_zero_it_runs_as_the_source_does(self, stage: Stage) -> None:
        await stage.seed(deployment(replicas=3))
        await stage.replicated(scale_to_zero=False)
        assert (await stage.standby())["Deployment", "web"]["spec"]["replicas"] == 3

    @pytest.mark.parametrize(("override", "replicas"), [("1", 1), ("0", 0), ("keep", 3)])
    async def test_a_label_overrides(self, stage: Stage, override: str, replicas: int) -> None:
        await stage.seed(deployment(replicas=3, labels={"dr-syncer.io/scale-override": override}))
        await stage.replicated()
        assert (await stage.standby())["Deployment", "web"]["spec"]["replicas"] == replicas

    async def test_a_source_that_scales_changes_only_the_memory(self, stage: Stage) -> None:
        await stage.seed(deployment(replicas=3))
        await stage.replicated()
        await stage.seed(deployment(replicas=7))
        assert changed_fields(await stage.planned()) == {
            "Deployment web": ["metadata.annotations.dr-syncer.io/original-replicas"]
        }


async def test_nothing_of_ours_is_added_to_what_is_no_workload(stage: Stage) -> None:
    await stage.seed(*application("shop", stage.namespace))
    await stage.replicated()
    workloads = {"Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job"}
    for (kind, name), item in (await stage.standby()).items():
        ours = [
            key for part in ("labels", "annotations") for key in item["metadata"].get(part, {}) if "dr-syncer" in key
        ]
        assert kind in workloads or not ours, (kind, name, ours)


class TestNamespaces:
    async def test_another_name_is_honoured(self, stage: Stage) -> None:
        other = f"{stage.namespace}-dr"
        await stage.seed(config_map("settings", a="1"), deployment())
        assert (await stage.replicated(destination=other)).verdict is Verdict.COMPLETED
        assert (await stage.standby(other)).keys() - CLUSTERS_OWN == {("ConfigMap", "settings"), ("Deployment", "web")}
        assert (await stage.planned(destination=other)).writes == 0
        assert await stage.pair.destination.find(NAMESPACES, "", stage.namespace) is None

    async def test_labels_and_annotations_come_along_unless_told_otherwise(self, stage: Stage) -> None:
        metadata = {"labels": {"team": "shop"}, "annotations": {"owner": "ann"}}
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": stage.namespace, **metadata}}
        await stage.seed(config_map("settings", a="1"))
        await stage.pair.source.apply(NAMESPACES, namespace, field_manager="tests")
        plain = f"{stage.namespace}-plain"
        await stage.replicated(destination=plain, preserve_labels=False, preserve_annotations=False)
        await stage.replicated()
        with_them = (await stage.pair.destination.get(NAMESPACES, "", stage.namespace))["metadata"]
        without = (await stage.pair.destination.get(NAMESPACES, "", plain))["metadata"]
        assert (with_them["labels"]["team"], with_them["annotations"]["owner"]) == ("shop", "ann")
        assert "team" not in without["labels"]
        assert "annotations" not in without

    async def test_a_missing_destination_is_refused_when_it_must_not_be_made(self, stage: Stage) -> None:
        await stage.seed(config_map("settings", a="1"))
        with pytest.raises(Refused) as caught:
            await stage.replicated(create_namespace=False)
        assert caught.value.diagnosis.category is Category.DESTINATION_NAMESPACE_MISSING

    async def test_a_missing_source_is_refused_and_never_made(self, stage: Stage) -> None:
        with pytest.raises(Refused) as caught:
            await stage.replicated()
        assert caught.value.diagnosis.category is Category.SOURCE_NAMESPACE_MISSING
        assert await stage.pair.source.find(NAMESPACES, "", stage.namespace) is None

    async def test_one_cluster_onto_itself_is_refused(self, stage: Stage) -> None:
        await stage.seed(config_map("settings", a="1"))
        with pytest.raises(Refused) as caught:
            await replicated(Pair(stage.pair.source, stage.pair.source), rules(stage.namespace))
        assert caught.value.diagnosis.category is Category.SAME_NAMESPACE


class TestSelection:
    async def test_only_the_resource_types_that_were_asked_for(self, stage: Stage) -> None:
        await stage.seed(config_map("settings", a="1"), deployment(), named("v1", "ServiceAccount", "", "bot"))
        await stage.replicated(resource_types=("deploy", "serviceaccounts"))
        assert (await stage.standby()).keys() - CLUSTERS_OWN == {("Deployment", "web"), ("ServiceAccount", "bot")}

    async def test_a_label_keeps_an_object_out(self, stage: Stage) -> None:
        ignored = config_map("local", a="1")
        ignored["metadata"]["labels"] = {"dr-syncer.io/ignore": "true"}
        await stage.seed(ignored, config_map("settings", a="1"))
        report = await stage.replicated()
        assert (await stage.standby()).keys() - CLUSTERS_OWN == {("ConfigMap", "settings")}
        (outcome,) = [one for one in report.outcomes if one.status is Status.SKIPPED and one.key.name == "local"]
        assert outcome.diagnosis is not None
        assert outcome.diagnosis.category is Category.IGNORED

    async def test_a_filter_chooses_objects_of_the_replicated_kinds(self, stage: Stage) -> None:
        await stage.seed(config_map("web-a", a="1"), config_map("web-b", a="1"), config_map("db", a="1"), deployment())
        only = {"include": [{"resourceTypes": ["cm"], "names": ["web-*"]}], "exclude": [{"names": ["*-b"]}]}
        report = await stage.replicated(selection=SelectionConfig.model_validate(only))
        assert report.verdict is Verdict.COMPLETED
        assert (await stage.standby()).keys() - CLUSTERS_OWN == {("ConfigMap", "web-a")}

    async def test_a_filter_that_names_no_kind_is_refused_before_anything_is_written(self, stage: Stage) -> None:
        await stage.seed(config_map("settings", a="1"))
        wrong = SelectionConfig.model_validate({"exclude": [{"resourceTypes": ["configmapz"]}]})
        with pytest.raises(InvalidInput, match=r"spec\.selection\.exclude\[0\]\.resourceTypes\[0\]"):
            await stage.replicated(selection=wrong)


async def test_rules_of_the_spec_change_objects_on_their_way_and_the_second_run_writes_nothing(stage: Stage) -> None:
    await stage.seed(config_map("settings", colour="blue"), deployment())
    pod = {"spec": {"containers": [{"name": "web", "env": [{"name": "SITE", "value": "dr"}]}]}}
    transforms = (
        Transform.model_validate({"name": "site", "strategicMergePatch": {"spec": {"template": pod}}, "target": WEB}),
        Transform.model_validate({"name": "colour", "mergePatch": {"data": {"colour": "red"}}, "target": SETTINGS}),
    )
    report = await stage.replicated(transforms=transforms)
    assert report.verdict is Verdict.COMPLETED, report.problems
    standby = await stage.standby()
    assert standby["ConfigMap", "settings"]["data"] == {"colour": "red"}
    assert standby["Deployment", "web"]["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] == "dr"
    assert (await stage.planned(transforms=transforms)).writes == 0


WEB, SETTINGS = {"resourceTypes": ["deploy"]}, {"names": ["settings"]}


async def test_no_secret_value_is_in_a_plan_or_a_report(stage: Stage) -> None:
    await stage.seed(named("v1", "Secret", "", "login", stringData={"password": "hush-hush"}))
    report = await stage.replicated()
    await stage.by_hand("v1", "Secret", "login", {"data": {"password": "b3RoZXItaHVzaA=="}})
    plan = await stage.planned()
    assert plan.writes == 1
    shown = repr(plan) + str(show.to_dict(plan)) + repr(report) + str(report.to_dict())
    for value in ("hush", "aHVzaC1odXNo", "b3RoZXItaHVzaA"):
        assert value not in shown


def test_the_rules_of_these_tests_are_those_of_a_default_spec() -> None:
    assert rules("shop") == Rules("shop", "shop")
