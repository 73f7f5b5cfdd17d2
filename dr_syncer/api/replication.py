"""Replication: one source namespace, kept as a standby in another cluster. NamespaceMapping is its later name.

Every part of a spec that may be left out has a value here all the same, so no reader asks for None.
"""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from dr_syncer.api.base import Bool, Int, Metadata, Model, Name, Namespace, Percent, SecretRef
from dr_syncer.api.cron import Schedule, TimeZone
from dr_syncer.api.durations import Duration, parse
from dr_syncer.api.names import API_VERSION
from dr_syncer.api.remote_cluster import VerificationMode
from dr_syncer.api.replication_status import ReplicationStatus
from dr_syncer.api.selection import LabelSelector, SelectionConfig
from dr_syncer.api.transforms import Transform

ImmutableHandling: TypeAlias = Literal["NoChange", "Recreate", "RecreateWithPodDrain", "PartialUpdate", "ForceUpdate"]
FailureMode: TypeAlias = Literal["RetryAndWait", "RetryOnly", "WaitForNextSync", "FailFast"]
NamespaceTemplate: TypeAlias = Annotated[
    str, StringConstraints(max_length=63, pattern=r"^([a-z0-9]([-a-z0-9]*))?\{namespace\}([-a-z0-9]*[a-z0-9])?$")
]
GroupResource: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z0-9-]+(\.[a-z0-9.-]*)?)$")]


class ClusterMappingRef(Model):
    """A ClusterMapping by name."""

    name: Name
    """Name of the ClusterMapping."""
    namespace: Namespace | None = None
    """Its namespace; the replication's own when left out."""


class NamespaceConfig(Model):
    """How the destination namespace itself is treated."""

    create_namespace: Bool = True
    """Whether it is made when it is missing."""
    preserve_labels: Bool = True
    """Whether it gets the source namespace's labels."""
    preserve_annotations: Bool = True
    """Whether it gets the source namespace's annotations."""


class ContinuousConfig(Model):
    """What mode Continuous does."""

    watch_resources: Bool = True
    """Whether changes in the source are followed as they happen."""
    background_sync_interval: Duration = "1h"
    """Time between two complete syncs."""


class RetryConfig(Model):
    """How often and how patiently a failed sync is tried again."""

    max_retries: Int = Field(default=5, ge=0)
    """Tries after the first."""
    initial_backoff: Duration = "5s"
    """Pause before the second try."""
    max_backoff: Duration = "5m"
    """Longest pause."""
    backoff_multiplier: Int = Field(default=200, ge=100, le=1000)
    """Length of each further pause, in percent of the one before."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if parse(self.max_backoff) < parse(self.initial_backoff):
            raise ValueError(f"maxBackoff {self.max_backoff} is below initialBackoff {self.initial_backoff}")
        return self


class StorageClassMapping(Model):
    """A storage class of the source and what it becomes."""

    from_: str = Field(alias="from", min_length=1)
    """StorageClass in the source cluster."""
    to: str = Field(min_length=1)
    """StorageClass in the destination cluster."""


AccessMode: TypeAlias = Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]


class AccessModeMapping(Model):
    """An access mode of the source and what it becomes."""

    from_: AccessMode = Field(alias="from")
    """Access mode in the source cluster."""
    to: AccessMode
    """Access mode in the destination cluster."""


class DataSyncConfig(Model):
    """How volume data is copied."""

    concurrent_syncs: Int = Field(default=2, ge=1)
    """Volumes of this replication that are copied at a time."""
    exclude_paths: tuple[str, ...] = ()
    """rsync patterns of files that are left out."""
    rsync_options: tuple[str, ...] = ()
    """Further options of rsync."""
    bandwidth_limit: Int | None = Field(default=None, ge=0)
    """Limit of one copy in kilobytes a second; 0 is none."""
    timeout: Duration = "30m"
    """Longest time that one volume may take."""
    verification_mode: VerificationMode = "none"
    """How copied data is verified."""
    sample_percent: Percent = 10
    """Share of the files that a sample looks at, in percent."""


class PvcConfig(Model):
    """How persistent volume claims and their data are treated."""

    sync_persistent_volumes: Bool = False
    """Whether claims stay bound to the volume that they name."""
    storage_class_mappings: tuple[StorageClassMapping, ...] = ()
    """Storage classes that differ between the clusters."""
    access_mode_mappings: tuple[AccessModeMapping, ...] = ()
    """Access modes that differ between the clusters."""
    preserve_volume_attributes: Bool = False
    """Whether a claim's volume mode, selector and data sources are kept."""
    sync_data: Bool = False
    """Whether the volumes' data is copied."""
    data_sync_config: DataSyncConfig = DataSyncConfig()
    """How it is copied."""


