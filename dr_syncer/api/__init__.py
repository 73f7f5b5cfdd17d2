"""The custom resources: pydantic models, the one source of truth that the CRDs are generated from."""

from dr_syncer.api.cluster_mapping import ClusterMapping
from dr_syncer.api.load import Manifest, load_documents, parse_spec, secret_value
from dr_syncer.api.remote_cluster import RemoteCluster
from dr_syncer.api.replication import Replication, ReplicationSpec

__all__ = [
    "ClusterMapping",
    "Manifest",
    "RemoteCluster",
    "Replication",
    "ReplicationSpec",
    "load_documents",
    "parse_spec",
    "secret_value",
]
