"""One kind cluster, for those who have Docker running and the `kind` command, and like complete clusters.

These have a kube-controller-manager and a node, so more happens in them than in an `ApiServer`: namespaces terminate, a
new one gets a ServiceAccount and kube-root-ca.crt, and Deployments make pods.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.clusters import audit
from tests.clusters.daemon import Daemon
from tests.clusters.endpoint import Endpoint
from tests.clusters.errors import NoRealServers
from tests.clusters.server import Server

CREATE_TIMEOUT = 600.0
_COMMAND_TIMEOUT = 120.0
_USER = "dr-syncer-tests"
_LOGS = "/var/log/kubernetes"
_POLICIES = "/etc/kubernetes/audit"


def available() -> bool:
    """Whether kind, kubectl and a Docker that runs are there."""
    if not all(map(shutil.which, ("kind", "kubectl", "docker"))):
        return False
    return subprocess.run(["docker", "info"], capture_output=True, timeout=_COMMAND_TIMEOUT).returncode == 0


class KindCluster(Server):
    """The kind cluster `dr-syncer-NAME`; the kubeconfig in the user's home is left alone."""

    def __init__(self, name: str) -> None:
        self._cluster = f"dr-syncer-{name}"
        home = Path(tempfile.mkdtemp(prefix=f"{self._cluster}-"))
        super().__init__(name, home, Path(shutil.which("kubectl") or "kubectl"), Endpoint("", "", home / "ca.crt"))
        self._admin = home / "admin"
        self._creation: Daemon | None = None

    def start(self) -> None:
        """Begin to create the cluster."""
        (self.home / "policy.json").write_text(audit.POLICY)
        config = self.home / "kind.json"
        config.write_text(json.dumps(_config(self.home / "policy.json")))
        self._creation = Daemon([*self._kind("create"), "--config", str(config), "--wait=5m"], self.home / "kind.log")

    def wait_ready(self) -> None:
        """Wait for the creation to end; then make a user with a token."""
        if self._creation is None or not self._creation.finished(CREATE_TIMEOUT):
            raise NoRealServers(f"kind has not created {self._cluster} after {CREATE_TIMEOUT:.0f} s")
        admin = Endpoint.read(self._admin)
        self._kubectl("create", "serviceaccount", _USER)
        binding = ["--clusterrole=cluster-admin", f"--serviceaccount=default:{_USER}"]
        self._kubectl("create", "clusterrolebinding", _USER, *binding)
        token = self._kubectl("create", "token", _USER, "--duration=24h").decode().strip()
        self.endpoint = Endpoint(admin.server, token, admin.ca_file)
        certificate = yaml.safe_load(self._admin.read_text())["users"][0]["user"]
        self.endpoint.write_kubeconfig(self.kubeconfig, self.name, certificate)

    def stop(self) -> None:
        """Delete the cluster."""
        if self._creation:
            self._creation.stop()
        subprocess.run(self._kind("delete"), capture_output=True, timeout=_COMMAND_TIMEOUT)
        shutil.rmtree(self.home, ignore_errors=True)

    def read_audit_log(self) -> bytes:
        """The audit log as it is now."""
        return _output(["docker", "exec", f"{self._cluster}-control-plane", "cat", f"{_LOGS}/audit.log"])

    def _kind(self, verb: str) -> list[str]:
        kind = shutil.which("kind") or "kind"
        return [kind, verb, "cluster", "--name", self._cluster, "--kubeconfig", str(self._admin)]

    def _kubectl(self, *arguments: str) -> bytes:
        return _output([str(self.kubectl), "--kubeconfig", str(self._admin), "--namespace=default", *arguments])


def _output(command: list[str]) -> bytes:
    done = subprocess.run(command, capture_output=True, timeout=_COMMAND_TIMEOUT)
    if done.returncode != 0:
        raise NoRealServers(f"{command[0]} failed", detail=done.stderr.decode(errors="replace").strip())
    return done.stdout


def _config(policy: Path) -> dict[str, Any]:
    """A cluster of one node whose API server keeps an audit log by our policy."""
    audited = {
        "kind": "ClusterConfiguration",
        "apiServer": {
            "extraArgs": {
                "audit-log-path": f"{_LOGS}/audit.log",
                "audit-policy-file": f"{_POLICIES}/policy.json",
            },
            "extraVolumes": [
                {"name": "audit-logs", "hostPath": _LOGS, "mountPath": _LOGS, "pathType": "DirectoryOrCreate"},
                {"name": "audit-policies", "hostPath": _POLICIES, "mountPath": _POLICIES, "readOnly": True},
            ],
        },
    }
    node = {
        "role": "control-plane",
        "kubeadmConfigPatches": [json.dumps(audited)],
        "extraMounts": [{"hostPath": str(policy), "containerPath": f"{_POLICIES}/policy.json", "readOnly": True}],
    }
    return {"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4", "nodes": [node]}
