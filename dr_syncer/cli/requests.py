"""From a file and flags to the replications a person means: spec, and where both clusters are.

Flags win over the file. Called by `dr-syncer plan` and `dr-syncer replicate`, which differ only in what they do with
the result.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dr_syncer.api import Manifest, Replication, ReplicationSpec, load_documents, parse_spec
from dr_syncer.engine.connect import ClusterRef
from dr_syncer.errors import InvalidInput, Problem


@dataclass(frozen=True, slots=True)
class Flags:
    """What was given on the command line; None is "not given"."""

    source_kubeconfig: Path | None = None
    dest_kubeconfig: Path | None = None
    source_context: str | None = None
    dest_context: str | None = None
    source_namespace: str | None = None
    dest_namespace: str | None = None
    resource_types: str | None = None
    scale_to_zero: bool | None = None

    def spec_fields(self) -> dict[str, Any]:
        """Those that stand for fields of a spec, by the fields' names."""
        fields = {
            "sourceNamespace": self.source_namespace,
            "destinationNamespace": self.dest_namespace,
            "resourceTypes": self.resource_types.split(",") if self.resource_types else None,
            "scaleToZero": self.scale_to_zero,
        }
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class ReplicationRequest:
    """One replication to plan or run."""

    name: str
    spec: ReplicationSpec
    source: ClusterRef
    destination: ClusterRef


def requests(file: Path | None, flags: Flags) -> tuple[ReplicationRequest, ...]:
    """The replications in a file, or the one that the flags describe; raises InvalidInput."""
    if file is None:
        return (_from_flags(flags),)
    manifest = load_documents(_text(file), str(file))
    if not manifest.replications:
        raise InvalidInput(
            f"{file} holds no Replication", resolution="Add one, or describe it with flags instead of -f."
        )
    return tuple(_from_manifest(one, manifest, file.absolute(), flags) for one in manifest.replications)


def offline_specs(file: Path | None, flags: Flags) -> tuple[tuple[str, ReplicationSpec], ...]:
    """The names and specs of the replications, which need no clusters and one namespace each; raises InvalidInput."""
    if file is not None:
        found = tuple((one.name, one.spec) for one in requests(file, flags))
    elif flags.source_namespace is None:
        raise InvalidInput("say which namespace the manifests are of", (Problem("--source-namespace", "missing"),))
    else:
        fields = {"sourceCluster": "source", "destinationCluster": "destination", **flags.spec_fields()}
        found = ((flags.source_namespace, parse_spec(fields, "command line")),)
    for name, spec in found:
        if spec.source_namespace is None:
            raise InvalidInput(
                f"{name} chooses namespaces by label, which manifests do not have: use --source-namespace"
            )
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InvalidInput(f"{file} cannot be read: {reason}", (Problem("--file", str(file)),)) from None


def _from_flags(flags: Flags) -> ReplicationRequest:
    missing = [
        Problem(names, "missing")
        for names, values in (
            ("--source-namespace", (flags.source_namespace,)),
            ("--source-kubeconfig or --source-context", (flags.source_kubeconfig, flags.source_context)),
            ("--dest-kubeconfig or --dest-context", (flags.dest_kubeconfig, flags.dest_context)),
        )
        if not any(values)
    ]
    if missing:
        raise InvalidInput("without -f, say what to replicate and where", tuple(missing))
    fields = {"sourceCluster": "source", "destinationCluster": "destination", **flags.spec_fields()}
    spec = parse_spec(fields, "command line")
    source = ClusterRef(kubeconfig=_absolute(flags.source_kubeconfig), context=flags.source_context)
    destination = ClusterRef(kubeconfig=_absolute(flags.dest_kubeconfig), context=flags.dest_context)
    return ReplicationRequest(spec.source, spec, source, destination)


def _from_manifest(replication: Replication, manifest: Manifest, file: Path, flags: Flags) -> ReplicationRequest:
    given = replication.spec.model_dump(by_alias=True, exclude_unset=True, mode="json")
    source, destination = _cluster_names(replication, manifest, file)
    fields = {**_defaults(manifest, source), **given, **flags.spec_fields()}
    spec = parse_spec(fields, f"{file.name}: Replication {replication.metadata.name}")
    return ReplicationRequest(
        replication.metadata.name,
        spec,
        _ref(flags.source_kubeconfig, flags.source_context, source, file),
        _ref(flags.dest_kubeconfig, flags.dest_context, destination, file),
    )


def _defaults(manifest: Manifest, source: str) -> dict[str, Any]:
    """What the source's RemoteCluster says for replications that do not say it themselves."""
    cluster = next((one for one in manifest.remote_clusters if one.metadata.name == source), None)
    types = cluster.spec.default_resource_types if cluster else ()
    return {"resourceTypes": list(types)} if types else {}


def _ref(kubeconfig: Path | None, context: str | None, remote_cluster: str, file: Path) -> ClusterRef:
    if kubeconfig or context:
        return ClusterRef(kubeconfig=_absolute(kubeconfig), context=context)
    return ClusterRef(manifest=file, remote_cluster=remote_cluster)


def _cluster_names(replication: Replication, manifest: Manifest, file: Path) -> tuple[str, str]:
    spec = replication.spec
    if spec.cluster_mapping_ref is None:
        return spec.source_cluster or "", spec.destination_cluster or ""
    name = spec.cluster_mapping_ref.name
    for mapping in manifest.cluster_mappings:
        if mapping.metadata.name == name:
            return mapping.spec.source_cluster, mapping.spec.target_cluster
    if spec.source_cluster and spec.destination_cluster:
        return spec.source_cluster, spec.destination_cluster
    return (
        f"of ClusterMapping {name}, which is not in {file.name}",
        f"of ClusterMapping {name}, which is not in {file.name}",
    )


def _absolute(path: Path | None) -> Path | None:
    """A flow may run elsewhere: its working directory is not ours."""
    return path.expanduser().absolute() if path else None
