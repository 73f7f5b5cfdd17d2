"""Asserted of every object of real applications: a transformed object is a fixed point, whatever the destination."""

import pytest

from deployments.demo import shop
from dr_syncer.api.names import SCALE_OVERRIDE
from dr_syncer.objects import Object, key_of, labels_of
from dr_syncer.plan.kinds import NAMESPACE
from dr_syncer.plan.rules import Rules
from dr_syncer.plan.transform import transform
from tests import corpus

_ALL = [*shop.objects(), *(item for name in corpus.NAMES for item in corpus.load(name, "shop"))]
# A namespace has a transformation of its own, and an override makes a workload another size than the source's.
OBJECTS = [item for item in _ALL if key_of(item).group_kind != NAMESPACE and SCALE_OVERRIDE not in labels_of(item)]


@pytest.mark.parametrize("destination", ["shop", "shop-dr"])
@pytest.mark.parametrize("item", OBJECTS, ids=lambda item: f"{item['kind']}-{item['metadata']['name']}")
def test_transforming_twice_is_transforming_once(item: Object, destination: str) -> None:
    group_kind = key_of(item).group_kind
    once = transform(group_kind, item, Rules("shop", destination, scale_to_zero=False))
    assert transform(group_kind, once, Rules("shop", destination, scale_to_zero=False)) == once
