"""Answers of an earlier major version: declared steps, and that nothing is lost silently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.contract.errors import DefinitionError
from ovop.contract.loader import load_definition
from ovop.contract.upcasting import (
    LeftBehind,
    fit,
    recast,
    recast_evidence,
    removed_by_code,
    steps_between,
)
from ovop.contract.vocabulary import Form, Upcast
from tests.core.contract.factories import MANIFEST, form_of, write_definition
from tests.core.contract.invented import definition, field, option, options, section


def step(from_major: int = 1, **changes: object) -> Upcast:
    return Upcast(from_major=from_major, **changes)  # type: ignore[arg-type]  # passed on as given


def left(*behind: LeftBehind) -> list[tuple[str, object, str]]:
    return [(one.path, one.value, one.reason.value) for one in behind]


def form(*fields: Mapping[str, object], **more: object) -> Form:
    return definition(section("main", *fields), **more).form  # type: ignore[arg-type]  # passed on as given


def test_renamed_field_keeps_its_answer_and_the_text_beside_its_option() -> None:
    made = recast({"kind": "odd", "kind_other": "Lain", "size": 3}, [step(rename={"kind": "sort"})])
    assert made.answers == {"sort": "odd", "sort_other": "Lain", "size": 3}
    assert made.left_behind == ()


def test_two_fields_change_places_in_one_step() -> None:
    made = recast({"first": 1, "second": 2}, [step(rename={"first": "second", "second": "first"})])
    assert (made.answers, made.left_behind) == ({"first": 2, "second": 1}, ())


def test_steps_follow_each_other_from_one_to_three() -> None:
    steps = [
        step(1, rename={"dye": "colour"}, recode={"colour": {"idg": "indigo"}}),
        step(2, rename={"colour": "shade"}, recode={"shade": {"indigo": "blue"}}),
    ]
    assert recast({"dye": "idg"}, steps).answers == {"shade": "blue"}
    assert recast({"colour": "indigo"}, steps[1:]).answers == {"shade": "blue"}


def test_renamed_rows_with_a_renamed_column_keep_every_row() -> None:
    rows = [{"dose": 1, "name": "a"}, {"name": "b"}]
    made = recast({"dyes": rows}, [step(rename={"dyes": "colours", "dyes.dose": "colours.amount"})])
    assert made.answers == {"colours": [{"amount": 1, "name": "a"}, {"name": "b"}]}
    assert rows == [{"dose": 1, "name": "a"}, {"name": "b"}]


def test_field_moves_into_a_group_and_out_of_one() -> None:
    made = recast({"long": 3, "box": {"wide": 4}}, [step(rename={"long": "box.long", "box.wide": "wide"})])
    assert made.answers == {"box": {"long": 3}, "wide": 4}


def test_recoding_reaches_choices_lists_and_rows() -> None:
    answers = {"a": "x", "b": ["x", "y", "z"], "rows": [{"c": "x"}, {"c": "w"}], "d": 5}
    recode = {path: {"x": "X", "y": "X"} for path in ("a", "b", "rows.c", "d")}
    assert recast(answers, [step(recode=recode)]).answers == {
        "a": "X",
        "b": ["X", "z"],
        "rows": [{"c": "X"}, {"c": "w"}],
        "d": 5,
    }


def test_dropped_answers_are_listed_with_their_rows() -> None:
    made = recast(
        {"old": "x", "old_other": "y", "rows": [{"c": 1}, {}, {"c": 2, "d": 3}]},
        [step(drop=("old", "rows.c"))],
    )
    assert made.answers == {"rows": [{}, {}, {"d": 3}]}
    assert sorted(left(*made.left_behind)) == [
        ("old", "x", "dropped"),
        ("old_other", "y", "dropped"),
        ("rows[0].c", 1, "dropped"),
        ("rows[2].c", 2, "dropped"),
    ]


def test_answer_without_a_place_or_pushed_from_its_place_is_listed() -> None:
    made = recast({"rows": [{"c": 1}], "x": 2}, [step(rename={"rows.c": "single"})])
    assert left(*made.left_behind) == [("rows[0].c", 1, "no_place")]
    made = recast({"old": 1, "new": 2}, [step(rename={"old": "new"})])
    assert (made.answers, left(*made.left_behind)) == ({"new": 1}, [("new", 2, "replaced")])
    made = recast({"old": 1, "box": "text"}, [step(rename={"old": "box.old"})])
    assert (made.answers, left(*made.left_behind)) == ({"box": "text"}, [("old", 1, "no_place")])


def test_form_keeps_what_it_asks_for_and_lists_the_rest() -> None:
    asked = form(
        field("select", "kind", options=[*options("a"), option("odd", other=True)]),
        field("group", "box", fields=[field("text", "name")]),
        field("rows", "steps", fields=[field("text", "step")]),
        field("computed", "sum", result="text", rule="'x'"),
    )
    made = fit(
        asked,
        {
            "kind": "odd",
            "kind_other": "Lain",
            "box": {"name": "n", "gone": 1},
            "steps": [{"step": "s"}, {"step": "t", "gone": 2}, "no row"],
            "sum": "x",
            "box_other": "y",
        },
    )
    assert made.answers == {
        "kind": "odd",
        "kind_other": "Lain",
        "box": {"name": "n"},
        "steps": [{"step": "s"}, {"step": "t"}, "no row"],
    }
    assert left(*made.left_behind) == [
        ("box.gone", 1, "unknown"),
        ("steps[1].gone", 2, "unknown"),
        ("sum", "x", "unknown"),
        ("box_other", "y", "unknown"),
    ]


def test_answers_that_code_takes_away_are_listed() -> None:
    assert left(*removed_by_code({"a": 1, "b": 2}, {"b": 3, "c": 1})) == [("a", 1, "by_code")]


def test_evidence_follows_the_steps_or_is_dropped() -> None:
    steps = [
        step(1, rename={"evidence.permit": "evidence.licence"}),
        step(2, drop=("evidence.photos",)),
    ]
    assert recast_evidence("permit", steps) == "licence"
    assert recast_evidence("photos", steps) is None
    assert recast_evidence("other", steps) == "other"
    assert recast({"permit": 1}, steps).answers == {"permit": 1}


def test_only_the_steps_since_the_version_of_the_answers_are_taken() -> None:
    asked = form(field("text", "a"))
    stepped = Form(sections=asked.sections, upcasts=(step(2), step(3)))

    def majors(old: str, new: str = "4.0") -> list[int]:
        return [one.from_major for one in steps_between(stepped, old, new)]

    assert (majors("2.9"), majors("3.0"), majors("4.0")) == ([2, 3], [3], [])
    assert majors("1.0") == []  # no step is declared for it: its answers are taken over by name


NAMES = ("a", "b", "c", "g", "r")
PLACES = (*NAMES, "g.x", "g.y", "r.x", "r.y")
LEAVES = st.integers(0, 10**9)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "a": LEAVES,
        "b": LEAVES,
        "c": LEAVES,
        "g": st.fixed_dictionaries({}, optional={"x": LEAVES, "y": LEAVES}),
        "r": st.lists(st.fixed_dictionaries({}, optional={"x": LEAVES, "y": LEAVES}), max_size=3),
    },
)
STEPS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(PLACES), st.sampled_from(PLACES), max_size=4),
        st.lists(st.sampled_from(PLACES), max_size=2),
    ),
    max_size=3,
)


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def numbered(value: object, count: Iterator[int]) -> object:
    """The same answers with every leaf a number of its own, so that each can be followed."""
    if isinstance(value, dict):
        return {name: numbered(one, count) for name, one in value.items()}
    if isinstance(value, list):
        return [numbered(one, count) for one in value]
    return next(count)


@given(ANSWERS, STEPS)
def test_every_old_answer_either_arrives_or_is_listed_as_left_behind(
    shape: dict[str, object], changes: list[tuple[dict[str, str], list[str]]]
) -> None:
    answers = numbered(shape, iter(range(1000)))
    assert isinstance(answers, dict)
    steps = [
        step(number, rename=rename, drop=tuple(d for d in drop if d not in rename))
        for number, (rename, drop) in enumerate(changes, start=1)
    ]
    asked = form(
        field("integer", "a"),
        field("group", "g", fields=[field("integer", "x")]),
        field("rows", "r", fields=[field("integer", "y")]),
    )
    moved = recast(answers, steps)
    arrived = fit(asked, moved.answers)
    behind = [*moved.left_behind, *arrived.left_behind]
    everything = [*leaves(arrived.answers), *(leaf for one in behind for leaf in leaves(one.value))]
    assert sorted(everything, key=str) == sorted(leaves(answers), key=str)


def load(folder: Path, version: str, upcasts: str) -> None:
    fields = (
        'type = "text"\nid = "title"',
        'type = "select"\nid = "kind"\noptions = [{ value = "a", label = { id = "A", en = "A" } }]',
        'type = "rows"\nid = "steps"\n[[section.fields.fields]]\ntype = "text"\nid = "step"\nlabel = { id = "L", en = "S" }',
    )
    load_definition(
        write_definition(
            folder,
            manifest=MANIFEST.replace('version = "1.0"', f'version = "{version}"'),
            form=form_of(*fields, more=upcasts),
        )
    )


def faults(folder: Path, version: str, upcasts: str) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as caught:
        load(folder, version, upcasts)
    return [(fault.path, fault.reason.en) for fault in caught.value.faults]


def test_sound_chain_loads(tmp_path: Path) -> None:
    load(
        tmp_path,
        "3.1",
        """
        [[upcast]]
        from_major = 1
        rename = { name = "called", "actions.act" = "stages.act", gone = "dropped_later" }
        recode = { sort = { x = "y" } }
        [[upcast]]
        from_major = 2
        rename = { called = "title", sort = "kind", stages = "steps", "stages.act" = "steps.step" }
        recode = { kind = { y = "a" } }
        drop = ["dropped_later"]
        """,
    )


@pytest.mark.parametrize(
    ("version", "upcasts", "path", "reason"),
    [
        ("1.0", "[[upcast]]\nfrom_major = 1", "upcast", "without a gap up to version 0"),
        ("4.0", "[[upcast]]\nfrom_major = 1\n[[upcast]]\nfrom_major = 3", "upcast", "there are: 1, 3"),
        ("3.0", "[[upcast]]\nfrom_major = 1", "upcast", "up to version 2; there are: 1"),
        (
            "3.0",
            "[[upcast]]\nfrom_major = 2\n[[upcast]]\nfrom_major = 1",
            "upcast",
            "there are: 2, 1",
        ),
        (
            "2.0",
            '[[upcast]]\nfrom_major = 1\nrename = { old = "titel" }',
            "upcast[0].rename.old",
            "there is no field `titel`",
        ),
        (
            "2.0",
            '[[upcast]]\nfrom_major = 1\nrename = { old = "steps.stap" }',
            "upcast[0].rename.old",
            "there is no field `steps.stap`",
        ),
        (
            "2.0",
            '[[upcast]]\nfrom_major = 1\nrename = { a = "title", b = "title" }',
            "upcast[0].rename",
            "where 2 old fields lead",
        ),
        (
            "2.0",
            '[[upcast]]\nfrom_major = 1\nrename = { a = "title" }\ndrop = ["a"]',
            "upcast[0].drop[0]",
            "in `rename` as well",
        ),
        (
            "2.0",
            '[[upcast]]\nfrom_major = 1\nrename = { "evidence.a" = "title" }',
            "upcast[0].rename.evidence.a",
            "evidence can only become evidence",
        ),
        (
            "2.0",
            '[[upcast]]\nfrom_major = 1\nrename = { "evidence.a" = "evidence.b" }',
            "upcast[0].rename.evidence.a",
            "there is no evidence `b`",
        ),
        (
            "2.0",
            '[[upcast]]\nfrom_major = 1\nrecode = { kind = { x = "z" } }',
            "upcast[0].recode.kind",
            "there is no option `z`",
        ),
        (
            "2.0",
            '[[upcast]]\nfrom_major = 1\nrecode = { title = { x = "z" } }',
            "upcast[0].recode.title",
            "has no options to recode",
        ),
    ],
)
def test_faulty_chain_is_refused_at_its_place(
    tmp_path: Path, version: str, upcasts: str, path: str, reason: str
) -> None:
    found = faults(tmp_path, version, upcasts)
    assert [(at, reason in why) for at, why in found] == [(path, True)], found
