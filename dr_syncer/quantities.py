"""Kubernetes quantities (`1Gi`, `1500m`), compared by value."""

from kubernetes.utils.quantity import parse_quantity


def is_less(one: str, other: str) -> bool:
    """Whether `one` is a smaller quantity than `other`."""
    return bool(parse_quantity(one) < parse_quantity(other))
