"""From an answer as it is sent to the value that is stored and judged: one reader per field type.

`compile_reader(field, code_lists)` looks at the definition once; the reader that it gives is called for every answer. A reader never
raises: whatever JSON brings, it answers with a value, with `Flawed`, or with None for an answer that says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import assert_never

from ovop.contract.judging.messages import unit_label
from ovop.contract.reading.flaws import Reader
from ovop.contract.reading.lists import choices_reader, series_reader
from ovop.contract.reading.parts import dimensions_reader, duration_reader, location_reader, measured_reader
from ovop.contract.reading.readings import reading_reader, sample_reader
from ovop.contract.reading.values import (
    boolean_reader,
    choice_reader,
    date_reader,
    declaration_reader,
    file_reader,
    grade_reader,
    integer_reader,
    number_reader,
    text_reader,
)
from ovop.contract.vocabulary import (
    BooleanField,
    ChecklistField,
    CodeField,
    CodeList,
    ComputedField,
    DateField,
    DecimalField,
    DeclarationField,
    DimensionsField,
    DurationField,
    Field,
    FileField,
    GradeField,
    GroupField,
    IdentifierField,
    IntegerField,
    LocationField,
    LongTextField,
    MoneyField,
    MultiSelectField,
    PercentField,
    ReadingField,
    ReferenceField,
    RowsField,
    SampleField,
    SelectField,
    SeriesField,
    Text,
    TextField,
)

REFERENCE_LENGTH = 100
IDENTIFIER_LENGTH = 200


def identifier_parts(field: IdentifierField, value: str) -> dict[str, str]:
    """The named parts of a number that matches its pattern, such as the year in a permit; "" for a part that is absent."""
    match = re.fullmatch(field.pattern, value)
    if match is None:
        return {}
    return {name: match.group(group) or "" for name, group in field.parts.items()}


def compile_reader(field: Field, code_lists: Mapping[str, CodeList]) -> Reader | None:
    """The reader of one field; None for groups and rows, which hold fields of their own, and for computed fields."""
    match field:
        case TextField():
            return text_reader(field.min_length, field.max_length, field.pattern, field.example)
        case LongTextField():
            return text_reader(field.min_length, field.max_length)
        case IdentifierField():
            return text_reader(1, IDENTIFIER_LENGTH, field.pattern, field.example)
        case ReferenceField():
            return text_reader(1, REFERENCE_LENGTH)
        case IntegerField():
            return integer_reader(field.minimum, field.maximum, unit_label(field.unit))
        case MoneyField():
            return integer_reader(field.minimum, field.maximum, Text(field.currency, field.currency))
        case DecimalField():
            return measured_reader(field) if len(field.units) > 1 else _plain_number(field)
        case PercentField():
            return number_reader(field.minimum, field.maximum, Text("%", "%"))
        case DateField():
            return date_reader(field)
        case DurationField():
            return duration_reader(field)
        case BooleanField():
            return boolean_reader
        case DeclarationField():
            return declaration_reader
        case SelectField():
            return choice_reader(frozenset(option.value for option in field.options))
        case CodeField():
            items = code_lists[field.code_list].items if field.code_list in code_lists else ()
            return choice_reader(frozenset(item.value for item in items))
        case MultiSelectField():
            return choices_reader(field.options, field.min_items, field.max_items, none_counts=False)
        case ChecklistField():
            return choices_reader(field.options, 0, None, none_counts=True)
        case GradeField():
            return grade_reader(field)
        case SeriesField():
            return series_reader(field)
        case FileField():
            return file_reader(field)
        case DimensionsField():
            return dimensions_reader(field)
        case LocationField():
            return location_reader
        case ReadingField():
            return reading_reader(field)
        case SampleField():
            return sample_reader(field)
        case GroupField() | RowsField() | ComputedField():
            return None
        case _:
            assert_never(field)


def _plain_number(field: DecimalField) -> Reader:
    unit = unit_label(field.units[0]) if field.units else None
    return number_reader(field.minimum, field.maximum, unit)
