"""Two clusters and a namespace, and what the tests of replications do to them."""

from dataclasses import dataclass
from typing import Any

from dr_syncer.diagnosis import Category
from dr_syncer.engine.read import Pair
from dr_syncer.engine.report import Report, Status
from dr_syncer.kube import STORAGE_CLASSES
from dr_syncer.objects import Object
from dr_syncer.plan.model import Plan
from tests.apiserver.replicating import HAND, everything, named, planned, replicated, resource_of, rules, seed
from tests.clusters import pair as fixture

CLUSTERS_OWN = {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}


@dataclass(frozen=True)
class Stage:
    """Two clusters and a namespace that neither has yet."""

    pair: Pair
    clusters: fixture.Pair
    namespace: str

    async def seed(self, *objects: Object) -> None:
        """Put objects into the source, and into the destination the StorageClasses that claims among them name."""
        await seed(self.pair.source, self.namespace, objects)
        claims = [item for item in objects if item["kind"] == "PersistentVolumeClaim"]
        for name in {item["spec"].get("storageClassName") for item in claims} - {None, ""}:
            await self.provide_storage_class(str(name))

    async def provide_storage_class(self, name: str) -> None:
        item = named("storage.k8s.io/v1", "StorageClass", "", name, provisioner="example.com/none")
        item["allowVolumeExpansion"] = True
        await self.pair.destination.apply(STORAGE_CLASSES, item, field_manager="tests")

    async def replicated(self, **wanted: Any) -> Report:
        return await replicated(self.pair, rules(self.namespace, **wanted))

    async def planned(self, **wanted: Any) -> Plan:
        return (await planned(self.pair, rules(self.namespace, **wanted)))[0]

    async def by_hand(
        self, api_version: str, kind: str, name: str, patch: Object, *, manager: str = HAND, subresource: str = ""
    ) -> None:
        """What kubectl edit, or another program, does in the destination."""
        resource = await resource_of(self.pair.destination, api_version, kind)
        await self.pair.destination.patch(
            resource, self.namespace, name, patch, field_manager=manager, subresource=subresource
        )

    async def source_objects(self) -> dict[tuple[str, str], Object]:
        return await everything(self.pair.source, self.namespace)

    async def standby(self, namespace: str = "") -> dict[tuple[str, str], Object]:
        return await everything(self.pair.destination, namespace or self.namespace)


def config_map(name: str, **data: str) -> Object:
    return named("v1", "ConfigMap", "", name, data=data)


def deployment(name: str = "web", replicas: int = 3, labels: dict[str, str] | None = None) -> Object:
    pod = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": pod}
    item = named("apps/v1", "Deployment", "", name, spec=spec)
    item["metadata"]["labels"] = labels or {"app": name}
    return item


def changed_fields(plan: Plan) -> dict[str, list[str]]:
    return {step.key.label: [change.field for change in step.changes] for step in plan.steps if step.writes}


def failures(report: Report) -> dict[str, Category]:
    return {
        outcome.key.label: outcome.diagnosis.category
        for outcome in report.outcomes
        if outcome.status is Status.FAILED and outcome.diagnosis
    }
