"""Plan: the algebra under server-side apply holds for any objects, not only for those that somebody thought of.

Asserted with generated objects of a kind that has maps, keyed lists, sets and atomic values: sets of fields survive
being stored; applying twice is applying once; a manager that gives everything up leaves nothing; what others own stays.
That single stories end as on a real API server is in tests/sandbox/test_like_a_real_server.py.
"""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dr_syncer.objects import Object
from dr_syncer.sandbox.objects.apply import server_side_apply
from dr_syncer.sandbox.objects.fields import changes, fields_of, from_trie, to_trie
from dr_syncer.sandbox.objects.managed import owners_of, track_update
from dr_syncer.schemas.schema import Schema

TEXT: Object = {"type": "string"}
SPEC: Object = {
    "type": "object",
    "properties": {
        "text": TEXT,
        "map": {"type": "object", "additionalProperties": TEXT},
        "whole": {"type": "object", "additionalProperties": TEXT, "x-kubernetes-map-type": "atomic"},
        "list": {"type": "array", "items": TEXT},
        "set": {"type": "array", "items": TEXT, "x-kubernetes-list-type": "set"},
        "keyed": {
            "type": "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            "items": {"type": "object", "properties": {"name": TEXT, "value": TEXT}},
        },
    },
}
SCHEMA = Schema({"type": "object", "properties": {"spec": SPEC}})

names = st.sampled_from("abcd")
maps = st.dictionaries(names, names, min_size=1, max_size=3)
lists = st.lists(names, min_size=1, max_size=3, unique=True)
items = st.fixed_dictionaries({"name": names}, optional={"value": names})
keyed = st.lists(items, min_size=1, max_size=3, unique_by=lambda item: item["name"])
specs = st.fixed_dictionaries(
    {}, optional={"text": names, "map": maps, "whole": maps, "list": lists, "set": lists, "keyed": keyed}
)


def thing(spec: Any) -> Object:
    content = {"spec": spec} if spec else {}
    return {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "t"}, **content}


def applied(live: Object | None, spec: Any, manager: str = "one", time: str = "1") -> Object:
    return server_side_apply(live, thing(spec), manager=manager, force=True, schema=SCHEMA, time=time)


def content(item: Object) -> Any:
    return item.get("spec", {})


@given(specs)
def test_a_set_of_fields_survives_being_stored(spec: Any) -> None:
    fields = fields_of(thing(spec), SCHEMA)
    assert from_trie(to_trie(fields)) == fields


@given(specs)
def test_a_first_apply_stores_what_was_applied_and_owns_it(spec: Any) -> None:
    item = applied(None, spec)
    assert content(item) == spec
    assert [share.fields for share in owners_of(item).values()] == [fields_of(thing(spec), SCHEMA)] * bool(spec)


@given(specs, specs)
def test_applying_again_is_the_same_object(first: Any, second: Any) -> None:
    item = applied(applied(None, first), second)
    assert applied(item, second, time="2") is item


@given(specs, specs)
def test_the_last_apply_of_an_only_manager_is_what_is_there(first: Any, second: Any) -> None:
    item = applied(applied(None, first), second)
    assert fields_of(thing(content(item)), SCHEMA) == fields_of(thing(second), SCHEMA)


@given(specs, specs)
def test_with_two_managers_both_get_what_they_said_where_they_do_not_contradict(first: Any, second: Any) -> None:
    item = applied(applied(None, first), second, "two")
    mine, theirs = fields_of(thing(first), SCHEMA), fields_of(thing(second), SCHEMA)
    assert fields_of(thing(content(item)), SCHEMA) >= (mine | theirs) - {("f:spec",)}
    assert changes(thing(second), item, SCHEMA).modified & theirs == frozenset()


@given(specs, specs)
def test_a_manager_that_gives_everything_up_leaves_what_others_own(first: Any, second: Any) -> None:
    both = applied(applied(None, first), second, "two")
    left = applied(both, {}, "two")
    owners = {owner.manager: share.fields for owner, share in owners_of(left).items()}
    assert set(owners) <= {"one"}
    assert fields_of(thing(content(left)), SCHEMA) - {("f:spec",)} <= owners.get("one", frozenset()) | {("f:spec",)}


@given(specs, specs)
def test_an_update_owns_exactly_what_it_touched(before: Any, after: Any) -> None:
    first = track_update(None, thing(before), manager="one", schema=SCHEMA, time="1")
    second = track_update(first, thing(after), manager="two", schema=SCHEMA, time="2")
    touched = changes(thing(before), thing(after), SCHEMA)
    owners = {owner.manager: share.fields for owner, share in owners_of(second).items()}
    assert owners.get("two", frozenset()) == touched.added | touched.modified
    assert owners.get("one", frozenset()).isdisjoint(touched.removed | touched.modified)


@given(specs)
def test_nothing_is_changed_in_place(spec: Any) -> None:
    item = applied(None, spec)
    shown = repr(item)
    applied(item, {"text": "z", "map": {"z": "z"}}, "two")
    track_update(item, thing({}), manager="three", schema=SCHEMA, time="3")
    assert repr(item) == shown
