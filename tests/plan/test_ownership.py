"""Asserted: who is named as the owner of a field, by the paths that people are shown."""

from typing import Any

import pytest

from dr_syncer.objects import Object
from dr_syncer.plan.differences import Path
from dr_syncer.plan.ownership import owned_fields, owners


def managed(*entries: tuple[str, str, Any]) -> Object:
    fields = [
        {"manager": name, "operation": operation, "apiVersion": "v1", "fieldsV1": trie}
        for name, operation, trie in entries
    ]
    return {"apiVersion": "v1", "metadata": {"managedFields": fields}}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (("spec", "replicas"), ["one"]),
        (("spec", "containers", "[web]", "image"), ["two"]),
        (("spec", "containers", "[web]"), ["two"]),
        (("spec", "containers", "[db]"), []),
        (("data", "key"), []),
    ],
)
def test_owners_are_found_by_the_path_that_is_shown(path: Path, names: list[str]) -> None:
    trie: Object = {"f:spec": {"f:containers": {".": {}, 'k:{"name":"web"}': {".": {}, "f:image": {}}}}}
    assert owners(managed(("one", "Update", {"f:spec": {"f:replicas": {}}}), ("two", "Update", trie)), path) == names


def test_our_fields_are_those_that_we_applied_in_the_version_that_was_read() -> None:
    trie: Object = {"f:data": {}}
    assert owned_fields(managed(("dr-syncer", "Apply", trie)), "dr-syncer") == trie
    assert owned_fields(managed(("dr-syncer", "Update", trie)), "dr-syncer") is None
    other_version = {**managed(("dr-syncer", "Apply", trie)), "apiVersion": "v2"}
    assert owned_fields(other_version, "dr-syncer") is None
    assert owned_fields({"apiVersion": "v1", "metadata": {}}, "dr-syncer") is None
