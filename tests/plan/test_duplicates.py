"""Asserted: which lists of a pod are settled, how, with which note, and that everything else stays the same object."""

import copy
from typing import Any

import pytest

from dr_syncer.diagnosis import Level
from dr_syncer.objects import Object, key_of
from dr_syncer.plan.duplicates import unique
from tests.plan.samples import config_map, cron_job, pod_template, workload


def settled(item: Object) -> tuple[Object, list[str]]:
    before = copy.deepcopy(item)
    result, notes = unique(key_of(item).group_kind, item)
    assert item == before, "the object that was read was changed"
    return result, [note.summary for note in notes]


def with_pod(**pod: Any) -> Object:
    item = workload()
    item["spec"] = {**item["spec"], "template": pod_template(**pod)}
    return item


def with_container(**container: Any) -> Object:
    return with_pod(containers=[{"name": "web", **container}])


@pytest.mark.parametrize("item", [config_map(), workload(), cron_job(), with_pod(imagePullSecrets=[{"name": "a"}])])
def test_without_repetition_the_object_is_the_same(item: Object) -> None:
    result, notes = settled(item)
    assert result is item
    assert notes == []


def test_of_an_environment_variable_the_last_value_counts() -> None:
    env = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}, {"name": "A", "value": "3"}]
    result, notes = settled(with_container(env=env))
    kept = result["spec"]["template"]["spec"]["containers"][0]["env"]
    assert kept == [{"name": "A", "value": "3"}, {"name": "B", "value": "2"}]
    assert notes == ["containers[web].env lists A more than once: the last one counts, as it does in the source"]


def test_of_a_port_the_first_name_is_kept_and_that_deserves_a_look() -> None:
    one = {"containerPort": 80, "protocol": "TCP"}
    ports = [{**one, "name": "http"}, {**one, "name": "web"}, {**one, "protocol": "UDP"}]
    item = with_container(ports=ports)
    result, _ = settled(item)
    assert result["spec"]["template"]["spec"]["containers"][0]["ports"] == [ports[0], ports[2]]
    (note,) = unique(key_of(item).group_kind, item)[1]
    assert note.level is Level.WARNING


def test_host_names_of_one_address_are_put_together() -> None:
    aliases = [{"ip": "10.0.0.1", "hostnames": ["a"]}, {"ip": "10.0.0.1", "hostnames": ["b", "a"]}]
    result, _ = settled(with_pod(hostAliases=aliases))
    assert result["spec"]["template"]["spec"]["hostAliases"] == [{"ip": "10.0.0.1", "hostnames": ["a", "b"]}]


def test_a_pull_secret_is_named_once() -> None:
    result, _ = settled(with_pod(imagePullSecrets=[{"name": "a"}, {"name": "a"}]))
    assert result["spec"]["template"]["spec"]["imagePullSecrets"] == [{"name": "a"}]


def test_init_containers_and_the_jobs_of_a_schedule_count_too() -> None:
    item = cron_job()
    env = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    pod = item["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    pod["initContainers"] = [{"name": "prepare", "env": env}]
    result, notes = settled(item)
    kept = result["spec"]["jobTemplate"]["spec"]["template"]["spec"]["initContainers"][0]["env"]
    assert kept == [env[1]]
    assert len(notes) == 1