class ImmutableResourceConfig(Model):
    """What happens to an object whose change the API server does not allow."""

    default_handling: ImmutableHandling = "NoChange"
    """For every kind without an override. Left out, nothing is changed and the run fails; NoChange accepts that."""
    resource_overrides: dict[str, ImmutableHandling] = Field(default_factory=dict)
    """By resource, such as statefulsets."""
    drain_timeout: Duration = "5m"
    """Longest wait for the pods of a workload that is made anew."""
    force_delete_timeout: Duration = "2m"
    """Longest wait for a deletion."""


class FailureHandling(Model):
    """What happens after a failure, by its cause."""

    default_mode: FailureMode = "RetryAndWait"
    """For every other cause."""
    storage_class_not_found: FailureMode = "WaitForNextSync"
    """When the destination has no such storage class."""
    resource_not_found: FailureMode = "FailFast"
    """When what a sync needs does not exist."""
    validation_failure: FailureMode = "FailFast"
    """When the destination refuses an object."""
    network_error: FailureMode = "RetryAndWait"
    """When a cluster cannot be reached."""


class PruneConfig(Model):
    """What happens on the standby to objects that the source has no more."""

    enabled: Bool = False
    """Whether they are deleted; only objects that DR Syncer made are, and only when all of the source could be read."""
    max_share: Percent = 25
    """Largest share of the standby's objects that one run may delete, in percent; above it nothing is deleted."""
    include_persistent_volume_claims: Bool = False
    """Whether claims are deleted too, and with them their data."""
    propagation_policy: Literal["Background", "Foreground", "Orphan"] = "Background"
    """What happens to objects that a deleted object owns."""


class NameMapping(Model):
    """A name of the source site and what it becomes on the standby's."""

    from_: str = Field(alias="from", min_length=1)
    """The name in the source."""
    to: str = Field(min_length=1)
    """The name on the standby."""


class IngressConfig(Model):
    """What of an Ingress is carried over, and what of it is different on the standby's site."""

    preserve_annotations: Bool = True
    """Its annotations."""
    preserve_tls: Bool = Field(default=True, alias="preserveTLS")
    """Its TLS section; otherwise the standby's own stays."""
    preserve_backends: Bool = True
    """Its rules and backends; otherwise the standby's own stay, and a missing Ingress is not made."""
    host_mappings: tuple[NameMapping, ...] = ()
    """Host names that differ; from .example.com means every host below it. The first that fits counts."""
    class_mappings: tuple[NameMapping, ...] = ()
    """IngressClasses that differ."""
    tls_secret_mappings: tuple[NameMapping, ...] = ()
    """Names of TLS Secrets that differ."""


class ServiceConfig(Model):
    """What of a Service belongs to its site."""

    node_ports: Literal["Preserve", "Reassign"] = "Preserve"
    """Whether node ports are those of the source, as far as they are free, or given anew by the standby's cluster."""
    load_balancer: Literal["Preserve", "Clear"] = "Preserve"
    """Whether addresses and class of a load balancer are those of the source or left to the standby's cluster."""


