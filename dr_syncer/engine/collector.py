"""Python's cyclic garbage collector, held back while a run reads and plans.

Decoded JSON and plans hold no cycles, but every few hundred new dictionaries make the collector walk all of them
again: for 5,000 objects that is half of the time that an idle sync takes.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_back() -> Iterator[None]:
    """Collect nothing inside the block. Runs that overlap end it early for each other, which costs only time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
