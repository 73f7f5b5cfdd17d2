"""An SSH key pair as a Prefect block: one layer of the keys that volume data travels under."""

from typing import Any, Self

import asyncssh
from prefect.blocks.core import Block
from pydantic import Field, SecretStr, model_validator


class SSHKeyPair(Block):
    """An SSH key pair in OpenSSH format, the private key stored encrypted.

    Example:
        await SSHKeyPair.generate("dr-site to prod agents").save("prod-agents")
    """

    _block_type_name = "SSH Key Pair"
    _block_type_slug = "dr-syncer-ssh-key-pair"
    _description = "A key pair that DR Syncer's data plane authenticates with."

    private_key: SecretStr = Field(description="The private key in OpenSSH format, without a passphrase.")
    public_key: str = Field(default="", description="The public key line; derived from the private key when empty.")

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        public = _export_public(_import(self.private_key.get_secret_value()))
        if self.public_key and self.public_key.split()[:2] != public.split()[:2]:
            raise ValueError("public_key does not belong to private_key; leave it empty to derive it")
        self.public_key = self.public_key or public
        return self

    @classmethod
    def generate(cls, comment: str = "dr-syncer") -> Self:
        """A new Ed25519 pair; `comment` ends the public key line and tells people what it is for."""
        key = asyncssh.generate_private_key("ssh-ed25519", comment=comment)
        return cls(private_key=SecretStr(key.export_private_key().decode()), public_key=_export_public(key))

    @property
    def fingerprint(self) -> str:
        """What `ssh-keygen -l` prints for it: `SHA256:...`."""
        fingerprint: str = _import(self.private_key.get_secret_value()).get_fingerprint()
        return fingerprint


def _import(text: str) -> Any:
    try:
        return asyncssh.import_private_key(text)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise ValueError("private_key is not an OpenSSH private key without a passphrase") from None


def _export_public(key: Any) -> str:
    line: bytes = key.export_public_key()
    return line.decode().strip()
