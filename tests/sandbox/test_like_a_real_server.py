"""Plan: a sandbox and a real API server are told the same stories and must answer the same.

Compared are status codes and whole bodies: stored objects with their defaults and managedFields, and the Status of what
is refused. Left out is what differs between any two clusters (uids, versions, times, addresses) and of a refusal the
wording, but for conflicts, which people act on. Not asserted: speed, authentication, what controllers do.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import orjson
import pytest

from deployments.demo import shop
from dr_syncer.objects import Object
from dr_syncer.sandbox import Sandbox
from tests import corpus
from tests.clusters import pair as clusters
from tests.clusters.endpoint import Endpoint

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
JSON_PATCH = "application/json-patch+json"

Answer = tuple[int, Any]
_GENERATED = ("uid", "resourceVersion", "creationTimestamp", "selfLink")
_ALLOTTED = ("clusterIP", "clusterIPs", "healthCheckNodePort")


class Storyteller:
    """Sends requests to one server and keeps the normalised answers."""

    def __init__(self, session: aiohttp.ClientSession, url: str, namespace: str) -> None:
        self.answers: list[Answer] = []
        self.namespace = namespace
        self._session, self._url = session, url

    async def tell(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        path = path.replace("NS", self.namespace)
        headers = {"Content-Type": content_type, "User-Agent": "teller/1"}
        data = None if body is None else orjson.dumps(body)
        async with self._session.request(method, f"{self._url}{path}", data=data, headers=headers) as response:
            answer = orjson.loads(await response.read())
            warnings = [text for text in response.headers.getall("Warning", []) if "unknown field" in text]
            self.answers.append((response.status, [normal(answer), *warnings] if warnings else normal(answer)))
            return answer

    async def apply(self, path: str, body: Any, manager: str = "one", query: str = "") -> Any:
        return await self.tell("PATCH", f"{path}?fieldManager={manager}{query}", body, APPLY)


Story = Callable[[Storyteller], Awaitable[None]]


def normal(item: Any) -> Any:
    """An answer without what no two clusters have in common."""
    if isinstance(item, list):
        return [normal(one) for one in item]
    if not isinstance(item, dict):
        return item
    if item.get("kind") == "Status" and item.get("status") == "Failure":
        return refusal(item)
    result = {key: normal(value) for key, value in item.items() if key not in (*_GENERATED, "time", "nodePort")}
    if result.get("kind") == "Service" and result["spec"].get("clusterIP") != "None":
        result["spec"] = {key: value for key, value in result["spec"].items() if key not in _ALLOTTED}
    for key in ("controller-uid", "batch.kubernetes.io/controller-uid"):
        if key in result:
            result[key] = "a uid"
    if result.get("finalizers") == ["kubernetes.io/pvc-protection"]:
        del result["finalizers"]  # the sandbox has no controller that would ever take it off
    if "managedFields" in result:
        result["managedFields"] = sorted(result["managedFields"], key=_owner)
    return result


def _owner(entry: Object) -> tuple[str, ...]:
    return entry["operation"], entry["manager"], entry.get("subresource", "")


def refusal(status: Object) -> Object:
    details = dict(status.get("details") or {})
    causes = details.pop("causes", [])
    shown: Object = {"code": status["code"], "reason": status.get("reason"), "details": details}
    if status.get("reason") == "Conflict":
        return {**shown, "message": re.sub(r"\(\d+\)", "(n)", status["message"]), "causes": causes}
    details.pop("uid", None)
    return {**shown, "fields": sorted({(cause.get("field", ""), cause.get("reason", "")) for cause in causes})}


def config_map(**data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "NS"}, "data": data}


def deployment(image: str = "web:1", **spec: Any) -> Object:
    pod = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "web", "image": image}]}}
    complete = {"selector": {"matchLabels": {"a": "b"}}, "template": pod, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": complete}


def plain(item: Object) -> Object:
    """Without a namespace of its own: the path says it."""
    return {**item, "metadata": {key: value for key, value in item["metadata"].items() if key != "namespace"}}


MAPS, MAP = "/api/v1/namespaces/NS/configmaps", "/api/v1/namespaces/NS/configmaps/c"
DEPLOYMENTS, DEPLOYMENT = "/apis/apps/v1/namespaces/NS/deployments", "/apis/apps/v1/namespaces/NS/deployments/d"


async def an_object_comes_and_goes(to: Storyteller) -> None:
    await to.tell("GET", MAP)
    first = await to.tell("POST", MAPS, plain(config_map(a="1")))
    await to.tell("POST", MAPS, plain(config_map(a="1")))
    await to.tell("GET", MAP)
    await to.tell("PUT", MAP, {**first, "data": {"a": "2", "b": "3"}})
    await to.tell("PUT", MAP, {**first, "data": {"a": "stale"}})
    await to.tell("PUT", f"{MAPS}/missing", {**plain(config_map()), "metadata": {"name": "missing"}})
    await to.tell("DELETE", MAP, {"preconditions": {"resourceVersion": "1"}})
    await to.tell("DELETE", f"{MAP}?dryRun=All")
    await to.tell("DELETE", MAP)
    await to.tell("DELETE", MAP)


async def names_are_generated_and_checked(to: Storyteller) -> None:
    made = await to.tell("POST", MAPS, {**plain(config_map()), "metadata": {"generateName": "x-"}})
    to.answers[-1] = (to.answers[-1][0], made["metadata"]["name"][:2])
    await to.tell("POST", MAPS, {**plain(config_map()), "metadata": {}})
    await to.tell("POST", MAPS, {**plain(config_map()), "metadata": {"name": "Not_A_Name"}})
    await to.tell("POST", MAPS, {**plain(config_map()), "metadata": {"name": "c", "namespace": "other"}})
    await to.tell("POST", "/api/v1/namespaces/no-such-namespace/configmaps", plain(config_map()))
    await to.tell("GET", "/apis/apps/v1/namespaces/NS/nothings")


async def two_managers_apply(to: Storyteller) -> None:
    await to.apply(MAP, plain(config_map(a="1", b="2")))
    await to.apply(MAP, plain(config_map(a="1", b="2")))
    await to.apply(MAP, plain(config_map(a="9")), "two")
    await to.apply(MAP, plain(config_map(a="8", b="8")), "two")
    await to.apply(MAP, plain(config_map(a="1", c="3")), "two")
    await to.apply(MAP, plain(config_map(b="2")))
    await to.apply(MAP, plain(config_map(a="5")), query="&force=true")
    await to.apply(MAP, plain(config_map(a="6")), query="&dryRun=All")
    await to.apply(MAP, {**plain(config_map()), "data": {}})
    await to.apply(MAP, {key: value for key, value in plain(config_map()).items() if key != "data"}, "two")
    await to.tell("PATCH", MAP, plain(config_map()), APPLY)
    await to.apply(MAP, {**plain(config_map()), "dta": {"a": "b"}})


async def keyed_lists_are_shared(to: Storyteller) -> None:
    await to.apply(DEPLOYMENT, deployment(replicas=2))
    side = {"name": "side", "image": "side:1", "ports": [{"containerPort": 80}], "env": [{"name": "A", "value": "1"}]}
    shared: Object = deployment()
    shared["spec"] = {"template": {"spec": {"containers": [side]}}, "selector": shared["spec"]["selector"]}
    shared["spec"]["template"]["metadata"] = {"labels": {"a": "b"}}
    await to.apply(DEPLOYMENT, shared, "two")
    ported = {**side, "ports": [{"containerPort": 81}, {"containerPort": 82, "protocol": "UDP"}]}
    shared["spec"]["template"]["spec"]["containers"] = [ported]
    await to.apply(DEPLOYMENT, shared, "two")
    await to.apply(DEPLOYMENT, deployment("web:2", replicas=2))
    shared["spec"]["template"]["spec"] = {}
    await to.apply(DEPLOYMENT, shared, "two")
    await to.apply(DEPLOYMENT, deployment("web:2"))


async def an_edit_takes_fields_over(to: Storyteller) -> None:
    await to.apply(DEPLOYMENT, deployment(replicas=2))
    await to.tell("PATCH", f"{DEPLOYMENT}?fieldManager=edit", {"spec": {"replicas": 5}}, MERGE)
    await to.apply(DEPLOYMENT, deployment(replicas=2))
    await to.apply(DEPLOYMENT, deployment(replicas=5))
    await to.apply(DEPLOYMENT, deployment(replicas=2), query="&force=true")
    await to.tell("PATCH", f"{DEPLOYMENT}?fieldManager=edit", {"metadata": {"labels": {"x": "y"}}}, MERGE)
    await to.tell("PATCH", f"{DEPLOYMENT}?fieldManager=edit", {"metadata": {"labels": None}}, MERGE)
    await to.tell("PATCH", f"{DEPLOYMENT}?fieldManager=edit", {"metadata": {"managedFields": [{}]}}, MERGE)
    await to.apply(DEPLOYMENT, deployment(replicas=2))


async def every_patch(to: Storyteller) -> None:
    await to.tell("POST", DEPLOYMENTS, deployment(replicas=2))
    containers = {"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "s"}]}}}}
    await to.tell("PATCH", DEPLOYMENT, containers, STRATEGIC)
    await to.tell(
        "PATCH",
        DEPLOYMENT,
        {"spec": {"template": {"spec": {"containers": [{"name": "side", "$patch": "delete"}]}}}},
        STRATEGIC,
    )
    await to.tell("PATCH", DEPLOYMENT, {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}, STRATEGIC)
    await to.tell("PATCH", DEPLOYMENT, [{"op": "replace", "path": "/spec/replicas", "value": 7}], JSON_PATCH)
    await to.tell("PATCH", DEPLOYMENT, [{"op": "test", "path": "/spec/replicas", "value": 8}], JSON_PATCH)
    await to.tell("PATCH", DEPLOYMENT, {"spec": {"paused": True, "replicas": None}}, MERGE)
    await to.tell("PATCH", DEPLOYMENT, containers, MERGE)
    await to.tell("PATCH", f"{DEPLOYMENTS}/missing", {}, MERGE)
    await to.tell("PATCH", DEPLOYMENT, {}, "application/unheard-of")


async def a_scale_is_read_and_written(to: Storyteller) -> None:
    await to.tell("POST", DEPLOYMENTS, deployment(replicas=2))
    await to.tell("GET", f"{DEPLOYMENT}/scale")
    await to.tell("PATCH", f"{DEPLOYMENT}/scale", {"spec": {"replicas": 4}}, MERGE)
    await to.tell("GET", DEPLOYMENT)


async def a_status_is_apart(to: Storyteller) -> None:
    await to.tell("POST", DEPLOYMENTS, {**deployment(replicas=2), "status": {"replicas": 9}})
    await to.tell("PATCH", f"{DEPLOYMENT}/status", {"status": {"replicas": 2}, "spec": {"replicas": 9}}, MERGE)
    await to.tell("PATCH", DEPLOYMENT, {"status": {"replicas": 7}}, MERGE)


async def what_is_wrong_is_refused(to: Storyteller) -> None:
    await to.tell("POST", DEPLOYMENTS, deployment(selector={"matchLabels": {"a": "other"}}))
    await to.tell("POST", DEPLOYMENTS, deployment(replicas=-1))
    await to.tell(
        "POST", DEPLOYMENTS, deployment(template={"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}})
    )
    await to.tell("POST", DEPLOYMENTS, {**deployment(), "metadata": {"name": "d", "labels": {"a": "b c"}}})
    await to.tell("POST", f"{DEPLOYMENTS}?fieldValidation=Strict", deployment(replicaz=1))
    await to.tell("POST", f"{DEPLOYMENTS}?fieldValidation=Ignore", deployment(replicaz=1))
    await to.tell("PATCH", DEPLOYMENT, {"spec": {"selector": {"matchLabels": {"a": "c"}}}}, MERGE)
    await to.tell("PATCH", f"{DEPLOYMENT}?fieldValidation=Warn", {"spec": {"replicaz": 1}}, MERGE)
    await to.tell("POST", MAPS, {**plain(config_map(a="1")), "immutable": True})
    await to.tell("PATCH", MAP, {"data": {"a": "2"}}, MERGE)
    await to.tell("PATCH", MAP, {"immutable": None}, MERGE)
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    claims = "/api/v1/namespaces/NS/persistentvolumeclaims"
    await to.tell("POST", claims, {"metadata": {"name": "p"}, "spec": claim})
    await to.tell("PATCH", f"{claims}/p", {"spec": {"storageClassName": "other"}}, MERGE)


async def lists_are_paged_and_selected(to: Storyteller) -> None:
    for index in range(5):
        labels = {"parity": "odd" if index % 2 else "even"}
        await to.tell("POST", MAPS, {**plain(config_map()), "metadata": {"name": f"c{index}", "labels": labels}})
    to.answers.clear()
    page = await to.tell("GET", f"{MAPS}?limit=2&labelSelector=parity")
    assert page["metadata"]["continue"]
    rest = await to.tell("GET", f"{MAPS}?limit=9&labelSelector=parity&continue={page['metadata']['continue']}")
    to.answers = [(200, [item["metadata"]["name"] for item in listed["items"]]) for listed in (page, rest)]
    for query in ("labelSelector=parity%3Deven", "labelSelector=parity+in+(odd),parity", "labelSelector=!parity,x",
                  "fieldSelector=metadata.name%3Dc3", "labelSelector=parity%3D%3D%3D"):  # fmt: skip
        listed = await to.tell("GET", f"{MAPS}?{query}")
        names = [item["metadata"]["name"] for item in listed.get("items", [])]
        to.answers[-1] = (to.answers[-1][0], names)


async def apply_all(to: Storyteller, items: list[Object]) -> None:
    """Apply a whole application; its namespace is there already."""
    for item in items:
        if item["kind"] != "Namespace":
            await to.apply(path_of(item), plain(item), query="&force=true")


def path_of(item: Object) -> str:
    plural = {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies"}.get(item["kind"], f"{item['kind'].lower()}s")
    root = "/apis/" if "/" in item["apiVersion"] else "/api/"
    return f"{root}{item['apiVersion']}/namespaces/NS/{plural}/{item['metadata']['name']}"


async def told(story: Story, session: aiohttp.ClientSession, url: str, namespace: str) -> list[Answer]:
    teller = Storyteller(session, url, namespace)
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    await teller.tell("POST", "/api/v1/namespaces", body)
    teller.answers.clear()
    await story(teller)
    return teller.answers


async def same_answers(story: Story, real: clusters.Pair) -> None:
    """Tell the story to both and compare, answer by answer."""
    namespace = real.fresh_namespace()
    endpoint = Endpoint.read(real.source.kubeconfig)
    bearer = {"Authorization": f"Bearer {endpoint.token}"}
    async with aiohttp.ClientSession(headers=bearer, connector=aiohttp.TCPConnector(ssl=False)) as session:
        expected = await told(story, session, real.source.server, namespace)
    async with (
        Sandbox("sandbox", tls=False) as sandbox,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {sandbox.token}"}) as session,
    ):
        answers = await told(story, session, sandbox.url, namespace)
    for number, (ours, theirs) in enumerate(zip(answers, expected, strict=True)):
        assert ours == theirs, f"answer {number}"


@pytest.mark.parametrize(
    "story",
    [
        an_object_comes_and_goes,
        names_are_generated_and_checked,
        two_managers_apply,
        keyed_lists_are_shared,
        an_edit_takes_fields_over,
        every_patch,
        a_scale_is_read_and_written,
        a_status_is_apart,
        what_is_wrong_is_refused,
        lists_are_paged_and_selected,
    ],
    ids=lambda story: story.__name__,
)
async def test_a_story_ends_the_same(story: Story, real_pair: clusters.Pair) -> None:
    await same_answers(story, real_pair)


@pytest.mark.parametrize("name", ["shop", *corpus.NAMES])
async def test_an_application_is_stored_the_same(name: str, real_pair: clusters.Pair) -> None:
    items = shop.objects() if name == "shop" else corpus.load(name, "any")
    await same_answers(lambda to: apply_all(to, items), real_pair)
