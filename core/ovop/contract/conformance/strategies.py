"""Submissions of a form for Hypothesis: of the right shape, with what its rules compare with drawn often, and hostile ones.

Needs Hypothesis (the extra `kit`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import cast

from hypothesis import strategies as st

from ovop.contract import vocabulary as v
from ovop.contract.conformance.candidates import (
    Literals,
    candidates,
    evidence_candidates,
    fact_candidates,
    literals_of,
)
from ovop.contract.conformance.subject import Case, case_of

_DAY = date(2026, 10, 18)
_ROWS = 3

Answers = dict[str, object]

STORABLE = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
"""The characters of a text that can be stored; a NUL or half a surrogate pair is no text to a form."""

SCALARS: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        [
            10**300,
            -(10**18),
            "\x00",
            "\ud800",
            "0001-01-01",
            "9999-12-31",
            " ",
            "nd",
            "<0.01",
            "{where}",
            "' || true",
        ]
    ),
)
"""Whatever a field may be sent that it did not ask for."""

JSON: st.SearchStrategy[object] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["value", "unit", "operator", "region", "count", "a"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


SHAPES: tuple[object, ...] = (
    None,
    True,
    -1,
    0.5,
    "",
    "x",
    [],
    ["x"],
    [None],
    [[]],
    {},
    {"x": 1},
    [{"x": []}],
)
"""One of every shape that JSON has; each is wrong for most fields."""


def submissions(definition: v.Definition) -> st.SearchStrategy[Case]:
    """Submissions of every kind: fitting, changed examples, and hostile ones."""
    return st.one_of(fitting(definition), changed_examples(definition), hostile(definition))


def fitting(definition: v.Definition) -> st.SearchStrategy[Case]:
    """Answers of the right shape to any of the fields, with files and facts."""
    literals = literals_of(definition)
    return st.builds(Case, _form(definition, literals), _evidence(definition), _facts(definition, literals))


def changed_examples(definition: v.Definition) -> st.SearchStrategy[Case]:
    """Worked examples with some answers left out or replaced by others of the right shape."""
    literals = literals_of(definition)
    replacements = _record(_fields(definition), definition, literals)
    return _changed(definition, replacements, st.one_of(_facts(definition, literals), st.just({})))


def hostile(definition: v.Definition) -> st.SearchStrategy[Case]:
    """Worked examples in which some answers are any JSON at all, and some keys are nobody's."""
    names = [spec.id for spec in _fields(definition)]
    keys = st.one_of(
        st.sampled_from(names), st.sampled_from(names).map(lambda n: f"{n}_other"), st.text(max_size=5)
    )
    columns = {
        spec.id: [inner.id for inner in spec.fields]
        for spec in _fields(definition)
        if isinstance(spec, v.RowsField | v.GroupField)
    }
    rows = [
        st.fixed_dictionaries(
            {},
            optional={name: st.lists(st.dictionaries(st.sampled_from(inner), JSON, max_size=4), max_size=2)},
        )
        for name, inner in columns.items()
    ]
    junk = st.dictionaries(keys, JSON, max_size=5)
    return _changed(definition, st.one_of(junk, *rows), st.just({}))


def misshapen(definition: v.Definition, *, one_by_one: bool) -> Iterator[Case]:
    """The first example with answers of a wrong shape, for every shape: all fields at once and all columns at once, or each on its own."""
    base = _bases(definition)[0]
    for shape in SHAPES:
        wrong = [{spec.id: shape} for spec in _fields(definition)]
        inside = [
            _around(spec, {inner.id: shape for inner in spec.fields}) for spec in _containers(definition)
        ]
        if one_by_one:
            inside = [
                _around(spec, {inner.id: shape}) for spec in _containers(definition) for inner in spec.fields
            ]
            changes = [*wrong, *inside]
        else:
            changes = [dict(pair for one in each for pair in one.items()) for each in (wrong, inside)]
        for change in changes:
            yield Case({**base.answers, **change}, base.evidence, base.facts)


def _containers(definition: v.Definition) -> list[v.RowsField | v.GroupField]:
    return [spec for spec in _fields(definition) if isinstance(spec, v.RowsField | v.GroupField)]


def _around(spec: v.RowsField | v.GroupField, answer: Answers) -> Answers:
    return {spec.id: [answer] if isinstance(spec, v.RowsField) else answer}


