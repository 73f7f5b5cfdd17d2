"""The installed command `dr-syncer`, run as a user runs it."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dr_syncer.sandbox import Sandbox

_TIMEOUT = 100.0
COMMAND = Path(sys.executable).with_name("dr-syncer")


@dataclass(frozen=True)
class Result:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def run(*arguments: str | Path, **environment: str) -> Result:
    """Run the command to its end."""
    argv = [str(COMMAND), *map(str, arguments)]
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=PIPE, stderr=PIPE, env={**os.environ, "COLUMNS": "120", **environment}
    )
    async with asyncio.timeout(_TIMEOUT):
        out, err = await process.communicate()
    return Result(process.returncode or 0, out.decode(), err.decode())


def kubeconfig_of(sandbox: Sandbox, folder: Path) -> Path:
    file = folder / f"{sandbox.name}.kubeconfig"
    file.write_text(yaml.safe_dump(sandbox.kubeconfig()))
    return file


def manifest_of(source: Sandbox, destination: Sandbox, folder: Path, **spec: Any) -> Path:
    """A file with a Replication, its RemoteClusters and their Secrets."""
    group = "dr-syncer.io/v1alpha1"
    clusters = {"sourceCluster": "prod", "destinationCluster": "dr", "sourceNamespace": "shop"}
    documents: list[Any] = [
        {"apiVersion": group, "kind": "Replication", "metadata": {"name": "shop"}, "spec": {**clusters, **spec}}
    ]
    for name, sandbox in (("prod", source), ("dr", destination)):
        place = {"name": name, "namespace": "dr-syncer"}
        documents.append(
            {
                "apiVersion": group,
                "kind": "RemoteCluster",
                "metadata": {"name": name},
                "spec": {"kubeconfigSecretRef": place},
            }
        )
        text = yaml.safe_dump(sandbox.kubeconfig())
        documents.append({"apiVersion": "v1", "kind": "Secret", "metadata": place, "stringData": {"kubeconfig": text}})
    file = folder / "replication.yaml"
    file.write_text(yaml.safe_dump_all(documents))
    return file
