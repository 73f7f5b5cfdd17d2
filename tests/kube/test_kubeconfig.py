"""Asserted: every way to authenticate reaches the request's header, credentials that age are read again, and a
kubeconfig that cannot be used says why without quoting itself.

Client certificates are asserted where a server checks them, in `tests/apiserver/test_authentication.py`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from dr_syncer.errors import KubeconfigError
from dr_syncer.kube import Credentials, from_data, from_file, from_text
from dr_syncer.kube import kubeconfig as module


def config(user: dict[str, Any] | None = None, **cluster: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1", **cluster}}],
        "users": [{"name": "u", "user": user or {}}],
        "contexts": [{"name": "main", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "main",
    }


async def header(credentials: Credentials) -> str:
    """The Authorization header of a request now."""
    configuration = await credentials.load()
    return await sent(configuration)


async def sent(configuration: Any) -> str:
    settings = await configuration.auth_settings()
    return str(settings["BearerToken"]["value"]) if settings else ""


def plugin(tmp_path: Path, body: str) -> dict[str, Any]:
    """A user whose credentials come from an exec plugin: a Python program with this body."""
    program = tmp_path / "plugin.py"
    program.write_text(f"import json, sys, time\n{body}\n")
    version = "client.authentication.k8s.io/v1"
    return {"exec": {"apiVersion": version, "command": sys.executable, "args": [str(program)], "env": None}}


def credential(**status: str) -> str:
    document = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}
    return f"print({json.dumps(json.dumps(document))})"


async def test_a_token_is_sent() -> None:
    assert await header(from_data(config({"token": "t0"}))) == "Bearer t0"


async def test_user_and_password_are_sent() -> None:
    assert await header(from_data(config({"username": "a", "password": "b"}))) == "Basic YTpi"


async def test_an_exec_plugins_token_is_sent(tmp_path: Path) -> None:
    assert await header(from_data(config(plugin(tmp_path, credential(token="t1"))))) == "Bearer t1"


async def test_a_token_file_is_read_again_when_it_ages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "token"
    token.write_text("old")
    credentials = from_data(config({"tokenFile": str(token)}))
    configuration = await credentials.load()
    token.write_text("new")
    await credentials.renew()
    assert await sent(configuration) == "Bearer old"
    monkeypatch.setattr(module, "_TOKEN_FILE_AGE", -1.0)
    await credentials.renew()
    assert await sent(configuration) == "Bearer new"


async def test_a_refused_token_is_fetched_again_at_once(tmp_path: Path) -> None:
    counter = tmp_path / "count"
    body = f"""
count = len(open({str(counter)!r}, "a+").read() or "")
with open({str(counter)!r}) as f: count = len(f.read())
open({str(counter)!r}, "a").write("x")
print(json.dumps({{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
  "status": {{"token": f"t{{count}}", "expirationTimestamp": "2099-01-01T00:00:00Z"}}}}))
"""
    credentials = from_data(config(plugin(tmp_path, body)))
    configuration = await credentials.load()
    assert await sent(configuration) == "Bearer t0"
    await credentials.renew(force=True)
    assert await sent(configuration) == "Bearer t1"


@pytest.mark.parametrize("body", ["sys.exit(1)", "print('{}')", "print('nonsense')"])
async def test_an_exec_plugin_that_gives_nothing_is_named(tmp_path: Path, body: str) -> None:
    with pytest.raises(KubeconfigError, match="exec plugin"):
        await from_data(config(plugin(tmp_path, body))).load()


async def test_an_exec_plugin_that_hangs_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match=r"did not answer in 0.2 s"):
        await from_data(config(plugin(tmp_path, "time.sleep(30)")), timeout=0.2).load()


def test_a_missing_context_is_named() -> None:
    with pytest.raises(KubeconfigError, match="'elsewhere'"):
        from_data(config(), "elsewhere")


@pytest.mark.parametrize("text", ["", "[]", "just words", "a: [", "apiVersion: v1"])
def test_a_text_that_is_no_kubeconfig_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(KubeconfigError) as caught:
        from_text(text, origin="block prod")
    assert "block prod" in str(caught.value)
    assert text == "" or text not in str(caught.value).replace("apiVersion: v1", "")


def test_several_documents_are_told_apart_from_what_is_no_yaml(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("apiVersion: v1\n---\napiVersion: v1\n")
    with pytest.raises(KubeconfigError, match="holds several YAML documents"):
        from_text(file.read_text())
    with pytest.raises(KubeconfigError, match="holds several YAML documents"):
        from_file(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="does not exist"):
        from_file(tmp_path / "nowhere")


async def test_the_environments_kubeconfig_is_used_when_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config"
    file.write_text(json.dumps(config({"token": "t2"})))
    monkeypatch.setenv("KUBECONFIG", str(file))
    assert await header(from_file(None)) == "Bearer t2"


def test_without_any_kubeconfig_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "nowhere"))
    with pytest.raises(KubeconfigError, match="--source-kubeconfig"):
        from_file(None)
