import pytest

from dr_syncer.diagnosis import Category
from dr_syncer.errors import InvalidInput
from dr_syncer.plan.kinds import KINDS, resolve, wave_of


def plurals(*resource_types: str) -> set[str]:
    return {kind.plural for kind in resolve(resource_types)}


@pytest.mark.parametrize("name", ["statefulsets", "StatefulSet", "sts", "STATEFULSETS", "statefulsets.apps", " sts "])
def test_a_kind_has_many_names(name: str) -> None:
    assert plurals(name) == {"statefulsets"}


@pytest.mark.parametrize("names", [(), ("*",), ("*", "secrets")])
def test_a_star_or_nothing_means_every_kind(names: tuple[str, ...]) -> None:
    assert resolve(names) == KINDS


def test_a_minus_takes_a_kind_out_of_all() -> None:
    assert plurals("*", "-secrets", "-cm") == {kind.plural for kind in KINDS} - {"secrets", "configmaps"}


def test_only_minuses_mean_all_but_these() -> None:
    assert plurals("-jobs") == {kind.plural for kind in KINDS} - {"jobs"}


def test_every_unknown_type_is_named_with_its_near_matches() -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve(["deploymets", "secrets", "widgets"])
    assert caught.value.diagnosis.category is Category.UNKNOWN_RESOURCE_TYPE
    assert [problem.path for problem in caught.value.problems] == ["spec.resourceTypes"] * 2
    assert "deployments" in caught.value.problems[0].allowed
    assert "configmaps" in caught.value.problems[1].allowed


def test_kinds_come_in_writing_order_whatever_order_they_are_asked_in() -> None:
    waves = [wave_of(kind.group_kind) for kind in resolve(["ingresses", "deployments", "configmaps"])]
    assert waves == sorted(waves)
    assert waves[0] < waves[-1]
