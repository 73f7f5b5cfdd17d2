"""Fields that the standby's site decides about: its autoscalers, its node ports, its own Ingress backends.

Such a field is not sent. While it is still ours from an earlier run it is sent as it is, for to give up a field that
nobody else owns removes it: a count would become 1, an Ingress would lose its rules.
"""

from collections.abc import Iterable

from dr_syncer.objects import FIELD_MANAGER, Object
from dr_syncer.plan.edits import with_spec, without_spec
from dr_syncer.plan.ownership import Fields, decoded, owned_fields


def yielded(wanted: Object, live: Object, names: Iterable[str]) -> Object:
    """The wanted object with these fields of its spec left to the live one."""
    ours = _owned_spec(live)
    for name in names:
        if f"f:{name}" in ours and name in live["spec"]:
            wanted = with_spec(wanted, **{name: live["spec"][name]})
        else:
            wanted = without_spec(wanted, [name])
    return wanted


def with_settled_node_ports(wanted: Object, live: Object) -> Object:
    """A Service whose node ports stay those that the cluster gave it when the source's were taken."""
    given = {_key(port) for port in live["spec"].get("ports") or () if port.get("nodePort")} - _owned_node_ports(live)
    ports = wanted["spec"].get("ports") or ()
    settled = [without_node_port(port) if _key(port) in given else port for port in ports]
    return with_spec(wanted, ports=settled) if given else wanted


def without_node_port(port: Object) -> Object:
    """A Service's port whose node port is the cluster's to choose."""
    return {key: value for key, value in port.items() if key != "nodePort"}


def _owned_spec(live: Object) -> Fields:
    fields: Fields = (owned_fields(live, FIELD_MANAGER) or {}).get("f:spec", {})
    return fields


def _owned_node_ports(live: Object) -> set[tuple[int, str]]:
    ports: Fields = _owned_spec(live).get("f:ports", {})
    return {_key(decoded(step[2:])) for step, below in ports.items() if "f:nodePort" in below}


def _key(port: Object) -> tuple[int, str]:
    return port["port"], port.get("protocol", "TCP")
