"""Plan: two sites that differ in addresses, names and storage.

Asserted, on sandboxes and on real API servers alike: every field of `ingressConfig`, `serviceConfig` and the mappings
of `pvcConfig` does what it says, and a second run writes nothing; what the standby's site decides itself is left to
it; a claim whose StorageClass is not there is not made. Not asserted here: that addresses are never copied
(test_replication).
"""

from typing import Any

import pytest

from dr_syncer.api.replication import IngressConfig, ServiceConfig
from dr_syncer.diagnosis import Category
from dr_syncer.engine.report import Verdict
from dr_syncer.kube import VOLUMES
from dr_syncer.objects import Object
from dr_syncer.plan.model import Verb
from tests.apiserver.replicating import named, seed
from tests.apiserver.stage import Stage, failures


def ingress(host: str = "shop.example.com", **metadata: Any) -> Object:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    rule = {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    spec = {"ingressClassName": "nginx", "rules": [rule], "tls": [{"hosts": [host], "secretName": "shop-tls"}]}
    item = named("networking.k8s.io/v1", "Ingress", "", "shop", spec=spec)
    item["metadata"] |= metadata
    return item


def node_port(port: int, name: str = "web") -> Object:
    ports = [{"port": 80, "protocol": "TCP", "targetPort": 8080, **({"nodePort": port} if port else {})}]
    return named("v1", "Service", "", name, spec={"type": "NodePort", "selector": {"app": "web"}, "ports": ports})


def claim(**more: Any) -> Object:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    item = named("v1", "PersistentVolumeClaim", "", "data", spec={**spec, "storageClassName": "fast"})
    item["metadata"] |= more
    return item


def config(**fields: Any) -> dict[str, Any]:
    return {"ingress": IngressConfig.model_validate(fields)}


def service_config(**fields: Any) -> dict[str, Any]:
    return {"service": ServiceConfig.model_validate(fields)}


async def the(stage: Stage, kind: str, name: str) -> Object:
    return (await stage.standby())[kind, name]


async def twice(stage: Stage, verdict: Verdict = Verdict.COMPLETED, **rules: Any) -> None:
    """Replicate, and see that a second run has nothing to do."""
    report = await stage.replicated(**rules)
    assert report.verdict is verdict, report.problems
    assert (await stage.planned(**rules)).writes == 0


class TestIngress:
    async def test_hosts_classes_and_certificates_are_those_of_the_site(self, stage: Stage) -> None:
        await stage.seed(ingress())
        mappings = {
            "hostMappings": [
                {"from": "other.example.com", "to": "x"},
                {"from": ".example.com", "to": ".dr.example.org"},
            ],
            "classMappings": [{"from": "nginx", "to": "traefik"}],
            "tlsSecretMappings": [{"from": "shop-tls", "to": "dr-tls"}],
        }
        await twice(stage, **config(**mappings))
        spec = (await the(stage, "Ingress", "shop"))["spec"]
        assert spec["ingressClassName"] == "traefik"
        assert [rule["host"] for rule in spec["rules"]] == ["shop.dr.example.org"]
        assert spec["tls"] == [{"hosts": ["shop.dr.example.org"], "secretName": "dr-tls"}]

    async def test_annotations_stay_behind_when_they_are_not_to_be_preserved(self, stage: Stage) -> None:
        await stage.seed(ingress(annotations={"nginx.ingress.kubernetes.io/canary": "true"}))
        await twice(stage, **config(preserveAnnotations=False))
        assert "annotations" not in (await the(stage, "Ingress", "shop"))["metadata"]

    async def test_so_does_tls_and_the_sites_own_stays(self, stage: Stage) -> None:
        await stage.seed(ingress())
        await twice(stage, **config(preserveTLS=False))
        assert "tls" not in (await the(stage, "Ingress", "shop"))["spec"]
        own = [{"hosts": ["shop.example.com"], "secretName": "of-the-site"}]
        await stage.by_hand("networking.k8s.io/v1", "Ingress", "shop", {"spec": {"tls": own}})
        await twice(stage, **config(preserveTLS=False))
        assert (await the(stage, "Ingress", "shop"))["spec"]["tls"] == own

    async def test_backends_are_the_sites_own_when_they_are_not_to_be_preserved(self, stage: Stage) -> None:
        await stage.seed(ingress(labels={"team": "shop"}))
        mine = ingress("mine.example.com")
        await seed(stage.pair.destination, stage.namespace, [mine])
        await twice(stage, **config(preserveBackends=False))
        there = await the(stage, "Ingress", "shop")
        assert [rule["host"] for rule in there["spec"]["rules"]] == ["mine.example.com"]
        assert there["metadata"]["labels"] == {"team": "shop"}

    async def test_backends_that_were_preserved_before_stay_where_they_are(self, stage: Stage) -> None:
        await stage.seed(ingress())
        await stage.replicated()
        await twice(stage, **config(preserveBackends=False))
        assert (await the(stage, "Ingress", "shop"))["spec"]["rules"][0]["host"] == "shop.example.com"

    async def test_without_any_backends_it_is_not_made_and_that_is_told(self, stage: Stage) -> None:
        await stage.seed(ingress())
        report = await stage.replicated(**config(preserveBackends=False))
        assert [problem.category for problem in report.problems] == [Category.NO_BACKENDS]
        assert ("Ingress", "shop") not in await stage.standby()


class TestService:
    async def test_node_ports_are_preserved_or_given_anew(self, stage: Stage) -> None:
        await stage.seed(node_port(0))
        source = (await stage.source_objects())["Service", "web"]["spec"]["ports"][0]["nodePort"]
        await twice(stage, **service_config(nodePorts="Preserve"))
        assert (await the(stage, "Service", "web"))["spec"]["ports"][0]["nodePort"] == source
        anew = f"{stage.namespace}-anew"
        report = await stage.replicated(destination=anew, **service_config(nodePorts="Reassign"))
        assert report.verdict is Verdict.COMPLETED, report.problems
        given = (await stage.standby(anew))["Service", "web"]["spec"]["ports"][0]["nodePort"]
        assert 30000 <= given < 32768
        assert given != source
        assert (await stage.planned(destination=anew, **service_config(nodePorts="Reassign"))).writes == 0

    async def test_a_node_port_that_is_taken_is_replaced_and_that_is_told_once(self, stage: Stage) -> None:
        await seed(stage.pair.destination, stage.namespace, [node_port(0, "other")])
        taken = (await the(stage, "Service", "other"))["spec"]["ports"][0]["nodePort"]
        await stage.seed(node_port(taken))
        report = await stage.replicated()
        assert report.verdict is Verdict.WARNINGS
        assert [problem.category for problem in report.problems] == [Category.NODE_PORT_TAKEN]
        assert str(taken) in report.problems[0].summary
        assert (await the(stage, "Service", "web"))["spec"]["ports"][0]["nodePort"] != taken
        await twice(stage)

    async def test_the_address_of_a_load_balancer_is_cleared_when_asked_to(self, stage: Stage) -> None:
        service = node_port(0)
        service["spec"] |= {
            "type": "LoadBalancer",
            "loadBalancerIP": "192.0.2.1",
            "loadBalancerClass": "example.com/lb",
        }
        await stage.seed(service)
        await twice(stage, **service_config(loadBalancer="Clear"))
        spec = (await the(stage, "Service", "web"))["spec"]
        assert not {"loadBalancerIP", "loadBalancerClass"} & spec.keys()
        fresh = f"{stage.namespace}-fresh"
        await stage.replicated(destination=fresh)
        assert (await stage.standby(fresh))["Service", "web"]["spec"]["loadBalancerIP"] == "192.0.2.1"


class TestClaims:
    async def test_labels_on_the_claim_go_before_the_mappings(self, stage: Stage) -> None:
        labels = {"dr-syncer.io/storage-class": "gold", "dr-syncer.io/access-mode": "ReadWriteMany"}
        await stage.seed(claim(labels=labels))
        await stage.provide_storage_class("gold")
        modes = {"ReadWriteOnce": "ReadOnlyMany"}
        await twice(stage, storage_classes={"fast": "slow"}, access_modes=modes)
        spec = (await the(stage, "PersistentVolumeClaim", "data"))["spec"]
        assert (spec["storageClassName"], spec["accessModes"]) == ("gold", ["ReadWriteMany"])

    async def test_a_claim_whose_class_is_missing_is_not_made(self, stage: Stage) -> None:
        await stage.seed(claim())
        missing = f"missing-{stage.namespace}"
        report = await stage.replicated(storage_classes={"fast": missing})
        assert failures(report) == {"PersistentVolumeClaim data": Category.STORAGE_CLASS_NOT_FOUND}
        (problem,) = report.problems
        assert problem.summary == f"the destination has no StorageClass {missing}"
        assert "fast" in problem.detail
        assert ("PersistentVolumeClaim", "data") not in await stage.standby()

    async def test_a_claim_that_is_there_is_not_asked_for_its_class_again(self, stage: Stage) -> None:
        await stage.seed(claim())
        await stage.replicated()
        plan = await stage.planned()
        assert {step.verb for step in plan.steps if step.key.name == "data"} == {Verb.UNCHANGED}


@pytest.mark.parametrize("mode", ["Block", "Filesystem"])
async def test_the_volume_mode_is_never_changed(stage: Stage, mode: str) -> None:
    item = claim()
    item["spec"]["volumeMode"] = mode
    await stage.seed(item)
    await twice(stage)
    assert (await the(stage, "PersistentVolumeClaim", "data"))["spec"]["volumeMode"] == mode


class TestVolumes:
    """`pvcConfig.syncPersistentVolumes`: for storage that both sites reach."""

    async def bound(self, stage: Stage, **labels: str) -> str:
        """A claim of the source and its volume, as the source's controllers leave them; the volume's name."""
        name = f"pv-{stage.namespace}"
        place = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": stage.namespace, "name": "data"}
        spec = {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "fast",
            "nfs": {"server": "192.0.2.1", "path": "/data"},
            "claimRef": {**place, "uid": "11111111-2222-3333-4444-555555555555"},
        }
        await stage.pair.source.apply(
            VOLUMES, named("v1", "PersistentVolume", "", name, spec=spec), field_manager="tests"
        )
        item = claim(labels=labels)
        item["spec"]["volumeName"] = name
        await stage.seed(item)
        return name

    async def test_a_volume_is_copied_for_the_standbys_claim_and_retained(self, stage: Stage) -> None:
        name = await self.bound(stage)
        standby = f"{stage.namespace}-dr"
        rules: dict[str, Any] = {"destination": standby, "sync_persistent_volumes": True}
        report = await stage.replicated(**rules)
        assert report.verdict is Verdict.COMPLETED, report.problems
        spec = (await stage.pair.destination.get(VOLUMES, "", name))["spec"]
        reference = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": standby, "name": "data"}
        assert spec["claimRef"] == reference
        assert spec["persistentVolumeReclaimPolicy"] == "Retain"
        assert spec["nfs"] == {"server": "192.0.2.1", "path": "/data"}
        assert (await stage.standby(standby))["PersistentVolumeClaim", "data"]["spec"]["volumeName"] == name
        assert (await stage.planned(**rules)).writes == 0

    async def test_without_it_the_claim_gets_a_volume_of_the_site(self, stage: Stage) -> None:
        name = await self.bound(stage)
        await twice(stage)
        assert "volumeName" not in (await the(stage, "PersistentVolumeClaim", "data"))["spec"]
        assert await stage.pair.destination.find(VOLUMES, "", name) is None

    @pytest.mark.parametrize(("label", "copied"), [("true", True), ("false", False)])
    async def test_a_label_decides_for_one_claim(self, stage: Stage, label: str, copied: bool) -> None:
        name = await self.bound(stage, **{"dr-syncer.io/sync-pv": label})
        await twice(stage, sync_persistent_volumes=not copied)
        assert (await stage.pair.destination.find(VOLUMES, "", name) is not None) is copied

    async def test_the_volume_of_a_claim_that_stays_behind_stays_too(self, stage: Stage) -> None:
        name = await self.bound(stage, **{"dr-syncer.io/ignore": "true"})
        await twice(stage, sync_persistent_volumes=True)
        assert await stage.pair.destination.find(VOLUMES, "", name) is None

    async def test_a_volume_of_somebody_else_is_not_touched(self, stage: Stage) -> None:
        name = await self.bound(stage)
        spec = {"capacity": {"storage": "9Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}}
        theirs = named("v1", "PersistentVolume", "", name, spec=spec)
        await stage.pair.destination.apply(VOLUMES, theirs, field_manager="tests")
        report = await stage.replicated(sync_persistent_volumes=True)
        assert failures(report) == {f"PersistentVolume {name}": Category.VOLUME_TAKEN}
        assert (await stage.pair.destination.get(VOLUMES, "", name))["spec"]["hostPath"]["path"] == "/x"

    async def test_a_volume_that_is_not_there_is_told(self, stage: Stage) -> None:
        item = claim()
        item["spec"]["volumeName"] = f"none-{stage.namespace}"
        await stage.seed(item)
        report = await stage.replicated(sync_persistent_volumes=True)
        assert [problem.category for problem in report.problems] == [Category.VOLUME_MISSING]
