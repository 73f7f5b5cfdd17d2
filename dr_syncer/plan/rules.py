"""What a Replication's spec asks of the plan, reduced to the values that the pure functions need."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dr_syncer.api import ReplicationSpec
from dr_syncer.diagnosis import Diagnosis
from dr_syncer.plan.unhonoured import unhonoured


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
    findings: tuple[Diagnosis, ...] = ()

    @classmethod
    def of(cls, spec: ReplicationSpec) -> "Rules":
        """The rules in a spec."""
        pvc, namespace = spec.pvc_config, spec.namespace_config
        return cls(
            source=spec.source_namespace,
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
            findings=unhonoured(spec),
        )
