"""Reading an audit log: which requests count as writes, and how they are told."""

import json
from typing import Any

import pytest

from tests.clusters import audit

CONFIG_MAP = {"resource": "configmaps", "namespace": "shop", "name": "web"}


def line(verb: str, ref: dict[str, str] | None, uri: str = "/", code: int = 200) -> str:
    event: dict[str, Any] = {"verb": verb, "requestURI": uri, "userAgent": "test", "responseStatus": {"code": code}}
    return json.dumps(event | ({"objectRef": ref} if ref else {}))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (line("patch", CONFIG_MAP), "patch configmaps shop/web"),
        (line("create", CONFIG_MAP, code=409), "create configmaps shop/web (409)"),
        (line("patch", CONFIG_MAP, "/x?dryRun=All&force=true"), "patch configmaps shop/web (dry run)"),
        (line("update", CONFIG_MAP, "/x?dryRun=All", 422), "update configmaps shop/web (dry run, 422)"),
        (line("update", CONFIG_MAP | {"subresource": "status"}), "update configmaps/status shop/web"),
        (line("delete", {"resource": "namespaces", "namespace": "shop", "name": "shop"}), "delete namespaces shop"),
        (line("deletecollection", {"resource": "secrets", "namespace": "shop"}), "deletecollection secrets shop"),
    ],
)
def test_a_write_is_told_in_one_line(written: str, told: str) -> None:
    assert audit.writes([audit.parse(written)]) == [told]


@pytest.mark.parametrize("verb", ["get", "list", "watch"])
def test_reads_are_no_writes(verb: str) -> None:
    assert audit.writes([audit.parse(line(verb, CONFIG_MAP))]) == []


@pytest.mark.parametrize(
    ("group", "resource"),
    [("authorization.k8s.io", "selfsubjectaccessreviews"), ("authentication.k8s.io", "tokenreviews")],
)
def test_a_review_is_created_but_stores_nothing(group: str, resource: str) -> None:
    assert audit.writes([audit.parse(line("create", {"apiGroup": group, "resource": resource}))]) == []


def test_a_request_for_no_resource_is_no_write() -> None:
    assert audit.writes([audit.parse(line("get", None, "/version")), audit.parse(line("create", None, "/odd"))]) == []
