"""The flags that `plan` and `replicate` share, named as in the Go tool's command line where it had them."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from dr_syncer.cli.write import Format

File: TypeAlias = Annotated[
    Path | None,
    typer.Option("--file", "-f", help="Replications; may also hold their RemoteClusters, ClusterMappings and Secrets."),
]
SourceKubeconfig: TypeAlias = Annotated[Path | None, typer.Option(help="Kubeconfig of the cluster to read from.")]
DestKubeconfig: TypeAlias = Annotated[Path | None, typer.Option(help="Kubeconfig of the cluster to write to.")]
SourceContext: TypeAlias = Annotated[str | None, typer.Option(help="Context in the source's kubeconfig.")]
DestContext: TypeAlias = Annotated[str | None, typer.Option(help="Context in the destination's kubeconfig.")]
SourceNamespace: TypeAlias = Annotated[str | None, typer.Option(help="Namespace to read.")]
DestNamespace: TypeAlias = Annotated[str | None, typer.Option(help="Namespace to write; default: the same name.")]
ResourceTypes: TypeAlias = Annotated[
    str | None, typer.Option(help='Comma list, as "deployments,cm" or "*,-secrets"; default: everything.')
]
ScaleToZero: TypeAlias = Annotated[
    bool | None, typer.Option("--scale-to-zero/--no-scale-to-zero", help="Hold workloads at zero; default: yes.")
]
Output: TypeAlias = Annotated[Format, typer.Option("--output", "-o", help="Print text or one JSON document.")]
