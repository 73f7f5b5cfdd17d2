"""Plan: what the sandbox knows of Kubernetes is what a real server publishes; and the forms of values and bodies."""

import json
from pathlib import Path

import pytest

from dr_syncer.sandbox.objects import protobuf
from dr_syncer.sandbox.objects.quantities import one_form
from dr_syncer.schemas.schema import FILE
from tests.clusters.pair import Pair
from tests.sandbox.publish import published, rendered


async def test_the_schemas_are_those_of_the_real_api_server(real_pair: Pair) -> None:
    assert FILE.read_text() == rendered(await published(Path(real_pair.source.kubeconfig)))


def test_every_message_that_is_referred_to_is_there() -> None:
    messages = json.loads(protobuf.FILE.read_text())
    scalars = {"string", "bool", "bytes", "int32", "int64", "double"}
    kinds = {kind for fields in messages.values() for _, kind, _ in fields.values()}
    assert kinds - scalars - messages.keys() - protobuf.SPECIAL.keys() == set()


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("0.1", "100m"), (0.5, "500m"), (1, "1"), ("1000m", "1"), ("1500m", "1500m"), ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"), ("100k", "100k"), ("1000k", "1M"), ("0", "0"), ("1e3", "1e3"), ("2000", "2k"),
    ],
)  # fmt: skip
def test_a_quantity_is_stored_in_its_one_form(value: object, stored: str) -> None:
    assert one_form(value) == stored


@pytest.mark.parametrize("value", ["lots", "1.2.3", "", "1 Gi"])
def test_what_is_no_quantity_is_left_to_be_refused(value: str) -> None:
    assert one_form(value) == value


def field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def body(kind: bytes, content: bytes) -> bytes:
    return protobuf.MAGIC + field(1, field(1, b"v1") + field(2, kind)) + field(2, content)


def test_a_body_in_protobuf_is_read_without_what_go_writes_for_nothing() -> None:
    metadata = field(1, b"c") + field(3, b"") + bytes([7 << 3, 0])  # name, an empty namespace, generation 0
    data = field(2, field(1, b"key") + field(2, b"value"))
    assert protobuf.decoded(body(b"ConfigMap", field(1, metadata) + data)) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c"},
        "data": {"key": "value"},
    }


@pytest.mark.parametrize("content", [body(b"Unheard", b""), body(b"ConfigMap", b"\x0a\xff")[:-1]])
def test_a_body_in_protobuf_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"is not known|ends too early"):
        protobuf.decoded(content)
