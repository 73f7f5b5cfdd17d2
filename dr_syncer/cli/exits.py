"""What the exit codes of `dr-syncer` mean."""

from enum import IntEnum

from dr_syncer.errors import DRSyncerError, InvalidInput, KubeconfigError, Refused


class Exit(IntEnum):
    """The documented exit codes."""

    DONE = 0
    FAILED = 1
    INVALID_INPUT = 2
    CLUSTER_UNUSABLE = 3
    SOMETHING_TO_DO = 4
    INTERRUPTED = 130


def exit_code(error: DRSyncerError) -> Exit:
    """The code for an error that ended a command."""
    if isinstance(error, InvalidInput | KubeconfigError):
        return Exit.INVALID_INPUT
    return Exit.FAILED if isinstance(error, Refused) else Exit.CLUSTER_UNUSABLE
