"""That kubectl works against a sandbox: the demo invites people to use it.

Asserted: what each command reports and what it leaves in the cluster. Not asserted: that every answer is Kubernetes'
own, which test_like_a_real_server and test_word_for_word compare; column layouts.
"""

import asyncio
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.clusters import binaries

DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "nginx:1"}]},
        },
    },
}


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Kubectl:
    """The real kubectl, pointed at the sandbox, with a home of its own."""

    program: str
    kubeconfig: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, *arguments: str, stdin: Any = None, **environment: str) -> Ran:
        """Run it; `stdin` is an object that it reads as JSON."""
        process = await asyncio.create_subprocess_exec(
            self.program,
            "--kubeconfig",
            str(self.kubeconfig),
            *arguments,
            env={**self.environment, **environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(json.dumps(stdin).encode() if stdin else None)
        return Ran(process.returncode or 0, out.decode(), err.decode())

    async def does(self, *arguments: str, stdin: Any = None, **environment: str) -> str:
        """What a command that must succeed prints."""
        ran = await self(*arguments, stdin=stdin, **environment)
        assert ran.code == 0, (arguments, ran.err)
        return ran.out.strip()

    async def field(self, what: str, path: str) -> str:
        """One field of an object."""
        return await self.does("get", what, "-o", f"jsonpath={path}")


@pytest.fixture
def kubectl(kubeconfig: Path, tmp_path: Path) -> Kubectl:
    found = binaries.given() or binaries.built()
    program = str(found.kubectl) if found else shutil.which("kubectl")
    if program is None:
        pytest.skip("there is no kubectl")
    return Kubectl(program, kubeconfig, {"HOME": str(tmp_path), "PATH": os.environ["PATH"]})


@pytest.fixture
async def web(kubectl: Kubectl) -> Kubectl:
    """kubectl, after it applied a Deployment."""
    assert await kubectl.does("apply", "-f", "-", stdin=DEPLOYMENT) == "deployment.apps/web created"
    return kubectl


def changed(**spec: Any) -> dict[str, Any]:
    return {**DEPLOYMENT, "spec": {**DEPLOYMENT["spec"], **spec}}


async def test_it_says_that_it_is_no_kubernetes(kubectl: Kubectl) -> None:
    assert "dr-syncer-sandbox" in await kubectl.does("version")


async def test_it_lists_what_is_served(kubectl: Kubectl) -> None:
    assert {"configmaps", "deployments.apps"} <= set((await kubectl.does("api-resources", "-o", "name")).split())


async def test_it_explains_a_field(kubectl: Kubectl) -> None:
    assert "replicas <integer>" in await kubectl.does("explain", "deployment.spec.replicas")


async def test_it_creates_from_flags(kubectl: Kubectl) -> None:
    assert await kubectl.does("create", "namespace", "shop") == "namespace/shop created"
    await kubectl.does("-n", "shop", "create", "configmap", "settings", "--from-literal=colour=red")
    assert await kubectl.does("-n", "shop", "get", "cm", "settings", "-o", "jsonpath={.data.colour}") == "red"


async def test_it_prints_a_table_and_yaml(web: Kubectl) -> None:
    heads, row = (await web.does("get", "deployments")).splitlines()
    assert heads.split()[:2] == ["NAME", "READY"]
    assert row.split()[:2] == ["web", "0/1"]
    assert "kind: Deployment" in await web.does("get", "deploy", "web", "-o", "yaml")
    assert await web.does("get", "deploy", "-o", "name") == "deployment.apps/web"


async def test_it_applies_again_on_the_client_side(web: Kubectl) -> None:
    assert await web.does("apply", "-f", "-", stdin=DEPLOYMENT) == "deployment.apps/web unchanged"
    assert await web.does("apply", "-f", "-", stdin=changed(replicas=2)) == "deployment.apps/web configured"
    assert await web.field("deploy/web", "{.spec.replicas}") == "2"


async def test_it_shows_a_difference(web: Kubectl) -> None:
    assert (await web("diff", "-f", "-", stdin=DEPLOYMENT)).code == 0
    different = await web("diff", "-f", "-", stdin=changed(replicas=7))
    assert different.code == 1
    assert "+  replicas: 7" in different.out


async def test_a_conflict_of_managers_names_the_field(kubectl: Kubectl) -> None:
    await kubectl.does("apply", "--server-side", "--field-manager=one", "-f", "-", stdin=DEPLOYMENT)
    other = ("apply", "--server-side", "--field-manager=two", "-f", "-")
    refused = await kubectl(*other, stdin=changed(replicas=2))
    assert refused.code == 1
    assert 'conflict with "one": .spec.replicas' in refused.err
    assert await kubectl.field("deploy/web", "{.spec.replicas}") == "1"
    await kubectl.does(*other, "--force-conflicts", stdin=changed(replicas=2))
    assert await kubectl.field("deploy/web", "{.spec.replicas}") == "2"


@pytest.mark.parametrize(
    ("kind", "patch"),
    [
        ("merge", {"spec": {"replicas": 4}}),
        ("json", [{"op": "replace", "path": "/spec/replicas", "value": 4}]),
        ("strategic", {"spec": {"replicas": 4}}),
    ],
)
async def test_it_patches(web: Kubectl, kind: str, patch: Any) -> None:
    await web.does("patch", "deploy", "web", "--type", kind, "-p", json.dumps(patch))
    assert await web.field("deploy/web", "{.spec.replicas}") == "4"


async def test_it_edits(web: Kubectl) -> None:
    await web.does("edit", "deploy", "web", KUBE_EDITOR="sed -i s/nginx:1/nginx:2/")
    assert await web.field("deploy/web", "{.spec.template.spec.containers[0].image}") == "nginx:2"


async def test_its_short_commands_change_one_thing(web: Kubectl) -> None:
    await web.does("scale", "deploy", "web", "--replicas=3")
    await web.does("label", "deploy", "web", "tier=front")
    await web.does("annotate", "deploy", "web", "note=seen")
    await web.does("set", "image", "deploy/web", "web=nginx:3")
    what = "{.spec.replicas} {.metadata.labels.tier} {.metadata.annotations.note} "
    assert await web.field("deploy/web", f"{what}{{..image}}") == "3 front seen nginx:3"


async def test_it_waits_until_a_deletion_is_done(web: Kubectl) -> None:
    await web.does("delete", "deploy", "web")
    gone = await web("get", "deploy", "web")
    assert gone.err.strip() == 'Error from server (NotFound): deployments.apps "web" not found'


async def test_it_deletes_a_namespace_with_all_in_it(kubectl: Kubectl) -> None:
    await kubectl.does("create", "namespace", "shop")
    await kubectl.does("-n", "shop", "create", "configmap", "settings")
    assert await kubectl.does("delete", "namespace", "shop") == 'namespace "shop" deleted'
    assert "settings" not in await kubectl.does("get", "cm", "--all-namespaces")
