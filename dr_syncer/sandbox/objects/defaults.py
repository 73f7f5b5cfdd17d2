"""What the API server fills in when it stores an object: the defaults of the built-in kinds."""

from collections.abc import Callable, Iterator
from typing import Any

from dr_syncer.objects import GroupKind, Object
from dr_syncer.sandbox.objects import pods
from dr_syncer.sandbox.objects.filling import fill

_RBAC = "rbac.authorization.k8s.io"


def defaulted(group_kind: GroupKind, item: Object) -> Object:
    """A new object with everything that the API server would add; `item` is left as it is."""
    rule = _RULES.get(group_kind)
    return rule(item) if rule else item


def _spec(item: Object, spec: Object) -> Object:
    return {**item, "spec": spec}


def _deployment(item: Object) -> Object:
    spec = fill(item.get("spec") or {}, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600, strategy={})
    strategy = fill(spec["strategy"], type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        strategy["rollingUpdate"] = fill(strategy.get("rollingUpdate") or {}, maxSurge="25%", maxUnavailable="25%")
    return _with_status(_spec(item, {**spec, "strategy": strategy, "template": pods.template(spec.get("template"))}))


def _stateful_set(item: Object) -> Object:
    spec = fill(
        item.get("spec") or {},
        replicas=1,
        revisionHistoryLimit=10,
        podManagementPolicy="OrderedReady",
        updateStrategy={},
    )
    strategy = fill(spec["updateStrategy"], type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        strategy["rollingUpdate"] = fill(strategy.get("rollingUpdate") or {}, partition=0)
    retention = fill(spec.get("persistentVolumeClaimRetentionPolicy") or {}, whenDeleted="Retain", whenScaled="Retain")
    spec = {**spec, "updateStrategy": strategy, "persistentVolumeClaimRetentionPolicy": retention}
    if claims := spec.get("volumeClaimTemplates"):
        spec["volumeClaimTemplates"] = [_claim_template(claim) for claim in claims]
    spec["template"] = pods.template(spec.get("template"))
    return _with_status(_spec(item, spec), replicas=0, availableReplicas=0)


def _claim_template(claim: Object) -> Object:
    spec = fill(claim.get("spec") or {}, volumeMode="Filesystem")
    return fill({**claim, "spec": spec}, apiVersion="v1", kind="PersistentVolumeClaim", status={"phase": "Pending"})


def _daemon_set(item: Object) -> Object:
    spec = fill(item.get("spec") or {}, revisionHistoryLimit=10, updateStrategy={})
    strategy = fill(spec["updateStrategy"], type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        strategy["rollingUpdate"] = fill(strategy.get("rollingUpdate") or {}, maxSurge=0, maxUnavailable=1)
    item = _spec(item, {**spec, "updateStrategy": strategy, "template": pods.template(spec.get("template"))})
    counts = ("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady")
    return _with_status(item, **dict.fromkeys(counts, 0))


def _replica_set(item: Object) -> Object:
    spec = fill(item.get("spec") or {}, replicas=1)
    return _with_status(_spec(item, {**spec, "template": pods.template(spec.get("template"))}), replicas=0)


def _job(item: Object) -> Object:
    return _with_status(_spec(item, _job_spec(item.get("spec") or {})))


def _job_spec(spec: Object) -> Object:
    spec = fill(
        spec,
        backoffLimit=6 if spec.get("backoffLimitPerIndex") is None else 2**31 - 1,
        completionMode="NonIndexed",
        suspend=False,
        manualSelector=False,
        podReplacementPolicy="Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed",
    )
    if "completions" not in spec and "parallelism" not in spec:
        spec = {**spec, "completions": 1}
    return {**fill(spec, parallelism=1), "template": pods.template(spec.get("template"))}


def _cron_job(item: Object) -> Object:
    spec = fill(
        item.get("spec") or {},
        concurrencyPolicy="Allow",
        failedJobsHistoryLimit=1,
        successfulJobsHistoryLimit=3,
        suspend=False,
    )
    template = fill(spec.get("jobTemplate") or {}, metadata={})
    inner = template.get("spec") or {}
    # Inside a CronJob only the pod template is defaulted; the rest is when its Job is made.
    template["spec"] = {**inner, "template": pods.template(inner.get("template"))}
    return _with_status(_spec(item, {**spec, "jobTemplate": template}))


def _service(item: Object) -> Object:
    spec = fill(item.get("spec") or {}, sessionAffinity="None", type="ClusterIP")
    if ports := spec.get("ports"):
        spec["ports"] = [fill(port, protocol="TCP", targetPort=port.get("port")) for port in ports]
    if spec["type"] == "ExternalName":
        return _with_status(_spec(item, spec), loadBalancer={})
    spec = fill(spec, internalTrafficPolicy="Cluster")
    if spec["type"] in ("NodePort", "LoadBalancer") or spec.get("externalIPs"):
        spec = fill(spec, externalTrafficPolicy="Cluster")
    if spec["type"] == "LoadBalancer":
        spec = fill(spec, allocateLoadBalancerNodePorts=True)
    if spec["sessionAffinity"] == "ClientIP":
        spec = fill(spec, sessionAffinityConfig={"clientIP": {"timeoutSeconds": 10800}})
    return _with_status(_spec(item, spec), loadBalancer={})


def _claim(item: Object) -> Object:
    spec = fill(item.get("spec") or {}, volumeMode="Filesystem")
    if source := spec.get("dataSource") or spec.get("dataSourceRef"):
        source = {"apiGroup": None, **source}
        spec = {**spec, "dataSource": source, "dataSourceRef": source}
    return _with_status(_spec(item, spec), phase="Pending")


def _volume(item: Object) -> Object:
    spec = fill(item.get("spec") or {}, volumeMode="Filesystem", persistentVolumeReclaimPolicy="Retain")
    return _with_status(_spec(item, spec), phase="Pending")


def _secret(item: Object) -> Object:
    return fill(item, type="Opaque")


def _ingress(item: Object) -> Object:
    return _with_status(_spec(item, item.get("spec") or {}), loadBalancer={})


def _network_policy(item: Object) -> Object:
    spec = dict(item.get("spec") or {})
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    for direction in ("ingress", "egress"):
        if rules := spec.get(direction):
            spec[direction] = [_with_protocols(rule) for rule in rules]
    return _spec(item, fill(spec, podSelector={}))


def _with_protocols(rule: Object) -> Object:
    ports = rule.get("ports")
    return {**rule, "ports": [fill(port, protocol="TCP") for port in ports]} if ports else rule


def _autoscaler(item: Object) -> Object:
    spec = fill(item.get("spec") or {}, minReplicas=1)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if behaviour := spec.get("behavior"):
        spec["behavior"] = {
            **_scaling_defaults(),
            **{k: fill(v, **_scaling_defaults()[k]) for k, v in behaviour.items()},
        }
    return fill(_spec(item, spec), status={"currentMetrics": None, "desiredReplicas": 0})


def _scaling_defaults() -> dict[str, Object]:
    whole = {"type": "Percent", "value": 100, "periodSeconds": 15}
    pods_at_once = {"type": "Pods", "value": 4, "periodSeconds": 15}
    return {
        "scaleUp": {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [pods_at_once, whole]},
        "scaleDown": {"selectPolicy": "Max", "policies": [whole]},
    }


def _disruption_budget(item: Object) -> Object:
    counts = ("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods")
    return _with_status(item, **dict.fromkeys(counts, 0))


def _role_binding(item: Object) -> Object:
    item = {**item, "roleRef": fill(item.get("roleRef") or {}, apiGroup=_RBAC)}
    if subjects := item.get("subjects"):
        item["subjects"] = [_subject(subject) for subject in subjects]
    return item


def _subject(subject: Object) -> Object:
    return subject if subject.get("kind") == "ServiceAccount" else fill(subject, apiGroup=_RBAC)


def _pod(item: Object) -> Object:
    return _with_status(_spec(item, fill(pods.spec(item.get("spec") or {}), enableServiceLinks=True)), phase="Pending")


def _storage_class(item: Object) -> Object:
    return fill(item, reclaimPolicy="Delete", volumeBindingMode="Immediate")


def _namespace(item: Object) -> Object:
    spec = fill(item.get("spec") or {}, finalizers=["kubernetes"])
    return _with_status(_spec(item, spec), phase="Active")


def _definition(item: Object) -> Object:
    spec = dict(item.get("spec") or {})
    names = dict(spec.get("names") or {})
    names = fill(names, singular=names.get("kind", "").lower(), listKind=f"{names.get('kind', '')}List")
    return _spec(item, fill({**spec, "names": names}, conversion={"strategy": "None"}))


def _with_status(item: Object, **initial: Any) -> Object:
    return fill(item, status=initial)


def _rules() -> Iterator[tuple[GroupKind, Callable[[Object], Object]]]:
    yield GroupKind("", "Namespace"), _namespace
    yield GroupKind("", "PersistentVolume"), _volume
    yield GroupKind("", "PersistentVolumeClaim"), _claim
    yield GroupKind("", "Pod"), _pod
    yield GroupKind("", "Secret"), _secret
    yield GroupKind("", "Service"), _service
    yield GroupKind("apiextensions.k8s.io", "CustomResourceDefinition"), _definition
    yield GroupKind("apps", "DaemonSet"), _daemon_set
    yield GroupKind("apps", "Deployment"), _deployment
    yield GroupKind("apps", "ReplicaSet"), _replica_set
    yield GroupKind("apps", "StatefulSet"), _stateful_set
    yield GroupKind("autoscaling", "HorizontalPodAutoscaler"), _autoscaler
    yield GroupKind("batch", "CronJob"), _cron_job
    yield GroupKind("batch", "Job"), _job
    yield GroupKind("networking.k8s.io", "Ingress"), _ingress
    yield GroupKind("networking.k8s.io", "NetworkPolicy"), _network_policy
    yield GroupKind("policy", "PodDisruptionBudget"), _disruption_budget
    yield GroupKind(_RBAC, "ClusterRoleBinding"), _role_binding
    yield GroupKind(_RBAC, "RoleBinding"), _role_binding
    yield GroupKind("storage.k8s.io", "StorageClass"), _storage_class


_RULES = dict(_rules())
