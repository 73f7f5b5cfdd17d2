"""`dr-syncer ...`: see `dr_syncer.cli.app`."""

from dr_syncer.cli.app import main

__all__ = ["main"]
