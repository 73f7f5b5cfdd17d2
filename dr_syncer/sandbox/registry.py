"""What the sandbox serves: the built-in resources, and what custom resource definitions add."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dr_syncer.objects import GroupKind, Object
from dr_syncer.schemas.schema import ANYTHING, Schema, schema_of

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True)
class Served:
    """One kind in one version, as discovery tells it and as requests find it."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    short_names: tuple[str, ...] = ()
    namespaced: bool = True
    subresources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    schema: Schema = field(default=ANYTHING, repr=False)
    columns: tuple[Object, ...] = ()
    custom: bool = False
    counts_generations: bool = False

    @property
    def group_kind(self) -> GroupKind:
        """The kind whatever its version: what objects are stored under."""
        return GroupKind(self.group, self.kind)

    @property
    def api_version(self) -> str:
        """`apps/v1`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def full_name(self) -> str:
        """`deployments.apps`, as in messages."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def has_status(self) -> bool:
        """Whether status is a subresource, which other writes leave alone."""
        return "status" in self.subresources


class Registry:
    """The resources by where requests find them: group, version and plural."""

    def __init__(self) -> None:
        self._served = {(one.group, one.version, one.plural): one for one in _built_in()}

    def find(self, group: str, version: str, plural: str) -> Served | None:
        """The resource that a path names."""
        return self._served.get((group, version, plural))

    def of_kind(self, group_kind: GroupKind) -> Served | None:
        """A resource of that kind in any version."""
        return next((one for one in self if one.group_kind == group_kind), None)

    def __iter__(self) -> Iterator[Served]:
        return iter(list(self._served.values()))

    def versions(self, group: str) -> list[str]:
        """The served versions of a group, the preferred first."""
        return list(dict.fromkeys(one.version for one in self if one.group == group))

    def groups(self) -> list[str]:
        """All groups but the core one."""
        return list(dict.fromkeys(one.group for one in self if one.group))

    def add_definition(self, crd: Object) -> None:
        """Serve what a CustomResourceDefinition defines, and no longer what it defined before."""
        self.remove_definition(crd)
        for version in crd["spec"].get("versions", []):
            if version.get("served"):
                served = _custom(crd["spec"], version)
                self._served[served.group, served.version, served.plural] = served

    def remove_definition(self, crd: Object) -> None:
        """Serve it no longer."""
        group, plural = crd["spec"]["group"], crd["spec"]["names"]["plural"]
        self._served = {key: one for key, one in self._served.items() if (one.group, one.plural) != (group, plural)}


def _custom(spec: Object, version: dict[str, Any]) -> Served:
    names = spec["names"]
    kind = names["kind"]
    return Served(
        spec["group"],
        version["name"],
        kind,
        names["plural"],
        names.get("singular") or kind.lower(),
        tuple(names.get("shortNames", ())),
        spec.get("scope") == "Namespaced",
        tuple(version.get("subresources", {})),
        tuple(names.get("categories", ())),
        Schema(_with_metadata((version.get("schema") or {}).get("openAPIV3Schema") or {})),
        tuple(version.get("additionalPrinterColumns", ())),
        custom=True,
        counts_generations=True,
    )


def _with_metadata(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with the fields that every object has."""
    metadata = schema_of(GroupKind("", "ConfigMap"), "v1")
    text = {"type": "string"}
    known = {"apiVersion": text, "kind": text, "metadata": _metadata_node(metadata)}
    return {**schema, "properties": {**schema.get("properties", {}), **known}}


def _metadata_node(schema: Schema | None) -> dict[str, Any]:
    metadata = schema.member("metadata") if schema else None
    return metadata.inlined() if metadata else {"type": "object"}


def _built_in() -> Iterator[Served]:
    for line in _TABLE.split("\n"):
        if line.strip():
            group, version, kind, plural, shorts, scope, subresources, categories = line.split()
            group = "" if group == "-" else group
            names = tuple(name for name in shorts.split(",") if name != "-")
            yield Served(
                group,
                version,
                kind,
                plural,
                kind.lower(),
                names,
                scope == "ns",
                tuple(name for name in subresources.split(",") if name != "-"),
                tuple(name for name in categories.split(",") if name != "-"),
                schema_of(GroupKind(group, kind), version) or ANYTHING,
                counts_generations=kind in _GENERATIONS,
            )


_GENERATIONS = {
    "CronJob", "CustomResourceDefinition", "DaemonSet", "Deployment", "Ingress", "IngressClass", "Job",
    "NetworkPolicy", "PodDisruptionBudget", "PriorityClass", "ReplicaSet", "ReplicationController", "StatefulSet",
}  # fmt: skip

# group, version, kind, plural, short names, scope, subresources, categories
_TABLE = """
- v1 Namespace namespaces ns cluster status,finalize -
- v1 ConfigMap configmaps cm ns - -
- v1 Secret secrets - ns - -
- v1 Service services svc ns status all
- v1 ServiceAccount serviceaccounts sa ns - -
- v1 Pod pods po ns status all
- v1 PersistentVolumeClaim persistentvolumeclaims pvc ns status -
- v1 PersistentVolume persistentvolumes pv cluster status -
- v1 Endpoints endpoints ep ns - -
- v1 Event events ev ns - -
- v1 LimitRange limitranges limits ns - -
- v1 Node nodes no cluster status -
- v1 ReplicationController replicationcontrollers rc ns status,scale all
- v1 ResourceQuota resourcequotas quota ns status -
apiextensions.k8s.io v1 CustomResourceDefinition customresourcedefinitions crd,crds cluster status api-extensions
apps v1 ControllerRevision controllerrevisions - ns - -
apps v1 DaemonSet daemonsets ds ns status all
apps v1 Deployment deployments deploy ns status,scale all
apps v1 ReplicaSet replicasets rs ns status,scale all
apps v1 StatefulSet statefulsets sts ns status,scale all
autoscaling v2 HorizontalPodAutoscaler horizontalpodautoscalers hpa ns status all
batch v1 CronJob cronjobs cj ns status all
batch v1 Job jobs - ns status all
coordination.k8s.io v1 Lease leases - ns - -
discovery.k8s.io v1 EndpointSlice endpointslices - ns - -
events.k8s.io v1 Event events ev ns - -
networking.k8s.io v1 Ingress ingresses ing ns status -
networking.k8s.io v1 IngressClass ingressclasses - cluster - -
networking.k8s.io v1 NetworkPolicy networkpolicies netpol ns - -
policy v1 PodDisruptionBudget poddisruptionbudgets pdb ns status -
rbac.authorization.k8s.io v1 ClusterRole clusterroles - cluster - -
rbac.authorization.k8s.io v1 ClusterRoleBinding clusterrolebindings - cluster - -
rbac.authorization.k8s.io v1 Role roles - ns - -
rbac.authorization.k8s.io v1 RoleBinding rolebindings - ns - -
scheduling.k8s.io v1 PriorityClass priorityclasses pc cluster - -
storage.k8s.io v1 StorageClass storageclasses sc cluster - -
"""
