"""Plan: the installed command does what it says and ends with its documented code.

Asserted: every exit code, text and JSON, flags and files, that flags win over the file, that errors name the field,
the value and the way out, and that no command quotes a secret. Not asserted: colours, and what runs write to clusters
(tests/apiserver).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import dr_syncer.api.crds as definitions
from dr_syncer.kube import Cluster, from_data
from dr_syncer.sandbox import Sandbox
from tests.apiserver.replicating import named, seed
from tests.cli.running import Result, kubeconfig_of, manifest_of, run


@dataclass(frozen=True)
class Clusters:
    source: Sandbox
    destination: Sandbox
    folder: Path

    async def plan(self, *more: str) -> Result:
        return await run("plan", *self.flags, "--source-namespace", "shop", *more)

    @property
    def flags(self) -> tuple[str, ...]:
        files = [str(kubeconfig_of(one, self.folder)) for one in (self.source, self.destination)]
        return "--source-kubeconfig", files[0], "--dest-kubeconfig", files[1]


@pytest.fixture
async def clusters(tmp_path: Path) -> AsyncIterator[Clusters]:
    """Two sandboxes, and a ConfigMap and a Secret in the source."""
    async with Sandbox("prod", tls=False) as source, Sandbox("dr", tls=False) as destination:
        settings = named("v1", "ConfigMap", "", "settings", data={"colour": "blue"})
        login = named("v1", "Secret", "", "login", stringData={"password": "hush-hush"})
        async with Cluster(from_data(source.kubeconfig())) as cluster:
            await seed(cluster, "shop", [settings, login])
        yield Clusters(source, destination, tmp_path)


class TestPlan:
    async def test_it_shows_what_would_be_written_and_writes_nothing(self, clusters: Clusters) -> None:
        result = await clusters.plan()
        assert result.code == 0
        assert "+ ConfigMap settings\n" in result.out
        assert "shop -> shop: 3 to create, 0 to update, 0 unchanged, 2 skipped\n" in result.out
        assert {request.verb for request in clusters.destination.requests} <= {"get", "list"}
        assert "hush" not in result.out + result.err

    async def test_as_json_it_is_one_document(self, clusters: Clusters) -> None:
        (plan,) = (await clusters.plan("--output", "json")).json
        assert plan["complete"] is True
        assert plan["counts"]["create"] == 3
        assert ("ConfigMap", "settings", "create") in [(o["kind"], o["name"], o["verb"]) for o in plan["objects"]]

    async def test_something_to_do_has_a_code_of_its_own_when_asked_for(self, clusters: Clusters) -> None:
        assert (await clusters.plan("--detailed-exitcode")).code == 4

    async def test_it_reads_clusters_and_secrets_from_the_file(self, clusters: Clusters) -> None:
        file = manifest_of(clusters.source, clusters.destination, clusters.folder, destinationNamespace="standby")
        result = await run("plan", "-f", file)
        assert result.code == 0
        assert "shop -> standby: 3 to create" in result.out

    async def test_a_flag_wins_over_the_file(self, clusters: Clusters) -> None:
        file = manifest_of(clusters.source, clusters.destination, clusters.folder, destinationNamespace="standby")
        result = await run("plan", "-f", file, "--dest-namespace", "other", "--resource-types", "cm")
        assert "shop -> other: 2 to create" in result.out

    async def test_the_source_clusters_default_resource_types_hold_where_none_are_named(
        self, clusters: Clusters
    ) -> None:
        file = manifest_of(clusters.source, clusters.destination, clusters.folder)
        documents = list(yaml.safe_load_all(file.read_text()))
        for document in documents:
            if document["kind"] == "RemoteCluster" and document["metadata"]["name"] == "prod":
                document["spec"]["defaultResourceTypes"] = ["secrets"]
        file.write_text(yaml.safe_dump_all(documents))
        assert "shop -> shop: 2 to create" in (await run("plan", "-f", file)).out
        assert "shop -> shop: 3 to create" in (await run("plan", "-f", file, "--resource-types", "*")).out

    async def test_a_missing_source_namespace_is_a_failure(self, clusters: Clusters) -> None:
        result = await run("plan", *clusters.flags, "--source-namespace", "nowhere")
        assert result.code == 1
        assert "the source namespace nowhere does not exist" in result.err
        assert "(SourceNamespaceMissing)" in result.err

    async def test_what_cannot_be_read_is_a_failure_and_the_rest_is_planned(self, clusters: Clusters) -> None:
        clusters.source.fail(verb="list", resource="secrets", status=403, times=99)
        result = await clusters.plan()
        assert result.code == 1
        assert "+ ConfigMap settings" in result.out
        assert "Secret could not be read" in result.err

    async def test_an_unknown_resource_type_is_wrong_input(self, clusters: Clusters) -> None:
        result = await clusters.plan("--resource-types", "deploymets")
        assert result.code == 2
        assert "spec.resourceTypes[0]: 'deploymets' is no kind that the source has" in result.err
        assert "allowed: deployments" in result.err

    async def test_a_cluster_that_cannot_be_reached_has_a_code_of_its_own(
        self, clusters: Clusters, tmp_path: Path
    ) -> None:
        nowhere = {
            **clusters.source.kubeconfig(),
            "clusters": [{"name": "prod", "cluster": {"server": "http://127.0.0.1:9"}}],
        }
        file = tmp_path / "nowhere.kubeconfig"
        file.write_text(yaml.safe_dump(nowhere))
        flags = (*clusters.flags[2:], "--source-namespace", "shop")
        result = await run("plan", "--source-kubeconfig", file, *flags, DR_SYNCER_REQUEST_ATTEMPTS="1")
        assert result.code == 3
        assert "http://127.0.0.1:9 cannot be reached" in result.err

    async def test_a_token_that_is_refused_is_told_apart(self, clusters: Clusters) -> None:
        config = clusters.source.kubeconfig()
        config["users"][0]["user"]["token"] = "another"
        file = clusters.folder / "other.kubeconfig"
        file.write_text(yaml.safe_dump(config))
        result = await run("plan", "--source-kubeconfig", file, *clusters.flags[2:], "--source-namespace", "shop")
        assert result.code == 3
        assert "(Unauthorized)" in result.err
        assert "Traceback" not in result.err


class TestSeveralReplicationsInOneFile:
    def file(self, clusters: Clusters) -> Path:
        """One that can be planned between two that cannot."""
        file = manifest_of(clusters.source, clusters.destination, clusters.folder)
        documents = list(yaml.safe_load_all(file.read_text()))
        for name, spec in (("absent", {"sourceNamespace": "nowhere"}), ("unknown", {"sourceCluster": "elsewhere"})):
            one = {**documents[0], "metadata": {"name": name}, "spec": {**documents[0]["spec"], **spec}}
            documents.insert(0 if name == "absent" else 2, one)
        file.write_text(yaml.safe_dump_all(documents))
        return file

    async def test_trouble_with_one_does_not_hide_the_plans_of_the_others(self, clusters: Clusters) -> None:
        result = await run("plan", "-f", self.file(clusters))
        assert result.code == 2
        assert "shop -> shop: 3 to create" in result.out
        assert "the source namespace nowhere does not exist" in result.err
        assert "has no RemoteCluster elsewhere" in result.err

    async def test_as_json_each_has_its_place(self, clusters: Clusters) -> None:
        rows = (await run("plan", "-f", self.file(clusters), "--output", "json")).json
        assert [row["name"] for row in rows] == ["absent", "shop", "unknown"]
        assert [row["complete"] for row in rows] == [False, True, False]
        assert rows[0]["findings"][0]["category"] == "SourceNamespaceMissing"

    async def test_replicate_gives_the_same_form(self, clusters: Clusters, tmp_path: Path) -> None:
        environment = {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_URL": ""}
        result = await run("replicate", "-f", self.file(clusters), "--output", "json", **environment)
        assert result.code == 2
        assert [row["name"] for row in result.json] == ["absent", "shop", "unknown"]
        assert [row["verdict"] for row in result.json] == ["Failed", "Completed", "Failed"]


class TestOffline:
    MANIFESTS = """
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {password: hush-hush}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec:
    replicas: 3
    selector: {matchLabels: {app: web}}
    template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "nginx:1"}]}}
