"""What all stages share: nothing is cached or stored; retries are the Kubernetes client's, which knows what is safe."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

P = ParamSpec("P")
R = TypeVar("R")


def stage(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A task of the replicate flow, by the name it has in the Prefect UI."""

    def decorate(function: Callable[P, R]) -> Task[P, R]:
        settings: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False, "log_prints": False}
        return task(name=name, **settings)(function)

    return decorate
