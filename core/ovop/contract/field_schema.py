"""JSON Schema of single fields: the shape of an answer on the wire, one function per kind of answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias, assert_never

import msgspec

from ovop.contract import vocabulary as v
from ovop.contract.reading.parts import DURATION_UNITS
from ovop.contract.reading.readings import OPERATORS

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

LeafField: TypeAlias = (
    v.TextField
    | v.LongTextField
    | v.IntegerField
    | v.DecimalField
    | v.MoneyField
    | v.PercentField
    | v.DateField
    | v.DurationField
    | v.BooleanField
    | v.SelectField
    | v.MultiSelectField
    | v.CodeField
    | v.GradeField
    | v.DimensionsField
    | v.DeclarationField
    | v.ChecklistField
    | v.LocationField
    | v.SeriesField
    | v.ReadingField
    | v.IdentifierField
    | v.FileField
    | v.SampleField
    | v.ReferenceField
)
"""Every field that has an answer of its own: not a group or rows, which hold others, nor a computed one, which is never sent."""

_PYTHON_ONLY = re.compile(r"\(\?(?:[aiLmsux-]+[:)]|P)|\\[AZ]")


def open_option(field: v.Field) -> bool:
    """Whether the answer `<id>_other` may stand beside the field's own."""
    return isinstance(field, v.SelectField | v.MultiSelectField) and any(o.other for o in field.options)


def bounds(
    minimum: float | None, maximum: float | None, low: str = "minimum", high: str = "maximum"
) -> JsonObject:
    """The keywords of a lower and an upper bound, each only where there is one."""
    found: JsonObject = {}
    if minimum is not None:
        found[low] = minimum
    if maximum is not None:
        found[high] = maximum
    return found


def leaf_schema(field: LeafField, code_lists: Mapping[str, v.CodeList], language: str) -> JsonObject:
    """The schema of an answer, without title and conditions."""
    match field:
        case v.TextField():
            return _text(field.min_length, field.max_length) | _pattern(field.pattern, field.example)
        case v.LongTextField():
            return _text(field.min_length, field.max_length)
        case v.IdentifierField():
            return {"type": "string", **_pattern(field.pattern, field.example)}
        case v.FileField() | v.ReferenceField():
            return {"type": "string", "minLength": 1}
        case v.DateField():
            return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
        case v.BooleanField():
            return {"type": "boolean"}
        case v.DeclarationField():
            return {"const": True, "description": field.statement.in_language(language)}
        case v.SelectField() | v.CodeField() | v.GradeField():
            return {"type": "string", **_one_of(field, code_lists, language)}
        case v.MultiSelectField() | v.ChecklistField():
            return _several(field, language)
        case v.LocationField():
            return _location()
        case _:
            return _number_schema(field)


_Numeric: TypeAlias = (
    v.IntegerField
    | v.DecimalField
    | v.MoneyField
    | v.PercentField
    | v.DurationField
    | v.DimensionsField
    | v.SeriesField
    | v.ReadingField
    | v.SampleField
)


def _number_schema(field: _Numeric) -> JsonObject:
    match field:
        case v.IntegerField():
            return {"type": "integer", **bounds(field.minimum, field.maximum), **_units([field.unit])}
        case v.MoneyField():
            currency: JsonObject = {"x-ovop-currency": field.currency}
            return {"type": "integer", **bounds(field.minimum, field.maximum), **currency}
        case v.PercentField():
            return {"type": "number", **bounds(field.minimum, field.maximum)}
        case v.DecimalField():
            return _decimal(field)
        case v.DurationField():
            span = bounds(
                field.minimum_days, field.maximum_days, "x-ovop-minimum-days", "x-ovop-maximum-days"
            )
            return _record({"value": {"type": "number"}, "unit": {"enum": list(DURATION_UNITS)}}) | span
        case v.DimensionsField():
            return _dimensions(field)
        case v.SeriesField():
            item: JsonObject = {"type": "number", **bounds(field.minimum, field.maximum)}
            count = bounds(field.min_items, field.max_items, "minItems", "maxItems")
            return {"type": "array", "items": item, **count, **_units([field.unit])}
        case v.ReadingField():
            return _reading(field)
        case v.SampleField():
            return _sample(field)
        case _:
            assert_never(field)


