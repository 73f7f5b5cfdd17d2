"""Fields whose zero Go does not write: false, 0 and the empty string are the same as nothing there."""

NOT_WRITTEN = {
    "count", "failureThreshold", "generation", "healthCheckNodePort", "hostIPC", "hostNetwork", "hostPID", "hostPort",
    "initialDelaySeconds", "minReadySeconds", "nodePort", "observedGeneration", "paused", "periodSeconds",
    "publishNotReadyAddresses", "readOnly", "stdin", "stdinOnce", "successThreshold", "timeoutSeconds", "tty",
    "value",
}  # fmt: skip
