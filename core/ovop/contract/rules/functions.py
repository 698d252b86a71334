"""The functions that rules may call beyond those of CEL itself; all pure, all declared here.

A function that has no answer (the mean of nothing, a table without such a row) raises ValueError: the rule is then undetermined.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from ovop.contract import vocabulary as v

_T = TypeVar("_T")

DAYS_IN_MONTH = 30.4375
_PLAIN_DIGITS, _PLAIN_SIZE, _NEARLY = 6, 1e6, 1e-3
"""Where rounding is plain: numbers of this size, and not this near to a half."""


@dataclass(frozen=True)
class Function:
    """A function of rules: CEL types of its parameters and its result, and what it does."""

    name: str
    parameters: tuple[str, ...]
    result: str
    implementation: Callable[..., object]


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; ValueError for an empty list."""
    return sum(_some(values)) / len(values)


def spread(values: Sequence[float]) -> float:
    """(maximum - minimum) / mean in percent; ValueError for an empty list or a mean of 0."""
    middle = mean(values)
    if middle == 0:
        raise ValueError("the mean is 0")
    return (max(values) - min(values)) / middle * 100


def share_of(truths: Sequence[bool]) -> float:
    """How many of the values are true, in percent; ValueError for an empty list."""
    return sum(1 for truth in _some(truths) if truth) / len(truths) * 100


def weighted_share(truths: Sequence[bool], weights: Sequence[float]) -> float:
    """The weight of the true values in percent of all; ValueError if the lists differ in length or weigh nothing."""
    total = sum(weights)
    if len(truths) != len(weights) or total <= 0:
        raise ValueError("the weights do not fit the values or weigh nothing")
    return sum(weight for truth, weight in zip(truths, weights, strict=True) if truth) / total * 100


def days_between(first: datetime, last: datetime) -> int:
    """Whole days from the first date to the last; negative where the last is earlier."""
    return (last - first).days


