"""Worked examples as tests of their commodity."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from ovop.contract.checker import compile_checker
from ovop.contract.examples import ExampleResult, run_example, run_examples
from ovop.contract.vocabulary import Definition, Example
from tests.core.contract.invented import criterion, definition, field, gate, group, rule, section, text


def example(kind: str, **more: object) -> dict[str, object]:
    return {
        "id": "one",
        "title": text("one"),
        "kind": kind,
        "facts": {"today": date(2026, 10, 18)},
        "answers": {"n": 5},
        **more,
    }


def made(*examples: dict[str, object]) -> Definition:
    return definition(
        section("main", field("integer", "n", maximum=10), field("date", "day_made", required=False)),
        checks=[rule("n != 7", "seven", severity="warning")],
        gates=[gate("K1", "n > 8", "cap", cap_points=40), gate("K2", "n == 10")],
        groups=[group("A", criterion("A1", 60), criterion("A2", 40))],
        examples=list(examples),
    )


def run(kind: str, **more: object) -> ExampleResult:
    whole = made(example(kind, **more))
    return run_example(compile_checker(whole), whole.examples[0])


def test_valid_example_has_no_error_but_may_have_warnings() -> None:
    assert run("valid").ok
    assert run("valid", answers={"n": 7}).ok
    assert run("valid", answers={"n": 11}).differences == ("unexpected error `too_large` at `n`",)


def test_invalid_example_has_exactly_the_findings_named() -> None:
    expected = [{"path": "n", "code": "too_large"}]
    assert run("invalid", answers={"n": 11}, finding=expected).ok
    seven = {"path": "", "code": "seven", "severity": "warning"}
    assert run("invalid", answers={"n": 7}, finding=[seven]).ok
    assert run("invalid", answers={"n": 7}, finding=expected).differences == (
        "unexpected warning `seven` at `the whole form`",
        "missing error `too_large` at `n`",
    )
    assert run("invalid", answers={"n": 5}).differences == (
        "an invalid example names the findings that it must have",
    )


def test_scored_example_states_total_and_gates() -> None:
    levels = {"A1": 5, "A2": 2}
    assert run("scored", levels=levels, total=76.0) == ExampleResult(
        id="one", ok=True, differences=(), findings=(), total=76.0
    )
    assert run("scored", levels=levels, total=75.99).differences == ("total 76.00 instead of 75.99",)
    assert run("scored", levels=levels).differences == ("a scored example states its total",)
    assert run("scored", answers={"n": 9}, levels=levels, gates=["K1"], total=40).ok
    assert run("scored", answers={"n": 10}, levels=levels, gates=["K1", "K2"], total=40).ok
    assert run("scored", answers={"n": 9}, levels=levels, gates=["K2"], total=40).differences == (
        "gate K1 acts unexpectedly",
        "gate K2 does not act",
    )


@pytest.mark.parametrize(
    ("levels", "words"), [({"A1": 5}, "These criteria have no level yet: A2."), ({"A1": 5, "A2": 9}, "A2")]
)
def test_scored_example_with_wrong_levels_says_so(levels: dict[str, int], words: str) -> None:
    assert words in run("scored", levels=levels, total=1).differences[0]


def test_dates_of_toml_count_as_the_texts_that_are_sent() -> None:
    assert run("valid", answers={"n": 5, "day_made": date(2026, 1, 1)}).ok


def test_example_gives_the_same_after_it_was_stored() -> None:
    whole = made(example("scored", answers={"n": 9}, levels={"A1": 5, "A2": 2}, gates=["K1"], total=40))
    stored = msgspec.json.decode(msgspec.json.encode(whole), type=Definition)
    assert run_examples(stored) == run_examples(whole)
    assert isinstance(stored.examples[0], Example)
    assert run_examples(stored)[0].ok
