"""A browser finds of every rule of every commodity what the server finds."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from ovop.contract.checker import Checker, compile_checker
from ovop.contract.places import sections_of
from ovop.contract.reading.record import Record, Rows
from ovop.contract.registry import Registry
from ovop.contract.rules.bindings import Undetermined
from ovop.contract.vocabulary import GroupField, RowsField
from ovop.portal.live.around import around_of
from ovop.portal.live.plan import plan_of, rule_of
from tests.portal.serving import CHROMIUM, NO_CHROMIUM, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

MUTANTS = 6
"""Mutated sets of answers of each worked example."""
SCRIPTS = files("ovop.portal") / "static" / "live"
SITE = "http://ovop.test"
COMPARE = """async ({plan, rules, cases}) => {
  const {answered, aroundOf} = await import('/live/record.js')
  const plain = (value) => value === undefined ? null : typeof value === 'bigint' ? {whole: String(value)}
    : typeof value === 'number' && !Number.isFinite(value) ? {odd: String(value)} : value
  const step = (record, name, number) => {
    const place = record.plan.all.findIndex((field) => field.id === name)
    const state = record.states[place]
    return number === null ? state : state[number]
  }
  return cases.map(({answers, around, records}) => {
    const found = answered(plan, answers, aroundOf(around))
    return {
      visible: [...found.visible].sort(), required: [...found.required].sort(),
      computed: Object.fromEntries(Object.entries(found.computed).map(([path, value]) => [path, plain(value)])),
      values: records.map(([steps, names]) => {
        const record = steps.reduce((outer, [name, number]) => step(outer, name, number), found.record)
        return names.map((name) => plain(record.evaluate(rules[name])))
      }),
    }
  })
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    with chromium() as browser:
        page = browser.new_page()
        page.route(f"{SITE}/**", _serve)
        page.goto(f"{SITE}/")
        yield page


def _serve(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    if not name:
        route.fulfill(content_type="text/html", body="<!doctype html><title>rules</title>")
    else:
        route.fulfill(content_type="text/javascript", body=(SCRIPTS / name).read_text("utf-8"))


@pytest.mark.parametrize("commodity", ["anyaman", "batik", "food", "gerabah", "tenun"])
def test_browser_gives_every_rule_the_value_of_the_server_on_examples_and_mutated_answers(
    page: Page, commodity: str
) -> None:
    definition = Registry.discover().commodities[commodity].definition
    checker = compile_checker(definition)
    rules = {path: rule_of(rule) for path, rule in checker.rules.rules.items()}
    assert [path for path, rule in rules.items() if rule == 0] == []
    scopes = _scopes(checker)
    dice = random.Random(commodity)  # noqa: S311  # for test data  # noqa: S311  # repeatable mutations, no secret
    cases, expected, evaluated = [], [], set()
    for example in definition.examples:
        evidence, facts = example.evidence, example.facts
        for number in range(MUTANTS + 1):
            answers = deepcopy(msgspec.to_builtins(example.answers))
            for _ in range(0 if number == 0 else dice.randint(1, 4)):
                _mutate(answers, dice)
            read = checker.read(answers, evidence, facts)
            found = checker.evaluate(answers, evidence, facts)
            records, values = [], []
            for steps, record in _records(read.form):
                names = scopes[tuple(name for name, _ in steps)]
                records.append((steps, names))
                values.append([_plain(record.evaluate(checker.rules.rules[name])) for name in names])
                evaluated.update(names)
            cases.append(
                {"answers": answers, "around": around_of(checker, evidence, facts), "records": records}
            )
            expected.append(
                {
                    "visible": sorted(found.visible),
                    "required": sorted(found.required),
                    "computed": {path: _computed(value) for path, value in read_computed(read.form).items()},
                    "values": values,
                }
            )
    given = page.evaluate(COMPARE, {"plan": plan_of(checker), "rules": rules, "cases": cases})
    assert evaluated == rules.keys()
    for case, mine, theirs in zip(cases, given, expected, strict=True):
        for (_, names), here, there in zip(case["records"], mine["values"], theirs["values"], strict=True):
            for name, one, other in zip(names, here, there, strict=True):
                assert one == other, (name, checker.rules.rules[name].text, one, other)
        assert mine["visible"] == theirs["visible"]
        assert mine["required"] == theirs["required"]
        assert mine["computed"] == theirs["computed"]


def read_computed(record: Record, prefix: str = "") -> dict[str, object]:
    """The computed values of fields that are shown, days as instants."""
    found: dict[str, object] = {}
    for field, state in zip(record.plan.fields, record.states, strict=True):
        if field.computed is not None and field.id in record.values:
            found[prefix + field.id] = record.values[field.id]
        elif isinstance(state, Record):
            found |= read_computed(state, f"{prefix}{field.id}.")
        elif isinstance(state, Rows):
            for number, row in enumerate(state.records):
                if isinstance(row, Record):
                    found |= read_computed(row, f"{prefix}{field.id}[{number}].")
    return found


def _scopes(checker: Checker) -> dict[tuple[str, ...], list[str]]:
    """The rules by the ids of the groups and repeating groups in which they are judged."""
    places: dict[int, tuple[str, ...]] = {id(checker.rules.form): ()}

    def walk(path: str, fields: Any, outer: tuple[str, ...]) -> None:
        for index, spec in enumerate(fields):
            if isinstance(spec, GroupField | RowsField):
                here = f"{path}.fields[{index}]"
                places[id(checker.rules.inside[here])] = (*outer, spec.id)
                walk(here, spec.fields, (*outer, spec.id))

    for path, section in sections_of(checker.definition.form):
        walk(path, section.fields, ())
    found: dict[tuple[str, ...], list[str]] = {place: [] for place in places.values()}
    for name, rule in checker.rules.rules.items():
        found[places[id(rule.scope)]].append(name)
    return found


def _records(record: Record, steps: tuple[tuple[str, int | None], ...] = ()) -> Iterator[tuple[Any, Record]]:
    """The form's record and those inside it, with the way to each."""
    yield steps, record
    for field, state in zip(record.plan.fields, record.states, strict=True):
        if isinstance(state, Record):
            yield from _records(state, (*steps, (field.id, None)))
        elif isinstance(state, Rows):
            for number, row in enumerate(state.records):
                if isinstance(row, Record):
                    yield from _records(row, (*steps, (field.id, number)))


def _plain(value: object) -> object:
    """A value as it comes back from the browser."""
    if isinstance(value, Undetermined):
        return None
    if isinstance(value, datetime):
        return value.timestamp() * 1000
    if isinstance(value, float) and not math.isfinite(value):
        return {"odd": {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")}
    return value


_computed = _plain


def _mutate(answers: dict[str, Any], dice: random.Random) -> None:
    """Change one thing somewhere in the answers, well or badly."""
    if not answers:
        return
    name = dice.choice(list(answers))
    value = answers[name]
    if isinstance(value, Mapping) and dice.random() < 0.8:
        _mutate(answers[name], dice)
    elif isinstance(value, list) and value and isinstance(value[0], dict) and dice.random() < 0.8:
        _mutate(dice.choice([row for row in value if isinstance(row, dict)]), dice)
    elif isinstance(value, list) and value and dice.random() < 0.7:
        value.append(value[0]) if dice.random() < 0.5 else value.pop()
    elif isinstance(value, bool):
        answers[name] = not value
    elif isinstance(value, int | float) and dice.random() < 0.8:
        answers[name] = dice.choice(
            [value + 1, value / 2, value * 3, -value, 0, round(value * 1.1, 3), 1e300]
        )
    else:
        answers[name] = dice.choice([None, "", "lain", 3, True, [], {}, "2020-02-29", "2023-02-29", "1"])
    if dice.random() < 0.2:
        answers.pop(name, None)
