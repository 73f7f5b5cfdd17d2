"""What people do to a standby when nobody looks, through the same API and under the name kubectl would use."""

from dr_syncer.kube import Cluster, Resource

_DEPLOYMENTS = Resource("apps", "v1", "deployments", "Deployment")
_SERVICES = Resource("", "v1", "services", "Service")
_CONFIG_MAPS = Resource("", "v1", "configmaps", "ConfigMap")


async def meddle(cluster: Cluster, namespace: str) -> list[str]:
    """Scale a Deployment up, add a key to a ConfigMap, delete a Service; what was done, for people."""
    deployment, config_map, service = [
        (await cluster.list(resource, namespace)).items[0]["metadata"]["name"]
        for resource in (_DEPLOYMENTS, _CONFIG_MAPS, _SERVICES)
    ]
    await cluster.patch(_DEPLOYMENTS, namespace, deployment, {"spec": {"replicas": 2}}, field_manager="kubectl-edit")
    await cluster.patch(_CONFIG_MAPS, namespace, config_map, {"data": {"EXTRA": "1"}}, field_manager="kubectl-edit")
    await cluster.delete(_SERVICES, namespace, service)
    return [
        f"Deployment {deployment} scaled to 2",
        f"key EXTRA added to ConfigMap {config_map}",
        f"Service {service} deleted",
    ]
