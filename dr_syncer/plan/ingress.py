"""Ingresses on another site: other host names, other classes, other certificates."""

from collections.abc import Iterable
from typing import Any

from dr_syncer.api.replication import IngressConfig, NameMapping
from dr_syncer.objects import Object
from dr_syncer.plan.edits import with_spec, without, without_spec

_BACKENDS = ("defaultBackend", "rules")
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"


def ingress_of_the_site(item: Object, config: IngressConfig) -> Object:
    """A sanitised Ingress as the standby's site has it."""
    item = _with_class(_with_hosts(item, config), config)
    if not config.preserve_annotations:
        item = {**item, "metadata": without(item["metadata"], ["annotations"])}
    return without_spec(item, left_to_the_site(config))


def left_to_the_site(config: IngressConfig) -> tuple[str, ...]:
    """The fields of the spec that the standby's site fills in itself."""
    return (*(() if config.preserve_backends else _BACKENDS), *(() if config.preserve_tls else ("tls",)))


def _with_hosts(item: Object, config: IngressConfig) -> Object:
    rules = [_with_host(rule, config) for rule in item["spec"].get("rules") or ()]
    tls = [_with_certificate(one, config) for one in item["spec"].get("tls") or ()]
    return with_spec(item, **({"rules": rules} if rules else {}), **({"tls": tls} if tls else {}))


def _with_host(rule: dict[str, Any], config: IngressConfig) -> dict[str, Any]:
    return {**rule, "host": host_of(rule["host"], config.host_mappings)} if rule.get("host") else rule


def _with_certificate(tls: dict[str, Any], config: IngressConfig) -> dict[str, Any]:
    hosts = [host_of(host, config.host_mappings) for host in tls.get("hosts") or ()]
    secret = tls.get("secretName")
    renamed = {"secretName": name_of(secret, config.tls_secret_mappings)} if secret else {}
    return {**tls, **({"hosts": hosts} if hosts else {}), **renamed}


def _with_class(item: Object, config: IngressConfig) -> Object:
    if name := item["spec"].get("ingressClassName"):
        item = with_spec(item, ingressClassName=name_of(name, config.class_mappings))
    annotations = item["metadata"].get("annotations") or {}
    if old := annotations.get(_CLASS_ANNOTATION):  # what stood for the class before the field did
        renamed = {**annotations, _CLASS_ANNOTATION: name_of(old, config.class_mappings)}
        item = {**item, "metadata": {**item["metadata"], "annotations": renamed}}
    return item


def host_of(host: str, mappings: Iterable[NameMapping]) -> str:
    """The host on the standby's site; `.example.com` stands for all that ends so, `*.example.com` among them."""
    for mapping in mappings:
        if mapping.from_.startswith(".") and host.endswith(mapping.from_):
            return host.removesuffix(mapping.from_) + mapping.to
        if host == mapping.from_:
            return mapping.to
    return host


def name_of(name: str, mappings: Iterable[NameMapping]) -> str:
    """The name on the standby's site."""
    return next((mapping.to for mapping in mappings if mapping.from_ == name), name)
