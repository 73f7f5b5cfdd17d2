"""Asserted: which kinds the names in a spec mean, in which order they are written, and what is told of every other."""

import pytest

from dr_syncer.diagnosis import Category
from dr_syncer.errors import InvalidInput
from dr_syncer.kube import Resource
from dr_syncer.plan.kinds import KINDS, Kind, wave_of
from dr_syncer.plan.resolve import resolve

VERBS = frozenset({"list", "create", "patch", "get"})
SERVED = (
    Resource("", "v1", "pods", "Pod", verbs=VERBS, singular="pod", short_names=("po",)),
    Resource("apps", "v1", "replicasets", "ReplicaSet", verbs=VERBS, short_names=("rs",)),
    Resource("coordination.k8s.io", "v1", "leases", "Lease", verbs=VERBS),
    Resource("cert-manager.io", "v1", "certificates", "Certificate", verbs=VERBS, short_names=("cert", "certs")),
    Resource("cert-manager.io", "v1", "clusterissuers", "ClusterIssuer", namespaced=False, verbs=VERBS),
    Resource("example.com", "v1", "services", "Service", verbs=VERBS),
    Resource("authorization.k8s.io", "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview"),
)
ALL = {kind.resource for kind in KINDS}


def asked(*resource_types: str, further: tuple[str, ...] = ()) -> tuple[Kind, ...]:
    return resolve(resource_types, further, SERVED)


def resources(*resource_types: str, further: tuple[str, ...] = ()) -> set[str]:
    return {kind.resource for kind in asked(*resource_types, further=further)}


@pytest.mark.parametrize("name", ["statefulsets", "StatefulSet", "sts", "STATEFULSETS", "statefulsets.apps", " sts "])
def test_a_kind_has_many_names(name: str) -> None:
    assert resources(name) == {"statefulsets.apps"}


@pytest.mark.parametrize("name", ["certificates", "certificate", "cert", "Certificate", "Certificate.cert-manager.io"])
def test_so_has_one_that_only_the_cluster_knows(name: str) -> None:
    assert resources(name) == {"certificates.cert-manager.io"}


@pytest.mark.parametrize("names", [(), ("*",), ("*", "secrets")])
def test_a_star_or_nothing_means_every_well_known_kind(names: tuple[str, ...]) -> None:
    assert resources(*names) == ALL


def test_a_minus_takes_a_kind_out() -> None:
    assert resources("*", "-secrets", "-cm") == ALL - {"secrets", "configmaps"}
    assert resources("-jobs") == ALL - {"jobs.batch"}
    assert resources(further=("*",)) - resources("-certificates", further=("*",)) == {"certificates.cert-manager.io"}


def test_a_well_known_kind_goes_before_a_namesake_of_another_group() -> None:
    assert resources("services") == {"services"}
    assert resources("services.example.com") == {"services.example.com"}


def test_further_resources_come_beside_the_types() -> None:
    assert resources("cm", further=("certificates.cert-manager.io",)) == {"configmaps", "certificates.cert-manager.io"}
    assert resources(further=("certificates.cert-manager.io",)) == ALL | {"certificates.cert-manager.io"}


def test_a_further_star_is_all_that_can_be_replicated_in_namespaces() -> None:
    assert resources("cm", further=("*",)) == {"configmaps", "certificates.cert-manager.io", "services.example.com"}


def test_the_core_group_may_be_written_as_a_dot_with_nothing_after_it() -> None:
    assert resources("cm", further=("secrets.",)) == {"configmaps", "secrets"}


def test_every_unknown_type_is_named_with_its_place_and_its_near_matches() -> None:
    with pytest.raises(InvalidInput) as caught:
        asked("deploymets", "secrets", "widgets", further=("certificats.cert-manager.io",))
    assert caught.value.diagnosis.category is Category.UNKNOWN_RESOURCE_TYPE
    problems = {problem.path: problem.allowed for problem in caught.value.problems}
    assert list(problems) == ["spec.resourceTypes[0]", "spec.resourceTypes[2]", "spec.namespaceScopedResources[0]"]
    assert "deployments" in problems["spec.resourceTypes[0]"]
    assert "configmaps" in problems["spec.resourceTypes[2]"]
    assert "certificates.cert-manager.io" in problems["spec.namespaceScopedResources[0]"]


@pytest.mark.parametrize(("name", "why"), [("pods", "make their own"), ("rs", "make their own"), ("leases", "leases")])
def test_what_is_of_no_use_elsewhere_is_refused_with_the_reason(name: str, why: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        asked(name)
    assert "is never replicated" in str(caught.value)
    assert why in str(caught.value)


@pytest.mark.parametrize("name", ["clusterissuers", "localsubjectaccessreviews"])
def test_what_is_not_in_namespaces_or_cannot_be_listed_is_unknown(name: str) -> None:
    with pytest.raises(InvalidInput):
        asked(name)


def test_kinds_come_in_writing_order_and_custom_resources_last() -> None:
    kinds = asked("ingresses", "certificates", "deployments", "configmaps")
    assert [kind.plural for kind in kinds] == ["configmaps", "deployments", "ingresses", "certificates"]
    waves = [wave_of(kind.group_kind) for kind in kinds]
    assert waves == sorted(waves)
