"""One Kubernetes control plane of two programs, etcd and kube-apiserver: ready in about 5 s, 300 MB.

There is no kube-controller-manager, so a deleted namespace stays Terminating, nothing makes pods of a Deployment, and a
new namespace holds no ServiceAccount and no kube-root-ca.crt. Tests use a namespace of their own each.
"""

import secrets
import shutil
import socket
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.clusters import audit
from tests.clusters.binaries import Binaries
from tests.clusters.certificates import client_certificate
from tests.clusters.daemon import Daemon
from tests.clusters.endpoint import Endpoint, write_private
from tests.clusters.errors import NoRealServers, tail
from tests.clusters.server import Server

READY_TIMEOUT = 90.0
_POLL = 0.1
_LOOPBACK = "127.0.0.1"
_given_out: set[int] = set()


class ApiServer(Server):
    """An etcd and a kube-apiserver on free ports of the loopback interface; their data goes when they stop.

    `start()` returns at once and `wait_ready()` when it answers, so that two can start side by side. The token
    belongs to a member of system:masters.
    """

    def __init__(self, name: str, binaries: Binaries) -> None:
        self._binaries = binaries
        self._etcd_port, self._port = _free_ports(2)
        self._daemons: list[Daemon] = []
        self._certificate: dict[str, str] = {}
        home = Path(tempfile.mkdtemp(prefix=f"dr-syncer-{name}-"))
        token, ca_file = secrets.token_urlsafe(24), home / "certs" / "apiserver.crt"
        super().__init__(name, home, binaries.kubectl, Endpoint(f"https://{_LOOPBACK}:{self._port}", token, ca_file))

    def start(self) -> None:
        """Start both programs."""
        self._write_files()
        for argv in (self._etcd(), self._apiserver()):
            self._daemons.append(Daemon(argv, self.home / f"{Path(argv[0]).name}.log"))

    def wait_ready(self) -> None:
        """Wait until /readyz answers, then write the kubeconfig."""
        deadline = time.monotonic() + READY_TIMEOUT
        while not self.endpoint.ready():
            for daemon in self._daemons:
                daemon.check()
            if time.monotonic() > deadline:
                log = self.home / "kube-apiserver.log"
                raise NoRealServers(f"{self.name} was not ready after {READY_TIMEOUT:.0f} s", detail=tail(log))
            time.sleep(_POLL)
        self.endpoint.write_kubeconfig(self.kubeconfig, self.name, self._certificate)

    def stop(self) -> None:
        """End both programs, the API server first, and remove all that they stored."""
        while self._daemons:
            self._daemons.pop().stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def read_audit_log(self) -> bytes:
        """The audit log as it is now."""
        return (self.home / "audit.log").read_bytes()

    def _etcd(self) -> list[str]:
        clients = f"http://{_LOOPBACK}:{self._etcd_port}"
        return [
            str(self._binaries.etcd),
            "--data-dir=etcd",
            # The data is thrown away at the end: nothing is gained by waiting for the disk.
            "--unsafe-no-fsync",
            f"--listen-client-urls={clients}",
            f"--advertise-client-urls={clients}",
            f"--listen-peer-urls=http://{_LOOPBACK}:0",
        ]

    def _apiserver(self) -> list[str]:
        return [
            str(self._binaries.kube_apiserver),
            f"--etcd-servers=http://{_LOOPBACK}:{self._etcd_port}",
            f"--bind-address={_LOOPBACK}",
            f"--advertise-address={_LOOPBACK}",
            f"--secure-port={self._port}",
            "--cert-dir=certs",
            "--token-auth-file=tokens.csv",
            "--client-ca-file=client-ca.crt",
            "--authorization-mode=RBAC",
            "--allow-privileged=true",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=service-account.key",
            "--service-account-signing-key-file=service-account.key",
            # No kube-controller-manager makes the default ServiceAccount that this plugin asks for with every pod.
            "--disable-admission-plugins=ServiceAccount",
            # The address of the `kubernetes` Service cannot be a loopback one, and nobody uses that Service here.
            "--endpoint-reconciler-type=none",
            "--audit-policy-file=audit-policy.json",
            "--audit-log-path=audit.log",
            # In megabytes: a test that counts requests must not lose those before a rotation.
            "--audit-log-maxsize=100000",
        ]

    def _write_files(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_private(self.home / "service-account.key", key)
        write_private(self.home / "tokens.csv", f"{self.token},admin,admin,system:masters\n".encode())
        authority, self._certificate = client_certificate("admin", "system:masters")
        (self.home / "client-ca.crt").write_bytes(authority)
        (self.home / "audit-policy.json").write_text(audit.POLICY)


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, and that were not given out before: who got one may not listen on it yet."""
    with ExitStack() as held:
        free: list[int] = []
        while len(free) < count:
            port = held.enter_context(socket.create_server((_LOOPBACK, 0))).getsockname()[1]
            if port not in _given_out:
                free.append(port)
        _given_out.update(free)
        return free
