"""RemoteCluster: a cluster to replicate from or to, and the agent that serves its volumes."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from dr_syncer.api.base import Bool, Int, Metadata, Model, Name, Namespace, Percent, SecretRef
from dr_syncer.api.cron import Schedule
from dr_syncer.api.durations import Duration
from dr_syncer.api.names import API_VERSION
from dr_syncer.api.remote_cluster_status import RemoteClusterStatus

Quantity: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|([eE][+-]?[0-9]+))?$"),
]
VerificationMode: TypeAlias = Literal["none", "sample", "full"]


class KubeconfigSecretRef(Model):
    """The Secret that holds a kubeconfig."""

    name: Name
    """Name of the Secret."""
    namespace: Namespace
    """Namespace of the Secret."""
    key: str = "kubeconfig"
    """Key in the Secret's data that holds the kubeconfig."""


class Image(Model):
    """A container image."""

    repository: str = Field(min_length=1)
    """Registry and name of the image."""
    tag: str = Field(default="latest", min_length=1)
    """Tag of the image."""
    pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    """When nodes pull the image."""


class Ssh(Model):
    """How the agent is reached."""

    port: Int = Field(default=2222, ge=1, le=65535)
    """TCP port of the agent's SSH server."""
    key_secret_ref: SecretRef | None = None
    """Secret with the agent's keys; dr-syncer/pvc-syncer-agent-keys when left out."""


class AgentRetry(Model):
    """How often and how patiently a failed step of the agent's upkeep is tried again."""

    max_retries: Int = Field(default=5, ge=0)
    """Tries after the first."""
    initial_delay: Duration = "5s"
    """Pause before the second try; each further pause is twice as long."""
    max_delay: Duration = "5m"
    """Longest pause."""


class Toleration(Model):
    """A toleration of the agent's pods; the number is text, as the Go project had it."""

    key: str | None = None
    """Taint key; left out, all keys."""
    operator: Literal["Exists", "Equal"] | None = None
    """How value is compared."""
    value: str | None = None
    """Taint value."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """Taint effect; left out, all effects."""
    toleration_seconds: Annotated[str, StringConstraints(pattern=r"^-?[0-9]+$")] | None = None
    """Seconds that a NoExecute taint is tolerated."""


class Resources(Model):
    """Compute resources of the agent's container."""

    limits: dict[str, Quantity] = Field(default_factory=dict)
    """Upper limits, such as memory: 256Mi."""
    requests: dict[str, Quantity] = Field(default_factory=dict)
    """What is set aside, such as cpu: 50m."""


class FieldRef(Model):
    """A field of the agent's own pod."""

    field_path: str = Field(min_length=1)
    """Path of the field, such as spec.nodeName."""


class EnvVarSource(Model):
    """Where an environment variable takes its value from."""

    field_ref: FieldRef
    """A field of the agent's own pod."""


class EnvVar(Model):
    """An environment variable of the agent's container."""

    name: str = Field(min_length=1)
    """Name of the variable."""
    value: str | None = None
    """Its value."""
    value_from: EnvVarSource | None = None
    """Where its value comes from."""


class AgentDeployment(Model):
    """The pods of the agent's DaemonSet."""

    host_network: Bool = True
    """Whether the pods use their node's network."""
    node_selector: dict[str, str] = Field(default_factory=dict)
    """Labels of the nodes that run an agent."""
    tolerations: tuple[Toleration, ...] = ()
    """Taints that the pods tolerate."""
    resources: Resources = Resources()
    """Compute resources of the container."""
    annotations: dict[str, str] = Field(default_factory=dict)
    """Further annotations of the pods."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Further labels of the pods."""
    priority_class_name: str | None = None
    """PriorityClass of the pods."""
    privileged: Bool = True
    """Whether the container runs privileged."""
    extra_env: tuple[EnvVar, ...] = ()
    """Further environment variables of the container."""


class HealthCheck(Model):
    """How agents are watched."""

    interval: Duration = "5m"
    """Time between two checks."""
    ssh_timeout: Duration = "10s"
    """Longest time an agent may take to answer."""
    retry_attempts: Int = Field(default=3, ge=0)
    """Further tries before an agent counts as lost."""
    retry_interval: Duration = "30s"
    """Time between two of these tries."""


class RsyncDaemonSet(Model):
    """The receiving side's DaemonSet of the Go project."""

    enabled: Bool = True
    """Whether it runs."""
    image: str = "supporttools/dr-syncer-rsync:latest"
    """Its image."""
    namespace: Namespace = "dr-syncer-system"
    """Its namespace."""
    ssh_secret_name: Name = "dr-syncer-rsync-ssh-keys"  # noqa: S105 - the name of a Secret, not a secret
    """The Secret with its SSH keys."""


class PvcSync(Model):
    """The agent that serves the cluster's volumes."""

    enabled: Bool = False
    """Whether agents run on the cluster."""
    image: Image | None = None
    """Image of the agent."""
    ssh: Ssh = Ssh()
    """How agents are reached."""
    concurrency: Int | None = Field(default=None, ge=1)
    """Volumes of this cluster that are copied at a time."""
    global_concurrency_limit: Int = Field(default=4, ge=1, le=256)
    """Volumes of all clusters that are copied at a time."""
    retry_config: AgentRetry = AgentRetry()
    """How failed upkeep is tried again."""
    deployment: AgentDeployment = AgentDeployment()
    """The agents' pods."""
    health_check: HealthCheck = HealthCheck()
    """How agents are watched."""
    default_verification_mode: VerificationMode = "none"
    """How copied data is verified when neither volume nor replication says."""
    default_sample_percent: Percent = 10
    """Share of the files that a sample looks at, in percent."""
    rsync_daemon_set: RsyncDaemonSet = RsyncDaemonSet()
    """The receiving side's DaemonSet of the Go project."""


class RemoteClusterSpec(Model):
    """How a cluster is reached, and what its replications have in common."""

    kubeconfig_secret_ref: KubeconfigSecretRef
    """The Secret with the cluster's kubeconfig."""
    default_schedule: Schedule | None = None
    """Schedule of replications from this cluster that name none."""
    default_resource_types: tuple[str, ...] = ()
    """Resource types of replications from this cluster that name none."""
    pvc_sync: PvcSync | None = None
    """The agent that serves the cluster's volumes."""


class RemoteCluster(Model):
    """A cluster to replicate from or to."""

    api_version: Literal[API_VERSION] = API_VERSION  # type: ignore[valid-type]
    kind: Literal["RemoteCluster"] = "RemoteCluster"
    metadata: Metadata
    spec: RemoteClusterSpec
    status: RemoteClusterStatus = RemoteClusterStatus()
