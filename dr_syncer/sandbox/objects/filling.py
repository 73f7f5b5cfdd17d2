"""The one operation that defaults are made of."""

from typing import Any

from dr_syncer.objects import Object


def fill(item: Object, **defaults: Any) -> Object:
    """A new map with the defaults for what is absent or null; a default of None sets nothing."""
    missing = {key: value for key, value in defaults.items() if value is not None and item.get(key) is None}
    return {**item, **missing}
