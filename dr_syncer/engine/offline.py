"""A plan without clusters: from manifests in files to what a standby would be made of them.

For trying out rules of a spec, also in a pipeline. Called by `dr-syncer plan --offline`. Manifests are taken as they
are: what an API server would fill in is not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from dr_syncer.errors import InvalidInput, Problem
from dr_syncer.objects import GroupKind, Object, key_of
from dr_syncer.plan.build import build
from dr_syncer.plan.kinds import NAMESPACE
from dr_syncer.plan.model import Plan, Snapshot
from dr_syncer.plan.resolve import resolve
from dr_syncer.plan.rules import Rules

_SUFFIXES = {".yaml", ".yml", ".json"}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A kind that stands in a manifest, as discovery would tell it; nobody there knows its plural."""

    group_kind: GroupKind
    plural: str
    singular: str = ""
    short_names: tuple[str, ...] = ()
    namespaced: bool = True
    verbs: frozenset[str] = frozenset({"list", "create", "patch"})


def plan_offline(rules: Rules, path: Path) -> Plan:
    """What a first run would write if the manifests at `path` were the source; raises InvalidInput."""
    items = [_placed(item, rules.source) for item in _documents(path)]
    ours = [item for item in items if item["metadata"].get("namespace") == rules.source]
    namespace = next((item for item in items if _is_namespace(item, rules.source)), _bare_namespace(rules.source))
    seen = {key_of(item).group_kind for item in ours}
    served = [_Seen(one, f"{one.kind.lower()}s") for one in sorted(seen)]
    kinds = resolve(rules.resource_types, rules.further_resources, served, rules.mentioned)
    source = {kind.group_kind: tuple(i for i in ours if key_of(i).group_kind == kind.group_kind) for kind in kinds}
    return build(rules, Snapshot(namespace, None, source, dict.fromkeys(source, ()), kinds=kinds))


def _documents(path: Path) -> Iterator[Object]:
    if not path.exists():
        raise InvalidInput(f"{path} does not exist", (Problem("--offline", str(path)),))
    files = sorted(one for one in path.rglob("*") if one.suffix in _SUFFIXES) if path.is_dir() else [path]
    for file in files:
        yield from _in_file(file)


def _in_file(file: Path) -> Iterator[Object]:
    try:
        documents = list(yaml.safe_load_all(file.read_text()))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput(f"{file} cannot be read as YAML", (Problem("--offline", type(error).__name__),)) from None
    for number, document in enumerate((one for one in documents if one is not None), start=1):
        parts = document.get("items") if isinstance(document, dict) and document.get("kind") == "List" else [document]
        for part in parts or ():
            if not _is_object(part):
                raise InvalidInput(f"{file}: document {number} is no Kubernetes object: it lacks kind or metadata.name")
            yield part


def _is_object(part: object) -> bool:
    if not isinstance(part, dict) or not part.get("apiVersion") or not part.get("kind"):
        return False
    return isinstance(part.get("metadata"), dict) and bool(part["metadata"].get("name"))


def _placed(item: Object, namespace: str) -> Object:
    """The object in the namespace that it would be applied to."""
    if key_of(item).group_kind == NAMESPACE or "namespace" in item["metadata"]:
        return item
    return {**item, "metadata": {**item["metadata"], "namespace": namespace}}


def _is_namespace(item: Object, name: str) -> bool:
    return key_of(item).group_kind == NAMESPACE and item["metadata"]["name"] == name


def _bare_namespace(name: str) -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