def _changed(
    definition: v.Definition,
    replacements: st.SearchStrategy[Answers],
    facts: st.SearchStrategy[Answers],
) -> st.SearchStrategy[Case]:
    bases = _bases(definition)

    def changed(base: Case, left_out: set[str], given: Answers, world: Answers) -> Case:
        answers = {name: answer for name, answer in base.answers.items() if name not in left_out}
        return Case({**answers, **given}, base.evidence, {**base.facts, **world})

    names = sorted({name for base in bases for name in base.answers}) or ["none"]
    left_out = st.sets(st.sampled_from(names), max_size=4)
    return st.builds(changed, st.sampled_from(bases), left_out, replacements, facts)


def _bases(definition: v.Definition) -> list[Case]:
    return [case_of(example) for example in definition.examples] or [
        Case({}, (), {"today": _DAY.isoformat()})
    ]


def _form(definition: v.Definition, literals: Literals) -> st.SearchStrategy[Answers]:
    return _record(_fields(definition), definition, literals)


def _record(
    fields: Iterable[v.Field], definition: v.Definition, literals: Literals
) -> st.SearchStrategy[Answers]:
    """An object with any of the fields."""
    parts: dict[str, st.SearchStrategy[object]] = {}
    for spec in fields:
        answer = answers_of(spec, definition, literals)
        if answer is None:
            continue
        parts[spec.id] = answer
        if any(option.other for option in getattr(spec, "options", ())):
            parts[f"{spec.id}_other"] = st.sampled_from(["lain", "x" * 30])
    return cast("st.SearchStrategy[Answers]", st.fixed_dictionaries({}, optional=parts))


def answers_of(
    spec: v.Field, definition: v.Definition, literals: Literals
) -> st.SearchStrategy[object] | None:
    """Answers of one field in the shape that it asks for; None for computed fields, which are never sent."""
    match spec:
        case v.ComputedField():
            return None
        case v.GroupField():
            return _record(spec.fields, definition, literals)
        case v.RowsField():
            row = _record(spec.fields, definition, literals)
            return cast(
                "st.SearchStrategy[object]", st.lists(row, min_size=1, max_size=min(_ROWS, spec.max_rows))
            )
        case v.FileField():
            return st.just(f"{spec.id}-file")
        case v.ReferenceField():
            return st.just("00000000-0000-7000-8000-000000000000")
        case _:
            tried = candidates(spec, literals, definition.code_lists)
            return st.one_of(st.sampled_from(tried), *_free(spec)) if tried else st.nothing()


def _free(spec: v.Field) -> list[st.SearchStrategy[object]]:
    """Answers beyond those worth trying: numbers of the whole range, texts of the pattern, other choices and units."""
    match spec:
        case v.IntegerField() | v.MoneyField():
            return [st.integers(spec.minimum, spec.maximum)]
        case v.PercentField():
            return [st.floats(spec.minimum, spec.maximum)]
        case v.DecimalField() if len(spec.units) > 1:
            unit = st.sampled_from([unit.code for unit in spec.units])
            return [st.fixed_dictionaries({"value": st.floats(0.001, 1e6), "unit": unit})]
        case v.DecimalField():
            return [st.floats(spec.minimum, spec.maximum, allow_nan=False, allow_infinity=False)]
        case v.MultiSelectField() | v.ChecklistField():
            return [st.lists(st.sampled_from([option.value for option in spec.options]), max_size=4)]
        case v.DateField():
            return [st.dates(date(1990, 1, 1), date(2040, 1, 1)).map(date.isoformat)]
        case v.IdentifierField():
            return [st.from_regex(re.compile(spec.pattern, re.ASCII), fullmatch=True)]
        case v.TextField() if spec.pattern is None:
            longest = min(spec.max_length, spec.min_length + 20)
            return [st.text(STORABLE, min_size=spec.min_length, max_size=longest)]
        case v.SeriesField():
            numbers = st.floats(spec.minimum or 0, spec.maximum or 1000)
            return [
                st.lists(numbers, min_size=spec.min_items, max_size=min(spec.max_items, spec.min_items + 4))
            ]
        case _:
            return []


def _evidence(definition: v.Definition) -> st.SearchStrategy[tuple[v.EvidenceItem, ...]]:
    choices = [st.sampled_from(evidence_candidates(evidence, _DAY)) for evidence in definition.form.evidence]
    return st.tuples(*choices).map(lambda chosen: tuple(item for items in chosen for item in items))


def _facts(definition: v.Definition, literals: Literals) -> st.SearchStrategy[Answers]:
    parts: Mapping[str, st.SearchStrategy[object]] = {
        fact.value: st.sampled_from(fact_candidates(fact, definition, literals))
        for fact in definition.manifest.facts
    }
    return cast("st.SearchStrategy[Answers]", st.fixed_dictionaries(dict(parts)))


def _fields(definition: v.Definition) -> list[v.Field]:
    return [spec for section in definition.form.sections for spec in section.fields]
