"""What a reader says about an answer that it cannot take: the pieces of a finding, still without words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from math import isfinite
from typing import NamedTuple, TypeAlias

from msgspec import Struct, field

from ovop.contract.judging.messages import Arguments, Quantity
from ovop.contract.vocabulary import EvidenceItem, Text

LARGEST = 2**53 - 1
"""Largest whole number that every reader of JSON keeps exact; also keeps sums within the 64 bits of a rule."""

RuleValue: TypeAlias = "str | int | float | bool | datetime | list[RuleValue] | dict[str, RuleValue]"


class Flaw(NamedTuple):
    """One fault in one answer. `at` is appended to the field's path (`.length`, `[3]`), `label` to its label."""

    code: str
    arguments: Arguments
    variant: str = ""
    at: str = ""
    label: Text | None = None


class Flawed:
    """The faults of an answer, in place of its value."""

    __slots__ = ("flaws",)

    def __init__(self, *flaws: Flaw) -> None:
        self.flaws = flaws


class Context(Struct, frozen=True):
    """What an answer is read against besides its field: the day that counts as today, and the files handed in, by id."""

    today: date | None = None
    files: Mapping[str, EvidenceItem] = field(default_factory=dict)


Reader: TypeAlias = "Callable[[object, Context], RuleValue | Flawed | None]"
"""Turns an answer as sent into its stored value; `Flawed` where it cannot be one, None where it says nothing."""

A_TEXT = Text("teks", "a text")
A_NUMBER = Text("angka", "a number")
A_WHOLE_NUMBER = Text("bilangan bulat", "a whole number")
YES_OR_NO = Text("ya atau tidak", "yes or no")
A_LIST = Text("daftar", "a list")
SEVERAL_PARTS = Text("isian dengan beberapa bagian", "an entry of several parts")


def wrong_type(expected: Text, *, at: str = "", label: Text | None = None) -> Flaw:
    """The answer is of another kind than the field."""
    return Flaw("wrong_type", {"expected": expected}, at=at, label=label)


def storable(raw: object) -> str | None:
    """A text without surrounding blanks, or None where it is no text or one that no database or rule can hold."""
    if type(raw) is not str:
        return None
    if not raw.isascii():
        try:
            raw.encode()
        except UnicodeEncodeError:
            return None
    return None if "\x00" in raw else raw.strip()


def finite(raw: object) -> float | None:
    """A number as a float, or None where it is none, not finite or too large for one."""
    kind = type(raw)
    if kind is float:
        return raw if isfinite(raw) else None  # type: ignore[arg-type, return-value]  # `kind` says float
    if kind is int:
        try:
            return float(raw)  # type: ignore[arg-type]  # `kind` says int
        except OverflowError:
            return None
    return None


def whole(raw: object) -> int | None:
    """A whole number, also when written as 5.0; None where it is none."""
    if type(raw) is int:
        return raw
    if type(raw) is float and raw.is_integer():
        return int(raw)
    return None


def out_of_bounds(
    value: float,
    minimum: float | None,
    maximum: float | None,
    unit: Text | None = None,
    *,
    at: str = "",
    label: Text | None = None,
) -> Flaw | None:
    """The flaw of a number outside [minimum, maximum]; None when it lies within."""
    if minimum is not None and value < minimum:
        bound = {"actual": Quantity(value, unit), "bound": Quantity(minimum, unit)}
        return Flaw("too_small", bound, at=at, label=label)
    if maximum is not None and value > maximum:
        bound = {"actual": Quantity(value, unit), "bound": Quantity(maximum, unit)}
        return Flaw("too_large", bound, at=at, label=label)
    return None


def as_day(text: str) -> date | None:
    """The day of `YYYY-MM-DD`; None for anything else, other ISO forms included."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_instant(day: date) -> datetime:
    """A day as rules see it: midnight UTC, so that days compare and subtract without a time zone in between."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