class ReplicationSpec(Model):
    """What is replicated, from where to where, when and how."""

    paused: Bool = False
    """Whether nothing is synced for now."""
    replication_mode: Literal["Scheduled", "Continuous", "Manual"] = "Scheduled"
    """When syncs run: by schedule, at every change, or on request."""
    schedule: Schedule | None = None
    """When a Scheduled replication syncs, in cron's five fields or as @daily and the like; left out, the source's
    defaultSchedule or every five minutes."""
    time_zone: TimeZone = "UTC"
    """Time zone of the schedule, such as Europe/Berlin."""
    cluster_mapping_ref: ClusterMappingRef | None = None
    """ClusterMapping that names both clusters; it goes before sourceCluster and destinationCluster."""
    source_cluster: Name | None = None
    """RemoteCluster to replicate from, without a ClusterMapping."""
    destination_cluster: Name | None = None
    """RemoteCluster to replicate to, without a ClusterMapping."""
    source_namespace: Namespace | None = None
    """Namespace to replicate."""
    namespace_selector: LabelSelector | None = None
    """Labels of the namespaces to replicate, instead of one by name. They join and leave as their labels change; the
    standby of one that left is kept, and the run says so."""
    destination_namespace_template: NamespaceTemplate = "{namespace}"
    """Name of each standby of a namespaceSelector, such as {namespace}-dr."""
    destination_namespace: Namespace | None = None
    """Namespace of the standby; as in the source when left out."""
    resource_types: tuple[str, ...] = ()
    """Resource types to replicate, such as deployments; left out or *, all that DR Syncer knows."""
    namespace_scoped_resources: tuple[GroupResource, ...] = ()
    """Further namespaced resources, as resource.group, or * for all."""
    scale_to_zero: Bool = True
    """Whether the standby runs at zero replicas."""
    namespace_config: NamespaceConfig = NamespaceConfig()
    """How the destination namespace itself is treated."""
    continuous: ContinuousConfig | None = None
    """What mode Continuous does."""
    pvc_config: PvcConfig = PvcConfig()
    """How persistent volume claims and their data are treated."""
    retry_config: RetryConfig | None = None
    """How a failed run tries again; left out, the next run is the next try."""
    temp_pod_key_secret_ref: SecretRef | None = None
    """Key pair for mount pods; made for each run when left out."""
    immutable_resource_config: ImmutableResourceConfig = ImmutableResourceConfig()
    """What happens to an object whose change the API server does not allow."""
    sync_crds: Bool = Field(default=False, alias="syncCRDs")
    """Whether custom resource definitions are replicated before their objects."""
    failure_handling: FailureHandling = FailureHandling()
    """What happens after a failure, by its cause."""
    ingress_config: IngressConfig = IngressConfig()
    """What of an Ingress is carried over."""
    service_config: ServiceConfig = ServiceConfig()
    """What of a Service belongs to its site."""
    rewrite_references: Bool = False
    """Whether a standby of another name points at itself: service names (web.shop.svc) in pods, ConfigMaps, Ingress
    annotations and ExternalName Services, and NetworkPolicies that select the namespace by name, are rewritten."""
    selection: SelectionConfig = SelectionConfig()
    """Which objects of the replicated kinds are replicated."""
    transforms: tuple[Transform, ...] = ()
    """Changes made to objects on their way."""
    image_mappings: tuple[NameMapping, ...] = ()
    """Starts of image names that differ, such as registries. The first that fits counts."""
    prune: PruneConfig = PruneConfig()
    """What happens on the standby to objects that the source has no more."""
    drift_policy: Literal["Repair", "Report"] = "Repair"
    """What happens to objects that others changed on the standby: they are put back, or left and reported."""

    @property
    def source(self) -> str:
        """The one namespace to replicate; empty when a selector chooses."""
        return self.source_namespace or ""

    @property
    def destination(self) -> str:
        """The namespace of its standby."""
        return self.destination_namespace or self.source

    def of_namespace(self, name: str) -> Self:
        """The spec of one namespace that the selector chose."""
        destination = self.destination_namespace_template.replace("{namespace}", name)
        chosen = {"source_namespace": name, "destination_namespace": destination, "namespace_selector": None}
        return self.model_copy(update=chosen)

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        if (self.source_namespace is None) == (self.namespace_selector is None):
            raise ValueError("name sourceNamespace, or choose namespaces by namespaceSelector")
        if self.namespace_selector is not None and self.destination_namespace is not None:
            raise ValueError("with namespaceSelector, name the standbys by destinationNamespaceTemplate")
        return self

    @model_validator(mode="after")
    def _clusters(self) -> Self:
        if self.cluster_mapping_ref is None and not (self.source_cluster and self.destination_cluster):
            raise ValueError("name clusterMappingRef, or both sourceCluster and destinationCluster")
        return self

    @model_validator(mode="after")
    def _not_onto_itself(self) -> Self:
        same_name = self.destination == self.source and self.destination_namespace_template == "{namespace}"
        if self.cluster_mapping_ref is None and self.source_cluster == self.destination_cluster and same_name:
            raise ValueError("the source is its own destination: name another cluster or another destinationNamespace")
        return self


class Replication(Model):
    """A namespace and its standby; also read under its later name, NamespaceMapping."""

    api_version: Literal[API_VERSION] = API_VERSION  # type: ignore[valid-type]
    kind: Literal["Replication", "NamespaceMapping"] = "Replication"
    metadata: Metadata
    spec: ReplicationSpec
    status: ReplicationStatus = ReplicationStatus()
