"""The plan's I/O: read both clusters (`read`), carry a plan out (`apply`), wait for zero (`standby`), say what came
of it (`report`).

The Prefect tasks and the command line are two thin callers of these functions; no step exists in only one of them.
"""
