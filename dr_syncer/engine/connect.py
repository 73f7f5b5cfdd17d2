"""How a run finds its clusters: a kubeconfig file, or a manifest that carries RemoteClusters and their Secrets.

A reference holds paths and names, never credentials, so it may stand in a flow run's parameters. References to
Prefect blocks are added in `tasks.clusters`.
"""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dr_syncer.api import Manifest, RemoteCluster, load_documents, secret_value
from dr_syncer.errors import InvalidInput, Problem
from dr_syncer.kube import Cluster, Credentials, from_file, from_text
from dr_syncer.settings import Settings


class ClusterRef(BaseModel):
    """One cluster, by file. Without any field: `KUBECONFIG`, `~/.kube/config`, or the pod's own service account."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kubeconfig: Path | None = Field(default=None, description="A kubeconfig file.")
    context: str | None = Field(default=None, description="The context in it; none is its current context.")
    manifest: Path | None = Field(default=None, description="A YAML file with RemoteClusters and their Secrets.")
    remote_cluster: str | None = Field(default=None, description="The RemoteCluster in the manifest.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.manifest is None) != (self.remote_cluster is None):
            raise ValueError("manifest and remote_cluster go together")
        if self.manifest is not None and (self.kubeconfig is not None or self.context is not None):
            raise ValueError("give a kubeconfig or a manifest, not both")
        return self


def connect(ref: ClusterRef, settings: Settings | None = None) -> Cluster:
    """The cluster, to be opened with `async with`; raises KubeconfigError or InvalidInput."""
    settings = settings or Settings.load()
    return Cluster(_credentials(ref, settings), settings)


def _credentials(ref: ClusterRef, settings: Settings) -> Credentials:
    if ref.manifest is None:
        return from_file(ref.kubeconfig, ref.context, timeout=settings.credential_timeout)
    manifest = load_documents(ref.manifest.read_text(), str(ref.manifest))
    return _from_manifest(manifest, ref.remote_cluster or "", str(ref.manifest), settings)


def _from_manifest(manifest: Manifest, name: str, origin: str, settings: Settings) -> Credentials:
    cluster = next((one for one in manifest.remote_clusters if one.metadata.name == name), None)
    if cluster is None:
        known = ", ".join(one.metadata.name for one in manifest.remote_clusters)
        raise InvalidInput(
            f"{origin} has no RemoteCluster {name}",
            (Problem("remoteCluster", f"{name!r} is not in the file", known or "none is in the file"),),
            resolution="Add the RemoteCluster and its Secret to the file, or name a kubeconfig with a flag.",
        )
    text = secret_value(_secret(manifest, cluster, origin), cluster.spec.kubeconfig_secret_ref.key)
    return from_text(text, origin=f"RemoteCluster {name}", timeout=settings.credential_timeout)


def _secret(manifest: Manifest, cluster: RemoteCluster, origin: str) -> dict[str, object]:
    ref = cluster.spec.kubeconfig_secret_ref
    for secret in manifest.secrets:
        metadata = secret["metadata"]
        if (metadata["name"], metadata.get("namespace", ref.namespace)) == (ref.name, ref.namespace):
            return secret
    raise InvalidInput(
        f"{origin} has no Secret {ref.namespace}/{ref.name}",
        (Problem("spec.kubeconfigSecretRef", f"RemoteCluster {cluster.metadata.name} needs this Secret"),),
        resolution="Add the Secret to the file, or name a kubeconfig with a flag.",
    )
