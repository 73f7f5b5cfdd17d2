"""The demo's application: a shop as a team would write it, about 40 objects in `deployments/demo/shop/*.yaml`."""

from importlib.resources import files

import yaml

from dr_syncer.kube import Cluster
from dr_syncer.objects import Object, group_of
from dr_syncer.objects import GroupKind

NAMESPACE = "shop"
_TEAM = "shop-team"


def objects() -> list[Object]:
    """Every object of the shop, the namespace first."""
    folder = files("deployments.demo") / "shop"
    texts = [file.read_text() for file in sorted(folder.iterdir(), key=lambda file: file.name) if file.name.endswith(".yaml")]
    found = [document for text in texts for document in yaml.safe_load_all(text) if document]
    return sorted(found, key=lambda item: item["kind"] != "Namespace")


async def deploy(cluster: Cluster) -> int:
    """Apply the shop as its team does; the number of objects."""
    discovery = await cluster.discover()
    shop = objects()
    for item in shop:
        resource = discovery.find(GroupKind(group_of(item["apiVersion"]), item["kind"]))
        if resource is None:
            raise LookupError(f"the sandbox does not serve {item['kind']}")
        await cluster.apply(resource, item, field_manager=_TEAM)
    return len(shop)
