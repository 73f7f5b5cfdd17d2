"""References to the source namespace by name, rewritten to that of the standby: on request, and told one by one.

A standby of another name is only its own when nothing in it points back: service DNS names in environment variables,
arguments, ConfigMaps and Ingress annotations, and NetworkPolicies that select the namespace by its name.
"""

import re
from collections.abc import Callable
from typing import Any

from dr_syncer.objects import GroupKind, Object
from dr_syncer.plan.duplicates import POD_SPECS
from dr_syncer.plan.edits import at
from dr_syncer.plan.kinds import CONFIG_MAP, INGRESS, SERVICE
from dr_syncer.plan.rules import Rules

NETWORK_POLICY = GroupKind("networking.k8s.io", "NetworkPolicy")
REFERENCES = "rewriteReferences"
_NAME_LABEL = "kubernetes.io/metadata.name"


def with_references(group_kind: GroupKind, item: Object, rules: Rules) -> Object:
    """The object with what names the source namespace naming the standby's; the same object when nothing does."""
    if not rules.rewrite_references or rules.source == rules.destination:
        return item
    rename = _dns_names(rules)
    if path := POD_SPECS.get(group_kind):
        return at(item, path, lambda pod: _everywhere(pod, rename))
    if group_kind == CONFIG_MAP:
        return at(item, ("data",), lambda data: _everywhere(data, rename))
    if group_kind == INGRESS:
        return at(item, ("metadata", "annotations"), lambda notes: _everywhere(notes, rename))
    if group_kind == SERVICE and item["spec"].get("externalName"):
        return at(item, ("spec",), lambda spec: {**spec, "externalName": rename(spec["externalName"])})
    if group_kind == NETWORK_POLICY:
        return at(item, ("spec",), lambda spec: _with_selectors(spec, rules))
    return item


def _dns_names(rules: Rules) -> Callable[[str], str]:
    """`web.shop.svc...` becomes `web.shop-dr.svc...`; a name without `.svc` could mean anything and stays."""
    pattern = re.compile(rf"(?<![\w-])([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.{re.escape(rules.source)}\.svc(?![\w-])")
    return lambda text: pattern.sub(rf"\1.{rules.destination}.svc", text)


def _everywhere(value: Any, change: Callable[[str], str]) -> Any:
    """Every string in a value changed."""
    if isinstance(value, dict):
        return {key: _everywhere(part, change) for key, part in value.items()}
    if isinstance(value, list):
        return [_everywhere(part, change) for part in value]
    return change(value) if isinstance(value, str) else value


def _with_selectors(value: Any, rules: Rules) -> Any:
    if isinstance(value, list):
        return [_with_selectors(part, rules) for part in value]
    if not isinstance(value, dict):
        return value
    changed = {key: _with_selectors(part, rules) for key, part in value.items()}
    if "namespaceSelector" in changed:
        changed["namespaceSelector"] = _selector(changed["namespaceSelector"], rules)
    return changed


def _selector(selector: Any, rules: Rules) -> Any:
    """A selector of namespaces by the label that holds their name."""
    result = dict(selector or {})
    labels = result.get("matchLabels") or {}
    if labels.get(_NAME_LABEL) == rules.source:
        result["matchLabels"] = {**labels, _NAME_LABEL: rules.destination}
    if expressions := result.get("matchExpressions"):
        result["matchExpressions"] = [_expression(one, rules) for one in expressions]
    return result


def _expression(one: dict[str, Any], rules: Rules) -> dict[str, Any]:
    if one.get("key") != _NAME_LABEL or rules.source not in (one.get("values") or ()):
        return one
    return {**one, "values": [rules.destination if value == rules.source else value for value in one["values"]]}
