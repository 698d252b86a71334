"""Generated submissions: of the right shape where they say so, of any shape where they do not; and the search for what nothing reaches."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, find, given, settings

from ovop.contract.conformance.checks import CHECKS
from ovop.contract.conformance.reach import explored
from ovop.contract.conformance.strategies import fitting, hostile, misshapen, submissions
from ovop.contract.conformance.subject import Case, Subject
from ovop.contract.vocabulary import Definition
from tests.core.contract.everything import definition_of_every_type
from tests.core.contract.invented import definition, field, gate, options, section

EVERYTHING = Subject(definition_of_every_type())
MISSHAPEN = {"wrong_type", "unknown_field", "unknown_part", "date_format", "unknown_unit", "unknown_option"}
relaxed = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def codes(case: Case) -> set[str]:
    return {finding.code for finding in EVERYTHING.checker.check(case.answers, case.evidence, case.facts)}


@relaxed
@given(fitting(EVERYTHING.definition))
def test_fitting_answers_have_the_shape_that_their_fields_ask_for(case: Case) -> None:
    assert codes(case) & MISSHAPEN == set()


@relaxed
@given(submissions(EVERYTHING.definition))
def test_checker_answers_every_generated_submission(case: Case) -> None:
    codes(case)


@pytest.mark.parametrize("code", ["wrong_type", "unknown_field"])
def test_hostile_answers_are_of_wrong_shapes_and_have_unknown_keys(code: str) -> None:
    find(hostile(EVERYTHING.definition), lambda case: code in codes(case), settings=relaxed)


def test_misshapen_answers_touch_every_field_and_every_column_on_its_own() -> None:
    cases = list(misshapen(EVERYTHING.definition, one_by_one=True))
    fields = [spec for s in EVERYTHING.definition.form.sections for spec in s.fields]
    assert {name for case in cases for name in case.answers} == {spec.id for spec in fields}
    assert all(len(case.answers) == 1 for case in cases)


def unreached(subject: Definition) -> list[str]:
    return [goal.name for goal in explored(Subject(subject)).open]


def conditional(rule: str, *more: dict[str, object], **changes: object) -> Definition:
    return definition(section("main", field("text", "late", show_if=rule), *more), **changes)  # type: ignore[arg-type]


def test_search_reaches_a_field_behind_a_number_an_option_a_day_and_a_fact() -> None:
    number = field("integer", "pieces", maximum=5000)
    choice = field("select", "kind", options=options("plain", "fine"))
    made_on = field("date", "made_on")
    for rule, other in (
        ("pieces > 4711", number),
        ("kind == 'fine'", choice),
        ("made_on < day('2021-03-04')", made_on),
        ("facts.enterprise_size == 'large'", number),
    ):
        assert unreached(conditional(rule, other)) == []


def test_search_reaches_a_field_behind_two_answers_together() -> None:
    number, choice = field("integer", "pieces"), field("select", "kind", options=options("plain", "fine"))
    assert unreached(conditional("pieces == 77 && kind == 'fine'", number, choice)) == []


def test_search_goes_through_computed_fields_and_the_conditions_before_an_answer() -> None:
    chain = (
        field("boolean", "edible"),
        field("integer", "months", show_if="edible"),
        field("computed", "old", result="boolean", rule="months > 12"),
    )
    assert unreached(conditional("old", *chain)) == []


def test_search_makes_a_row_and_reaches_its_columns() -> None:
    rows = field(
        "rows",
        "parts",
        fields=[
            field("select", "kind", options=options("plain", "fine")),
            field("text", "note", show_if="kind == 'fine'", required="kind != 'plain'"),
        ],
    )
    assert unreached(definition(section("main", rows))) == []


def test_search_leaves_open_what_contradicts_itself() -> None:
    number = field("integer", "pieces", maximum=10)
    contradictory = conditional("pieces > 10", number, gates=[gate("K1", "pieces > 3 && pieces < 2")])
    assert unreached(contradictory) == ["shown late", "gate K1"]
    faults = list(CHECKS["everything_is_reached"](Subject(contradictory)))
    assert [(fault.path, fault.reason.en) for fault in faults] == [
        ("form.section[0].fields[0]", "the field `late` is never shown."),
        ("criteria.gate[0].when", "the gate `K1` never acts."),
    ]


def test_random_submissions_reach_what_two_changes_cannot() -> None:
    choices = [field("boolean", name) for name in ("first", "second", "third")]
    deep = conditional("first && second && third", *choices)
    assert unreached(deep) == ["shown late"]
    assert list(CHECKS["everything_is_reached"](Subject(deep))) == []
