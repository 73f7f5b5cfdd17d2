"""Sandbox clusters: a small API server in memory, for the demo and for fast tests. It is not Kubernetes."""

from dr_syncer.sandbox.faults import Fault
from dr_syncer.sandbox.requests import Request
from dr_syncer.sandbox.sandbox import Sandbox

__all__ = ["Fault", "Request", "Sandbox"]
