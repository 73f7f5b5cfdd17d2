"""The demo's application: a shop as a team would write it, about 40 objects in `deployments/demo/shop/*.yaml`."""

from importlib.resources import files

import yaml

from dr_syncer.kube import STORAGE_CLASSES, Cluster
from dr_syncer.objects import GroupKind, Object, group_of

NAMESPACE = "shop"
_TEAM = "shop-team"


def objects() -> list[Object]:
    """Every object of the shop, the namespace first."""
    folder = files("deployments.demo") / "shop"
    files_in_order = sorted(folder.iterdir(), key=lambda file: file.name)
    return [document for file in files_in_order for document in yaml.safe_load_all(file.read_text())]


async def provide_storage(cluster: Cluster) -> None:
    """The StorageClasses that the shop's claims name, as a cluster's administrators would have made them."""
    for name in ("fast", "shared"):
        item = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}}
        await cluster.apply(
            STORAGE_CLASSES, {**item, "provisioner": "example.com/none"}, field_manager="administrators"
        )


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
