"""Where the programs are looked for, and in which order. Stand-ins for them: none is started here."""

import os
from pathlib import Path

import pytest

from tests.clusters import binaries, building, cache
from tests.clusters.errors import NoRealServers


def put(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def nothing_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_nothing_is_found_where_nothing_is() -> None:
    assert binaries.given() is None
    assert binaries.built() is None


def test_kubebuilder_assets_come_before_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(tmp_path / "path", *binaries.NAMES)
    assets = put(tmp_path / "assets", *binaries.NAMES)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(assets))
    found = binaries.given()
    assert found is not None
    assert found.kube_apiserver == assets / "kube-apiserver"


def test_kubebuilder_assets_that_lack_a_program_are_an_error_and_not_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(tmp_path / "path", *binaries.NAMES)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(put(tmp_path / "assets", "etcd")))
    with pytest.raises(NoRealServers, match="does not hold all of etcd, kube-apiserver, kubectl"):
        binaries.given()


def test_path_counts_only_when_it_has_all_three(tmp_path: Path) -> None:
    put(tmp_path / "path", "kubectl", "etcd")
    assert binaries.given() is None
    put(tmp_path / "path", "kube-apiserver")
    assert binaries.given() is not None


def test_an_earlier_build_is_used_and_nothing_is_built(tmp_path: Path) -> None:
    home = put(building.folder(cache.root()), *binaries.NAMES)
    lines: list[str] = []
    assert binaries.build(lines.append).etcd == home / "etcd"
    assert lines == []


def test_half_a_build_is_no_build() -> None:
    put(building.folder(cache.root()), "etcd", "kubectl")
    put(building.folder(cache.root()) / ".partial", "kube-apiserver")
    assert binaries.built() is None


def test_the_cache_is_outside_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert not cache.root().is_relative_to(Path(__file__).parents[2])
    assert cache.root() == Path(os.path.expanduser("~/.cache/dr-syncer"))
