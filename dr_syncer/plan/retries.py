"""Which failures are tried again within a run, and after which pauses, as `retryConfig` and `failureHandling` say.

Pure; the flow hands the answers to Prefect, which waits and shows the tries. `FailFast`, when somebody wrote it, stops
the run at the failure; as a default it only means that trying again is pointless.
"""

from dr_syncer.api.durations import parse
from dr_syncer.api.replication import FailureHandling, FailureMode, RetryConfig
from dr_syncer.diagnosis import Category

_MOST = 50  # pauses that Prefect takes

_CAUSES = {
    Category.STORAGE_CLASS_NOT_FOUND: "storage_class_not_found",
    Category.NOT_FOUND: "resource_not_found",
    Category.KIND_NOT_SERVED: "resource_not_found",
    Category.INVALID: "validation_failure",
    Category.IMMUTABLE: "validation_failure",
    Category.ADMISSION_DENIED: "validation_failure",
    Category.TRANSFORM_FAILED: "validation_failure",
    Category.UNREACHABLE: "network_error",
    Category.TOO_MANY_REQUESTS: "network_error",
    Category.SERVER_ERROR: "network_error",
    Category.NOT_IN_TIME: "network_error",
}
# What no pause mends: a person has to act.
_POINTLESS = {
    Category.INVALID_INPUT,
    Category.INVALID_KUBECONFIG,
    Category.UNKNOWN_RESOURCE_TYPE,
    Category.SAME_NAMESPACE,
    Category.UNAUTHORIZED,
    Category.FORBIDDEN,
    Category.SOURCE_NAMESPACE_MISSING,
    Category.DESTINATION_NAMESPACE_MISSING,
    Category.NOT_HONOURED,
    Category.NOT_AT_ZERO,  # it was waited for already
    Category.PRUNE_HELD_BACK,
    Category.DEPENDENCY_FAILED,  # what it depends on decides
    Category.INTERNAL,
}


def pauses(config: RetryConfig) -> tuple[float, ...]:
    """Seconds before each further try."""
    pause, longest = parse(config.initial_backoff).total_seconds(), parse(config.max_backoff).total_seconds()
    found = []
    for _ in range(min(config.max_retries, _MOST)):
        found.append(min(pause, longest))
        pause *= config.backoff_multiplier / 100
    return tuple(found)


def is_retried(category: Category, handling: FailureHandling) -> bool:
    """Whether a failure of this category is tried again within the run."""
    return category not in _POINTLESS and _mode(category, handling)[0] in ("RetryAndWait", "RetryOnly")


def stops_the_run(category: Category, handling: FailureHandling) -> bool:
    """Whether somebody asked for the run to end at such a failure."""
    mode, chosen = _mode(category, handling)
    return mode == "FailFast" and chosen


def _mode(category: Category, handling: FailureHandling) -> tuple[FailureMode, bool]:
    field = _CAUSES.get(category, "default_mode")
    mode: FailureMode = getattr(handling, field)
    return mode, field in handling.model_fields_set
