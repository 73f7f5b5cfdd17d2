"""Plan: the definitions hold every field the Go project declared, and the committed files are what the models say.

That a real API server takes them and enforces their rules is in tests/apiserver/test_crds.py.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import deployments
from dr_syncer.api.crds import crds, render

COMMITTED = Path(next(iter(deployments.__path__))) / "crds"

# Every field of the Go project's types; `[]` is the item of a list, `{}` the value of a map.
REMOTE_CLUSTER = """
spec.kubeconfigSecretRef.name spec.kubeconfigSecretRef.namespace spec.kubeconfigSecretRef.key spec.defaultSchedule
spec.defaultResourceTypes[] spec.pvcSync.enabled spec.pvcSync.image.repository spec.pvcSync.image.tag
spec.pvcSync.image.pullPolicy spec.pvcSync.ssh.port spec.pvcSync.ssh.keySecretRef.name
spec.pvcSync.ssh.keySecretRef.namespace spec.pvcSync.concurrency spec.pvcSync.globalConcurrencyLimit
spec.pvcSync.retryConfig.maxRetries spec.pvcSync.retryConfig.initialDelay spec.pvcSync.retryConfig.maxDelay
spec.pvcSync.deployment.hostNetwork spec.pvcSync.deployment.nodeSelector{} spec.pvcSync.deployment.tolerations[].key
spec.pvcSync.deployment.tolerations[].operator spec.pvcSync.deployment.tolerations[].value
spec.pvcSync.deployment.tolerations[].effect spec.pvcSync.deployment.tolerations[].tolerationSeconds
spec.pvcSync.deployment.resources.limits{} spec.pvcSync.deployment.resources.requests{}
spec.pvcSync.deployment.annotations{} spec.pvcSync.deployment.labels{} spec.pvcSync.deployment.priorityClassName
spec.pvcSync.deployment.privileged spec.pvcSync.deployment.extraEnv[].name spec.pvcSync.deployment.extraEnv[].value
spec.pvcSync.deployment.extraEnv[].valueFrom.fieldRef.fieldPath spec.pvcSync.healthCheck.interval
spec.pvcSync.healthCheck.sshTimeout spec.pvcSync.healthCheck.retryAttempts spec.pvcSync.healthCheck.retryInterval
spec.pvcSync.defaultVerificationMode spec.pvcSync.defaultSamplePercent spec.pvcSync.rsyncDaemonSet.enabled
spec.pvcSync.rsyncDaemonSet.image spec.pvcSync.rsyncDaemonSet.namespace spec.pvcSync.rsyncDaemonSet.sshSecretName
status.health status.lastSyncTime status.conditions[].type status.conditions[].status status.conditions[].reason
status.conditions[].message status.conditions[].lastTransitionTime status.pvcSync.phase
status.pvcSync.agentStatus.readyNodes status.pvcSync.agentStatus.totalNodes
status.pvcSync.agentStatus.nodeStatuses{}.ready status.pvcSync.agentStatus.nodeStatuses{}.lastHeartbeat
status.pvcSync.agentStatus.nodeStatuses{}.sshStatus.lastCheckTime
status.pvcSync.agentStatus.nodeStatuses{}.sshStatus.connected
status.pvcSync.agentStatus.nodeStatuses{}.sshStatus.error status.pvcSync.agentStatus.nodeStatuses{}.podStatus.phase
status.pvcSync.agentStatus.nodeStatuses{}.podStatus.ready
status.pvcSync.agentStatus.nodeStatuses{}.podStatus.restartCount
status.pvcSync.agentStatus.nodeStatuses{}.podStatus.lastTransitionTime
status.pvcSync.agentStatus.nodeStatuses{}.message status.pvcSync.lastSuccessfulSync status.pvcSync.lastDeploymentTime
status.pvcSync.failedSyncs status.pvcSync.message
"""
CLUSTER_MAPPING = """
spec.paused spec.sourceCluster spec.targetCluster spec.sshKeySecretRef.name spec.sshKeySecretRef.namespace
spec.sshKeySecretRef.publicKeyKey spec.sshKeySecretRef.privateKeyKey spec.verifyConnectivity
spec.connectivityTimeoutSeconds status.phase status.message status.lastVerified
status.connectionStatus.totalSourceAgents status.connectionStatus.totalTargetAgents
status.connectionStatus.connectedAgents status.connectionStatus.connectionDetails[].sourceNode
status.connectionStatus.connectionDetails[].targetNode status.connectionStatus.connectionDetails[].connected
status.connectionStatus.connectionDetails[].error status.conditions[].type status.lastAttemptTime
status.consecutiveFailures
"""
REPLICATION = """
spec.paused spec.replicationMode spec.namespaceConfig.createNamespace spec.namespaceConfig.preserveLabels
spec.namespaceConfig.preserveAnnotations spec.continuous.watchResources spec.continuous.backgroundSyncInterval
spec.retryConfig.maxRetries spec.retryConfig.initialBackoff spec.retryConfig.maxBackoff
spec.retryConfig.backoffMultiplier spec.tempPodKeySecretRef.name spec.tempPodKeySecretRef.namespace
spec.sourceCluster spec.destinationCluster spec.clusterMappingRef.name spec.clusterMappingRef.namespace
spec.sourceNamespace spec.destinationNamespace spec.schedule spec.resourceTypes[] spec.scaleToZero
spec.namespaceScopedResources[] spec.pvcConfig.syncPersistentVolumes spec.pvcConfig.storageClassMappings[].from
spec.pvcConfig.storageClassMappings[].to spec.pvcConfig.accessModeMappings[].from
spec.pvcConfig.accessModeMappings[].to spec.pvcConfig.preserveVolumeAttributes spec.pvcConfig.syncData
spec.pvcConfig.dataSyncConfig.concurrentSyncs spec.pvcConfig.dataSyncConfig.excludePaths[]
spec.pvcConfig.dataSyncConfig.rsyncOptions[] spec.pvcConfig.dataSyncConfig.bandwidthLimit
spec.pvcConfig.dataSyncConfig.timeout spec.pvcConfig.dataSyncConfig.verificationMode
spec.pvcConfig.dataSyncConfig.samplePercent spec.immutableResourceConfig.defaultHandling
spec.immutableResourceConfig.resourceOverrides{} spec.immutableResourceConfig.drainTimeout
spec.immutableResourceConfig.forceDeleteTimeout spec.syncCRDs spec.failureHandling.defaultMode
spec.failureHandling.storageClassNotFound spec.failureHandling.resourceNotFound
spec.failureHandling.validationFailure spec.failureHandling.networkError spec.ingressConfig.preserveAnnotations
spec.ingressConfig.preserveTLS spec.ingressConfig.preserveBackends status.phase status.lastSyncTime
status.nextSyncTime status.lastWatchEvent status.syncStats.totalResources status.syncStats.successfulSyncs
status.syncStats.failedSyncs status.syncStats.lastSyncDuration status.conditions[].type
status.retryStatus.nextRetryTime status.retryStatus.retriesRemaining status.retryStatus.backoffDuration
status.lastError.message status.lastError.time status.lastError.resource status.deploymentScales[].name
status.deploymentScales[].originalReplicas status.deploymentScales[].lastSyncedAt status.resourceStatus[].kind
status.resourceStatus[].name status.resourceStatus[].namespace status.resourceStatus[].status
status.resourceStatus[].lastSyncTime status.resourceStatus[].error status.syncProgress.percentComplete
status.syncProgress.estimatedTimeRemaining status.syncProgress.currentOperation
status.syncProgress.resourcesRemaining status.resourceGroups[].groupKind status.resourceGroups[].totalCount
status.resourceGroups[].syncedCount status.resourceGroups[].failedCount status.resourceGroups[].pendingCount
status.detailedStatus[].name status.detailedStatus[].version status.detailedStatus[].syncState
status.detailedStatus[].dependencies[].kind status.detailedStatus[].dependencies[].name
status.detailedStatus[].dependencies[].status status.detailedStatus[].lastAttempt.time
status.detailedStatus[].lastAttempt.result status.errorCategories[].category status.errorCategories[].count
status.errorCategories[].lastOccurred
"""
UPSTREAM = {
    "RemoteCluster": REMOTE_CLUSTER,
    "ClusterMapping": CLUSTER_MAPPING,
    "Replication": REPLICATION,
    "NamespaceMapping": REPLICATION,
}


def schema_of(kind: str) -> dict[str, Any]:
    (crd,) = [one for one in crds() if one["spec"]["names"]["kind"] == kind]
    schema: dict[str, Any] = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return schema


def leaves(schema: dict[str, Any], path: str = "") -> Iterator[str]:
    if "properties" in schema:
        for name, part in schema["properties"].items():
            yield from leaves(part, f"{path}.{name}" if path else name)
    elif "items" in schema:
        yield from leaves(schema["items"], f"{path}[]")
    elif "additionalProperties" in schema:
        yield from leaves(schema["additionalProperties"], f"{path}{{}}")
    else:
        yield path


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for part in (*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")):
        if part:
            yield from nodes(part)


def test_the_committed_definitions_are_the_generated_ones() -> None:
    assert {file.name: file.read_text() for file in COMMITTED.iterdir()} == render()


@pytest.mark.parametrize("kind", UPSTREAM)
def test_a_definition_has_every_field_of_the_go_project(kind: str) -> None:
    assert set(UPSTREAM[kind].split()) - set(leaves(schema_of(kind))) == set()


@pytest.mark.parametrize("kind", UPSTREAM)
def test_a_definition_is_structural(kind: str) -> None:
    for node in nodes(schema_of(kind)):
        assert isinstance(node.get("type"), str) or node["x-kubernetes-preserve-unknown-fields"] is True, node
        assert not {"$ref", "anyOf", "allOf", "oneOf", "title", "const"} & set(node), node


@pytest.mark.parametrize("kind", UPSTREAM)
def test_every_field_of_a_spec_is_explained(kind: str) -> None:
    spec = schema_of(kind)["properties"]["spec"]
    named = [part for node in nodes(spec) for part in node.get("properties", {}).items()]
    assert [name for name, part in named if not part.get("description")] == []


def test_no_short_name_hides_one_of_kubernetes() -> None:
    names = [name for crd in crds() for name in crd["spec"]["names"]["shortNames"]]
    assert sorted(names) == ["cmap", "nsmap", "rcl", "repl"]
