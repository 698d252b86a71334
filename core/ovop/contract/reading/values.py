"""Readers of answers that are one value: texts, numbers, days, yes or no, one choice, a grade, a file."""

from __future__ import annotations

import re

from ovop.contract.reading.flaws import (
    A_NUMBER,
    A_TEXT,
    A_WHOLE_NUMBER,
    LARGEST,
    YES_OR_NO,
    Context,
    Flaw,
    Flawed,
    Reader,
    RuleValue,
    as_day,
    as_instant,
    finite,
    out_of_bounds,
    storable,
    whole,
    wrong_type,
)
from ovop.contract.rules.functions import grade_number
from ovop.contract.vocabulary import DateField, FileField, GradeField, Text


def text_reader(minimum: int, maximum: int, pattern: str | None = None, example: str = "") -> Reader:
    """Trimmed texts of [minimum, maximum] characters that match the whole `pattern`."""
    compiled = re.compile(pattern) if pattern else None

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        value = storable(raw)
        if value is None:
            return Flawed(wrong_type(A_TEXT))
        if not value:
            return None
        length = len(value)
        if length < minimum:
            return Flawed(Flaw("too_short", {"actual": length, "minimum": minimum}))
        if length > maximum:
            return Flawed(Flaw("too_long", {"actual": length, "maximum": maximum}))
        if compiled is not None and not compiled.fullmatch(value):
            return Flawed(pattern_flaw("pattern", value, example))
        return value

    return read


def pattern_flaw(code: str, value: str, example: str) -> Flaw:
    """A text of the wrong form; the wording shows the example where there is one."""
    if example:
        return Flaw(code, {"actual": value, "example": example}, variant="example")
    return Flaw(code, {"actual": value})


def integer_reader(minimum: int | None, maximum: int | None, unit: Text | None = None) -> Reader:
    """Whole numbers within [minimum, maximum], at most 2^53 in size."""
    low = -LARGEST if minimum is None else minimum
    high = LARGEST if maximum is None else maximum

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        value = whole(raw)
        if value is None:
            return Flawed(wrong_type(A_WHOLE_NUMBER))
        if low <= value <= high:
            return value
        flaw = out_of_bounds(_bounded(value), low, high, unit)
        return Flawed(flaw) if flaw else value

    return read


def _bounded(value: int) -> int:
    # A number of thousands of digits would fill the message, or refuse to be written at all.
    return max(-LARGEST - 1, min(LARGEST + 1, value))


def number_reader(minimum: float | None, maximum: float | None, unit: Text | None = None) -> Reader:
    """Numbers within [minimum, maximum]."""

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        value = finite(raw)
        if value is None:
            return Flawed(wrong_type(A_NUMBER))
        flaw = out_of_bounds(value, minimum, maximum, unit)
        return value if flaw is None else Flawed(flaw)

    return read


def date_reader(field: DateField) -> Reader:
    """`YYYY-MM-DD` -> midnight UTC."""
    not_after, not_before = field.not_after_today, field.not_before_today

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        text = storable(raw)
        if text is None:
            return Flawed(wrong_type(Text("tanggal", "a date")))
        if not text:
            return None
        day = as_day(text)
        if day is None:
            return Flawed(Flaw("date_format", {"actual": text}))
        if context.today is not None:
            if not_after and day > context.today:
                return Flawed(Flaw("after_today", {"actual": day}))
            if not_before and day < context.today:
                return Flawed(Flaw("before_today", {"actual": day}))
        return as_instant(day)

    return read


def boolean_reader(raw: object, context: Context) -> RuleValue | Flawed | None:
    """True or false; 0, 1 and words are neither."""
    return raw if type(raw) is bool else Flawed(wrong_type(YES_OR_NO))


def declaration_reader(raw: object, context: Context) -> RuleValue | Flawed | None:
    """Only true is an answer to a declaration."""
    if type(raw) is not bool:
        return Flawed(wrong_type(YES_OR_NO))
    return True if raw else Flawed(Flaw("not_accepted", {}))


def choice_reader(values: frozenset[str]) -> Reader:
    """One of the `values`."""

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        if type(raw) is str and raw in values:
            return raw
        value = storable(raw)
        if value is None:
            return Flawed(wrong_type(Text("satu pilihan", "one choice")))
        if not value:
            return None
        return value if value in values else Flawed(Flaw("unknown_option", {"actual": value}))

    return read


def grade_reader(field: GradeField) -> Reader:
    """A code of the scale -> its number."""
    numbers = {code: grade_number(code, field.scale) for code in field.scale}

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        value = storable(raw)
        if value is None:
            return Flawed(wrong_type(Text("nilai dari skala", "a grade of the scale")))
        if not value:
            return None
        number = numbers.get(value)
        return Flawed(Flaw("unknown_option", {"actual": value})) if number is None else number

    return read


def file_reader(field: FileField) -> Reader:
    """The id of a file that was handed in, of a media type that the field takes."""
    media = frozenset(field.media)

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        value = storable(raw)
        if value is None:
            return Flawed(wrong_type(Text("sebuah berkas", "a file")))
        if not value:
            return None
        item = context.files.get(value)
        if item is None:
            return Flawed(Flaw("unknown_file", {}))
        if media and item.media_type and item.media_type not in media:
            allowed = ", ".join(field.media)
            return Flawed(Flaw("evidence_media", {"actual": item.media_type, "media": allowed}))
        return value

    return read