def months_between(first: datetime, last: datetime) -> float:
    """Calendar months from the first date to the last; remaining days count 1/30.4375 each."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months + (last.day - first.day) / DAYS_IN_MONTH


def day(text: str) -> datetime:
    """Midnight UTC of a day written YYYY-MM-DD; ValueError for anything else."""
    if len(text) != len("YYYY-MM-DD"):
        raise ValueError(f"not a day: {text!r}")
    return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)


def grade_number(code: str, scale: Sequence[str] = ()) -> float:
    """The number of a grade: 4 for `4`, 3.5 for `3-4`; for codes without digits the place on the scale from 1. ValueError if unknown."""
    try:
        return mean([float(part) for part in code.split("-")])
    except ValueError:
        if code in scale:
            return float(scale.index(code) + 1)
        raise ValueError(f"no grade {code!r}") from None


def round_to(value: float, digits: int) -> float:
    """A number rounded to so many decimals, a half upwards as people expect."""
    if 0 <= digits <= _PLAIN_DIGITS and abs(value) < _PLAIN_SIZE:
        rest = abs(value) * 10.0**digits % 1.0
        if abs(rest - 0.5) > _NEARLY:
            return round(value, digits)  # the nearest, about which there is no doubt
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def last_index(values: Sequence[str], wanted: str) -> int:
    """The place of the last such value, from 0; -1 if there is none."""
    return max((place for place, value in enumerate(values) if value == wanted), default=-1)


def first_index(values: Sequence[str], wanted: str) -> int:
    """The place of the first such value, from 0; -1 if there is none."""
    return next((place for place, value in enumerate(values) if value == wanted), -1)


def verdict(reading: Mapping[str, object], limit: float) -> str:
    """How a laboratory value stands to the most that is allowed: `pass`, `fail` or `undecided`.

    `<x` decides only where x is within the limit, `>x` only where x is at or above it, and "not detected" passes only where the stated
    detection limit is within the limit: what a laboratory could not see is no proof. A reading in categories raises ValueError.
    """
    if reading.get("category"):
        raise ValueError("a reading in categories has no amount")
    value, operator = _number(reading, "value"), reading.get("operator")
    if operator == "nd":
        return "pass" if 0 < _number(reading, "detection_limit") <= limit else "undecided"
    if operator == "<":
        return "pass" if value <= limit else "undecided"
    if operator == ">":
        return "fail" if value >= limit else "undecided"
    return "pass" if value <= limit else "fail"


def amount(reading: Mapping[str, object]) -> float:
    """The number of a laboratory value in the stored unit, 0 where nothing was detected; ValueError for a reading in categories."""
    if reading.get("category"):
        raise ValueError("a reading in categories has no amount")
    return 0.0 if reading.get("operator") == "nd" else _number(reading, "value")


def to_stored(value: float, unit: v.Unit) -> float:
    """A value given in `unit`, in the stored unit of its field."""
    return unit.factor / value if unit.inverse else value * unit.factor


def from_stored(value: float, unit: v.Unit) -> float:
    """A value in the stored unit of its field, in `unit`."""
    return unit.factor / value if unit.inverse else value / unit.factor


class Units:
    """Conversions between the units that stand together in one field of a form."""

    def __init__(self, fields: Iterable[v.Field]) -> None:
        self._families: list[dict[str, v.Unit]] = []
        for spec in fields:
            if isinstance(spec, v.DecimalField | v.DimensionsField | v.ReadingField) and spec.units:
                self._families.append({unit.code: unit for unit in spec.units})

    @property
    def codes(self) -> frozenset[str]:
        """All units declared in the form."""
        return frozenset(code for family in self._families for code in family)

    def family(self, source: str, target: str) -> Mapping[str, v.Unit] | None:
        """The units of a field that declares both, None if no field does."""
        return next((f for f in self._families if source in f and target in f), None)

    def convert(self, value: float, source: str, target: str) -> float:
        """A value in another unit; ValueError if no field declares both units."""
        family = self.family(source, target)
        if family is None:
            raise ValueError(f"no field has both units {source!r} and {target!r}")
        return from_stored(to_stored(value, family[source]), family[target])


class Limits:
    """Look-up in the limit tables of a definition."""

    def __init__(self, tables: Iterable[v.LimitTable]) -> None:
        self.tables = {table.id: table for table in tables}
        self._rows = {table.id: {row.key: row for row in table.rows} for table in self.tables.values()}

    def row(self, table: str, key: Sequence[str]) -> v.LimitRow:
        """The row for a combination of keys; ValueError if there is none."""
        try:
            return self._rows[table][tuple(key)]
        except KeyError:
            raise ValueError(f"no limit for {', '.join(key)} in table {table}") from None

    def maximum(self, table: str, key: Sequence[str]) -> float:
        """The upper limit; ValueError if there is none."""
        return _present(self.row(table, key).maximum)

    def minimum(self, table: str, key: Sequence[str]) -> float:
        """The lower limit; ValueError if there is none."""
        return _present(self.row(table, key).minimum)

    def level(self, table: str, key: Sequence[str]) -> str:
        """The level that the row names."""
        return self.row(table, key).level

    def has(self, table: str, key: Sequence[str]) -> bool:
        """Whether there is a row for a combination of keys."""
        return tuple(key) in self._rows.get(table, {})


def functions_of(units: Units, limits: Limits) -> tuple[Function, ...]:
    """Every function of ours, bound to the units and tables of one definition."""
    numbers, truths, texts = "list(double)", "list(bool)", "list(string)"
    keyed = ("string", texts)
    return (
        Function("sum", (numbers,), "double", lambda values: float(sum(values))),
        Function("mean", (numbers,), "double", lambda values: float(mean(values))),
        Function("minimum", (numbers,), "double", lambda values: float(min(_some(values)))),
        Function("maximum", (numbers,), "double", lambda values: float(max(_some(values)))),
        Function("worst", (numbers,), "double", lambda values: float(min(_some(values)))),
        Function("spread", (numbers,), "double", spread),
        Function("share_of", (truths,), "double", share_of),
        Function("weighted_share", (truths, numbers), "double", weighted_share),
        Function("days_between", ("timestamp", "timestamp"), "int", days_between),
        Function("months_between", ("timestamp", "timestamp"), "double", months_between),
        Function("day", ("string",), "timestamp", day),
        Function("grade", ("string",), "double", grade_number),
        Function("round_to", ("double", "int"), "double", round_to),
        Function("last_index", (texts, "string"), "int", last_index),
        Function("first_index", (texts, "string"), "int", first_index),
        Function("verdict", ("map(string,dyn)", "double"), "string", verdict),
        Function("amount", ("map(string,dyn)",), "double", amount),
        Function("convert", ("double", "string", "string"), "double", units.convert),
        Function("limit_max", keyed, "double", limits.maximum),
        Function("limit_min", keyed, "double", limits.minimum),
        Function("limit_level", keyed, "string", limits.level),
        Function("has_limit", keyed, "bool", limits.has),
    )


_NO_LIMIT = re.compile("no limit for|no such limit")


def lacks_limit(reason: str) -> bool:
    """Whether a rule has no result because a limit table has nothing for its keys; that must lead to a check by hand, not to silence."""
    return _NO_LIMIT.search(reason) is not None


SURE = frozenset({"sum", "days_between", "months_between", "last_index", "first_index", "has_limit"})
"""Functions that have a result for whatever they are given."""

CHECKED = frozenset({"convert", "limit_max", "limit_min", "limit_level", "has_limit", "day", "grade"})
"""Functions whose written-out arguments are judged when a definition is loaded."""


def wrong_argument(
    name: str, arguments: Sequence[str | None], key_count: int | None, units: Units, limits: Limits
) -> tuple[int, v.Text] | None:
    """The first written-out argument of a call that cannot be right: its number and the reason; None if all may be."""
    if name == "convert":
        return _wrong_units(arguments, units)
    if name in ("day", "grade"):
        return _wrong_literal(name, arguments)
    if not arguments or arguments[0] is None:
        return 0, v.Text(
            "nama tabel ditulis langsung di antara tanda kutip.",
            "the name of the table is written out between quotes.",
        )
    table = limits.tables.get(arguments[0])
    if table is None:
        return 0, v.Text(
            f"tidak ada tabel batas `{arguments[0]}`.", f"there is no limit table `{arguments[0]}`."
        )
    if key_count is not None and key_count != len(table.keys):
        return 1, v.Text(
            f"tabel `{table.id}` mempunyai {len(table.keys)} kunci, di sini ditulis {key_count}.",
            f"the table `{table.id}` has {len(table.keys)} keys, here {key_count} are written.",
        )
    return None


def _wrong_literal(name: str, arguments: Sequence[str | None]) -> tuple[int, v.Text] | None:
    given = arguments[0] if arguments else None
    if given is None:
        return None
    try:
        day(given) if name == "day" else grade_number(given)
    except ValueError:
        form = "2026-10-18" if name == "day" else "3-4"
        return 0, v.Text(
            f"`{given}` tidak sah; contoh: `{form}`.", f"`{given}` is not valid; example: `{form}`."
        )
    return None


def _wrong_units(arguments: Sequence[str | None], units: Units) -> tuple[int, v.Text] | None:
    codes = list(arguments[1:3])
    for place, code in enumerate(codes, start=1):
        if code is not None and code not in units.codes:
            return place, v.Text(
                f"satuan `{code}` tidak ada di formulir.", f"the unit `{code}` is not in the form."
            )
    if len(codes) == 2 and codes[0] and codes[1] and units.family(codes[0], codes[1]) is None:
        return 2, v.Text(
            f"tidak ada isian yang memuat satuan `{codes[0]}` dan `{codes[1]}` bersama.",
            f"no field has both units `{codes[0]}` and `{codes[1]}`.",
        )
    return None


def _number(reading: Mapping[str, object], key: str) -> float:
    value = reading.get(key)
    return float(value) if isinstance(value, (int, float)) else 0.0  # many times faster than a union


def _some(values: Sequence[_T]) -> Sequence[_T]:
    if not values:
        raise ValueError("the list is empty")
    return values


def _present(limit: float | None) -> float:
    if limit is None:
        raise ValueError("the row has no such limit")
    return limit
