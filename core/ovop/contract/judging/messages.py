"""The words of the findings that the contract itself makes, in Bahasa Indonesia and English.

Each entry has a message (which field, what is wrong) and a remedy (what to do). The placeholder `{where}` is the field's label with the
row it stands in; the other placeholders are filled from the arguments of the finding, numbers and dates written as each language does.
Texts are only put together when there is something to say: a form without fault costs nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from msgspec import Struct

from ovop.contract.judging.wordings import WORDINGS
from ovop.contract.vocabulary import Finding, Severity, Text, Unit

ECHO_LENGTH = 60
"""Characters of an answer that a message repeats."""

MONTHS_ID = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Quantity(Struct, frozen=True):
    """A number with the unit that it is written with."""

    number: float
    unit: Text | None = None


Argument: TypeAlias = "str | int | float | date | Text | Quantity | tuple[Text, ...]"
Arguments: TypeAlias = "Mapping[str, Argument]"


def unit_label(unit: Unit | None) -> Text | None:
    """How a unit is written: its label, or its code where it has none."""
    if unit is None:
        return None
    return unit.label or Text(unit.code, unit.code)


def number_text(number: float, language: str) -> str:
    """A number as people write it: `1.234,5` in Bahasa Indonesia, `1,234.5` in English, at most six decimals."""
    if isinstance(number, int):
        written = f"{number:,}"
    elif abs(number) < 1e15:
        written = f"{number:,.6f}".rstrip("0").rstrip(".")
    else:
        written = f"{number:.6g}"
    if language == "en":
        return written
    return written.translate(str.maketrans(",.", ".,"))


def date_text(day: date, language: str) -> str:
    """A day in words: `18 Oktober 2026`, `18 October 2026`."""
    months = MONTHS_EN if language == "en" else MONTHS_ID
    return f"{day.day} {months[day.month - 1]} {day.year}"


def echo(raw: str) -> str:
    """What somebody typed, fit to stand in a message: on one line, not too long, without halves of characters."""
    text = " ".join(raw.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ").split())
    return text if len(text) <= ECHO_LENGTH else text[: ECHO_LENGTH - 1] + "…"


def row_where(rows: Text, index: int) -> Text:
    """A row in prose, `Pewarna, baris 3`; `index` counts from 0, people count from 1."""
    return Text(f"{rows.id}, baris {index + 1}", f"{rows.en}, row {index + 1}")


def within(outer: Text | None, inner: Text) -> Text:
    """A label with the row or group that it stands in."""
    if outer is None:
        return inner
    return Text(f"{outer.id}, {inner.id}", f"{outer.en}, {inner.en}")


def _written(argument: Argument, language: str) -> str:
    if isinstance(argument, Text):
        return argument.in_language(language)
    if isinstance(argument, str):
        return echo(argument)
    if isinstance(argument, Quantity):
        number, unit = number_text(argument.number, language), argument.unit
        return f"{number} {unit.in_language(language)}" if unit else number
    if isinstance(argument, tuple):
        return ", ".join(item.in_language(language) for item in argument)
    if isinstance(argument, date):
        return date_text(argument, language)
    return number_text(argument, language)


def _filled(template: Text, where: Text, arguments: Arguments) -> Text:
    def fill(language: str) -> str:
        words = {name: _written(argument, language) for name, argument in arguments.items()}
        return template.in_language(language).format(where=where.in_language(language), **words)

    return Text(fill("id"), fill("en"))


def make_finding(
    code: str,
    *,
    path: str,
    where: Text,
    section: str = "",
    severity: Severity = Severity.ERROR,
    variant: str = "",
    arguments: Arguments | None = None,
) -> Finding:
    """A finding of the contract in words. `variant` picks a wording of the same code that fits the field better."""
    message, remedy = WORDINGS[f"{code}.{variant}" if variant else code]
    given = arguments or {}
    return Finding(
        path=path,
        code=code,
        severity=severity,
        message=_filled(message, where, given),
        remedy=_filled(remedy, where, given),
        section=section,
    )
