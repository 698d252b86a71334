"""Every installed commodity: its rules as Python against the engine, and its form's proof against the careful way."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random

import pytest

from ovop.contract.checker import Checker, compile_checker
from ovop.contract.reading.record import Record, Rows
from ovop.contract.registry import Registry
from ovop.contract.rules.arithmetic import FAILURES
from ovop.contract.rules.expressions import Expression
from ovop.contract.vocabulary import ExampleKind
from tests.core.contract.mutations import mutated

CHANGES = 60
INSTALLED = sorted(Registry.discover().commodities.values(), key=lambda commodity: commodity.id)


@pytest.fixture(scope="module", params=INSTALLED, ids=lambda commodity: commodity.id)
def checker(request: pytest.FixtureRequest) -> Checker:
    return compile_checker(request.param.definition)


def test_valid_examples_go_the_fast_way(checker: Checker) -> None:
    for example in checker.definition.examples:
        if example.kind is ExampleKind.VALID:
            around = checker.around(example.evidence, example.facts)
            assert checker.prove(example.answers, around.context, around.values, False) is not None, (
                example.id
            )


def test_both_ways_say_the_same_about_examples_and_changes_of_them(checker: Checker) -> None:
    random = Random(checker.definition.manifest.id)  # noqa: S311  # chooses changes, keeps no secret
    examples = checker.definition.examples
    for number in range(len(examples) + CHANGES):
        example = examples[number % len(examples)]
        answers, evidence, facts = deepcopy(dict(example.answers)), example.evidence, example.facts
        if number >= len(examples):
            answers, evidence, facts = mutated(answers, evidence, facts, random)
        for partial in (False, True):
            fast = checker.check(answers, evidence, facts, partial=partial)
            careful = checker.evaluate(answers, evidence, facts, partial=partial).findings
            assert fast == list(careful), (example.id, partial, answers)


def test_rules_give_in_python_what_they_give_in_the_engine(checker: Checker) -> None:
    compared = 0
    for example in checker.definition.examples:
        answered = checker.read(example.answers, example.evidence, example.facts)
        for record in _records(answered.form):
            for rule in _rules_of(checker, record):
                values = [_value(record, name) for name in rule.parameters]
                assert _outcome(rule.run, values) == _outcome(rule.by_engine(), values), (
                    example.id,
                    rule.text,
                    values,
                )
                compared += 1
    assert compared >= len(checker.rules.rules)


def _records(record: Record) -> Iterator[Record]:
    yield record
    for state in record.states:
        if isinstance(state, Record):
            yield from _records(state)
        elif isinstance(state, Rows):
            for row in state.records[:5]:
                if isinstance(row, Record):
                    yield from _records(row)


def _rules_of(checker: Checker, record: Record) -> Iterator[Expression]:
    """The rules of this record's scope that have all that they need here."""
    for rule in checker.rules.rules.values():
        if rule.is_of(record.plan.scope) and all(map(record.bindings.answered, rule.needed)):
            yield rule


def _value(record: Record, name: str) -> object:
    asked = name.removeprefix("answered.")
    return record.bindings.value(name) if asked == name else record.bindings.answered(asked)


def _outcome(run: object, values: list[object]) -> object:
    try:
        return run(*values)  # type: ignore[operator]  # a rule
    except FAILURES:
        return "no result"
