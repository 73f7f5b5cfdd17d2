from typing import Any

import pytest

from dr_syncer.api import parse_spec
from dr_syncer.diagnosis import Category, Level
from dr_syncer.plan.build import build
from dr_syncer.plan.model import Snapshot
from dr_syncer.plan.rules import Rules

NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}


def rules(**fields: Any) -> Rules:
    clusters = {"sourceCluster": "prod", "destinationCluster": "dr", "sourceNamespace": "shop"}
    return Rules.of(parse_spec({**clusters, **fields}, "test"))


@pytest.mark.parametrize("fields", [{"pvcConfig": {"syncData": True}}])
def test_what_is_asked_for_and_not_done_is_in_the_plan(fields: dict[str, Any]) -> None:
    plan = build(rules(**fields), Snapshot(NAMESPACE, None, {}, {}))
    (finding,) = plan.findings
    assert (finding.category, finding.level) == (Category.NOT_HONOURED, Level.ERROR)
    assert next(iter(fields)) in finding.summary
    assert not plan.complete


@pytest.mark.parametrize("fields", [{}, {"pvcConfig": {"syncData": False}}])
def test_defaults_that_are_written_out_are_no_finding(fields: dict[str, Any]) -> None:
    assert rules(**fields).findings == ()
