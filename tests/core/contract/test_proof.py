"""The proof of a form against the careful way: whatever it passes or notes, the careful way says the same, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ovop.contract.checker import Checker, compile_checker
from ovop.contract.vocabulary import EvidenceItem
from tests.core.contract.everything import ANSWERS, EVIDENCE, definition_of_every_type
from tests.core.contract.invented import TODAY, checker, criterion, field, group, options, rule
from tests.core.contract.mutations import mutated

FACTS: Mapping[str, object] = {"today": TODAY, "enterprise_size": "small"}


@pytest.fixture(scope="module")
def everything() -> Checker:
    return compile_checker(definition_of_every_type())


def is_proven(made: Checker, answers: object, evidence: tuple[EvidenceItem, ...] = EVIDENCE) -> bool:
    """Whether the answers went the fast way."""
    around = made.around(evidence, FACTS)
    return made.prove(answers, around.context, around.values, False) is not None


def same_both_ways(
    made: Checker, answers: object, evidence: tuple[EvidenceItem, ...], facts: Mapping[str, object]
) -> None:
    """`evaluate` always takes the careful way."""
    for partial in (False, True):
        fast = made.check(answers, evidence, facts, partial=partial)
        careful = made.evaluate(answers, evidence, facts, partial=partial).findings
        assert fast == list(careful), (partial, answers)


def test_answers_of_every_type_are_proven(everything: Checker) -> None:
    assert is_proven(everything, msgspec.json.decode(msgspec.json.encode(ANSWERS)))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_both_ways_say_the_same_about_changed_answers(everything: Checker, seed: int) -> None:
    random = Random(seed)  # noqa: S311  # chooses changes, keeps no secret
    answers, evidence, facts = mutated(deepcopy(ANSWERS), EVIDENCE, FACTS, random)
    same_both_ways(everything, answers, evidence, facts)


@pytest.mark.parametrize(
    "answers", [None, [], "x", {}, {"zzz": 1}, {"items": "no"}, {"items": [1]}, {"course": 5}]
)
def test_both_ways_say_the_same_about_answers_of_a_wrong_kind(everything: Checker, answers: object) -> None:
    same_both_ways(everything, answers, (), {})


def test_rule_that_fails_in_rows_is_told_in_the_order_of_the_form() -> None:
    made = checker(
        field("integer", "last", required="steps.size() > 1"),
        field(
            "rows",
            "steps",
            fields=[
                field("integer", "a", checks=[rule("a < 5", "big")]),
                field("integer", "b", required="a > 1"),
            ],
            row_checks=[rule("a != 3", "three")],
            checks=[rule("steps.size() < 3", "many")],
        ),
        field("text", "name"),
    )
    answers = {"steps": [{"a": 7}, {"a": 3, "b": 1}, {}]}
    assert [(f.path, f.code) for f in made.check(answers, (), FACTS)] == [
        ("last", "required"),
        ("steps[0].a", "big"),
        ("steps[0].b", "required"),
        ("steps[1]", "three"),
        ("steps[2].a", "required"),
        ("steps", "many"),
        ("name", "required"),
    ]
    assert is_proven(made, answers, ())
    same_both_ways(made, answers, (), FACTS)


def test_row_rules_that_read_a_field_further_down_are_judged_with_its_answer() -> None:
    made = checker(
        field("rows", "steps", fields=[field("integer", "a", checks=[rule("a < most")])]),
        field("integer", "most"),
    )
    assert [f.path for f in made.check({"steps": [{"a": 7}], "most": 5}, (), FACTS)] == ["steps[0].a"]
    same_both_ways(made, {"steps": [{"a": 7}], "most": 5}, (), FACTS)


def test_rows_that_judge_themselves_as_a_whole_are_judged_right() -> None:
    made = checker(
        field("rows", "steps", fields=[field("integer", "a")], row_checks=[rule("a <= steps.size()")])
    )
    answers = {"steps": [{"a": 2}, {"a": 3}]}
    assert [f.path for f in made.check(answers, (), FACTS)] == ["steps[1]"]
    same_both_ways(made, answers, (), FACTS)


def test_group_may_name_itself_in_its_rules() -> None:
    made = checker(
        field(
            "group",
            "course",
            required=False,
            fields=[field("integer", "hours"), field("text", "place", required="course.hours > 3")],
            checks=[rule("course.hours < 9")],
        )
    )
    for answers in (
        {"course": {"hours": 4}},
        {"course": {"hours": 9, "place": "x"}},
        {},
        {"course": {"place": "x"}},
    ):
        assert is_proven(made, answers, ())
        same_both_ways(made, answers, (), FACTS)


def test_missing_limit_leads_to_a_check_by_hand_in_both_ways() -> None:
    made = checker(
        field("select", "kind", options=options("a", "b")),
        field("computed", "limit", result="decimal", rule="limit_max('table', [kind])"),
        field(
            "rows", "steps", fields=[field("text", "k")], row_checks=[rule("limit_max('table', [k]) > 1.0")]
        ),
        limit_tables=[
            {
                "id": "table",
                "name": {"id": "x", "en": "y"},
                "version": "1",
                "keys": ["k"],
                "row": [{"key": ["a"], "maximum": 2}],
            }
        ],
        groups=[group("A", criterion("A1", 100))],
    )
    answers = {"kind": "b", "steps": [{"k": "a"}, {"k": "z"}]}
    assert [(f.path, f.code) for f in made.check(answers, (), FACTS)] == [
        ("limit", "check_by_hand"),
        ("steps[1]", "check_by_hand"),
    ]
    assert is_proven(made, answers, ())
    same_both_ways(made, answers, (), FACTS)
