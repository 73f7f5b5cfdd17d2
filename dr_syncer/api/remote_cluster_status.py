"""What is known of a RemoteCluster and its agents."""

from datetime import datetime

from pydantic import Field

from dr_syncer.api.base import StatusModel
from dr_syncer.api.conditions import Conditions


class SshStatus(StatusModel):
    """The last SSH connection to a node's agent."""

    last_check_time: datetime | None = None
    """When it was tried."""
    connected: bool
    """Whether it worked."""
    error: str = ""
    """Why it did not."""


class PodStatus(StatusModel):
    """The agent's pod on a node."""

    phase: str
    """Phase of the pod."""
    ready: bool
    """Whether the pod is ready."""
    restart_count: int = 0
    """How often its container was restarted."""
    last_transition_time: datetime | None = None
    """When its readiness last changed."""


class NodeStatus(StatusModel):
    """The agent on one node."""

    ready: bool
    """Whether it can be used."""
    last_heartbeat: datetime | None = None
    """When it was last seen."""
    ssh_status: SshStatus | None = None
    """The last SSH connection to it."""
    pod_status: PodStatus | None = None
    """Its pod."""
    message: str = ""
    """What is wrong with it."""


class AgentStatus(StatusModel):
    """The agents of the cluster."""

    ready_nodes: int = 0
    """Nodes whose agent can be used."""
    total_nodes: int = 0
    """Nodes that should have an agent."""
    node_statuses: dict[str, NodeStatus] = Field(default_factory=dict)
    """Each node's agent, by node name."""


class PvcSyncStatus(StatusModel):
    """How far the agents are."""

    phase: str = ""
    """Initializing, Deploying, PartiallyReady, Ready, Running, Degraded or Failed."""
    agent_status: AgentStatus | None = None
    """The agents themselves."""
    last_successful_sync: datetime | None = None
    """When volume data was last copied with success."""
    last_deployment_time: datetime | None = None
    """When the agents were last deployed."""
    failed_syncs: int = 0
    """Copies of volume data that failed."""
    message: str = ""
    """What is going on."""


class RemoteClusterStatus(StatusModel):
    """What is known of the cluster."""

    observed_generation: int | None = None
    """The metadata.generation that this status is about."""
    health: str = ""
    """Healthy, Degraded or Unreachable."""
    last_sync_time: datetime | None = None
    """When the cluster was last reached."""
    conditions: Conditions = ()
    """ScheduleValid, KubeconfigAvailable, KubeconfigValid, ClusterAvailable and PVCSyncReady."""
    pvc_sync: PvcSyncStatus | None = None
    """How far the agents are."""
