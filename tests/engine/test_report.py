"""Asserted: every form of a report tells the same truth, and stays readable when names and messages are not."""

import pytest

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.engine import markdown
from dr_syncer.engine.report import Outcome, Report, Status, Verdict
from dr_syncer.objects import GroupKind, ObjectKey

CONFIG_MAP = GroupKind("", "ConfigMap")


def finding(level: Level, summary: str = "odd") -> Diagnosis:
    return Diagnosis(level, Category.ALTERED, summary)


def outcome(name: str, status: Status, diagnosis: Diagnosis | None = None) -> Outcome:
    return Outcome(ObjectKey(CONFIG_MAP, "dr", name), status, diagnosis)


def report(*outcomes: Outcome, findings: tuple[Diagnosis, ...] = ()) -> Report:
    return Report("shop", "dr", outcomes, findings)


@pytest.mark.parametrize(
    ("levels", "verdict"),
    [
        ([], Verdict.COMPLETED),
        ([Level.INFO], Verdict.COMPLETED),
        ([Level.INFO, Level.WARNING], Verdict.WARNINGS),
        ([Level.WARNING, Level.ERROR], Verdict.FAILED),
    ],
)
def test_the_worst_level_is_the_verdict(levels: list[Level], verdict: Verdict) -> None:
    findings = tuple(finding(level) for level in levels)
    of_objects = report(*(outcome(str(n), Status.UPDATED, one) for n, one in enumerate(findings)))
    assert report(findings=findings).verdict is of_objects.verdict is verdict


def test_the_headline_counts_what_happened() -> None:
    one = report(outcome("a", Status.CREATED), outcome("b", Status.CREATED), outcome("c", Status.FAILED))
    assert one.headline() == "3 objects: 2 created, 1 failed"
    assert one.with_findings([finding(Level.ERROR)]).headline().endswith("1 problem with the whole")


def test_the_rows_say_why_objects_failed() -> None:
    failed = outcome("a", Status.FAILED, finding(Level.ERROR, "no quota"))
    (row,) = markdown.kind_rows(report(failed, outcome("b", Status.CREATED)))
    assert (row["kind"], row["created"], row["failed"], row["why"]) == ("ConfigMap", 1, 1, "a: no quota")


def test_words_from_outside_do_not_break_the_tables() -> None:
    failed = outcome("a", Status.FAILED, finding(Level.ERROR, "a | pipe\nand `code`"))
    text = markdown.of_report(report(failed))
    (row,) = [line for line in text.splitlines() if line.startswith("| ConfigMap")]
    assert row.endswith("| a: a \\| pipe and 'code' |")
    assert "**ConfigMap a** failed: a \\| pipe and 'code'" in text


def test_a_long_list_is_cut_and_says_so() -> None:
    failed = [outcome(str(number), Status.FAILED, finding(Level.ERROR)) for number in range(250)]
    assert "... and 50 more" in markdown.of_report(report(*failed))


def test_as_data_every_outcome_has_its_diagnosis() -> None:
    data = report(outcome("a", Status.FAILED, finding(Level.ERROR, "no quota"))).to_dict()
    assert data["verdict"] == "Failed"
    assert data["errorCategories"] == {"Altered": 1}
    (row,) = data["objects"]
    assert (row["kind"], row["name"], row["status"]) == ("ConfigMap", "a", "failed")
    assert row["diagnosis"]["summary"] == "no quota"
