"""Makes `messages.json`: `python -m tests.sandbox.publish_messages`, after `python -m tests.clusters build`.

The field numbers of Kubernetes' protobuf messages are in the `generated.proto` files of the Go modules that the build
has fetched. Kept are the messages that the sandbox's kinds reach.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from dr_syncer.sandbox.objects.protobuf import FILE, Messages
from dr_syncer.schemas.schema import built_in, definitions

_MODULES = Path(__file__).parents[1] / "clusters" / "modules" / "kubernetes"
_MESSAGE = re.compile(r"^message (\w+) \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s*(optional|repeated|map<string, ?([.\w]+)>) ?([.\w]*) (\w+) = (\d+)", re.MULTILINE)
_SCALARS = {"string", "bool", "bytes", "int32", "int64", "double"}
_EXTRA = ("authorization.v1.SelfSubjectAccessReview", "meta.v1.DeleteOptions")


def published() -> Messages:
    """The messages that the built-in kinds reach."""
    everything: Messages = {}
    for module in ("k8s.io/api", "k8s.io/apimachinery", "k8s.io/apiextensions-apiserver"):
        for file in _folder(module).rglob("generated.proto"):
            everything |= _read(file.read_text())
    names = {
        _short(f"k8s.io.api.{group.split('.')[0] or 'core'}.{version}.{kind}") for group, version, kind in built_in()
    }
    found, waiting = {}, [*names, *_EXTRA]
    while waiting:
        name = waiting.pop()
        if name in everything and name not in found:
            found[name] = everything[name]
            waiting += [kind for _, kind, _ in everything[name].values()]
    return dict(sorted(found.items()))


def _folder(module: str) -> Path:
    argv = ["go", "list", "-m", "-f", "{{.Dir}}", module]
    return Path(subprocess.run(argv, cwd=_MODULES, check=True, capture_output=True, text=True).stdout.strip())


def _read(text: str) -> Messages:
    text = re.sub(r"//.*", "", text)
    match = re.search(r"^package ([\w.]+);", text, re.MULTILINE)
    assert match is not None
    package = match[1]
    return {
        _short(f"{package}.{name}"): _fields_of(_short(f"{package}.{name}"), body, package)
        for name, body in _MESSAGE.findall(text)
    }


def _fields_of(message: str, body: str, package: str) -> dict[str, list[str]]:
    fields = {}
    for label, mapped, kind, name, number in _FIELD.findall(body):
        form = "@" if mapped else "*" if label == "repeated" else ""
        fields[number] = [_json_name(message, name), _kind(mapped or kind, package), form]
    return fields


def _kind(kind: str, package: str) -> str:
    if kind in _SCALARS:
        return kind
    return _short(kind.lstrip(".") if "." in kind else f"{package}.{kind}")


def _json_name(message: str, name: str) -> str:
    """The field's name in JSON, where it has one; some are written with another first letter."""
    properties = definitions().get(message, {}).get("properties")
    if properties is None or name in properties:
        return name
    return next((one for one in properties if one.lower() == name.lower()), "")


def _short(name: str) -> str:
    for prefix in (
        "k8s.io.apimachinery.pkg.apis.",
        "k8s.io.apimachinery.pkg.",
        "k8s.io.apiextensions_apiserver.pkg.apis.",
        "k8s.io.api.",
    ):
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def main() -> None:
    """Write the file."""
    lines = [f"{json.dumps(name)}:{json.dumps(fields, separators=(',', ':'))}" for name, fields in published().items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    sys.stdout.write(f"{len(lines)} messages in {FILE.name}\n")


if __name__ == "__main__":
    main()
