"""What changed between two versions of a commodity: everything, once, in words, with how much it matters."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.contract import vocabulary as v
from ovop.contract.diff import DefinitionChange, Impact, Step, changes, digest, step_for
from ovop.contract.differing.names import ATTRIBUTES, PARTS
from tests.core.contract.everything import definition_of_every_type
from tests.core.contract.invented import (
    Data,
    criterion,
    definition,
    field,
    gate,
    group,
    option,
    options,
    rule,
    section,
    text,
)


def full_definition() -> v.Definition:
    """A definition in which every kind of part stands."""
    made = definition_of_every_type(
        limit_tables=[
            {
                "id": "lead",
                "name": text("lead"),
                "version": "1",
                "keys": ["market", "class"],
                "row": [{"key": ["home", "cup"], "maximum": 0.5}, {"key": ["home", "dish"], "maximum": 1.0}],
            }
        ],
        guidance=[
            {
                "id": "step",
                "title": text("step"),
                "body": text("body"),
                "theme": "quality",
                "criteria": ["A1"],
                "consent": {"maker": "Ibu Contoh", "basis": "written", "record": "1/2026"},
            }
        ],
        examples=[
            {"id": "good", "title": text("good"), "kind": "valid", "facts": {}, "answers": {"title": "x"}}
        ],
        groups=[
            group(
                "A",
                criterion(
                    "A1", 60, anchors_when=[{"when": "true", "anchors": [{"level": 0, "text": text("no")}]}]
                ),
                criterion("A2", 40, bands=[{"level": 5, "when": "true"}]),
            )
        ],
    )

    step = v.Upcast(from_major=1, rename={"old": "title"}, recode={"kind": {"x": "plain"}}, drop=("gone",))
    return msgspec.structs.replace(made, form=msgspec.structs.replace(made.form, upcasts=(step,)))


FULL = full_definition()
Place = tuple[str | int, ...]


def mutated(value: object) -> object:
    """Another value in place of one; what it would mean does not matter here."""
    match value:
        case bool():
            return not value
        case enum.Enum():
            return next(one for one in type(value) if one is not value)
        case int() | float():
            return value + 1
        case str():
            return f"{value}x"
        case date():
            return value + timedelta(days=1)
        case v.Text():
            return v.Text(value.id, f"{value.en}x")
        case tuple():
            return value[:-1] if value else ("x",)
        case Mapping():
            return {**value, "x": "x"}
        case _:
            return "x"


def places(value: object, place: Place = ()) -> Iterator[Place]:
    """Every attribute of every part of a definition."""
    if isinstance(value, v.Part):
        for name in value.__struct_fields__:
            yield (*place, name)
            yield from places(getattr(value, name), (*place, name))
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from places(one, (*place, index))


def changed_at(value: object, place: Place) -> object:
    """The same with one attribute mutated."""
    if not place:
        return mutated(value)
    step, rest = place[0], place[1:]
    if isinstance(step, int):
        assert isinstance(value, tuple)
        return (*value[:step], changed_at(value[step], rest), *value[step + 1 :])
    assert isinstance(value, msgspec.Struct)
    return msgspec.structs.replace(value, **{step: changed_at(getattr(value, step), rest)})


def whole_lists(place: Place) -> bool:
    """Places that hold a whole part of the definition: mutating them makes no definition at all."""
    return place in {("manifest",), ("form",), ("rubric",)}


EVERYWHERE = [place for place in places(FULL) if not whole_lists(place)]


def test_definition_and_itself_do_not_differ() -> None:
    assert changes(FULL, full_definition()) == ()
    assert step_for(()) is Step.NONE


@pytest.mark.parametrize("part", range(8))
def test_every_single_change_is_reported_in_words(part: int) -> None:
    assert len(EVERYWHERE) > 800
    silent = []
    for place in EVERYWHERE[part::8]:
        other = changed_at(FULL, place)
        assert isinstance(other, v.Definition)
        for found in (changes(FULL, other), changes(other, FULL)):
            spoken = all(len(c.text.id) > 10 and len(c.text.en) > 10 and c.path for c in found)
            if not found or not spoken:
                silent.append(place)
    assert silent == []


@given(st.sampled_from(EVERYWHERE), st.sampled_from(EVERYWHERE))
def test_changes_back_are_as_many_in_kind(first: Place, second: Place) -> None:
    one, other = changed_at(FULL, first), changed_at(FULL, second)
    assert isinstance(one, v.Definition)
    assert isinstance(other, v.Definition)
    there = sorted(change.kind for change in changes(one, other))
    back = sorted(
        {"added": "removed", "removed": "added"}.get(change.kind, change.kind.value)
        for change in changes(other, one)
    )
    assert there == back


def test_every_part_and_attribute_of_the_vocabulary_has_a_name_for_people() -> None:
    kinds = [
        kind
        for kind in vars(v).values()
        if isinstance(kind, type) and issubclass(kind, v.Part) and kind not in (v.Part, v.Criteria)
    ]
    spoken_of = [k for k in kinds if k not in (v.EvidenceItem, v.ExpectedFinding)]
    assert [k.__name__ for k in spoken_of if not any(issubclass(k, part) for part in PARTS)] == []
    attributes = {name for kind in spoken_of for name in kind.__struct_fields__}
    top = {"manifest", "form", "rubric"}
    assert attributes - ATTRIBUTES.keys() - top == set()


def base(*fields: Data, **more: object) -> v.Definition:
    return definition(section("main", *fields), **more)  # type: ignore[arg-type]  # passed on as given


def said(old: v.Definition, new: v.Definition) -> list[tuple[str, str, str, str]]:
    return [(c.kind.value, c.what, c.impact.value, c.text.en) for c in changes(old, new)]


NAME = field("text", "name", label=text("Name"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            base(NAME),
            base(NAME, field("text", "more", label=text("More"))),
            [("added", "field", "breaking", "New required field: “More”.")],
        ),
        (
            base(NAME),
            base(NAME, field("text", "more", label=text("More"), required=False)),
            [("added", "field", "widening", "New optional field: “More”.")],
        ),
        (
            base(NAME, field("text", "more", label=text("More"))),
            base(NAME),
            [("removed", "field", "breaking", "The field “More” is removed.")],
        ),
        (
            base(field("integer", "days", label=text("Days"), maximum=9)),
            base(field("integer", "days", label=text("Days"), maximum=5)),
            [
                (
                    "changed",
                    "field",
                    "breaking",
                    "The largest value of the field “Days” falls from 9 to 5.",
                )
            ],
        ),
        (
            base(field("integer", "days", label=text("Days"), minimum=2)),
            base(field("integer", "days", label=text("Days"))),
            [
                (
                    "changed",
                    "field",
                    "widening",
                    "The smallest value of the field “Days” is removed (it was 2).",
                )
            ],
        ),
        (
            base(field("text", "name", label=text("Name"), required=False)),
            base(NAME),
            [("changed", "field", "breaking", "The field “Name” is now required.")],
        ),
        (
            base(NAME),
            base(field("text", "name", label=text("Title"))),
            [
                (
                    "changed",
                    "text",
                    "wording",
                    "The name of the field “Title” changes from “Name” to “Title”.",
                )
            ],
        ),
        (
            base(NAME),
            base(field("longtext", "name", label=text("Name"))),
            [
                (
                    "changed",
                    "field",
                    "breaking",
                    "The type of the field “Name” changes from “text” to “longtext”.",
                )
            ],
        ),
        (
            base(field("select", "kind", options=options("a"))),
            base(field("select", "kind", options=options("a", "b"))),
            [("added", "field", "widening", "New option: “b” of the field “kind”.")],
        ),
        (
            base(field("select", "kind", options=options("a", "b"))),
            base(field("select", "kind", options=options("b", "a"))),
            [("moved", "field", "wording", "The order of the options of the field “kind” changes.")],
        ),
        (
            base(NAME, checks=[]),
            base(NAME, checks=[rule("name != 'x'", "named")]),
            [("added", "check", "breaking", "New check: “named”.")],
        ),
        (
            base(NAME, groups=[group("A", criterion("C3", 8)), group("B", criterion("C4", 92))]),
            base(NAME, groups=[group("A", criterion("C3", 10)), group("B", criterion("C4", 90))]),
            [
                ("changed", "criterion", "breaking", "The weight of the group “A A” rises from 8 to 10."),
                ("changed", "criterion", "breaking", "The weight of the group “B B” falls from 92 to 90."),
                (
                    "changed",
                    "criterion",
                    "breaking",
                    "The weight of the criterion “C3 C3” rises from 8 to 10.",
                ),
                (
                    "changed",
                    "criterion",
                    "breaking",
                    "The weight of the criterion “C4 C4” falls from 92 to 90.",
                ),
            ],
        ),
        (
            base(NAME, gates=[gate("K1", "name == 'x'")]),
            base(NAME),
            [("removed", "gate", "widening", "The gate “K1” is removed.")],
        ),
        (
            base(NAME, gates=[gate("K1", "name == 'x'", "cap", cap_points=60)]),
            base(NAME),
            [("removed", "gate", "breaking", "The gate “K1” is removed.")],
        ),
    ],
)
def test_change_is_told_with_its_impact(
    old: v.Definition, new: v.Definition, expected: list[tuple[str, str, str, str]]
) -> None:
    assert said(old, new) == expected


def test_field_that_moves_to_another_section_is_not_lost_and_found() -> None:
    first, second = section("one", NAME, field("text", "x")), section("two", field("text", "y"))
    moved = definition(section("one", field("text", "x")), section("two", field("text", "y"), NAME))
    assert said(definition(first, second), moved) == [
        ("moved", "field", "wording", "The field “Name” moves from the section “one” to the section “two”.")
    ]


def test_weight_is_told_in_bahasa_as_an_official_would_say_it() -> None:
    old = base(NAME, groups=[group("A", criterion("C3", 100))])
    new = msgspec.convert(
        {**msgspec.to_builtins(old), "rubric": {"group": [group("A", criterion("C3", 90))]}}, v.Definition
    )
    assert changes(old, new)[1].text.id == "Bobot kriteria “C3 C3 (id)” turun dari 100 ke 90."
    added = base(NAME, field("text", "more"))
    assert changes(base(NAME), added)[0].text.id == "Isian baru yang wajib: “more (id)”."


def test_new_option_is_breaking_where_every_option_needs_its_row() -> None:
    def stages(*names: str) -> v.Definition:
        column = field("select", "stage", options=[option(name) for name in names])
        return base(field("rows", "stages", one_per="stage", fields=[column]))

    assert [c.impact for c in changes(stages("a"), stages("a", "b"))] == ["breaking"]


def test_step_is_major_once_anything_breaks() -> None:
    def of(*impacts: str) -> Step:
        made = changes(base(NAME), base(NAME, field("text", "more")))[0]
        return step_for([msgspec.structs.replace(made, impact=Impact(impact)) for impact in impacts])

    assert (of("wording", "widening"), of("wording", "breaking")) == (Step.MINOR, Step.MAJOR)


def test_digest_names_a_list_of_changes() -> None:
    found: tuple[DefinitionChange, ...] = changes(base(NAME), base(NAME, field("text", "more")))
    assert len(digest(found)) == 64
    assert digest(found) == digest(changes(base(NAME), base(NAME, field("text", "more"))))
    assert digest(found) != digest(())
