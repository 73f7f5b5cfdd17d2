"""ClusterMapping: a source and a target cluster whose agents and keys have been matched."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from dr_syncer.api.base import Bool, Int, Metadata, Model, Name, Namespace, StatusModel
from dr_syncer.api.conditions import Conditions
from dr_syncer.api.names import API_VERSION


class SshKeySecretRef(Model):
    """The Secret with the key pair that the target uses on the source's agents."""

    name: Name
    """Name of the Secret."""
    namespace: Namespace | None = None
    """Namespace of the Secret; the mapping's own when left out."""
    public_key_key: str = "id_rsa.pub"
    """Key in the Secret's data that holds the public key."""
    private_key_key: str = "id_rsa"
    """Key in the Secret's data that holds the private key."""


class ClusterMappingSpec(Model):
    """Which two clusters, and how their connection is checked."""

    paused: Bool = False
    """Whether the connection is left alone."""
    source_cluster: Name
    """RemoteCluster to replicate from, in the mapping's namespace."""
    target_cluster: Name
    """RemoteCluster to replicate to, in the mapping's namespace."""
    ssh_key_secret_ref: SshKeySecretRef | None = None
    """Key pair for the agents; made when left out."""
    verify_connectivity: Bool = True
    """Whether the agents are reached for a check."""
    connectivity_timeout_seconds: Int = Field(default=60, ge=1)
    """Seconds that the whole check may take."""


class ConnectionDetail(StatusModel):
    """The way from one target node to one source node."""

    source_node: str
    """Node with the agent."""
    target_node: str
    """Node that reaches it."""
    connected: bool
    """Whether it can be reached."""
    error: str = ""
    """Why it cannot."""


class ConnectionStatus(StatusModel):
    """How many agents can be reached."""

    total_source_agents: int
    """Agents on the source cluster."""
    total_target_agents: int
    """Nodes of the target cluster that reach them."""
    connected_agents: int
    """Agents that can be reached."""
    connection_details: tuple[ConnectionDetail, ...] = ()
    """Each way that was tried."""


class ClusterMappingStatus(StatusModel):
    """How the connection is."""

    observed_generation: int | None = None
    """The metadata.generation that this status is about."""
    phase: Literal["Pending", "Connecting", "Connected", "Failed"] | None = None
    """How far it is."""
    message: str = ""
    """What is going on."""
    last_verified: datetime | None = None
    """When it was last checked with success."""
    connection_status: ConnectionStatus | None = None
    """The agents that can be reached."""
    conditions: Conditions = ()
    """Its conditions."""
    last_attempt_time: datetime | None = None
    """When it was last checked."""
    consecutive_failures: int = 0
    """Checks that failed since the last success."""


class ClusterMapping(Model):
    """A source and a target cluster."""

    api_version: Literal[API_VERSION] = API_VERSION  # type: ignore[valid-type]
    kind: Literal["ClusterMapping"] = "ClusterMapping"
    metadata: Metadata
    spec: ClusterMappingSpec
    status: ClusterMappingStatus = ClusterMappingStatus()
