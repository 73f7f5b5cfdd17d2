"""Changes that users want made to objects on their way to the standby."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from dr_syncer.api.base import Model
from dr_syncer.api.selection import ObjectFilter

_FIXED = ("/apiVersion", "/kind", "/metadata/name", "/metadata/namespace")


class JsonPatchOperation(Model):
    """One operation of a JSON patch (RFC 6902)."""

    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    """What is done."""
    path: str = Field(pattern="^/")
    """Where, as a JSON pointer."""
    from_: str | None = Field(default=None, alias="from", pattern="^/")
    """Where from, of move and copy."""
    value: Any = None
    """The value of add, replace and test."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.from_ is not None) != (self.op in ("move", "copy")):
            raise ValueError(f"operation {self.op} {'takes no' if self.from_ else 'needs'} from")
        if self.path in _FIXED and self.op != "test":
            raise ValueError(f"{self.path} says which object this is, and cannot be changed")
        return self


class Transform(Model):
    """A rule: which objects it means, and what it changes in them. Rules apply in order, after all else is settled."""

    name: str = Field(min_length=1, max_length=63)
    """What the rule is called in plans."""
    target: ObjectFilter = ObjectFilter()
    """The objects that it changes; left out, all."""
    json_patch: tuple[JsonPatchOperation, ...] = ()
    """A JSON patch (RFC 6902); an object to which it does not apply fails."""
    merge_patch: dict[str, Any] = Field(default_factory=dict)
    """A JSON merge patch (RFC 7386): maps merge, null removes."""
    strategic_merge_patch: dict[str, Any] = Field(default_factory=dict)
    """A strategic merge patch, as kubectl patch sends it: lists of containers and the like merge by name."""
    remove_labels: tuple[str, ...] = ()
    """Globs of labels that are removed."""
    remove_annotations: tuple[str, ...] = ()
    """Globs of annotations that are removed."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not (self.json_patch or self.merge_patch or self.strategic_merge_patch or self.removes):
            raise ValueError("the rule changes nothing: give it a patch, removeLabels or removeAnnotations")
        return self

    @property
    def removes(self) -> bool:
        """Whether it removes labels or annotations."""
        return bool(self.remove_labels or self.remove_annotations)