---
{apiVersion: example.com/v1, kind: Widget, metadata: {name: one, namespace: other}}
"""

    def manifests(self, folder: Path) -> Path:
        (folder / "manifests").mkdir()
        (folder / "manifests" / "shop.yaml").write_text(self.MANIFESTS)
        return folder / "manifests"

    async def test_it_prints_what_manifests_become_without_any_cluster(self, tmp_path: Path) -> None:
        result = await run("plan", "--offline", self.manifests(tmp_path), "--source-namespace", "shop")
        assert result.code == 0, result.err
        items = {item["kind"]: item for item in yaml.safe_load_all(result.out)}
        assert items.keys() == {"Namespace", "Secret", "Deployment"}
        assert items["Deployment"]["spec"]["replicas"] == 0
        assert items["Secret"]["stringData"] == {"password": "(hidden)"}
        assert "# + Deployment web (scale 3 -> 0)" in result.out
        assert "hush" not in result.out + result.err

    async def test_rules_of_a_spec_can_be_tried(self, tmp_path: Path) -> None:
        spec = {
            "sourceCluster": "a",
            "destinationCluster": "b",
            "sourceNamespace": "shop",
            "imageMappings": [{"from": "docker.io/", "to": "dr.example.com/"}],
        }
        header = {"apiVersion": "dr-syncer.io/v1alpha1", "kind": "Replication", "metadata": {"name": "shop"}}
        file = tmp_path / "replication.yaml"
        file.write_text(yaml.safe_dump({**header, "spec": spec}))
        result = await run("plan", "-f", file, "--offline", self.manifests(tmp_path))
        assert "image: dr.example.com/library/nginx:1" in result.out
        assert "transformed by imageMappings" in result.out

    @pytest.mark.parametrize("text", ["a: [", "just words", "kind: Secret"])
    async def test_what_is_no_manifest_is_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "wrong.yaml").write_text(text)
        result = await run("plan", "--offline", tmp_path, "--source-namespace", "shop")
        assert result.code == 2
        assert "wrong.yaml" in result.err
        assert "Traceback" not in result.err


@pytest.mark.parametrize("command", ["plan", "replicate"])
async def test_a_setting_that_cannot_be_used_is_named(command: str, clusters: Clusters, tmp_path: Path) -> None:
    wrong = {"DR_SYNCER_REQUEST_TIMEOUT": "soon", "PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_URL": ""}
    result = await run(command, *clusters.flags, "--source-namespace", "shop", **wrong)
    assert result.code == 2
    assert "DR_SYNCER_REQUEST_TIMEOUT: 'soon'" in result.err
    assert "Traceback" not in result.err


CONTEXTS = ("--source-context", "a", "--dest-context", "b")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "--source-namespace: missing"),
        (("-f", "no-such-file.yaml"), "no-such-file.yaml cannot be read"),
        (("--source-namespace", "Shop", *CONTEXTS), "spec.sourceNamespace: 'Shop'"),
        (("--source-namespace", "s", "--source-kubeconfig", "nope", "--dest-kubeconfig", "nope"), "nope"),
    ],
)
async def test_wrong_input_is_explained(arguments: tuple[str, ...], expected: str) -> None:
    result = await run("plan", *arguments)
    assert result.code == 2
    assert expected in result.err
    assert "Traceback" not in result.err


async def test_replicate_refuses_wrong_input_before_it_starts_prefect(tmp_path: Path) -> None:
    result = await run("replicate", PREFECT_HOME=str(tmp_path))
    assert result.code == 2
    assert "--source-namespace: missing" in result.err
    assert "Starting temporary server" not in result.err


@pytest.mark.parametrize("command", ["blocks", "replicate"])
async def test_a_prefect_server_that_does_not_answer_is_named(command: str, clusters: Clusters) -> None:
    arguments = ("register",) if command == "blocks" else (*clusters.flags, "--source-namespace", "shop")
    result = await run(command, *arguments, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert result.code == 3
    assert "the Prefect server http://127.0.0.1:9/api does not answer" in result.err
    assert "Traceback" not in result.err


async def test_replicate_brings_a_namespace_to_its_standby_with_a_temporary_prefect_server(
    clusters: Clusters, tmp_path: Path
) -> None:
    file = manifest_of(clusters.source, clusters.destination, clusters.folder)
    environment = {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_URL": ""}
    result = await run("replicate", "-f", file, "--output", "json", **environment)
    (report,) = result.json
    assert (result.code, report["verdict"]) == (0, "Completed")
    assert report["counts"]["created"] == 3
    assert "hush" not in result.out + result.err
    assert (await clusters.plan("--detailed-exitcode")).code == 0


async def test_mistakes_in_a_file_are_listed_with_their_paths(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    spec = {"sourceNamespace": "shop", "scaletozero": True, "schedule": "sometimes"}
    header = {"apiVersion": "dr-syncer.io/v1alpha1", "kind": "Replication", "metadata": {"name": "shop"}}
    file.write_text(yaml.safe_dump({**header, "spec": spec}))
    result = await run("plan", "-f", file)
    assert result.code == 2
    assert "Replication shop: spec.scaletozero: unknown field; did you mean scaleToZero?" in result.err
    assert "Replication shop: spec.schedule: 'sometimes' is not a cron schedule" in result.err


async def test_crds_prints_the_definitions_for_kubectl() -> None:
    result = await run("crds")
    assert list(yaml.safe_load_all(result.out)) == definitions.crds()
    as_list = (await run("crds", "--output", "json")).json
    assert as_list["items"] == definitions.crds()


async def test_crds_writes_a_file_for_each(tmp_path: Path) -> None:
    await run("crds", "--dir", tmp_path / "new")
    assert {file.name: file.read_text() for file in (tmp_path / "new").iterdir()} == definitions.render()


async def test_version_knows_itself() -> None:
    result = await run("version", "--output", "json")
    assert result.code == 0
    assert result.json["dr-syncer"] == "0.1.0"
    assert set(result.json) == {"dr-syncer", "prefect", "kubernetes", "python"}


async def test_help_lists_every_command() -> None:
    result = await run("--help")
    for command in ("plan", "replicate", "demo", "crds", "blocks", "version"):
        assert f" {command} " in result.out
