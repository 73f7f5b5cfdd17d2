"""What must hold before anything is read: two places, a source that is there, a destination to write to."""

from dr_syncer.diagnosis import Category
from dr_syncer.errors import Refused
from dr_syncer.kube import NAMESPACES, Cluster
from dr_syncer.objects import Object
from dr_syncer.plan.rules import Rules
from dr_syncer.together import together


async def namespaces(source: Cluster, destination: Cluster, rules: Rules) -> tuple[Object, Object | None]:
    """The source namespace and the destination's (None: to be created); raises Refused."""
    here, there = await together(
        source.find(NAMESPACES, "", rules.source), destination.find(NAMESPACES, "", rules.destination)
    )
    if here is None:
        raise Refused(
            f"the source namespace {rules.source} does not exist in {source.server}",
            resolution="Check spec.sourceNamespace and the source's kubeconfig; nothing is created in a source.",
            category=Category.SOURCE_NAMESPACE_MISSING,
        )
    if there is None and not rules.create_namespace:
        raise Refused(
            f"the destination namespace {rules.destination} does not exist in {destination.server}",
            resolution="Create it, or set spec.namespaceConfig.createNamespace: true.",
            category=Category.DESTINATION_NAMESPACE_MISSING,
        )
    _refuse_same_place(here, there)
    for side, namespace in (("source", here), ("destination", there)):
        _refuse_terminating(side, namespace)
    return here, there


def _refuse_same_place(here: Object, there: Object | None) -> None:
    """By uid, whatever the addresses and credentials: two ways to one cluster lead to one namespace."""
    if there is None or here["metadata"]["uid"] != there["metadata"]["uid"]:
        return
    raise Refused(
        f"source and destination are the same: namespace {here['metadata']['name']} of one cluster",
        detail="the standby's scale-down would stop the application itself",
        resolution="Choose another destination cluster or spec.destinationNamespace. If the clusters are copies of one "
        "etcd, make the destination's namespace anew.",
        category=Category.SAME_NAMESPACE,
    )


def _refuse_terminating(side: str, namespace: Object | None) -> None:
    if namespace is None or "deletionTimestamp" not in namespace["metadata"]:
        return
    conditions = (namespace.get("status") or {}).get("conditions") or ()
    raise Refused(
        f"the {side} namespace {namespace['metadata']['name']} is being deleted",
        detail="; ".join(c["message"] for c in conditions if c.get("status") == "True" and c.get("message")),
        resolution="Wait until it is gone, or remove the finalizers that hold it, and run again.",
        category=Category.NAMESPACE_TERMINATING,
    )
