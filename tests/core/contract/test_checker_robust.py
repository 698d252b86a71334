"""Whatever JSON brings, the checker answers with findings that can be stored and shown."""

from __future__ import annotations

import copy
from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ovop.contract.checker import compile_checker
from ovop.contract.vocabulary import EvidenceItem
from tests.core.contract.everything import ANSWERS, EVIDENCE, definition_of_every_type
from tests.core.contract.invented import TODAY

CHECKER = compile_checker(definition_of_every_type())
NAMES = sorted(CHECKER.plan.fields.known)
PAPER = EvidenceItem(
    evidence="paper", id="e1", number="N-1", issued_on=date(2026, 1, 1), expires_on=date(2027, 1, 1)
)
FACTS = {"today": TODAY, "enterprise_size": "micro"}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**320),
    st.floats(),
    st.text(alphabet=st.characters()),
    st.sampled_from(["\ud800", "\x00", "0001-01-01", "9999-12-31", "cm", "inch", "nd", "a", "101", "e1"]),
)
keys = st.one_of(
    st.sampled_from(
        [
            *NAMES,
            "value",
            "unit",
            "length",
            "operator",
            "count",
            "region",
            "name0",
            "amount0",
            "spots0",
            "parts",
            "name1",
        ]
    ),
    st.text(),
)
json_values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(keys, inner, max_size=6)),
    max_leaves=25,
)


def judge(answers: object) -> None:
    for partial in (False, True):
        evaluation = CHECKER.evaluate(answers, EVIDENCE, FACTS, partial=partial)
        assert CHECKER.check(answers, EVIDENCE, FACTS, partial=partial) == list(evaluation.findings)
        msgspec.json.encode(evaluation)
        for finding in evaluation.findings:
            assert finding.message.id
            assert "{" not in before_echo(finding.message.en)
    CHECKER.diff(answers, ANSWERS)


def before_echo(message: str) -> str:
    return message.split("“")[0]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(json_values)
def test_never_raises_on_any_json(answers: object) -> None:
    judge(answers)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(NAMES), json_values, min_size=1, max_size=4))
def test_never_raises_on_valid_answers_with_some_replaced(changed: dict[str, object]) -> None:
    judge({**copy.deepcopy(ANSWERS), **changed})


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["name0", "amount0", "spots0", "proof0", "parts"]), json_values, min_size=1
    )
)
def test_never_raises_on_rows_with_any_cells(row: dict[str, object]) -> None:
    judge({**copy.deepcopy(ANSWERS), "items": [row, row]})


def test_answers_that_fit_have_no_findings() -> None:
    assert CHECKER.check(ANSWERS, (PAPER,), FACTS) == []


@pytest.mark.parametrize("answers", [None, 5, "x", [], [1]])
def test_answers_that_are_no_object_named_as_such(answers: object) -> None:
    assert CHECKER.check(answers, (PAPER,), FACTS)[0].code == "wrong_type"


def test_checking_twice_gives_the_same_and_leaves_the_answers_alone() -> None:
    answers = copy.deepcopy(ANSWERS)
    answers["pieces"] = 0
    before = copy.deepcopy(answers)
    assert CHECKER.check(answers, EVIDENCE, FACTS) == CHECKER.check(answers, EVIDENCE, FACTS)
    assert answers == before
