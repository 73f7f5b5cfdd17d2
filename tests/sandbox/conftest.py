"""A running sandbox for the tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from dr_syncer.sandbox import Sandbox
from tests.clusters.endpoint import write_private


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox over TLS, as the demo has it."""
    async with Sandbox("sandbox") as running:
        yield running


@pytest.fixture
def kubeconfig(sandbox: Sandbox, tmp_path: Path) -> Path:
    """The file that leads to it."""
    file = tmp_path / "kubeconfig"
    write_private(file, yaml.safe_dump(sandbox.kubeconfig()).encode())
    return file
