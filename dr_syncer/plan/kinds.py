"""The kinds that DR Syncer knows well, and the wave in which each is written.

Waves follow dependency: what others mount, bind or select comes before them, what would act on workloads comes after,
and custom resources last, when all that their operators might look for is there.
"""

from dataclasses import dataclass

from dr_syncer.objects import GroupKind

DEFINITIONS_WAVE = 0
_CUSTOM_WAVE = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A replicated kind: `names` are plural, singular and short names; `wave` is when it is written."""

    group_kind: GroupKind
    names: tuple[str, ...]
    wave: int = _CUSTOM_WAVE

    @property
    def plural(self) -> str:
        """Its name in URLs."""
        return self.names[0]

    @property
    def forms(self) -> tuple[str, ...]:
        """Every way to write it, in lower case: each name, alone and with its group."""
        group = self.group_kind.group.lower()  # the core group is a dot with nothing after it, as in the Go tool
        return tuple(form for name in self.names for form in (name.lower(), f"{name.lower()}.{group}"))

    @property
    def resource(self) -> str:
        """Plural and group, as people write it: `deployments.apps`."""
        return f"{self.plural}.{self.group_kind.group}" if self.group_kind.group else self.plural


def _kind(group: str, kind: str, wave: int, plural: str, *short_names: str) -> Kind:
    return Kind(GroupKind(group, kind), (plural, kind.lower(), *short_names), wave)


NAMESPACE = GroupKind("", "Namespace")
CUSTOM_RESOURCE_DEFINITION = GroupKind("apiextensions.k8s.io", "CustomResourceDefinition")
CONFIG_MAP = GroupKind("", "ConfigMap")
SECRET = GroupKind("", "Secret")
SERVICE = GroupKind("", "Service")
SERVICE_ACCOUNT = GroupKind("", "ServiceAccount")
PERSISTENT_VOLUME = GroupKind("", "PersistentVolume")
PERSISTENT_VOLUME_CLAIM = GroupKind("", "PersistentVolumeClaim")
DEPLOYMENT = GroupKind("apps", "Deployment")
STATEFUL_SET = GroupKind("apps", "StatefulSet")
DAEMON_SET = GroupKind("apps", "DaemonSet")
JOB = GroupKind("batch", "Job")
CRON_JOB = GroupKind("batch", "CronJob")
INGRESS = GroupKind("networking.k8s.io", "Ingress")
ROLE_BINDING = GroupKind("rbac.authorization.k8s.io", "RoleBinding")
HORIZONTAL_POD_AUTOSCALER = GroupKind("autoscaling", "HorizontalPodAutoscaler")

KINDS = (
    _kind("", "LimitRange", 1, "limitranges", "limits"),
    _kind("networking.k8s.io", "NetworkPolicy", 1, "networkpolicies", "netpol"),
    _kind("", "ServiceAccount", 1, "serviceaccounts", "sa"),
    _kind("rbac.authorization.k8s.io", "Role", 1, "roles"),
    _kind("", "ConfigMap", 1, "configmaps", "cm"),
    _kind("", "Secret", 1, "secrets"),
    _kind("", "PersistentVolumeClaim", 1, "persistentvolumeclaims", "pvc", "pvcs"),
    _kind("rbac.authorization.k8s.io", "RoleBinding", 2, "rolebindings"),
    _kind("", "Service", 2, "services", "svc"),
    _kind("apps", "Deployment", 3, "deployments", "deploy"),
    _kind("apps", "StatefulSet", 3, "statefulsets", "sts"),
    _kind("apps", "DaemonSet", 3, "daemonsets", "ds"),
    _kind("batch", "Job", 3, "jobs"),
    _kind("batch", "CronJob", 3, "cronjobs", "cj"),
    _kind("networking.k8s.io", "Ingress", 4, "ingresses", "ing"),
    _kind("autoscaling", "HorizontalPodAutoscaler", 4, "horizontalpodautoscalers", "hpa"),
    _kind("policy", "PodDisruptionBudget", 4, "poddisruptionbudgets", "pdb"),
    # After all that counts against it: a quota that is full would refuse the objects it was sized for.
    _kind("", "ResourceQuota", 4, "resourcequotas", "quota"),
)

_WAVES = {kind.group_kind: kind.wave for kind in KINDS} | {NAMESPACE: 0, CUSTOM_RESOURCE_DEFINITION: DEFINITIONS_WAVE}

_POD_MAKERS = "the workloads that made them make their own in the destination"
_NEVER = {
    GroupKind("", "Pod"): _POD_MAKERS,
    GroupKind("", "Binding"): _POD_MAKERS,
    GroupKind("", "ReplicationController"): "Deployments took their place; convert them",
    GroupKind("apps", "ReplicaSet"): _POD_MAKERS,
    GroupKind("apps", "ControllerRevision"): _POD_MAKERS,
    GroupKind("", "Endpoints"): "each cluster writes the addresses of its own pods",
    PERSISTENT_VOLUME: "pvcConfig decides about the volumes of claims",
    GroupKind("", "Event"): "events tell what happened in one cluster",
    GroupKind("storage.k8s.io", "CSIStorageCapacity"): "each cluster measures its own",
}
_NEVER_GROUPS = {
    "events.k8s.io": "events tell what happened in one cluster",
    "coordination.k8s.io": "leases are held by programs of one cluster",
    "discovery.k8s.io": "each cluster writes the addresses of its own pods",
    "metrics.k8s.io": "metrics are measured, not stored",
    "custom.metrics.k8s.io": "metrics are measured, not stored",
    "external.metrics.k8s.io": "metrics are measured, not stored",
    "snapshot.storage.k8s.io": "snapshots are of one cluster's storage",
    "resource.k8s.io": "claims of devices are bound to one cluster's nodes",
    "dr-syncer.io": "replications of replications would follow themselves",
}


def wave_of(group_kind: GroupKind) -> int:
    """The wave a kind is written in."""
    return _WAVES.get(group_kind, _CUSTOM_WAVE)


def is_well_known(group_kind: GroupKind) -> bool:
    """Whether `"*"` means this kind too."""
    return group_kind in _WAVES


def never_replicated(group_kind: GroupKind) -> str:
    """Why objects of this kind are of no use in another cluster; empty when they are."""
    return _NEVER.get(group_kind) or _NEVER_GROUPS.get(group_kind.group, "")
