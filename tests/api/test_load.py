"""Plan: what people write arrives as meant, and every mistake comes back with its path, its value and the way out.

Asserted: several documents in one file, Secrets, Lists, other groups, both names of the kind, all mistakes at once,
and that no text of a Secret is ever in an error. Not asserted: each field on its own (test_models does that).
"""

import base64

import pytest

from dr_syncer.api import Manifest, Replication, load_documents, parse_spec, secret_value
from dr_syncer.errors import InvalidInput

REPLICATION = """
apiVersion: dr-syncer.io/v1alpha1
kind: Replication
metadata: {name: shop, namespace: dr-syncer}
spec: {sourceCluster: prod, destinationCluster: dr, sourceNamespace: shop}
"""
CLUSTER = """
apiVersion: dr-syncer.io/v1alpha1
kind: RemoteCluster
metadata: {name: prod}
spec: {kubeconfigSecretRef: {name: prod, namespace: dr-syncer}}
"""
SECRET = """
apiVersion: v1
kind: Secret
metadata: {name: prod, namespace: dr-syncer}
stringData: {kubeconfig: hush-hush}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        load_documents(text, "file.yaml")
    return [str(problem) for problem in caught.value.problems]


def spec_problems(**fields: object) -> list[str]:
    complete = {"sourceNamespace": "shop", "sourceCluster": "prod", "destinationCluster": "dr", **fields}
    with pytest.raises(InvalidInput) as caught:
        parse_spec(complete, "command line")
    return [str(problem) for problem in caught.value.problems]


def only(manifest: Manifest) -> Replication:
    (replication,) = manifest.replications
    return replication


def test_one_file_may_hold_everything_a_replication_needs() -> None:
    mapping = CLUSTER.replace("RemoteCluster", "ClusterMapping").replace(
        "{kubeconfigSecretRef: {name: prod, namespace: dr-syncer}}", "{sourceCluster: prod, targetCluster: dr}"
    )
    manifest = load_documents("---".join((REPLICATION, CLUSTER, mapping, SECRET)), "file.yaml")
    assert only(manifest).spec.source_namespace == "shop"
    assert manifest.remote_clusters[0].spec.kubeconfig_secret_ref.key == "kubeconfig"
    assert manifest.cluster_mappings[0].spec.target_cluster == "dr"
    assert manifest.secrets[0]["metadata"]["name"] == "prod"


def test_a_namespace_mapping_is_a_replication() -> None:
    later = only(load_documents(REPLICATION.replace("kind: Replication", "kind: NamespaceMapping"), "file.yaml"))
    assert later.spec == only(load_documents(REPLICATION, "file.yaml")).spec


def test_a_list_counts_as_what_it_holds() -> None:
    items = "".join(f"- {line}\n" if line.startswith("api") else f"  {line}\n" for line in REPLICATION.split("\n")[1:])
    assert only(load_documents(f"apiVersion: v1\nkind: List\nitems:\n{items}", "file.yaml")).metadata.name == "shop"


def test_other_groups_and_empty_documents_are_passed_over() -> None:
    other = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    assert len(load_documents(f"---\n---\n{other}---{REPLICATION}", "file.yaml").replications) == 1


def test_what_the_api_server_adds_is_no_mistake() -> None:
    read_back = REPLICATION.replace(
        "namespace: dr-syncer}", "namespace: dr-syncer, uid: a, creationTimestamp: 2026-01-01T00:00:00Z, generation: 3}"
    )
    assert (
        only(load_documents(read_back + "status: {phase: Completed, ofTomorrow: 1}", "f")).status.phase == "Completed"
    )


def test_a_null_is_a_field_left_out() -> None:
    assert parse_spec(
        {"sourceNamespace": "shop", "sourceCluster": "a", "destinationCluster": "b", "pvcConfig": None}, "here"
    ) == parse_spec({"sourceNamespace": "shop", "sourceCluster": "a", "destinationCluster": "b"}, "here")


def test_all_mistakes_of_all_documents_come_at_once() -> None:
    wrong = REPLICATION.replace("sourceNamespace: shop", "sourceNamespace: Shop, scaletozero: true")
    assert problems(f"{wrong}---{CLUSTER.replace('kubeconfigSecretRef', 'kubeconfig')}") == [
        "Replication shop: spec.sourceNamespace: 'Shop' does not have the form of such a name or value "
        "(allowed: ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$)",
        "Replication shop: spec.scaletozero: unknown field; did you mean scaleToZero?",
        "RemoteCluster prod: spec.kubeconfigSecretRef: missing",
        "RemoteCluster prod: spec.kubeconfig: unknown field; did you mean kubeconfigSecretRef?",
    ]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (
            "replicationMode",
            "Sometimes",
            "'Sometimes' is not one of the values (allowed: Scheduled, Continuous, Manual)",
        ),
        ("scaleToZero", "yes", "'yes' is not a boolean; write true or false without quotes"),
        ("resourceTypes", "deployments", "'deployments' is not a list"),
        ("sourceNamespace", 5, "5 is not a string; put it in quotes"),
        ("schedule", "5 * *", "is not a cron schedule"),
        ("pvcConfig", [], "a list is not a map of fields"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(field: str, value: object, expected: str) -> None:
    (problem,) = spec_problems(**{field: value})
    assert problem.startswith(f"spec.{field}: ")
    assert expected in problem


def test_a_mistake_deep_inside_is_named_by_its_whole_path() -> None:
    config = {"dataSyncConfig": {"samplePercent": 900}, "storageClassMappings": [{"from": "fast", "too": "slow"}]}
    assert spec_problems(pvcConfig=config) == [
        "spec.pvcConfig.storageClassMappings[0].to: missing",
        "spec.pvcConfig.storageClassMappings[0].too: unknown field; did you mean to?",
        "spec.pvcConfig.dataSyncConfig.samplePercent: 900: input should be less than or equal to 100",
    ]


def test_an_unknown_field_like_no_other_is_answered_with_those_there_are() -> None:
    assert spec_problems(clusterMappingRef={"name": "a", "zzz": 1}) == [
        "spec.clusterMappingRef.zzz: unknown field (allowed: name, namespace)"
    ]


def test_a_replication_without_clusters_or_onto_itself_is_refused() -> None:
    assert spec_problems(destinationCluster=None) == [
        "spec: name clusterMappingRef, or both sourceCluster and destinationCluster"
    ]
    assert "the source is its own destination" in spec_problems(destinationCluster="prod")[0]


def test_one_cluster_may_hold_a_namespace_and_its_standby() -> None:
    spec = {"sourceCluster": "a", "destinationCluster": "a", "sourceNamespace": "x", "destinationNamespace": "y"}
    assert parse_spec(spec, "here").destination == "y"


def test_backoffs_that_contradict_each_other_are_refused() -> None:
    assert spec_problems(retryConfig={"maxBackoff": "1s"}) == [
        "spec.retryConfig: maxBackoff 1s is below initialBackoff 5s"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2", "line 2, column 1: the key 'a' is there twice"),
        ("a: [1", "line 1, column 6: expected ',' or ']', but got '<stream end>'"),
        ("just text", "document 1: a map with apiVersion, kind, metadata and spec"),
        ("kind: Replication", "document 1: apiVersion: missing"),
        ("apiVersion: v1", "document 1: kind: missing"),
        (REPLICATION.replace("v1alpha1", "v1"), "Replication shop: apiVersion: 'dr-syncer.io/v1' is not read"),
        (REPLICATION.replace("dr-syncer.io", "example.com"), "apiVersion: 'example.com/v1alpha1' is not read"),
        (REPLICATION.replace("kind: Replication", "kind: Replicator"), "kind: 'Replicator' is unknown"),
        ("apiVersion: v1\nkind: Secret\ndata: {a: b}", "document 1: metadata.name: missing"),
        ("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: hush-hush", "Secret a: data: not a map"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_place(text: str, expected: str) -> None:
    (problem,) = problems(text)
    assert expected in problem


def test_no_secret_is_shown_by_a_manifest_or_an_error() -> None:
    manifest = load_documents(SECRET, "file.yaml")
    assert "hush-hush" not in repr(manifest)
    with pytest.raises(InvalidInput, match="has no key other") as caught:
        secret_value(manifest.secrets[0], "other")
    assert "hush-hush" not in str(caught.value)
    assert "hush-hush" not in "".join(problems(SECRET + "stringData: {}"))
    assert "hush-hush" not in "".join(problems(SECRET.replace("}", "")))


def test_a_secret_is_read_from_either_of_its_parts() -> None:
    encoded = base64.b64encode(b"text").decode()
    assert secret_value({"metadata": {"name": "a"}, "data": {"key": encoded}}, "key") == "text"
    assert secret_value({"metadata": {"name": "a"}, "stringData": {"key": "plain"}}, "key") == "plain"


@pytest.mark.parametrize("value", ["no base64!", base64.b64encode(b"\xff").decode(), 5])
def test_data_that_is_no_base64_of_text_is_refused_without_being_shown(value: object) -> None:
    with pytest.raises(InvalidInput, match="put plain text under stringData") as caught:
        secret_value({"metadata": {"name": "a"}, "data": {"key": value}}, "key")
    assert str(value) not in str(caught.value).replace("key", "")
