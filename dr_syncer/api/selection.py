"""Which objects a rule of a replication means: by kind, name, label, field or JSONPath."""

import re
from functools import lru_cache
from typing import Annotated, Literal, Self, TypeAlias

import jsonpath
from pydantic import AfterValidator, Field, model_validator

from dr_syncer.api.base import Model


@lru_cache(maxsize=256)
def compiled_path(text: str) -> jsonpath.CompoundJSONPath | jsonpath.JSONPath:
    """A JSONPath (RFC 9535), ready to be asked."""
    return jsonpath.compile(text)


def _is_path(text: str) -> str:
    try:
        compiled_path(text)
    except jsonpath.JSONPathError as error:
        raise ValueError(f"{text!r} is no JSONPath: {error}") from None
    return text


def _is_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None
    return text


JsonPath: TypeAlias = Annotated[str, AfterValidator(_is_path)]
Pattern: TypeAlias = Annotated[str, AfterValidator(_is_pattern)]


class LabelRequirement(Model):
    """One condition on a label, as in Kubernetes' own selectors."""

    key: str = Field(min_length=1)
    """The label."""
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    """What must hold."""
    values: tuple[str, ...] = ()
    """The values of In and NotIn."""

    @model_validator(mode="after")
    def _values_fit(self) -> Self:
        if bool(self.values) != (self.operator in ("In", "NotIn")):
            raise ValueError(f"operator {self.operator} {'takes no' if self.values else 'needs'} values")
        return self


class LabelSelector(Model):
    """Labels that must all be there, and further conditions."""

    match_labels: dict[str, str] = Field(default_factory=dict)
    """Labels and their values."""
    match_expressions: tuple[LabelRequirement, ...] = ()
    """Further conditions."""


class ObjectFilter(Model):
    """A filter that an object fits when all that it names holds; what it leaves out does not matter."""

    resource_types: tuple[str, ...] = ()
    """Kinds, in any of the ways that resourceTypes takes them."""
    names: tuple[str, ...] = ()
    """Globs, of which the name must fit one, such as web-*."""
    name_pattern: Pattern | None = None
    """A regular expression that the whole name must fit."""
    label_selector: LabelSelector = LabelSelector()
    """What must hold of its labels."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Fields by their path, such as spec.type, and their values as text."""
    json_path: JsonPath | None = None
    """A JSONPath that must find something in the object."""


class SelectionConfig(Model):
    """Which objects of the replicated kinds are replicated."""

    include: tuple[ObjectFilter, ...] = ()
    """Only objects that fit one of these; left out, all."""
    exclude: tuple[ObjectFilter, ...] = ()
    """No object that fits one of these."""
    helm_releases: Literal["Copy", "Skip"] = "Copy"
    """Whether the Secrets and ConfigMaps in which Helm keeps its releases come along, so that helm knows them there."""
