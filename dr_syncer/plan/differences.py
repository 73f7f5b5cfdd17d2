"""One changed field, and the comparison of two values field by field, for people to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str, ...]
"""Where a field is: `("spec", "template", "spec", "containers", "[web]", "image")`."""

HIDDEN = "(hidden)"
"""Stands for the values of Secrets in plans."""


@dataclass(frozen=True, slots=True, eq=True)
class FieldChange:
    """A field that an apply would change: `before` in the destination, `after` as wanted; None is "not there"."""

    path: Path
    before: Any
    after: Any

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def field(self) -> str:
        """The path as people write it: `spec.template.spec.containers[web].image`."""
        return ".".join(self.path).replace(".[", "[")

    def hidden(self) -> "FieldChange":
        """The change without its values."""
        return FieldChange(self.path, *(None if value is None else HIDDEN for value in (self.before, self.after)))


def compare(live: Any, wanted: Any, path: Path) -> Iterator[FieldChange]:
    """Every difference between two values owned as a whole; null and absent are the same."""
    if isinstance(live, dict) and isinstance(wanted, dict):
        for key in {**live, **wanted}:
            yield from compare(live.get(key), wanted.get(key), (*path, key))
    elif isinstance(live, list) and isinstance(wanted, list) and len(live) == len(wanted):
        for index, (one, other) in enumerate(zip(live, wanted, strict=True)):
            yield from compare(one, other, (*path, f"[{index}]"))
    elif live != wanted:
        yield FieldChange(path, live, wanted)
