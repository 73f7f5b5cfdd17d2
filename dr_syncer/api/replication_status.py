"""How a replication is doing."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from dr_syncer.api.base import StatusModel
from dr_syncer.api.conditions import Conditions


class SyncStats(StatusModel):
    """Counts of the last sync."""

    total_resources: int
    """Objects that it owed."""
    successful_syncs: int
    """Objects that are as they should be."""
    failed_syncs: int
    """Objects that are not."""
    last_sync_duration: str
    """How long it took, such as 1m12s."""


class RetryStatus(StatusModel):
    """What follows a failed sync."""

    next_retry_time: datetime | None = None
    """When it is tried again."""
    retries_remaining: int | None = None
    """Tries that are left."""
    backoff_duration: str = ""
    """The pause before it."""


class LastError(StatusModel):
    """The last failure."""

    message: str
    """What happened."""
    time: datetime
    """When."""
    resource: str = ""
    """To which object."""


class DeploymentScale(StatusModel):
    """The size a workload of the standby will have again."""

    name: str
    """Name of the workload."""
    original_replicas: int
    """Its replicas in the source."""
    last_synced_at: datetime | None = None
    """When that was read."""


class ResourceStatus(StatusModel):
    """How one object is doing."""

    kind: str
    """Its kind."""
    name: str
    """Its name."""
    namespace: str = ""
    """Its namespace in the destination."""
    status: Literal["Pending", "InProgress", "Synced", "Failed"]
    """How far it is."""
    last_sync_time: datetime | None = None
    """When it was last as it should be."""
    error: str = ""
    """Why it is not."""


class SyncProgress(StatusModel):
    """How far the running sync is."""

    percent_complete: int = Field(ge=0, le=100)
    """Share that is done, in percent."""
    estimated_time_remaining: str = ""
    """Time that is left, such as 40s."""
    current_operation: str = ""
    """What it does now."""
    resources_remaining: int = 0
    """Objects that are left."""


class ResourceGroup(StatusModel):
    """Counts of one kind."""

    group_kind: str
    """The kind, as Deployment.apps."""
    total_count: int = 0
    """Objects in all."""
    synced_count: int = 0
    """Objects that are as they should be."""
    failed_count: int = 0
    """Objects that failed."""
    pending_count: int = 0
    """Objects that are still to come."""


class Dependency(StatusModel):
    """What an object needs."""

    kind: str
    """Its kind."""
    name: str
    """Its name."""
    status: str = ""
    """How it is doing."""


class LastAttempt(StatusModel):
    """The last try."""

    time: datetime
    """When."""
    result: Literal["Success", "Failed", "Skipped", "Retrying"]
    """How it ended."""


class DetailedStatus(StatusModel):
    """How one object is doing, in detail."""

    name: str
    """Its name."""
    version: str = ""
    """Its resourceVersion in the source."""
    sync_state: str = ""
    """How far it is."""
    dependencies: tuple[Dependency, ...] = ()
    """What it needs."""
    last_attempt: LastAttempt | None = None
    """The last try."""


class ErrorCategory(StatusModel):
    """Counts of one category of failures."""

    category: str
    """The diagnosis category."""
    count: int
    """How often."""
    last_occurred: datetime | None = None
    """When last."""


class ReplicationStatus(StatusModel):
    """How the replication is doing."""

    observed_generation: int | None = None
    """The metadata.generation that this status is about."""
    phase: Literal["Pending", "Running", "Completed", "Failed"] | None = None
    """How far it is."""
    last_sync_time: datetime | None = None
    """When the last sync ended."""
    next_sync_time: datetime | None = None
    """When the next one starts."""
    last_watch_event: datetime | None = None
    """When a change in the source was last seen."""
    sync_stats: SyncStats | None = None
    """Counts of the last sync."""
    conditions: Conditions = ()
    """Synced."""
    retry_status: RetryStatus | None = None
    """What follows a failed sync."""
    last_error: LastError | None = None
    """The last failure."""
    deployment_scales: tuple[DeploymentScale, ...] = ()
    """The sizes that the standby's workloads will have again."""
    resource_status: tuple[ResourceStatus, ...] = ()
    """Each object."""
    sync_progress: SyncProgress | None = None
    """How far the running sync is."""
    resource_groups: tuple[ResourceGroup, ...] = ()
    """Each kind."""
    detailed_status: tuple[DetailedStatus, ...] = ()
    """Each object in detail."""
    error_categories: tuple[ErrorCategory, ...] = ()
    """Failures by category."""
