"""A kubeconfig as a Prefect block: the way every scheduled run reaches its clusters."""

from prefect.blocks.core import Block
from pydantic import Field, SecretStr, field_validator

from dr_syncer.errors import KubeconfigError
from dr_syncer.kube import Cluster, from_text
from dr_syncer.settings import Settings


class Kubeconfig(Block):
    """A cluster's kubeconfig, stored encrypted.

    The file must be complete in itself: certificates as `...-data`, since files and exec plugins of one machine are
    not on another.

    Example:
        async with (await Kubeconfig.load("prod")).client() as cluster:
            print(await cluster.version())
    """

    _block_type_name = "Kubeconfig"
    _block_type_slug = "dr-syncer-kubeconfig"
    _description = "A Kubernetes cluster that DR Syncer reads from or writes to."

    kubeconfig: SecretStr = Field(description="The text of a kubeconfig file, YAML or JSON.")
    context: str | None = Field(default=None, description="The context to use; none is the file's current context.")

    @field_validator("kubeconfig")
    @classmethod
    def _usable(cls, value: SecretStr) -> SecretStr:
        try:
            from_text(value.get_secret_value())
        except KubeconfigError as error:
            raise ValueError(error.diagnosis.summary) from None
        return value

    def client(self, settings: Settings | None = None) -> Cluster:
        """The cluster, to be opened with `async with`; raises KubeconfigError when the kubeconfig cannot be used."""
        name = self._block_document_name or "kubeconfig"
        settings = settings or Settings.load()
        credentials = from_text(
            self.kubeconfig.get_secret_value(),
            self.context,
            origin=f"block {name}",
            timeout=settings.credential_timeout,
        )
        return Cluster(credentials, settings)
