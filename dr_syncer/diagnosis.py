"""What a person is told when something is not as it should be.

Every failure, skip and warning that a user sees is a `Diagnosis`. The plan makes them for objects it leaves alone, the
Kubernetes client for requests that were refused, the command line and the Prefect artifacts only print them.
Automations match on `category`, so its values are a contract: add to them, never rename one.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How much a diagnosis matters to the run it belongs to."""

    INFO = "info"
    """Something to know; the run did all it owed."""
    WARNING = "warning"
    """The run did what it could; a person should look."""
    ERROR = "error"
    """Something the run owed did not happen."""


class Category(StrEnum):
    """Stable codes of everything that can be diagnosed."""

    # Input that people write.
    INVALID_INPUT = "InvalidInput"
    INVALID_KUBECONFIG = "InvalidKubeconfig"
    UNKNOWN_RESOURCE_TYPE = "UnknownResourceType"
    NOT_HONOURED = "NotHonoured"

    # What an API server answers, or that it does not.
    UNREACHABLE = "Unreachable"
    NOT_IN_TIME = "NotInTime"
    UNAUTHORIZED = "Unauthorized"
    FORBIDDEN = "Forbidden"
    NOT_FOUND = "NotFound"
    CONFLICT = "Conflict"
    INVALID = "Invalid"
    QUOTA_EXCEEDED = "QuotaExceeded"
    ADMISSION_DENIED = "AdmissionDenied"
    TOO_MANY_REQUESTS = "TooManyRequests"
    GONE = "Gone"
    SERVER_ERROR = "ServerError"
    REQUEST_FAILED = "RequestFailed"
    EXEC_FAILED = "ExecFailed"

    # A replication as a whole.
    PAUSED = "Paused"
    SAME_NAMESPACE = "SameNamespace"
    SOURCE_NAMESPACE_MISSING = "SourceNamespaceMissing"
    DESTINATION_NAMESPACE_MISSING = "DestinationNamespaceMissing"
    NO_NAMESPACE_CHOSEN = "NoNamespaceChosen"
    LEFT_BEHIND = "LeftBehind"
    NAMESPACE_TERMINATING = "NamespaceTerminating"
    STORAGE_CLASS_NOT_FOUND = "StorageClassNotFound"
    VOLUME_TAKEN = "VolumeTaken"
    VOLUME_MISSING = "VolumeMissing"
    NO_BACKENDS = "NoBackends"
    NODE_PORT_TAKEN = "NodePortTaken"
    KIND_NOT_SERVED = "KindNotServed"
    DEFINITION_KEPT = "DefinitionKept"
    DISCOVERY_INCOMPLETE = "DiscoveryIncomplete"
    LIST_FAILED = "ListFailed"
    NOT_AT_ZERO = "NotAtZero"
    ALTERED = "Altered"
    IMMUTABLE = "Immutable"
    SHARED = "Shared"
    TRANSFORM_FAILED = "TransformFailed"
    TRANSFORM_UNUSED = "TransformUnused"
    DRIFTED = "Drifted"
    STILL_THERE = "StillThere"
    DUPLICATES = "Duplicates"

    # Why one object is left alone.
    IGNORED = "Ignored"
    NOT_SELECTED = "NotSelected"
    CONTROLLED = "Controlled"
    INJECTED = "Injected"
    FINISHED = "Finished"
    TERMINATING = "Terminating"
    LEFT_OVER = "LeftOver"
    PRUNE_HELD_BACK = "PruneHeldBack"
    DEPENDENCY_FAILED = "DependencyFailed"

    # Anything we did not foresee.
    INTERNAL = "Internal"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One finding: what happened, the facts behind it, and the way out.

    `summary` is one line of a table, `detail` the facts (never a secret's value), `resolution` what to do.
    """

    level: Level
    category: Category
    summary: str
    detail: str = ""
    resolution: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The diagnosis as plain JSON data, the shape used in artifacts, status and `--output json`."""
        return asdict(self)

    def __str__(self) -> str:
        return "\n  ".join(part for part in (self.summary, self.detail, self.resolution) if part)
