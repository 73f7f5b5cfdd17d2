"""Where etcd, kube-apiserver and kubectl come from: KUBEBUILDER_ASSETS, else PATH, else built here once."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.clusters import building, cache
from tests.clusters.cache import Report
from tests.clusters.errors import NoRealServers

NAMES = ("etcd", "kube-apiserver", "kubectl")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The three programs, and in `origin` a word for people on where they were found."""

    etcd: Path
    kube_apiserver: Path
    kubectl: Path
    origin: str


def given() -> Binaries | None:
    """The programs that the user chose: KUBEBUILDER_ASSETS, which must then hold them all, or PATH."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets:
        found = _in_folder(Path(assets), f"KUBEBUILDER_ASSETS ({assets})")
        if found is None:
            raise NoRealServers(f"KUBEBUILDER_ASSETS is {assets}, which does not hold all of {', '.join(NAMES)}")
        return found
    return _collect(shutil.which, "PATH")


def built() -> Binaries | None:
    """The programs of an earlier build."""
    home = building.folder(cache.root())
    return _in_folder(home, f"a build of their Go modules ({home})")


def build(report: Report) -> Binaries:
    """The given or built programs; builds them if there are none."""
    if found := given() or built():
        return found
    building.build(cache.root(), report)
    if found := built():
        return found
    raise NoRealServers(f"the build left no programs in {building.folder(cache.root())}")


def _in_folder(folder: Path, origin: str) -> Binaries | None:
    return _collect(lambda name: shutil.which(name, path=str(folder)), origin)


def _collect(which: Callable[[str], str | None], origin: str) -> Binaries | None:
    match [Path(path) for name in NAMES if (path := which(name))]:
        case [etcd, kube_apiserver, kubectl]:
            return Binaries(etcd, kube_apiserver, kubectl, origin)
    return None
