"""Readers of answers that are lists: several choices, repeated measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ovop.contract.judging.messages import unit_label
from ovop.contract.reading.flaws import (
    A_LIST,
    A_NUMBER,
    Context,
    Flaw,
    Flawed,
    Reader,
    RuleValue,
    finite,
    out_of_bounds,
    wrong_type,
)
from ovop.contract.vocabulary import Option, SeriesField, Text


def choices_reader(
    options: Sequence[Option], minimum: int, maximum: int | None, *, none_counts: bool
) -> Reader:
    """Options without repetition; the empty list is an answer only where `none_counts`."""
    values = frozenset(option.value for option in options)
    exclusive = {option.value: option.label for option in options if option.exclusive}

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        if type(raw) is not list:
            return None if raw == "" else Flawed(wrong_type(A_LIST))
        if not raw:
            return [] if none_counts else None
        chosen: list[RuleValue] = []
        flaws: list[Flaw] = []
        for place, item in enumerate(raw):
            if type(item) is not str:
                flaws.append(wrong_type(Text("pilihan", "a choice"), at=f"[{place}]"))
            elif item not in values:
                flaws.append(Flaw("unknown_option", {"actual": item}, at=f"[{place}]"))
            elif item not in chosen:  # a box ticked twice is ticked
                chosen.append(item)
        if flaws:
            return Flawed(*flaws)
        return _counted(chosen, exclusive, minimum, maximum)

    return read


def _counted(
    chosen: list[RuleValue], exclusive: Mapping[str, Text], minimum: int, maximum: int | None
) -> RuleValue | Flawed:
    count = len(chosen)
    if count > 1 and exclusive:
        for value in chosen:
            if isinstance(value, str) and value in exclusive:
                return Flawed(Flaw("exclusive_option", {"option": exclusive[value]}))
    if count < minimum:
        return Flawed(Flaw("too_few", {"actual": count, "minimum": minimum}))
    if maximum is not None and count > maximum:
        return Flawed(Flaw("too_many", {"actual": count, "maximum": maximum}))
    return chosen


def series_reader(field: SeriesField) -> Reader:
    """A list of numbers, each within the bounds."""
    unit = unit_label(field.unit)
    minimum, maximum = field.minimum, field.maximum
    fewest, most = field.min_items, field.max_items

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        if type(raw) is not list:
            return None if raw == "" else Flawed(wrong_type(Text("daftar angka", "a list of numbers")))
        count = len(raw)
        if not count:
            return None
        if count > most:
            return Flawed(Flaw("too_many", {"actual": count, "maximum": most}))
        values: list[RuleValue] = []
        flaws: list[Flaw] = []
        for place, item in enumerate(raw):
            value = finite(item)
            if value is None:
                flaws.append(wrong_type(A_NUMBER, at=f"[{place}]"))
                continue
            flaw = out_of_bounds(value, minimum, maximum, unit, at=f"[{place}]")
            if flaw is not None:
                flaws.append(flaw)
            values.append(value)
        if count < fewest:
            flaws.append(Flaw("too_few", {"actual": count, "minimum": fewest}))
        return Flawed(*flaws) if flaws else values

    return read
