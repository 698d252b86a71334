"""For each type of field: when an answer is plainly right as it was sent. Where it is not, its reader is asked (`reading.normalise`).

A test is Python for the truth about `{0}`, the answer. A conversion is Python for the stored value, or None where the answer is not plain.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from ovop.contract import vocabulary as v
from ovop.contract.proof.source import Source
from ovop.contract.reading.flaws import LARGEST, as_day, as_instant
from ovop.contract.reading.normalise import IDENTIFIER_LENGTH, REFERENCE_LENGTH
from ovop.contract.reading.parts import DURATION_UNITS
from ovop.contract.reading.readings import OPERATORS
from ovop.contract.rules.functions import grade_number

_LARGEST_FLOAT = sys.float_info.max


@lru_cache(maxsize=4096)
def instant(text: str) -> datetime | None:
    """The instant of a day; the same days stand in row after row."""
    day = as_day(text)
    return None if day is None else as_instant(day)


def plain_test(spec: v.Field, code_lists: Mapping[str, v.CodeList], source: Source) -> str | None:
    """The test of a field whose answer is stored as it was sent; None for other types."""
    match spec:
        case v.TextField():
            return _text(spec.min_length, spec.max_length, spec.pattern, source)
        case v.LongTextField():
            return _text(spec.min_length, spec.max_length, None, source)
        case v.IdentifierField():
            return _text(1, IDENTIFIER_LENGTH, spec.pattern, source)
        case v.ReferenceField():
            return _text(1, REFERENCE_LENGTH, None, source)
        case v.IntegerField() | v.MoneyField():
            low = -LARGEST if spec.minimum is None else spec.minimum
            high = LARGEST if spec.maximum is None else spec.maximum
            return f"{{0}}.__class__ is int and {low} <= {{0}} <= {high}"
        case v.BooleanField():
            return "({0} is True or {0} is False)"
        case v.DeclarationField():
            return "{0} is True"
        case v.SelectField():
            return f"{{0}} in {source.constant('choices', frozenset(o.value for o in spec.options))}"
        case v.CodeField() if spec.code_list in code_lists:
            items = code_lists[spec.code_list].items
            return f"{{0}} in {source.constant('codes', frozenset(item.value for item in items))}"
        case v.MultiSelectField():
            return _choices(spec.options, max(spec.min_items, 1), spec.max_items, source)
        case v.ChecklistField():
            return _choices(spec.options, 0, None, source)
    return None


def conversion(spec: v.Field, source: Source) -> str | None:
    """The conversion of a field whose answer is stored as something else than it was sent; None for other types."""
    match spec:
        case v.DecimalField() if len(spec.units) <= 1:
            return _number(spec.minimum, spec.maximum)
        case v.PercentField():
            return _number(spec.minimum, spec.maximum)
        case v.DateField():
            source.namespace["instant"] = instant
            return "instant({0}) if {0}.__class__ is str else None"
        case v.GradeField():
            numbers = {code: grade_number(code, spec.scale) for code in spec.scale}
            return f"{source.constant('grades', numbers)}.get({{0}})"
        case v.DecimalField():
            return _measured(spec.units, spec.minimum, spec.maximum, source)
        case v.DurationField():
            days = tuple(v.Unit(code=code, factor=factor) for code, factor in DURATION_UNITS.items())
            return _measured(days, spec.minimum_days or 0.0, spec.maximum_days, source)
        case v.DimensionsField():
            return _dimensions(spec, source)
        case v.ReadingField():
            plain = _reading(spec)
            return None if plain is None else f"{source.constant('reading', plain)}({{0}})"
        case v.SeriesField():
            number = _is_number("x", spec.minimum, spec.maximum)
            length = f"{max(spec.min_items, 1)} <= len({{0}}) <= {spec.max_items}"
            whole = f"{{0}}.__class__ is list and {length} and False not in [{number} for x in {{0}}]"
            return f"[float(x) for x in {{0}}] if {whole} else None"
    return None


def date_test(spec: v.Field) -> str | None:
    """What has to be true of a date besides, where it is held against today."""
    if not isinstance(spec, v.DateField):
        return None
    tests = ["{0} <= today"] * spec.not_after_today + ["{0} >= today"] * spec.not_before_today
    return f"(today is None or {' and '.join(tests)})" if tests else None


def _is_number(value: str, minimum: float | None, maximum: float | None) -> str:
    low = -_LARGEST_FLOAT if minimum is None else float(minimum)
    high = _LARGEST_FLOAT if maximum is None else float(maximum)
    return f"({value}.__class__ is float or {value}.__class__ is int) and {low!r} <= {value} <= {high!r}"


def _number(minimum: float | None, maximum: float | None) -> str:
    return f"float({{0}}) if {_is_number('{0}', minimum, maximum)} else None"


def _measured(
    units: Sequence[v.Unit], minimum: float | None, maximum: float | None, source: Source
) -> str | None:
    """A number with one of several units, none of them inverse."""
    if any(unit.inverse for unit in units):
        return None
    factors = source.constant("factors", {unit.code: unit.factor for unit in units})
    keys = source.constant("keys", frozenset({"value", "unit"}))
    raw = _is_number("{0}['value']", None, None)
    stored = f"(stored := {{0}}['value'] * {factors}[{{0}}['unit']])"
    bounds = _is_number("stored", minimum, maximum).partition(" and ")[2].replace("stored", stored)
    return f"stored if {{0}}.__class__ is dict and {{0}}.keys() == {keys} and {raw} and {bounds} else None"


def _dimensions(spec: v.DimensionsField, source: Source) -> str | None:
    """A size in its stored unit."""
    stored, *others = spec.units
    if stored.factor != 1.0 or stored.inverse:
        return None
    whole = {part.id for part in spec.parts} | {"unit"}
    shapes = [whole] if others else [whole, whole - {"unit"}]
    keys = source.constant("keys", [frozenset(shape) for shape in shapes])
    unit = f"{{0}}.get('unit', {stored.code!r}) == {stored.code!r}"
    numbers = [_is_number(f"{{0}}[{part.id!r}]", part.minimum, part.maximum) for part in spec.parts]
    value = ", ".join(f"{part.id!r}: float({{0}}[{part.id!r}])" for part in spec.parts)
    tests = " and ".join([f"{{0}}.__class__ is dict and {{0}}.keys() in {keys}", unit, *numbers])
    return f"{{{{{value}}}}} if {tests} else None"


def _reading(spec: v.ReadingField) -> Callable[[object], dict[str, float | str] | None] | None:
    """A laboratory value in its stored unit, or a category."""
    if any(unit.factor != 1.0 or unit.inverse for unit in spec.units[:1]):
        return None
    unit = spec.units[0].code if spec.units else ""
    categories = frozenset(option.value for option in spec.categories)
    is_unit_told = len(spec.units) > 1

    def plain(raw: object) -> dict[str, float | str] | None:
        if raw.__class__ is not dict:
            return None
        given: dict[str, object] = raw
        told = given.get("unit")
        if told != unit if told is not None else is_unit_told:
            return None
        left = len(given) if told is None else len(given) - 1
        category = given.get("category")
        if category is not None:
            return {"category": category} if left == 1 and category in categories else None
        operator = given.get("operator")
        if not isinstance(operator, str):
            return None
        stored: dict[str, float | str] = {"operator": operator, "unit": unit}
        for part in ("value", "detection_limit"):
            number = given.get(part)
            if number.__class__ is float or number.__class__ is int:
                if not -_LARGEST_FLOAT <= number <= _LARGEST_FLOAT:
                    return None
                stored[part] = float(number)
        sound = operator in OPERATORS and (operator == "nd") is ("value" not in stored)
        return stored if sound and left == len(stored) - 1 else None

    return plain


def _choices(options: Sequence[v.Option], fewest: int, most: int | None, source: Source) -> str:
    values = source.constant("choices", frozenset(option.value for option in options))
    alone = frozenset(option.value for option in options if option.exclusive)
    tests = [
        "{0}.__class__ is list",
        f"{fewest} <= len({{0}}) <= {len(options) if most is None else most}",
        f"{values}.issuperset({{0}})",
        "len(set({0})) == len({0})",
    ]
    if alone:
        tests.append(f"(len({{0}}) == 1 or {source.constant('alone', alone)}.isdisjoint({{0}}))")
    return " and ".join(tests)


def _text(minimum: int, maximum: int, pattern: str | None, source: Source) -> str:
    """A printable text has nothing in it that cannot be stored; one with line ends goes to its reader."""
    tests = [
        "{0}.__class__ is str",
        f"{max(minimum, 1)} <= len({{0}}) <= {maximum}",
        "{0}.isprintable()",
        "{0}.strip() is {0}",
    ]
    if pattern:
        tests.append(f"{source.constant('pattern', re.compile(pattern).fullmatch)}({{0}})")
    return " and ".join(tests)
