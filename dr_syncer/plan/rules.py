"""What a Replication's spec asks of the plan, reduced to the values that the pure functions need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dr_syncer.api import ReplicationSpec
from dr_syncer.api.durations import parse
from dr_syncer.api.names import IMMUTABLE_HANDLING
from dr_syncer.api.replication import (
    ImmutableHandling,
    ImmutableResourceConfig,
    IngressConfig,
    NameMapping,
    PruneConfig,
    ServiceConfig,
)
from dr_syncer.api.selection import SelectionConfig
from dr_syncer.api.transforms import Transform
from dr_syncer.diagnosis import Diagnosis
from dr_syncer.objects import Object, labels_of
from dr_syncer.plan.unhonoured import unhonoured

_LABEL_VALUES: dict[str, ImmutableHandling] = {
    "no-change": "NoChange",
    "recreate": "Recreate",
    "recreate-with-drain": "RecreateWithPodDrain",
    "partial-update": "PartialUpdate",
    "force-update": "ForceUpdate",
}


@dataclass(frozen=True, slots=True)
class ImmutableRules:
    """The handling for all kinds, for some (by every form of their names), and its time limits in seconds.

    Without a default nobody has decided: nothing is changed, and that is a failure rather than a wish.
    """

    default: ImmutableHandling | None = None
    overrides: Mapping[str, ImmutableHandling] = field(default_factory=dict)
    drain_timeout: float = 300.0
    delete_timeout: float = 120.0

    def of(self, item: Object, names: Iterable[str]) -> ImmutableHandling | None:
        """The handling of a source object whose kind has these names; None when nobody has decided."""
        label = labels_of(item).get(IMMUTABLE_HANDLING, "").lower()
        names = frozenset(names)
        by_kind = next((how for name, how in self.overrides.items() if name in names), self.default)
        return _LABEL_VALUES.get(label, by_kind)


@dataclass(frozen=True, slots=True)
class Rules:
    """How objects of one source namespace become those of its standby."""

    source: str
    destination: str
    resource_types: tuple[str, ...] = ()
    further_resources: tuple[str, ...] = ()
    sync_crds: bool = False
    scale_to_zero: bool = True
    create_namespace: bool = True
    preserve_labels: bool = True
    preserve_annotations: bool = True
    storage_classes: Mapping[str, str] = field(default_factory=dict)
    access_modes: Mapping[str, str] = field(default_factory=dict)
    preserve_volume_attributes: bool = False
    sync_persistent_volumes: bool = False
    ingress: IngressConfig = field(default_factory=IngressConfig)
    service: ServiceConfig = field(default_factory=ServiceConfig)
    rewrite_references: bool = False
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    transforms: tuple[Transform, ...] = ()
    images: tuple[NameMapping, ...] = ()
    prune: PruneConfig = field(default_factory=PruneConfig)
    repair_drift: bool = True
    immutable: ImmutableRules = field(default_factory=ImmutableRules)
    findings: tuple[Diagnosis, ...] = ()

    @property
    def mentioned(self) -> dict[str, tuple[str, ...]]:
        """Names of kinds in fields besides resourceTypes, by the fields' paths."""
        paths = {"spec.immutableResourceConfig.resourceOverrides": tuple(self.immutable.overrides)}
        for list_name in ("include", "exclude"):
            for number, one in enumerate(getattr(self.selection, list_name)):
                paths[f"spec.selection.{list_name}[{number}].resourceTypes"] = one.resource_types
        for number, rule in enumerate(self.transforms):
            paths[f"spec.transforms[{number}].target.resourceTypes"] = rule.target.resource_types
        return paths

    @classmethod
    def of(cls, spec: ReplicationSpec) -> "Rules":
        """The rules in a spec."""
        pvc, namespace = spec.pvc_config, spec.namespace_config
        return cls(
            source=spec.source,
            destination=spec.destination,
            resource_types=spec.resource_types,
            further_resources=spec.namespace_scoped_resources,
            sync_crds=spec.sync_crds,
            scale_to_zero=spec.scale_to_zero,
            create_namespace=namespace.create_namespace,
            preserve_labels=namespace.preserve_labels,
            preserve_annotations=namespace.preserve_annotations,
            storage_classes={mapping.from_: mapping.to for mapping in pvc.storage_class_mappings},
            access_modes={mapping.from_: mapping.to for mapping in pvc.access_mode_mappings},
            preserve_volume_attributes=pvc.preserve_volume_attributes,
            sync_persistent_volumes=pvc.sync_persistent_volumes,
            ingress=spec.ingress_config,
            service=spec.service_config,
            rewrite_references=spec.rewrite_references,
            selection=spec.selection,
            transforms=spec.transforms,
            images=spec.image_mappings,
            prune=spec.prune,
            repair_drift=spec.drift_policy == "Repair",
            immutable=_immutable(spec.immutable_resource_config),
            findings=unhonoured(spec),
        )


def _immutable(config: ImmutableResourceConfig) -> ImmutableRules:
    overrides = {name.lower(): handling for name, handling in config.resource_overrides.items()}
    drain, delete = (parse(text).total_seconds() for text in (config.drain_timeout, config.force_delete_timeout))
    default = config.default_handling if "default_handling" in config.model_fields_set else None
    return ImmutableRules(default, overrides, drain, delete)
