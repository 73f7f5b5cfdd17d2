"""How an API server is reached: its address, a token and its certificate authority, as values and as a kubeconfig."""

import base64
import http.client
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import yaml

_REQUEST_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`server` is an https URL, `ca_file` holds the PEM certificates to trust."""

    server: str
    token: str
    ca_file: Path

    @classmethod
    def read(cls, kubeconfig: Path) -> Self:
        """The only cluster of a kubeconfig that `write_kubeconfig` or kind wrote; kind's has no token."""
        config: dict[str, Any] = yaml.safe_load(kubeconfig.read_text())
        cluster = config["clusters"][0]["cluster"]
        ca_file = Path(cluster.get("certificate-authority") or kubeconfig.with_suffix(".crt"))
        if embedded := cluster.get("certificate-authority-data"):
            ca_file.write_bytes(base64.b64decode(embedded))
        return cls(cluster["server"], config["users"][0]["user"].get("token", ""), ca_file)

    def write_kubeconfig(self, file: Path, name: str, certificate: Mapping[str, str] | None = None) -> None:
        """Write a kubeconfig whose cluster, user and current context are called `name`: the user has the token.

        `certificate` is a kubeconfig's user with a client certificate: the context `NAME-certificate` uses it.
        """
        cluster = {"server": self.server, "certificate-authority": str(self.ca_file)}
        users = {name: {"token": self.token}} | ({f"{name}-certificate": dict(certificate)} if certificate else {})
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": cluster}],
            "users": [{"name": user, "user": how} for user, how in users.items()],
            "contexts": [{"name": user, "context": {"cluster": name, "user": user}} for user in users],
            "current-context": name,
        }
        write_private(file, yaml.safe_dump(config).encode())

    def get(self, path: str, user_agent: str = "dr-syncer-tests") -> int:
        """The status code of a GET; OSError or HTTPException if there is no answer."""
        context = ssl.create_default_context(cafile=self.ca_file)
        # Plain http.client, because it heeds no proxy of the environment.
        connection = http.client.HTTPSConnection(
            urlsplit(self.server).netloc, timeout=_REQUEST_TIMEOUT, context=context
        )
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}", "User-Agent": user_agent})
            return connection.getresponse().status
        finally:
            connection.close()

    def ready(self) -> bool:
        """Whether /readyz answers 200 now."""
        try:
            return self.get("/readyz") == 200
        except (OSError, http.client.HTTPException):
            return False


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read; nobody sees half of it."""
    unfinished = file.with_name(f".{file.name}.partial")
    with open(unfinished, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as output:
        output.write(content)
    unfinished.replace(file)
