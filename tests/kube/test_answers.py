"""Asserted: every error answer becomes the exception that says what it means; none quotes a Secret."""

import json
from typing import Any

import pytest

from dr_syncer import errors
from dr_syncer.diagnosis import Category
from dr_syncer.kube.answers import Target, error_for


def answer(status: int, target: Target | None = None, **document: Any) -> errors.DRSyncerError:
    body = json.dumps({"kind": "Status", "message": "words of the server", **document}).encode()
    return error_for(status, body, target or Target("apply", "deployments.apps", "shop", "web"))


@pytest.mark.parametrize(
    ("status", "kind", "temporary"),
    [
        (400, errors.Invalid, False),
        (401, errors.Unauthorized, False),
        (403, errors.Forbidden, False),
        (404, errors.NotFound, False),
        (405, errors.RequestFailed, False),
        (409, errors.Conflict, True),
        (410, errors.Gone, False),
        (422, errors.Invalid, False),
        (429, errors.TooManyRequests, True),
        (500, errors.ServerError, True),
        (503, errors.ServerError, True),
    ],
)
def test_a_code_becomes_the_exception_that_means_it(
    status: int, kind: type[errors.DRSyncerError], temporary: bool
) -> None:
    error = answer(status)
    assert type(error) is kind
    assert isinstance(error, errors.TemporaryError) is temporary
    assert isinstance(error, errors.AnswerMixin)
    assert error.status == status


def test_an_error_names_what_was_tried_and_what_the_server_said() -> None:
    error = answer(409, reason="Conflict")
    assert str(error).splitlines() == ["apply deployments.apps shop/web: Conflict", "  words of the server"]


def test_a_forbidden_answer_names_verb_resource_and_namespace() -> None:
    error = answer(403)
    assert isinstance(error, errors.Forbidden)
    assert (error.verb, error.resource, error.namespace) == ("apply", "deployments.apps", "shop")
    assert "'apply' on deployments.apps in namespace shop" in error.diagnosis.resolution


def test_an_invalid_answer_lists_its_causes() -> None:
    causes = [{"field": "spec.replicas", "message": "Invalid value: -1", "reason": "FieldValueInvalid"}]
    error = answer(422, reason="Invalid", details={"causes": causes})
    assert isinstance(error, errors.Invalid)
    assert error.causes == (errors.Problem("spec.replicas", "Invalid value: -1"),)


def test_the_servers_words_about_a_secret_are_withheld() -> None:
    causes = [{"field": "data.key", "message": "Invalid value: hunter2", "reason": "FieldValueInvalid"}]
    error = answer(422, Target("apply", "secrets", "shop", "db"), message="hunter2", details={"causes": causes})
    assert isinstance(error, errors.Invalid)
    everything = f"{error!r} {error} {error.diagnosis} {error.message} {error.causes}"
    assert "hunter2" not in everything
    assert "data.key: FieldValueInvalid" in str(error)


def test_a_page_of_text_is_cut() -> None:
    assert len(error_for(502, b"x" * 10_000, Target("list")).diagnosis.detail) < 1000


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"null", b"\xff"])
def test_an_answer_that_is_no_status_is_still_explained(body: bytes) -> None:
    assert "HTTP 502" in str(error_for(502, body, Target("list", "pods")))


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Invalid value: -1: must be positive", "Invalid value: -1: must be positive"),
        ('Invalid value: "Web": must be lower case', 'Invalid value: "Web": must be lower case'),
        ('Invalid value: {"env":[{"value":"hunter2: x"}]}: field is immutable', "Invalid value: field is immutable"),
        ('Invalid value: v1.Spec{Env:"hunter2"}: field is immutable', "Invalid value: field is immutable"),
        (f'Invalid value: "hunter2{"x" * 60}": too long', "Invalid value: too long"),
        ("Required value", "Required value"),
        ("Forbidden: updates are refused: all of them", "Forbidden: updates are refused: all of them"),
    ],
)
def test_a_cause_keeps_its_reason_and_loses_a_large_value(message: str, shown: str) -> None:
    error = answer(422, details={"causes": [{"field": "spec", "message": message, "reason": "FieldValueInvalid"}]})
    assert isinstance(error, errors.Invalid)
    assert error.causes == (errors.Problem("spec", shown),)


def test_an_object_that_cannot_be_applied_is_not_the_servers_fault() -> None:
    said = "failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): duplicate entries for key"
    assert type(answer(500, message=said)) is errors.Invalid


@pytest.mark.parametrize(
    ("status", "message", "category", "named"),
    [
        (403, 'deployments "web" is forbidden: exceeded quota: small, requested: pods=3, used: pods=1, limited: pods=2',
         Category.QUOTA_EXCEEDED, "the quota small is exhausted"),
        (403, 'admission webhook "policy.example.com" denied the request: no latest tags',
         Category.ADMISSION_DENIED, "the webhook policy.example.com says no"),
        (422, "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'replicas' with binding 'b' denied",
         Category.ADMISSION_DENIED, "the admission policy replicas says no"),
        (403, 'pods "web" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
         Category.ADMISSION_DENIED, "the pod security level restricted:latest says no"),
        (403, 'configmaps "a" is forbidden: no new content in namespace shop because it is being terminated',
         Category.NAMESPACE_TERMINATING, "the namespace is being deleted"),
        (403, "just no", Category.FORBIDDEN, "not allowed"),
    ],
)  # fmt: skip
def test_common_refusals_are_recognised_and_tell_the_way_out(
    status: int, message: str, category: Category, named: str
) -> None:
    diagnosis = answer(status, message=message).diagnosis
    assert diagnosis.category is category
    assert diagnosis.summary == f"apply deployments.apps shop/web: {named}"
    assert diagnosis.resolution
