"""Asserted: every part of a filter holds objects back when it does not fit, and all parts must fit."""

from typing import Any

import pytest
from pydantic import ValidationError

from dr_syncer.api.selection import ObjectFilter, SelectionConfig
from dr_syncer.diagnosis import Category
from dr_syncer.objects import Object
from dr_syncer.plan.filters import fits
from dr_syncer.plan.kinds import CONFIG_MAP, SECRET
from dr_syncer.plan.select import not_selected
from tests.plan.samples import config_map, stored, workload

NAMES = {"deployments", "deployment", "deploy", "deployments.apps"}
WEB = workload(metadata={"labels": {"app": "web", "tier": "front"}})


def wanted(**fields: Any) -> ObjectFilter:
    return ObjectFilter.model_validate(fields)


def labels(*expressions: dict[str, Any], **match: str) -> dict[str, Any]:
    return {"labelSelector": {"matchLabels": match, "matchExpressions": list(expressions)}}


@pytest.mark.parametrize(
    ("fields", "fit"),
    [
        ({}, True),
        ({"resourceTypes": ["Deploy"]}, True),
        ({"resourceTypes": ["sts", "deployments.apps"]}, True),
        ({"resourceTypes": ["sts"]}, False),
        ({"names": ["w*", "x"]}, True),
        ({"names": ["x*"]}, False),
        ({"namePattern": "w.b"}, True),
        ({"namePattern": "w"}, False),
        (labels(app="web", tier="front"), True),
        (labels(app="web", tier="back"), False),
        (labels({"key": "app", "operator": "In", "values": ["web", "db"]}), True),
        (labels({"key": "app", "operator": "NotIn", "values": ["web"]}), False),
        (labels({"key": "other", "operator": "NotIn", "values": ["web"]}), True),
        (labels({"key": "app", "operator": "Exists"}), True),
        (labels({"key": "app", "operator": "DoesNotExist"}), False),
        ({"fields": {"spec.replicas": "3", "spec.selector.matchLabels.app": "web"}}, True),
        ({"fields": {"spec.replicas": "4"}}, False),
        ({"fields": {"spec.nothing.there": "x"}}, False),
        ({"fields": {"spec": "x"}}, False),
        ({"jsonPath": "$.spec.template.spec.containers[?@.image == 'shop/web:1']"}, True),
        ({"jsonPath": "$.spec.template.spec.containers[?@.image == 'shop/web:2']"}, False),
        ({"names": ["web"], "resourceTypes": ["sts"]}, False),
    ],
)
def test_an_object_fits_when_all_parts_do(fields: dict[str, Any], fit: bool) -> None:
    assert fits(wanted(**fields), WEB, NAMES) is fit


def test_booleans_are_compared_as_they_are_written() -> None:
    assert fits(wanted(fields={"immutable": "true"}), config_map(immutable=True), set())


@pytest.mark.parametrize(
    "fields",
    [
        {"namePattern": "["},
        {"jsonPath": "$.["},
        labels({"key": "a", "operator": "In"}),
        labels({"key": "a", "operator": "Exists", "values": ["x"]}),
        {"label": "x"},
    ],
)
def test_a_filter_that_is_none_is_refused_when_it_is_read(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        wanted(**fields)


def reason(item: Object, **selection: Any) -> str | None:
    kind = SECRET if item["kind"] == "Secret" else CONFIG_MAP
    found = not_selected(SelectionConfig.model_validate(selection), kind, item, {"configmaps"})
    assert found is None or found.category is Category.NOT_SELECTED
    return found.summary if found else None


def test_without_a_selection_everything_is_selected() -> None:
    assert reason(config_map()) is None


def test_what_is_excluded_is_told_by_which_rule() -> None:
    exclude = [{"names": ["x"]}, {"names": ["set*"]}]
    assert reason(config_map(), exclude=exclude) == "excluded by spec.selection.exclude[1]"


def test_with_includes_only_what_fits_one_of_them_is_selected() -> None:
    include = [{"names": ["x"]}, {"names": ["set*"]}]
    assert reason(config_map(), include=include) is None
    assert reason(config_map("other"), include=include) == "fits nothing in spec.selection.include"


def test_an_exclude_goes_before_an_include() -> None:
    assert reason(config_map(), include=[{"names": ["*"]}], exclude=[{"names": ["*"]}]) is not None


def test_helms_releases_are_left_out_when_asked_for() -> None:
    release = stored("v1", "Secret", type="helm.sh/release.v1")
    assert reason(release) is None
    assert reason(release, helmReleases="Skip") is not None
    old = config_map("web.v1", data={"release": "x"}, metadata={"labels": {"owner": "helm"}})
    assert reason(old, helmReleases="Skip") is not None
    assert reason(config_map(), helmReleases="Skip") is None
