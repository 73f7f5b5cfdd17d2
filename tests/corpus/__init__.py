"""Sets of manifests in the style of well-known applications, to be replicated by tests.

Each file is one application in one namespace: `guestbook` a first tutorial, `chart` a rendered Helm chart, `operator` a
controller with its webhook, `batch` a pipeline of Jobs, `edge` a gateway with every way in. Together they use what the
API offers in many odd places; a real API server accepts every object, and no value in them is a secret.
"""

from collections.abc import Iterator
from pathlib import Path

import yaml

from dr_syncer.objects import Object

NAMES = tuple(sorted(file.stem for file in Path(__file__).parent.glob("*.yaml")))


def load(name: str, namespace: str) -> list[Object]:
    """The objects of one set, moved to `namespace`; its Namespace comes first."""
    return list(read(Path(__file__).parent / f"{name}.yaml", namespace))


def read(file: Path, namespace: str) -> Iterator[Object]:
    """The objects of one file, moved to `namespace`, so that a test can have them to itself."""
    for item in yaml.safe_load_all(file.read_text()):
        if item["kind"] == "Namespace":
            item["metadata"]["name"] = namespace
        else:
            item["metadata"]["namespace"] = namespace
        yield item
