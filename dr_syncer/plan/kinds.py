"""Which kinds are replicated, under which names people ask for them, and in which wave they are written.

`resolve` turns the `resourceTypes` of a Replication into kinds. Waves follow dependency: what others mount, bind or
select comes before them, and what would act on workloads comes after.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from dr_syncer.diagnosis import Category
from dr_syncer.errors import InvalidInput, Problem
from dr_syncer.objects import GroupKind


@dataclass(frozen=True, slots=True)
class Kind:
    """A replicated kind: `names` are plural, singular and short names; `wave` is when it is written."""

    group_kind: GroupKind
    names: tuple[str, ...]
    wave: int

    @property
    def plural(self) -> str:
        """Its name in URLs."""
        return self.names[0]


def _kind(group: str, kind: str, wave: int, plural: str, *short_names: str) -> Kind:
    return Kind(GroupKind(group, kind), (plural, kind.lower(), *short_names), wave)


NAMESPACE = GroupKind("", "Namespace")
CONFIG_MAP = GroupKind("", "ConfigMap")
SECRET = GroupKind("", "Secret")
SERVICE = GroupKind("", "Service")
SERVICE_ACCOUNT = GroupKind("", "ServiceAccount")
PERSISTENT_VOLUME_CLAIM = GroupKind("", "PersistentVolumeClaim")
DEPLOYMENT = GroupKind("apps", "Deployment")
STATEFUL_SET = GroupKind("apps", "StatefulSet")
DAEMON_SET = GroupKind("apps", "DaemonSet")
JOB = GroupKind("batch", "Job")
CRON_JOB = GroupKind("batch", "CronJob")
ROLE_BINDING = GroupKind("rbac.authorization.k8s.io", "RoleBinding")
HORIZONTAL_POD_AUTOSCALER = GroupKind("autoscaling", "HorizontalPodAutoscaler")

KINDS = (
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
)

_BY_GROUP_KIND = {kind.group_kind: kind for kind in KINDS}
_BY_NAME = {name: kind for kind in KINDS for name in kind.names} | {
    f"{kind.plural}.{kind.group_kind.group}": kind for kind in KINDS if kind.group_kind.group
}


def wave_of(group_kind: GroupKind) -> int:
    """The wave a kind is written in; the namespace itself is 0."""
    return 0 if group_kind == NAMESPACE else _BY_GROUP_KIND[group_kind].wave


def is_replicated(group_kind: GroupKind) -> bool:
    """Whether this is one of the kinds that can be asked for."""
    return group_kind in _BY_GROUP_KIND


def resolve(resource_types: Iterable[str], path: str = "spec.resourceTypes") -> tuple[Kind, ...]:
    """The kinds that `resourceTypes` asks for, in writing order.

    Names in any case: plural, singular, short name, Kind or `resource.group`. `"*"`, or an empty list, is every kind;
    `-secrets` takes one out again. Raises InvalidInput naming each unknown type and its near matches.
    """
    names = [name.strip().lower() for name in resource_types if name.strip()]
    unknown = [name for name in names if name != "*" and name.removeprefix("-") not in _BY_NAME]
    if unknown:
        raise _unknown(unknown, path)
    excluded = {_BY_NAME[name[1:]] for name in names if name.startswith("-")}
    wanted = {_BY_NAME[name] for name in names if name != "*" and not name.startswith("-")}
    everything = "*" in names or not wanted
    return tuple(kind for kind in KINDS if (everything or kind in wanted) and kind not in excluded)


def _unknown(names: list[str], path: str) -> InvalidInput:
    return InvalidInput(
        f"unknown resource type{'s' if len(names) > 1 else ''}: {', '.join(names)}",
        tuple(Problem(path, f"{name!r} is not a kind that can be replicated", _near(name)) for name in names),
        resolution='Name kinds like "deployments" or "sts", or "*" for all of them.',
        category=Category.UNKNOWN_RESOURCE_TYPE,
    )


def _near(name: str) -> str:
    near = get_close_matches(name.removeprefix("-"), _BY_NAME, n=3, cutoff=0.6)
    return ", ".join(near or [kind.plural for kind in KINDS])
