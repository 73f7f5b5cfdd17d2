"""From a source object to the object its standby should have. Pure, and the same whatever the destination holds."""

from collections.abc import Callable

from dr_syncer.api.names import ACCESS_MODE, STORAGE_CLASS
from dr_syncer.objects import GroupKind, Object, labels_of
from dr_syncer.plan.edits import with_spec, without, without_spec
from dr_syncer.plan.ingress import ingress_of_the_site
from dr_syncer.plan.kinds import (
    CONFIG_MAP,
    INGRESS,
    JOB,
    PERSISTENT_VOLUME_CLAIM,
    ROLE_BINDING,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
)
from dr_syncer.plan.rules import Rules
from dr_syncer.plan.sanitise import keep_annotations, sanitise, without_nulls
from dr_syncer.plan.scale import paused, rescale, scale_of
from dr_syncer.plan.site import without_node_port
from dr_syncer.plan.volumes import keeps_its_volume

_FLAT = {CONFIG_MAP, SECRET}  # their members are strings: no nulls to look for
_JOB_LABELS = ("controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name")


def transform(group_kind: GroupKind, item: Object, rules: Rules) -> Object:
    """The object wanted in the destination namespace; `item` is left as it is."""
    wanted = sanitise(item if group_kind in _FLAT else without_nulls(item), rules.destination)
    if change := _CHANGES.get(group_kind):
        wanted = change(wanted, rules)
    scale = scale_of(group_kind, item, rules)
    return rescale(group_kind, wanted, scale, rules) if scale else paused(group_kind, wanted, rules)


def namespace(item: Object, rules: Rules) -> Object:
    """The destination namespace as the source's labels and annotations want it."""
    wanted = sanitise(item, "")
    metadata = {"name": rules.destination}
    labels = without(item["metadata"].get("labels") or {}, ["kubernetes.io/metadata.name"])
    annotations = {
        key: value
        for key, value in keep_annotations(item["metadata"].get("annotations")).items()
        if not key.startswith("openshift.io/sa.scc.")  # user id ranges that each cluster hands out itself
    }
    if rules.preserve_labels and labels:
        metadata["labels"] = labels  # type: ignore[assignment]
    if rules.preserve_annotations and annotations:
        metadata["annotations"] = annotations  # type: ignore[assignment]
    return {"apiVersion": wanted["apiVersion"], "kind": wanted["kind"], "metadata": metadata}


def _service(item: Object, rules: Rules) -> Object:
    """Addresses are the destination's to give; a headless service stays headless."""
    dropped = ["clusterIPs", "healthCheckNodePort", "ipFamilies"]
    if item["spec"].get("clusterIP") != "None":
        dropped.append("clusterIP")
    if rules.service.load_balancer == "Clear":
        dropped += ["loadBalancerIP", "loadBalancerClass", "externalIPs"]
    if rules.service.node_ports == "Reassign" and item["spec"].get("ports"):
        item = with_spec(item, ports=[without_node_port(port) for port in item["spec"]["ports"]])
    return without_spec(item, dropped)


def _ingress(item: Object, rules: Rules) -> Object:
    return ingress_of_the_site(item, rules.ingress)


def _service_account(item: Object, rules: Rules) -> Object:
    """Of the secrets, those stay that a person listed: tokens and registry logins are made by each cluster."""
    made = tuple(f"{item['metadata']['name']}-{kind}-" for kind in ("token", "dockercfg"))
    kept = [one for one in item.get("secrets") or () if not one.get("name", "").startswith(made)]
    return {**item, "secrets": kept} if kept else without(item, ["secrets"])


def _role_binding(item: Object, rules: Rules) -> Object:
    """A service account of the source namespace is, on the standby, that of the standby."""
    subjects = [_subject(one, rules) for one in item.get("subjects") or ()]
    return {**item, "subjects": subjects} if subjects else item


def _subject(subject: Object, rules: Rules) -> Object:
    if (subject.get("kind"), subject.get("namespace")) != ("ServiceAccount", rules.source):
        return subject
    return {**subject, "namespace": rules.destination}


def _job(item: Object, rules: Rules) -> Object:
    """The selector and labels that the Job controller generated belong to the source's Job."""
    if item["spec"].get("manualSelector"):
        return item
    template = item["spec"]["template"]
    metadata = dict(template.get("metadata") or {})
    metadata["labels"] = without(metadata.get("labels") or {}, _JOB_LABELS)
    item = without_spec(with_spec(item, template={**template, "metadata": metadata}), ["selector"])
    labels = without(item["metadata"].get("labels") or {}, _JOB_LABELS)
    own = without(item["metadata"], ["labels"])
    return {**item, "metadata": {**own, "labels": labels} if labels else own}


def _claim(item: Object, rules: Rules) -> Object:
    """A claim for a volume of the destination: its own class and modes, mapped once each from the source's value."""
    dropped = [] if keeps_its_volume(item, rules) else ["volumeName"]
    if not rules.preserve_volume_attributes:
        dropped += ["selector", "dataSource", "dataSourceRef"]
    item = without_spec(item, dropped)
    spec = item["spec"]
    modes = [rules.access_modes.get(mode, mode) for mode in spec.get("accessModes") or ()]
    if own := labels_of(item).get(ACCESS_MODE):
        modes = [own]
    item = with_spec(item, accessModes=list(dict.fromkeys(modes)))
    if name := _storage_class(item, rules):
        item = with_spec(item, storageClassName=name)
    return item


def _storage_class(claim: Object, rules: Rules) -> str | None:
    """The class by label, by mapping, or as in the source; None is the cluster's default class."""
    name = claim["spec"].get("storageClassName")
    return labels_of(claim).get(STORAGE_CLASS) or rules.storage_classes.get(name or "", name)


_CHANGES: dict[GroupKind, Callable[[Object, Rules], Object]] = {
    SERVICE: _service,
    SERVICE_ACCOUNT: _service_account,
    INGRESS: _ingress,
    ROLE_BINDING: _role_binding,
    JOB: _job,
    PERSISTENT_VOLUME_CLAIM: _claim,
}