def _record(properties: JsonObject, optional: Sequence[str] = ()) -> JsonObject:
    needed = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _text(minimum: int, maximum: int) -> JsonObject:
    return {"type": "string", "minLength": minimum, "maxLength": maximum}


def _pattern(pattern: str | None, example: str) -> JsonObject:
    if not pattern:
        return {}
    # A schema searches, the checker matches the whole; and not all that Python writes is known elsewhere.
    key = "x-ovop-pattern" if _PYTHON_ONLY.search(pattern) else "pattern"
    shown: JsonObject = {"examples": [example]} if example else {}
    return {key: f"^(?:{pattern})$" if key == "pattern" else pattern, **shown}


def _units(units: Sequence[v.Unit | None]) -> JsonObject:
    known = [msgspec.to_builtins(unit) for unit in units if unit is not None]
    return {"x-ovop-units": known} if known else {}


def _labelled(options: Sequence[v.Option], language: str) -> list[JsonValue]:
    return [{"const": option.value, "title": option.label.in_language(language)} for option in options]


def _one_of(
    field: v.SelectField | v.CodeField | v.GradeField, code_lists: Mapping[str, v.CodeList], language: str
) -> JsonObject:
    if isinstance(field, v.GradeField):
        return {"enum": list(field.scale)}
    if isinstance(field, v.CodeField):
        listed = code_lists[field.code_list]
        return {
            "oneOf": _labelled(listed.items, language),
            "x-ovop-code-list": f"{listed.id}@{listed.version}",
        }
    return {"oneOf": _labelled(field.options, language)}


def _several(field: v.MultiSelectField | v.ChecklistField, language: str) -> JsonObject:
    found: JsonObject = {"type": "array", "items": {"oneOf": _labelled(field.options, language)}}
    if isinstance(field, v.MultiSelectField):
        found |= bounds(field.min_items, field.max_items, "minItems", "maxItems")
    return found


def _decimal(field: v.DecimalField) -> JsonObject:
    units = _units(field.units)
    if len(field.units) <= 1:
        return {"type": "number", **bounds(field.minimum, field.maximum), **units}
    stored = bounds(field.minimum, field.maximum, "x-ovop-minimum", "x-ovop-maximum")
    codes: JsonValue = [unit.code for unit in field.units]
    return _record({"value": {"type": "number"}, "unit": {"enum": codes}}) | stored | units


def _dimensions(field: v.DimensionsField) -> JsonObject:
    several = len(field.units) > 1
    properties: JsonObject = {}
    for part in field.parts:
        stored = ("x-ovop-minimum", "x-ovop-maximum") if several else ("minimum", "maximum")
        properties[part.id] = {"type": "number", **bounds(part.minimum, part.maximum, *stored)}
    properties["unit"] = {"enum": [unit.code for unit in field.units]}
    return _record(properties, () if several else ("unit",)) | _units(field.units)


def _location() -> JsonObject:
    return _record(
        {
            "region": {"type": "string"},
            "latitude": {"type": "number", "minimum": -90, "maximum": 90},
            "longitude": {"type": "number", "minimum": -180, "maximum": 180},
        },
        ("latitude", "longitude"),
    ) | {"dependentRequired": {"latitude": ["longitude"], "longitude": ["latitude"]}}


def _reading(field: v.ReadingField) -> JsonObject:
    value: JsonObject = {
        "operator": {"enum": list(OPERATORS)},
        "value": {"type": "number"},
        "detection_limit": {"type": "number"},
    }
    if field.units:
        value["unit"] = {"enum": [unit.code for unit in field.units]}
    measured = _record(value, list(value))
    measured["if"] = {"properties": {"operator": {"const": "nd"}}, "required": ["operator"]}
    measured["then"] = {"not": {"required": ["value"]}}
    measured["else"] = {"required": ["value"]}
    shapes: list[JsonValue] = [measured]
    if field.categories:
        shapes.append(_record({"category": {"enum": [option.value for option in field.categories]}}))
    return {"oneOf": shapes, **_units(field.units)}


def _sample(field: v.SampleField) -> JsonObject:
    parts: JsonObject = {
        "count": {"type": "integer", "minimum": field.minimum_count},
        "lot": {"type": "string"},
        "expires_on": {"type": "string", "format": "date"},
    }
    return _record(parts, ("lot",) if field.perishable else ("lot", "expires_on"))
