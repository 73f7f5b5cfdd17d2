"""Plan: no field of a spec does nothing.

Asserted: every field of a Replication's spec, down to the leaves, changes the rules that a plan is made by, or the
retries of its runs; or it is on the list of those that another part of DR Syncer reads. A new field that nobody reads
fails here. Asserted elsewhere: what each field does (tests/apiserver, tests/flows).
"""

from collections.abc import Iterator
from types import UnionType
from typing import Any

import pytest
from pydantic import BaseModel

from dr_syncer.api import parse_spec
from dr_syncer.api.replication import ReplicationSpec
from dr_syncer.plan.retries import pauses
from dr_syncer.plan.rules import Rules

BASE: dict[str, Any] = {"sourceCluster": "prod", "destinationCluster": "dr", "sourceNamespace": "shop"}

# Read where clusters are found, namespaces are chosen and failures are judged.
CONNECTING = {"sourceCluster", "destinationCluster", "clusterMappingRef"}  # dr_syncer/cli/requests
CHOOSING = {"namespaceSelector", "destinationNamespaceTemplate"}  # dr_syncer/engine/namespaces
JUDGING = {"failureHandling"}  # tests/plan/test_retries asserts each of its fields
RUNNING = {"paused"}  # flows/replicate
# The custom resources' own life and the data of volumes are not built yet; the changelog says so.
LATER = {"replicationMode", "schedule", "timeZone", "continuous", "tempPodKeySecretRef"}

FILTER = {"names": ["x"]}
MAPPING = [{"from": "a", "to": "b"}]
SAMPLES: dict[str, Any] = {
    "sourceNamespace": "other",
    "destinationNamespace": "other",
    "resourceTypes": ["cm"],
    "namespaceScopedResources": ["*"],
    "scaleToZero": False,
    "namespaceConfig.createNamespace": False,
    "namespaceConfig.preserveLabels": False,
    "namespaceConfig.preserveAnnotations": False,
    "pvcConfig.syncPersistentVolumes": True,
    "pvcConfig.storageClassMappings": MAPPING,
    "pvcConfig.accessModeMappings": [{"from": "ReadWriteOnce", "to": "ReadWriteMany"}],
    "pvcConfig.preserveVolumeAttributes": True,
    "pvcConfig.syncData": True,
    "retryConfig.maxRetries": 1,
    "retryConfig.initialBackoff": "1s",
    "retryConfig.maxBackoff": "7s",
    "retryConfig.backoffMultiplier": 300,
    "immutableResourceConfig.defaultHandling": "Recreate",
    "immutableResourceConfig.resourceOverrides": {"sts": "Recreate"},
    "immutableResourceConfig.drainTimeout": "1s",
    "immutableResourceConfig.forceDeleteTimeout": "1s",
    "syncCRDs": True,
    "ingressConfig.preserveAnnotations": False,
    "ingressConfig.preserveTLS": False,
    "ingressConfig.preserveBackends": False,
    "ingressConfig.hostMappings": MAPPING,
    "ingressConfig.classMappings": MAPPING,
    "ingressConfig.tlsSecretMappings": MAPPING,
    "serviceConfig.nodePorts": "Reassign",
    "serviceConfig.loadBalancer": "Clear",
    "rewriteReferences": True,
    "selection.include": [FILTER],
    "selection.exclude": [FILTER],
    "selection.helmReleases": "Skip",
    "transforms": [{"name": "x", "removeLabels": ["y"]}],
    "imageMappings": MAPPING,
    "prune.enabled": True,
    "prune.maxShare": 1,
    "prune.includePersistentVolumeClaims": True,
    "prune.propagationPolicy": "Orphan",
    "driftPolicy": "Report",
}


def nested(path: str, value: Any) -> dict[str, Any]:
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}


def effect(fields: dict[str, Any]) -> object:
    spec = parse_spec({**BASE, **fields}, "test")
    return Rules.of(spec), pauses(spec.retry_config) if spec.retry_config else ()


@pytest.mark.parametrize("path", SAMPLES)
def test_a_field_has_an_effect(path: str) -> None:
    parent = path.rpartition(".")[0]
    without = effect(nested(parent, {}) if parent else {})
    assert effect(nested(path, SAMPLES[path])) != without


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        inner = next(filter(is_model, one_or_none(field.annotation)), None)
        yield from leaves(inner, f"{path}.") if inner else [path]


def one_or_none(annotation: Any) -> tuple[Any, ...]:
    """`Model` or `Model | None`; a list of models is a leaf."""
    return annotation.__args__ if isinstance(annotation, UnionType) else (annotation,)


def is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def test_no_field_is_forgotten() -> None:
    elsewhere = CONNECTING | CHOOSING | JUDGING | RUNNING | LATER
    fields = set(leaves(ReplicationSpec))
    known = {path for path in fields if path.partition(".")[0] in elsewhere or path.startswith("pvcConfig.dataSync")}
    assert fields - known == set(SAMPLES)
