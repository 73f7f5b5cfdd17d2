"""Plan: the ways into a real API server that kubeconfigs of platform engineers use.

Asserted, on real API servers only, for only they check a certificate: token, token file, client certificate, exec
plugin; what is told when one of them is wrong or may not do a thing; that warnings arrive. Not asserted: in-cluster
service accounts, which need a pod; cloud logins, which are exec plugins.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from dr_syncer import errors
from dr_syncer.kube import NAMESPACES, PODS, Cluster, Credentials, Resource, from_data, from_file
from dr_syncer.settings import Settings
from tests.clusters.certificates import client_certificate
from tests.clusters.fixtures import MARKER
from tests.clusters.pair import Cluster as RealCluster
from tests.clusters.pair import Pair

pytestmark = getattr(pytest.mark, MARKER)

ONCE = Settings(request_attempts=1)
SECRETS = Resource("", "v1", "secrets", "Secret")


@pytest.fixture
def server(real_pair: Pair) -> RealCluster:
    return real_pair.source


def with_user(server: RealCluster, user: dict[str, Any], **cluster: str) -> Credentials:
    config = cast(dict[str, Any], yaml.safe_load(server.kubeconfig.read_text()))
    config["users"] = [{"name": server.context, "user": user}]
    config["clusters"][0]["cluster"].update(cluster)
    return from_data(config, server.context)


async def namespaces(credentials: Credentials) -> list[str]:
    async with Cluster(credentials, ONCE) as cluster:
        return [item["metadata"]["name"] for item in (await cluster.list(NAMESPACES)).items]


async def test_a_token(server: RealCluster) -> None:
    assert "default" in await namespaces(from_file(server.kubeconfig))


async def test_a_client_certificate(server: RealCluster) -> None:
    assert "default" in await namespaces(from_file(server.kubeconfig, f"{server.context}-certificate"))


async def test_a_token_in_a_file(server: RealCluster, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(server.token)
    assert "default" in await namespaces(with_user(server, {"tokenFile": str(file)}))


async def test_a_token_from_an_exec_plugin(server: RealCluster, tmp_path: Path) -> None:
    version = "client.authentication.k8s.io/v1"
    credential = {"apiVersion": version, "kind": "ExecCredential", "status": {"token": server.token}}
    program = tmp_path / "plugin.py"
    program.write_text(f"print({json.dumps(json.dumps(credential))})")
    plugin = {"apiVersion": version, "command": sys.executable, "args": [str(program)], "env": None}
    assert "default" in await namespaces(with_user(server, {"exec": plugin}))


async def test_a_wrong_token_is_told(server: RealCluster) -> None:
    with pytest.raises(errors.Unauthorized):
        await namespaces(with_user(server, {"token": "wrong"}))


async def test_a_certificate_of_an_authority_that_the_server_does_not_trust_is_told(server: RealCluster) -> None:
    _, stranger = client_certificate("admin", "system:masters")
    with pytest.raises(errors.Unauthorized):
        await namespaces(with_user(server, stranger))


async def test_a_server_that_the_kubeconfig_does_not_trust_is_told(server: RealCluster) -> None:
    authority, _ = client_certificate("nobody", "none")
    credentials = with_user(
        server, {"token": server.token}, **{"certificate-authority-data": base64.b64encode(authority).decode()}
    )
    with pytest.raises(errors.Unreachable, match="certificate verify failed"):
        await namespaces(credentials)


async def test_what_a_user_may_not_do_is_told_with_verb_resource_and_namespace(server: RealCluster) -> None:
    async with Cluster(with_user(server, {}), ONCE) as nobody:  # without credentials: system:anonymous
        with pytest.raises(errors.Forbidden) as caught:
            await nobody.list(SECRETS, "default")
    said = caught.value
    assert (said.verb, said.resource, said.namespace) == ("list", "secrets", "default")
    assert said.diagnosis.resolution.startswith("Allow the verb 'list' on secrets in namespace default")


async def test_a_warning_of_the_server_arrives_with_the_object(server: RealCluster) -> None:
    env = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    pod = {"containers": [{"name": "web", "image": "web:1", "env": env}]}
    item = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "warned", "namespace": "default"}, "spec": pod}
    async with Cluster(from_file(server.kubeconfig), ONCE) as cluster:
        written = await cluster.create(PODS, item, dry_run=True)
    assert any("duplicates previous name" in warning or "hides previous" in warning for warning in written.warnings)
