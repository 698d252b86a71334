"""Computed fields without a rule: a commodity's code gives their values (hook `derive_fields`).

Their values are given to checks as facts, `derived_<field id>`, because that is what they are to the form's rules: known beforehand,
and kept with the submission, so that a replay years later needs no code. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from ovop.contract.vocabulary import ComputedField, ComputedType, Definition, FactValue

PREFIX = "derived_"


def derived_fields(definition: Definition) -> tuple[ComputedField, ...]:
    """The fields of the form whose values come from code."""
    return tuple(
        field
        for section in definition.form.sections
        for field in section.fields
        if isinstance(field, ComputedField) and field.rule is None
    )


def fact_of(field_id: str) -> str:
    """The name of the fact that is a derived field's value."""
    return f"{PREFIX}{field_id}"


def rule_of(field: ComputedField) -> str:
    """The rule that gives a computed field its value: its own, or the one that reads what was derived."""
    return field.rule if field.rule is not None else f"facts.{fact_of(field.id)}"


def fits(result: ComputedType, value: object) -> bool:
    """Whether a value, as JSON has it, is of a computed field's type; nothing is no value of any."""
    match result:
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "decimal":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "text":
            return isinstance(value, str)
        case "list":
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case "date":
            return isinstance(value, str) and _is_day(value)


def facts_from(values: Mapping[str, object]) -> dict[str, FactValue]:
    """The facts that derived values come to; a value of nothing is no fact."""
    return {
        fact_of(name): value for name, value in values.items() if isinstance(value, str | int | float | list)
    }


def typed(fields: Iterable[ComputedField], facts: Mapping[str, object]) -> Mapping[str, object]:
    """Facts with the derived ones among them as rules take them: floats, and days as instants. One of another type is left out."""
    given = dict(facts)
    for field in fields:
        name = fact_of(field.id)
        value = given.pop(name, None)
        if isinstance(value, date):  # as TOML has it
            value = value.isoformat()
        if fits(field.result, value):
            given[name] = _as_rules_take_it(field.result, value)
    return given


def _as_rules_take_it(result: ComputedType, value: object) -> object:
    if result == "decimal" and isinstance(value, int):
        return float(value)
    if result == "date" and isinstance(value, str):
        day = date.fromisoformat(value)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return value


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
