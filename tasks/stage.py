"""What all stages share: nothing is cached or stored; retries are the Kubernetes client's, which knows what is safe."""

import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

from dr_syncer.errors import DRSyncerError

P = ParamSpec("P")
R = TypeVar("R")


def stage(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A task of the replicate flow, by the name it has in the Prefect UI."""

    def decorate(function: Callable[P, R]) -> Task[P, R]:
        settings: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False, "log_prints": False}
        return task(name=name, **settings)(function)

    return decorate


class _Explained(logging.Filter):
    """Prefect logs a failed task with its traceback; what has a diagnosis is told by that instead."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, DRSyncerError):
            record.msg, record.args, record.exc_info = "%s", (error.diagnosis,), None
        return True


logging.getLogger("prefect.task_runs").addFilter(_Explained())
