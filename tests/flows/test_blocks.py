"""Plan: blocks refuse what cannot work without quoting it, store secrets as secrets, and open clusters."""

from typing import cast

import asyncssh
import pytest
import yaml
from prefect import get_client
from pydantic import SecretStr, ValidationError

from blocks import BLOCKS, Kubeconfig, SSHKeyPair
from blocks.commands import register_all
from tests.flows.running import Stage


@pytest.mark.parametrize("text", ["hush-hush", "apiVersion: v1\nkind: Config\n", "clusters: [hush-hush"])
def test_a_text_that_is_no_kubeconfig_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Kubeconfig(kubeconfig=SecretStr(text))
    assert "hush-hush" not in str(caught.value)


async def test_a_kubeconfig_block_opens_its_cluster(stage: Stage) -> None:
    block = Kubeconfig(kubeconfig=SecretStr(yaml.safe_dump(stage.source.kubeconfig())))
    await block.asave("opens", overwrite=True)
    loaded = cast(Kubeconfig, await Kubeconfig.aload("opens"))
    async with loaded.client() as cluster:
        assert await cluster.version() == "v1.34.0-dr-syncer-sandbox"
    assert stage.source.token not in repr(loaded) + str(loaded.model_dump())


@pytest.mark.usefixtures("prefect_server")
async def test_registering_brings_the_types_to_the_ui() -> None:
    await register_all()
    async with get_client() as client:
        slugs = {one.slug for one in await client.read_block_types()}
    assert {block.get_block_type_slug() for block in BLOCKS} <= slugs


def test_a_new_key_pair_is_ed25519_and_belongs_together() -> None:
    pair = SSHKeyPair.generate("dr-site")
    key = asyncssh.import_private_key(pair.private_key.get_secret_value())
    assert pair.public_key == key.export_public_key().decode().strip()
    assert pair.public_key.startswith("ssh-ed25519 ")
    assert pair.public_key.endswith(" dr-site")
    assert pair.fingerprint == key.get_fingerprint()


def test_a_public_key_is_derived_when_it_is_left_out() -> None:
    pair = SSHKeyPair.generate()
    assert SSHKeyPair(private_key=pair.private_key).public_key.split()[:2] == pair.public_key.split()[:2]


def test_a_public_key_of_another_pair_is_refused() -> None:
    one, other = SSHKeyPair.generate(), SSHKeyPair.generate()
    with pytest.raises(ValidationError, match="does not belong to private_key"):
        SSHKeyPair(private_key=one.private_key, public_key=other.public_key)


def test_a_private_key_that_cannot_be_used_is_refused_without_being_quoted() -> None:
    locked = (
        asyncssh.generate_private_key("ssh-ed25519").export_private_key("pkcs8-pem", passphrase="hush-hush").decode()
    )
    for text in ("hush-hush", locked):
        with pytest.raises(ValidationError, match="without a passphrase") as caught:
            SSHKeyPair(private_key=SecretStr(text))
        assert text not in str(caught.value)
        assert "hush-hush" not in str(caught.value)
