"""Node ports of the source that another Service of the destination has: the cluster chooses others."""

from dataclasses import replace

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.errors import Invalid
from dr_syncer.plan.edits import with_spec
from dr_syncer.plan.kinds import SERVICE
from dr_syncer.plan.model import Step
from dr_syncer.plan.site import without_node_port


def node_port_taken(step: Step, error: Invalid) -> bool:
    """Whether a Service was refused for its node ports only."""
    causes = error.causes
    return step.key.group_kind == SERVICE and bool(causes) and all(cause.path.endswith("nodePort") for cause in causes)


def without_node_ports(step: Step) -> Step:
    """The step with node ports left to the cluster, and a note about it."""
    wanted = step.wanted or {}
    ports = wanted["spec"]["ports"]
    taken = ", ".join(str(port["nodePort"]) for port in ports if port.get("nodePort"))
    note = Diagnosis(
        Level.WARNING,
        Category.NODE_PORT_TAKEN,
        f"node ports {taken} are taken in the destination: the cluster chose others",
        resolution="Point what uses them at the new ones, or set serviceConfig.nodePorts: Reassign.",
    )
    wanted = with_spec(wanted, ports=[without_node_port(port) for port in ports])
    return replace(step, wanted=wanted, notes=(*step.notes, note))
