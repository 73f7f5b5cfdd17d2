"""Status conditions, in the shape that all of Kubernetes uses."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from dr_syncer.api.base import StatusModel


class Condition(StatusModel):
    """One aspect of the current state."""

    type: str
    """What the condition is about, in CamelCase."""
    status: Literal["True", "False", "Unknown"]
    """Whether it holds."""
    observed_generation: int | None = None
    """The metadata.generation that the condition was set for."""
    last_transition_time: datetime
    """When status last changed."""
    reason: str
    """Why, as one CamelCase word."""
    message: str = ""
    """Why, for people."""


Conditions: TypeAlias = Annotated[
    tuple[Condition, ...],
    Field(json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]}),
]
