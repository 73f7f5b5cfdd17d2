"""What all models share: camelCase names, no unknown fields, and types that take no value for another.

The YAML types are meant as Kubernetes means them: `"2222"` is no number and `yes` in quotes no boolean. A null is a
field left out.
"""

from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

Bool: TypeAlias = Annotated[bool, Strict()]
Int: TypeAlias = Annotated[int, Strict(), Field(json_schema_extra={"format": "int32"})]
Name: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
]
Namespace: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
]
Percent: TypeAlias = Annotated[int, Strict(), Field(ge=1, le=100, json_schema_extra={"format": "int32"})]


class Model(BaseModel):
    """A part of a spec."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None}


class StatusModel(Model):
    """A part of a status: what a newer controller has added to it does not stop an older reader."""

    model_config = ConfigDict(extra="ignore")


class Metadata(Model):
    """The metadata we read; all else that an API server puts there is left alone."""

    model_config = ConfigDict(extra="allow")

    name: Name
    namespace: Namespace | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)


class SecretRef(Model):
    """A Secret by name and namespace."""

    name: Name
    """Name of the Secret."""
    namespace: Namespace
    """Namespace of the Secret."""
