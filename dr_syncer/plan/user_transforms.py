"""The changes that a spec's own rules make to an object, after everything else is settled."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dr_syncer.api.replication import NameMapping
from dr_syncer.api.transforms import Transform
from dr_syncer.objects import GroupKind, Object
from dr_syncer.plan.duplicates import POD_SPECS
from dr_syncer.plan.edits import at
from dr_syncer.plan.filters import fits
from dr_syncer.schemas.patches import PatchFailed, json_patch, merge_patch, strategic_merge
from dr_syncer.schemas.schema import ANYTHING, schema_of

IMAGES = "imageMappings"


class TransformFailed(Exception):
    """A rule cannot be applied to an object; the text says which and why, without values."""


@dataclass(frozen=True, slots=True)
class Transformed:
    """The object after the rules, the names of those that changed it, and of those that were meant for it."""

    item: Object
    by: tuple[str, ...]
    fitting: frozenset[str]


def transformed(
    wanted: Object,
    source: Object,
    kind_names: Collection[str],
    rules: Iterable[Transform],
    images: Iterable[NameMapping],
) -> Transformed:
    """`wanted` as the rules that fit the source object make it; raises TransformFailed."""
    by, fitting = [], set()
    after = _with_images(wanted, tuple(images))
    if after is not wanted:
        by.append(IMAGES)
    for rule in rules:
        if fits(rule.target, source, kind_names):
            fitting.add(rule.name)
            before, after = after, _applied(rule, after)
            if after != before:
                by.append(rule.name)
    return Transformed(after, tuple(by), frozenset(fitting))


def _applied(rule: Transform, item: Object) -> Object:
    identity = _identity(item)
    try:
        result = _patched(rule, item)
    except PatchFailed as error:
        raise TransformFailed(f"transform {rule.name} does not apply: {str(error).rpartition(': ')[2]}") from None
    if not isinstance(result, dict) or not isinstance(result.get("metadata"), dict) or _identity(result) != identity:
        raise TransformFailed(f"transform {rule.name} would make it another object: kind, name and namespace stay")
    return _without_notes(rule, result) if rule.removes else result


def _identity(item: Object) -> tuple[object, ...]:
    metadata = item["metadata"]
    return item.get("apiVersion"), item.get("kind"), metadata.get("name"), metadata.get("namespace")


def _patched(rule: Transform, item: Object) -> Object:
    if rule.json_patch:
        operations = [one.model_dump(by_alias=True, exclude_unset=True) for one in rule.json_patch]
        item = json_patch(item, operations)
    if rule.merge_patch:
        item = merge_patch(item, rule.merge_patch)
    if rule.strategic_merge_patch:
        group, _, version = str(item["apiVersion"]).rpartition("/")
        schema = schema_of(GroupKind(group, item["kind"]), version) or ANYTHING
        item = strategic_merge(item, rule.strategic_merge_patch, schema)
    return item


def _without_notes(rule: Transform, item: Object) -> Object:
    metadata = dict(item["metadata"])
    for name, globs in (("labels", rule.remove_labels), ("annotations", rule.remove_annotations)):
        kept = {k: v for k, v in (metadata.pop(name, None) or {}).items() if not _fits_one(k, globs)}
        metadata |= {name: kept} if kept else {}
    return {**item, "metadata": metadata}


def _fits_one(key: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(key, glob) for glob in globs)


def _with_images(item: Object, mappings: tuple[NameMapping, ...]) -> Object:
    group_kind = GroupKind(str(item["apiVersion"]).rpartition("/")[0], item["kind"])
    path = POD_SPECS.get(group_kind)
    if not mappings or path is None:
        return item
    changed = at(item, path, lambda pod: _pod_with_images(pod, mappings))
    return item if changed == item else changed


def _pod_with_images(pod: Object, mappings: tuple[NameMapping, ...]) -> Object:
    containers = {
        name: [{**one, "image": image_of(one["image"], mappings)} if one.get("image") else one for one in pod[name]]
        for name in ("containers", "initContainers")
        if pod.get(name)
    }
    return {**pod, **containers}


def image_of(image: str, mappings: Iterable[NameMapping]) -> str:
    """The image as the first mapping that fits has it: its start is replaced, as written or with its registry in full.

    `nginx:1` is `docker.io/library/nginx:1` in full.
    """
    for mapping in mappings:
        for form in (image, _in_full(image)):
            if form.startswith(mapping.from_):
                return mapping.to + form.removeprefix(mapping.from_)
    return image


def _in_full(image: str) -> str:
    first, slash, _ = image.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return image
    return f"docker.io/{image}" if slash else f"docker.io/library/{image}"
