"""select -> transform -> order -> diff: from what was read to the Plan. Pure; called by `dr_syncer.engine.plan`."""

from collections.abc import Iterator
from dataclasses import replace

from dr_syncer.diagnosis import Category, Diagnosis, Level
from dr_syncer.objects import GroupKind, Object, ObjectKey
from dr_syncer.plan.autoscaled import autoscaled, sized_by_autoscaler
from dr_syncer.plan.compare import Pair, compared
from dr_syncer.plan.creatable import creatable
from dr_syncer.plan.definitions import definition_step
from dr_syncer.plan.duplicates import unique
from dr_syncer.plan.ingress import left_to_the_site
from dr_syncer.plan.kinds import INGRESS, NAMESPACE, PERSISTENT_VOLUME_CLAIM, SERVICE, wave_of
from dr_syncer.plan.model import Plan, Snapshot, Step, Verb
from dr_syncer.plan.prune import prune
from dr_syncer.plan.references import REFERENCES, with_references
from dr_syncer.plan.rules import Rules
from dr_syncer.plan.scale import scale_of
from dr_syncer.plan.select import not_selected, reason_to_skip
from dr_syncer.plan.site import with_settled_node_ports, yielded
from dr_syncer.plan.transform import namespace, transform
from dr_syncer.plan.user_transforms import TransformFailed, transformed
from dr_syncer.plan.volumes import volume_step


def build(rules: Rules, snapshot: Snapshot) -> Plan:
    """The plan that makes the destination what the rules want of the source."""
    return _Builder(rules, snapshot).plan()


class _Builder:
    """What every step needs to know of the run."""

    def __init__(self, rules: Rules, snapshot: Snapshot) -> None:
        self._rules = rules
        self._snapshot = snapshot
        self._driven = autoscaled(snapshot)
        self._names = {kind.group_kind: frozenset(kind.forms) for kind in snapshot.kinds}
        self._used: set[str] = set()

    def plan(self) -> Plan:
        steps = [definition_step(one.source, one.destination) for one in self._snapshot.definitions]
        steps += self._volumes()
        steps += self._namespace()
        for group_kind in self._snapshot.source:
            steps += self._kind(group_kind)
        gone, held_back = prune(self._rules, self._snapshot)
        steps += gone
        findings = (*self._rules.findings, *self._snapshot.findings, *held_back, *self._unused())
        return Plan(self._rules.source, self._rules.destination, tuple(steps), findings)

    def _namespace(self) -> Iterator[Step]:
        if not self._rules.create_namespace:
            return  # the namespace is somebody else's; the engine has checked that it exists
        source = self._snapshot.source_namespace
        pair = Pair(NAMESPACE, source, namespace(source, self._rules))
        yield compared(pair, self._snapshot.destination_namespace, self._rules)

    def _volumes(self) -> Iterator[Step]:
        claims = {item["metadata"]["name"]: item for item in self._snapshot.source.get(PERSISTENT_VOLUME_CLAIM) or ()}
        for pair in self._snapshot.volumes:
            claim = claims[pair.claim]
            if self._reason_to_skip(PERSISTENT_VOLUME_CLAIM, claim) is None:
                yield volume_step(pair, transform(PERSISTENT_VOLUME_CLAIM, claim, self._rules), self._rules)

    def _kind(self, group_kind: GroupKind) -> Iterator[Step]:
        if group_kind not in self._snapshot.destination:
            return  # nothing is known of the other side, so nothing is concluded
        live = {item["metadata"]["name"]: item for item in self._snapshot.destination[group_kind]}
        for item in sorted(self._snapshot.source[group_kind], key=lambda item: str(item["metadata"]["name"])):
            if reason := self._reason_to_skip(group_kind, item):
                yield self._skipped(group_kind, item, reason)
            else:
                yield self._step(group_kind, item, live.get(item["metadata"]["name"]))

    def _reason_to_skip(self, group_kind: GroupKind, item: Object) -> Diagnosis | None:
        return reason_to_skip(group_kind, item, self._snapshot.source) or not_selected(
            self._rules.selection, group_kind, item, self._forms(group_kind)
        )

    def _skipped(self, group_kind: GroupKind, item: Object, reason: Diagnosis) -> Step:
        key = ObjectKey(group_kind, self._rules.destination, item["metadata"]["name"])
        return Step(key, Verb.SKIP, wave_of(group_kind), reason=reason)

    def _step(self, group_kind: GroupKind, item: Object, live: Object | None) -> Step:
        item, notes = unique(group_kind, item)
        wanted = transform(group_kind, item, self._rules)
        if live:
            wanted = self._adapted(group_kind, wanted, live)
        names = self._forms(group_kind)
        renamed = with_references(group_kind, wanted, self._rules)
        references = (REFERENCES,) if renamed != wanted else ()
        try:
            done = transformed(renamed, item, names, self._rules.transforms, self._rules.images)
        except TransformFailed as error:
            return replace(self._skipped(group_kind, item, _failed(error)), verb=Verb.BLOCKED)
        self._used |= done.fitting
        scale = scale_of(group_kind, item, self._rules)
        pair = Pair(group_kind, item, done.item, scale, notes, names, (*references, *done.by))
        step = compared(pair, live, self._rules)
        return creatable(step, self._rules, self._snapshot) if step.verb is Verb.CREATE else step

    def _forms(self, group_kind: GroupKind) -> frozenset[str]:
        return self._names.get(group_kind, frozenset())

    def _unused(self) -> Iterator[Diagnosis]:
        """Rules that are meant for nothing that is there: a name is misspelt, or their time is over."""
        for rule in self._rules.transforms:
            if rule.name not in self._used:
                summary = f"transform {rule.name} fits no object"
                yield Diagnosis(Level.WARNING, Category.TRANSFORM_UNUSED, summary, resolution="Look at its target.")

    def _adapted(self, group_kind: GroupKind, wanted: Object, live: Object) -> Object:
        """The wanted object, with what the standby's site has decided meanwhile."""
        if (group_kind, wanted["metadata"]["name"]) in self._driven:
            return sized_by_autoscaler(wanted, live)
        if group_kind == SERVICE:
            return with_settled_node_ports(wanted, live)
        if group_kind == INGRESS:
            return yielded(wanted, live, left_to_the_site(self._rules.ingress))
        return wanted


def _failed(error: TransformFailed) -> Diagnosis:
    resolution = "Correct the rule, or narrow its target."
    return Diagnosis(Level.ERROR, Category.TRANSFORM_FAILED, str(error), resolution=resolution)
