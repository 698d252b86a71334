"""Numbers and days as people type them. Pure.

A number may be written in the Indonesian or in the English way: `1.250,5` and `1,250.5` are the same number, and so is `1250.5`. Only where one
separator stands alone before exactly three digits does the language of the page decide: `1.250` is 1250 in Indonesian and 1.25 in English.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

LONGEST = 40
"""Characters of a number; what is longer is no number that anybody measures."""

_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


def number_of(text: str, language: str) -> int | float | None:
    """The number that a text writes, None where it writes none. A whole number without a decimal part is an `int`."""
    plain = "".join(text.split())
    if not plain or len(plain) > LONGEST:
        return None
    english = _in_english(plain, language)
    if _GROUPED.fullmatch(english):
        english = english.replace(",", "")
    if not _PLAIN.fullmatch(english):
        return None
    return int(english) if english.lstrip("+-").isdigit() else float(english)


def degrees_of(text: str) -> int | float | None:
    """A coordinate: a single comma or point is always the decimal one, because degrees are never written in thousands."""
    return number_of(text.replace(",", "."), "en") if text.count(",") + text.count(".") <= 1 else None


def number_text(number: float, language: str) -> str:
    """A number as it stands in an input: without thousands separators, with the decimal sign of the language; `number_of` reads it back."""
    written = str(int(number)) if float(number).is_integer() else format(Decimal(repr(number)), "f")
    if len(written) > LONGEST:
        written = repr(float(number))
    return written if language == "en" else written.replace(".", ",")


def day_of(text: str) -> str | None:
    """A day as `YYYY-MM-DD`, also where it is written day first (`9/3/2026`); None where it is no day."""
    match = _DAY_FIRST.fullmatch(text)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
        return date.fromisoformat(text).isoformat() if len(text) == 10 else None
    except ValueError:
        return None


def _in_english(text: str, language: str) -> str:
    """The same number with a point for the decimals and commas for the thousands."""
    comma, point = text.rfind(","), text.rfind(".")
    if "," in text and "." in text:
        return text if point > comma else _swapped(text)
    if comma == point:
        return text
    sign = "," if comma >= 0 else "."
    groups = _GROUPED.fullmatch(text.replace(".", ","))
    if text.count(sign) > 1:  # only thousands are separated more than once
        return text.replace(".", ",")
    thousands = "," if language == "en" else "."
    return text.replace(sign, ",") if groups and sign == thousands else text.replace(sign, ".")


def _swapped(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))
