"""A box for values that must not travel through Prefect.

Prefect walks into the parameters and results of tasks to find futures, hashes them for caching and may store them. A
namespace of 5,000 objects, some of them Secrets, must not go that way; what is in a box is handed on unseen.
"""

from typing import Generic, TypeVar

T = TypeVar("T")


class Box(Generic[T]):
    """Holds one value; deliberately no dataclass, model or collection, which Prefect would open."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Box({type(self.value).__name__})"
