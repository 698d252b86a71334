"""Rules as Python against the CEL engine: for the same values both give the same, or both have no result."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ovop.contract.rules import syntax
from ovop.contract.rules.arithmetic import FAILURES
from ovop.contract.rules.expressions import Expression, FormScope, RuleError, Scope
from ovop.contract.rules.syntax import NotRead, parse
from ovop.contract.rules.variables import CelValue
from tests.core.contract.factories import CRITERIA, definition, form_of
from tests.core.contract.test_expressions import EVIDENCE, FIELDS, TABLES

Strategy = st.SearchStrategy[str]


@pytest.fixture(scope="module")
def scope(tmp_path_factory: pytest.TempPathFactory) -> Scope:
    folder = tmp_path_factory.mktemp("sample")
    return FormScope(
        definition(folder, form=form_of(*FIELDS, more=EVIDENCE), criteria=CRITERIA + TABLES)
    ).form


def outcome(run: object, values: list[CelValue]) -> object:
    """The value of a rule, or that it has none."""
    try:
        return run(*values)  # type: ignore[operator]  # a rule
    except FAILURES:
        return "no result"


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=1e-12)
    return type(one) is type(other) and one == other


def values_for(rule: Expression, answers: dict[str, CelValue]) -> list[CelValue]:
    return [name.startswith("answered.") or answers[name] for name in rule.parameters]


# --- generated rules: an expression of each type from smaller ones --------------------------------------------------------


def expressions(depth: int) -> dict[str, Strategy]:
    """Rules by the type of their value, at most so deep."""
    if depth == 0:
        return {
            "bool": st.sampled_from(["true", "false", "handmade", "answered('mass')"]),
            "int": st.sampled_from(
                ["0", "1", "-3", "7", "pieces", "size(dyes)", "9223372036854775807", "readings.size()"]
            ),
            "double": st.sampled_from(["0.0", "1.5", "-2.25", "mass", "size.length", "sum(readings)"]),
            "string": st.sampled_from(["''", "'plain'", "kind", "'ä'", "number_parts.office"]),
            "texts": st.sampled_from(["steps", "['a', 'plain']", "dyes.map(r, r.name)"]),
            "numbers": st.sampled_from(["readings", "[1.0, 2.5]", "dyes.map(r, r.dose)"]),
        }
    inner = expressions(depth - 1)
    b, i, d, s = inner["bool"], inner["int"], inner["double"], inner["string"]
    texts, numbers = inner["texts"], inner["numbers"]
    signs = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    return {
        "bool": st.one_of(
            b,
            st.builds("({} {} {})".format, b, st.sampled_from(["&&", "||", "==", "!="]), b),
            st.builds("!{}".format, b.map(lambda text: f"({text})")),
            *(st.builds("({} {} {})".format, each, signs, each) for each in (i, d, s)),
            st.builds("({} in {})".format, s, texts),
            st.builds("({} in {})".format, d, numbers),
            st.builds(
                "dyes.{}(r, (r.dose > {}) || {})".format,
                st.sampled_from(["exists", "all", "exists_one"]),
                d,
                b,
            ),
            st.builds("dyes.{}(r, 6 / r.baths.size() > {})".format, st.sampled_from(["exists", "all"]), i),
            st.builds("{}.startsWith({})".format, s, s),
            st.builds("{}.contains({})".format, s, s),
            st.builds("(made_on < day('2026-01-15')) == {}".format, b),
        ),
        "int": st.one_of(
            i,
            st.builds("({} {} {})".format, i, st.sampled_from(["+", "-", "*", "/", "%"]), i),
            st.builds("({} ? {} : {})".format, b, i, i),
            st.builds("(-({}))".format, i),
            st.builds("size({})".format, st.one_of(s, texts, numbers)),
            st.builds("int({})".format, d),
            st.builds("first_index({}, {})".format, texts, s),
            st.just("made_on.getFullYear()"),
            st.builds("dyes[{}].baths.size()".format, i),
        ),
        "double": st.one_of(
            d,
            st.builds("({} {} {})".format, d, st.sampled_from(["+", "-", "*", "/"]), d),
            st.builds("({} ? {} : {})".format, b, d, d),
            st.builds("(-({}))".format, d),
            st.builds("double({})".format, i),
            st.builds(
                "{}({})".format, st.sampled_from(["sum", "mean", "maximum", "worst", "spread"]), numbers
            ),
            st.builds("share_of(dyes.map(r, r.dose > {}))".format, d),
            st.builds("{}[{}]".format, numbers, i),
        ),
        "string": st.one_of(
            s, st.builds("({} + {})".format, s, s), st.builds("({} ? {} : {})".format, b, s, s)
        ),
        "texts": st.one_of(
            texts,
            st.builds("{}.filter(t, t != {})".format, texts, s),
            st.builds("({} ? [] : {})".format, b, texts),
            st.builds("({} ? {} : {})".format, b, texts, texts),
        ),
        "numbers": st.one_of(
            numbers,
            st.builds("{}.map(n, n * {})".format, numbers, d),
            st.builds("dyes.filter(r, r.natural == {}).map(r, r.dose)".format, b),
            st.builds("readings.map(n, n > {}, n)".format, d),
        ),
    }


RULES = st.one_of(
    st.tuples(st.just("boolean"), expressions(3)["bool"]),
    st.tuples(st.just("integer"), expressions(3)["int"]),
    st.tuples(st.just("decimal"), expressions(3)["double"]),
    st.tuples(st.just("text"), expressions(2)["string"]),
    st.tuples(st.just("list"), expressions(2)["texts"]),
)
NUMBER = st.sampled_from([0.0, -0.0, 1.5, -2.0, 1e300, 0.1])
ROW = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "indigo", "plain"]),
        "dose": NUMBER,
        "natural": st.booleans(),
        "baths": st.lists(st.just({"minutes": 5}), max_size=2),
    }
)
ANSWERS = st.fixed_dictionaries(
    {
        "mass": NUMBER,
        "size.length": NUMBER,
        "pieces": st.sampled_from([0, 1, -1, 5, 2**53, 2**63 - 1, -(2**63)]),
        "handmade": st.booleans(),
        "made_on": st.sampled_from([datetime(2026, 1, 15, tzinfo=UTC), datetime(2025, 12, 31, tzinfo=UTC)]),
        "kind": st.sampled_from(["plain", "odd", ""]),
        "number_parts.office": st.sampled_from(["AB", ""]),
        "steps": st.lists(st.sampled_from(["wash", "plain"]), max_size=2),
        "readings": st.lists(NUMBER, max_size=3),
        "dyes": st.lists(ROW, max_size=3),
    }
)


@settings(max_examples=400, deadline=None)
@given(RULES, ANSWERS)
def test_translated_rule_gives_what_the_engine_gives(
    scope: Scope, rule: tuple[str, str], answers: dict[str, CelValue]
) -> None:
    expects, text = rule
    try:
        compiled = scope.compile(text, expects)  # type: ignore[arg-type]  # one of the types above
    except RuleError:
        return  # too deep for the engine
    compiled.python(str)  # it is translated, not left to the engine
    values = values_for(compiled, answers)
    mine, engine = outcome(compiled.run, values), outcome(compiled.by_engine(), values)
    assert same(mine, engine), (text, answers, mine, engine)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("1 / pieces == 1 || true", True),
        ("true || 1 / pieces == 1", True),
        ("1 / pieces == 1 && false", False),
        ("dyes.exists(r, 1 / r.baths.size() == 1)", True),
        ("dyes.all(r, 1 / r.baths.size() == 5)", False),
        ("7 % -2 == 1 && -7 / 2 == -3", True),
        ("mass / 0.0 > 1.0", True),
    ],
)
def test_failing_side_does_not_decide_where_the_other_does(scope: Scope, rule: str, value: bool) -> None:
    compiled = scope.compile(rule)
    answers: dict[str, CelValue] = {
        "pieces": 0,
        "mass": 2.0,
        "dyes": [{"baths": []}, {"baths": [{"minutes": 1}]}],
    }
    values = values_for(compiled, answers)
    assert outcome(compiled.run, values) is value
    assert outcome(compiled.by_engine(), values) is value


@pytest.mark.parametrize(
    "rule",
    [
        "kind.matches('^p')",
        "kind == 'a\\'b'",
        "timestamp('2026-01-01T00:00:00Z') < made_on",
        "{'a': 1}.size() == 1",
        "string(mass) == '2'",
        "(made_on - made_on) == duration('0s')",
    ],
)
def test_rule_with_something_unknown_is_left_to_the_engine(scope: Scope, rule: str) -> None:
    compiled = scope.compile(rule)
    with pytest.raises(NotRead):
        compiled.python(str)
    answers: dict[str, CelValue] = {
        "kind": "plain",
        "mass": 2.0,
        "pieces": 1,
        "made_on": datetime(2026, 1, 15, tzinfo=UTC),
    }
    assert isinstance(outcome(compiled.run, values_for(compiled, answers)), bool)


@pytest.mark.parametrize(
    "rule", [" || ".join(["pieces == 1"] * 130), "(" * 90 + "pieces == 1" + ")" * 90, "!" * 100 + "handmade"]
)
def test_rule_that_is_too_deep_for_python_has_its_value_all_the_same(scope: Scope, rule: str) -> None:
    try:
        compiled = scope.compile(rule)
    except RuleError:
        return  # too deep for the engine as well
    assert compiled.run(True if "handmade" in rule else 1) is True


def test_engine_is_asked_once_for_the_same_single_values(scope: Scope) -> None:
    compiled = scope.compile("kind.matches('^p')")
    assert [compiled.run("plain"), compiled.run("plain"), compiled.run("odd")] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a || b && c", "a || (b && c)"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("!a.b[0].c(d) == e", "(!(((a.b)[0]).c(d))) == e"),
        ("1 - 2 - 3 * 4", "(1 - 2) - (3 * 4)"),
        ("a in [1, 2,] // note", "a in [1, 2]"),
    ],
)
def test_signs_bind_as_in_cel(text: str, tree: str) -> None:
    assert parse(text) == parse(tree)


def test_words_behind_dots_are_found_wherever_they_stand() -> None:
    text = "rows.exists(r, r.a > 1 || r['b'].c == x.d) ? f(y.e) : [z.g]"
    assert syntax.words_after_dots(text) == frozenset({"a", "b", "c", "d", "e", "g"})
