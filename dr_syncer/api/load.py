"""Multi-document YAML in, models out: whatever is wrong in it is found here, all of it at once, and nowhere later.

Called by the command line, which reads files, and by whoever has a spec as plain data. The file may hold more than
ours, so that one file serves `kubectl apply` as well: other API groups are passed over, Secrets are kept for the
kubeconfigs in them.
"""

import base64
import binascii
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dr_syncer.api.cluster_mapping import ClusterMapping
from dr_syncer.api.names import API_VERSION, GROUP
from dr_syncer.api.problems import problems_of
from dr_syncer.api.remote_cluster import RemoteCluster
from dr_syncer.api.replication import Replication, ReplicationSpec
from dr_syncer.errors import InvalidInput, Problem
from dr_syncer.objects import Object

KINDS: dict[str, type[Replication] | type[RemoteCluster] | type[ClusterMapping]] = {
    "RemoteCluster": RemoteCluster,
    "ClusterMapping": ClusterMapping,
    "Replication": Replication,
    "NamespaceMapping": Replication,
}
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a file holds; Secrets as they are, and never shown."""

    replications: tuple[Replication, ...] = ()
    remote_clusters: tuple[RemoteCluster, ...] = ()
    cluster_mappings: tuple[ClusterMapping, ...] = ()
    secrets: tuple[Object, ...] = field(default=(), repr=False)


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a key given twice is a mistake, as it is for kubectl."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:merge" and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} is there twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


# Times stay the text that was written, as in JSON.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_documents(text: str, origin: str) -> Manifest:
    """The custom resources and Secrets in YAML `text`; raises InvalidInput that lists every mistake."""
    models: list[BaseModel] = []
    secrets: list[Object] = []
    problems: list[Problem] = []
    for place, document in _documents(text, origin):
        try:
            if document.get("kind") == "Secret" and document.get("apiVersion") == "v1":
                secrets.append(_named(document))
            elif (model := _model_of(document)) is not None:
                models.append(_validated(model, document))
        except InvalidInput as error:
            problems += [Problem(f"{place}: {one.path}", one.message, one.allowed) for one in error.problems]
    if problems:
        raise InvalidInput(f"{origin} has mistakes", tuple(problems), resolution="Correct them; nothing was done.")
    return Manifest(_of(Replication, models), _of(RemoteCluster, models), _of(ClusterMapping, models), tuple(secrets))


def parse_spec(fields: dict[str, Any], origin: str) -> ReplicationSpec:
    """A Replication's spec from plain data; raises InvalidInput that lists every mistake."""
    try:
        return ReplicationSpec.model_validate(fields)
    except ValidationError as error:
        raise InvalidInput(f"{origin} has mistakes", problems_of(error, ReplicationSpec, "spec")) from None


def secret_value(secret: Object, key: str) -> str:
    """The text under `key` in a Secret's data or stringData; raises InvalidInput, which never shows a value."""
    data, plain = secret.get("data") or {}, secret.get("stringData") or {}
    name = secret["metadata"]["name"]
    if key in plain:
        return str(plain[key])
    if key not in data:
        known = ", ".join(sorted({*data, *plain})) or "none"
        raise InvalidInput(f"Secret {name} has no key {key}", (Problem(f"data.{key}", "missing", known),))
    try:
        return base64.b64decode(data[key], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, TypeError, ValueError):
        problem = Problem(f"data.{key}", "not base64 of UTF-8 text; put plain text under stringData")
        raise InvalidInput(f"Secret {name} cannot be read", (problem,)) from None


def _documents(text: str, origin: str) -> Iterator[tuple[str, Object]]:
    """Every object in the text with its place for people; a List counts as what it holds."""
    for number, document in enumerate(_parsed(text, origin), 1):
        for item in _items(document):
            if not isinstance(item, dict):
                what = "a map with apiVersion, kind, metadata and spec"
                raise InvalidInput(f"{origin}: document {number} is no object", (Problem(f"document {number}", what),))
            yield _place(number, item), item


def _parsed(text: str, origin: str) -> list[Any]:
    try:
        # A SafeLoader underneath, which makes plain data only.
        return list(yaml.load_all(text, _Loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the file"
        # The error's own text would quote the file, which may hold secrets.
        problem = Problem(where, getattr(error, "problem", None) or "not YAML")
        raise InvalidInput(f"{origin} is not YAML", (problem,)) from None


def _items(document: Any) -> list[Any]:
    if document is None:
        return []
    if isinstance(document, dict) and document.get("kind") == "List":
        return list(document.get("items") or [])
    return [document]


def _place(number: int, document: Object) -> str:
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return f"{document['kind']} {name}" if name and document.get("kind") else f"document {number}"


def _model_of(document: Object) -> type[BaseModel] | None:
    """The model that reads a document, None for other groups; a kind or group that nearly is ours is a mistake."""
    api_version, kind = str(document.get("apiVersion", "")), str(document.get("kind", ""))
    if not api_version or not kind:
        missing = "kind" if api_version else "apiVersion"
        raise InvalidInput("no object", (Problem(missing, "missing"),))
    if api_version == API_VERSION:
        if kind not in KINDS:
            raise InvalidInput("unknown kind", (Problem("kind", f"{kind!r} is unknown", ", ".join(KINDS)),))
        return KINDS[kind]
    if api_version.startswith(GROUP) or kind in KINDS:
        raise InvalidInput("other group", (Problem("apiVersion", f"{api_version!r} is not read", API_VERSION),))
    return None


def _validated(model: type[BaseModel], document: Object) -> BaseModel:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise InvalidInput("mistakes", problems_of(error, model)) from None


def _named(secret: Object) -> Object:
    metadata = secret.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        raise InvalidInput("no name", (Problem("metadata.name", "missing"),))
    for part in ("data", "stringData"):
        if not isinstance(secret.get(part) or {}, dict):
            raise InvalidInput("no map", (Problem(part, "not a map of keys and values"),))
    return secret


def _of(model: type[_Model], models: list[BaseModel]) -> tuple[_Model, ...]:
    return tuple(one for one in models if isinstance(one, model))
