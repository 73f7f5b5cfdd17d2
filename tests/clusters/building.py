"""Builds etcd, kube-apiserver and kubectl from their published Go modules, once, into the cache.

`modules/` holds a go.mod and go.sum for each of the two modules; Go checks every download against go.sum. A program is
built beside its final place and moved there when it is whole, so a killed build leaves nothing that looks ready.
"""

import hashlib
import platform
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.clusters import toolchain
from tests.clusters.cache import Report, locked
from tests.clusters.errors import NoRealServers, tail
from tests.clusters.toolchain import MODULES

_TIMEOUT = 3600.0
_PROGRESS = 15.0


def version(module: str) -> str:
    """The version that our go.mod files pin `module` at, such as "v1.34.4"."""
    for file in sorted(MODULES.glob("*/go.mod")):
        if found := re.search(rf"^\s*{re.escape(module)} (v\S+)", file.read_text(), re.MULTILINE):
            return found[1]
    raise LookupError(module)


def _stamp(kubernetes: str) -> str:
    """Linker flags that make the programs tell their version, which Kubernetes' own build does from its git tags."""
    major, minor, _ = kubernetes.removeprefix("v").split(".")
    values = {"gitVersion": kubernetes, "gitMajor": major, "gitMinor": minor}
    return "".join(f" -X k8s.io/component-base/version.{name}={value}" for name, value in values.items())


@dataclass(frozen=True, slots=True)
class Program:
    """One program to build: its module's folder below modules/, its Go package and its linker flags."""

    name: str
    folder: str
    package: str
    ldflags: str


KUBERNETES = version("k8s.io/kubernetes")
PROGRAMS = (
    Program("etcd", "etcd", "go.etcd.io/etcd/server/v3", "-s -w"),
    Program("kube-apiserver", "kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver", "-s -w" + _stamp(KUBERNETES)),
    Program("kubectl", "kubernetes", "k8s.io/kubernetes/cmd/kubectl", "-s -w" + _stamp(KUBERNETES)),
)


def folder(cache: Path) -> Path:
    """Where the programs go: a folder named after all that they are built from, so a change builds anew."""
    key = hashlib.sha256(f"{sys.platform} {platform.machine()} {PROGRAMS}".encode())
    for file in sorted(MODULES.glob("*/go.*")):
        key.update(file.read_bytes())
    return cache / f"kubernetes-{KUBERNETES}-{key.hexdigest()[:12]}"


def build(cache: Path, report: Report, programs: tuple[Program, ...] = PROGRAMS) -> Path:
    """Build those of `programs` that are not there yet (7 minutes for all, on two cores); return their folder."""
    home = folder(cache)
    if all((home / program.name).exists() for program in programs):
        return home
    home.mkdir(parents=True, exist_ok=True)
    with locked(home / ".lock", timeout=_TIMEOUT, report=report):
        missing = [program for program in programs if not (home / program.name).exists()]
        go = toolchain.go(cache, report) if missing else Path()
        for program in missing:
            _build(program, go, home, report)
    return home


def _build(program: Program, go: Path, home: Path, report: Report) -> None:
    partial = home / ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    output, log = partial / program.name, home / f"{program.name}.log"
    options = ["-mod=readonly", "-trimpath", "-ldflags", program.ldflags, "-o", str(output)]
    what = f"building {program.name} from {program.package} {version(program.package.split('/cmd/')[0])}"
    _run([str(go), "build", *options, program.package], MODULES / program.folder, log, what, report)
    output.replace(home / program.name)
    shutil.rmtree(partial)
    log.unlink()


def _run(command: list[str], cwd: Path, log: Path, what: str, report: Report) -> None:
    """Run a build to its end and report every few seconds that it still works."""
    started = time.monotonic()
    report(what)
    with log.open("wb") as stderr, subprocess.Popen(command, cwd=cwd, stdout=stderr, stderr=stderr) as process:
        try:
            while (code := _ended(process)) is None:
                elapsed = time.monotonic() - started
                report(f"{what}: {elapsed:.0f} s")
                if elapsed > _TIMEOUT:
                    raise NoRealServers(f"{what} took longer than {_TIMEOUT:.0f} s", detail=tail(log))
        finally:
            process.kill()
    if code != 0:
        raise NoRealServers(f"{what} failed with exit code {code}", detail=tail(log))
    report(f"{what}: done in {time.monotonic() - started:.0f} s")


def _ended(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(_PROGRESS)
    except subprocess.TimeoutExpired:
        return None
