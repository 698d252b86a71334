"""Readers of answers that are objects: a number with its unit, a duration, a size, a place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import TypeAlias

from ovop.contract.judging.messages import Quantity, unit_label
from ovop.contract.reading.flaws import (
    A_NUMBER,
    A_TEXT,
    SEVERAL_PARTS,
    Context,
    Flaw,
    Flawed,
    Reader,
    RuleValue,
    finite,
    out_of_bounds,
    storable,
    wrong_type,
)
from ovop.contract.vocabulary import (
    DecimalField,
    Dimension,
    DimensionsField,
    DurationField,
    Text,
    Unit,
)

DURATION_UNITS: Mapping[str, float] = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
"""Days of each unit of a duration; month and year are those of the Julian calendar, as the vocabulary states."""


REGION_CODE = re.compile(r"\d{2}(\.?\d{2}(\.?\d{2}(\.?\d{4})?)?)?")
"""Province, regency, district and village, with or without the dots."""

VALUE = Text("nilai", "value")
REGION = Text("wilayah", "region")
LATITUDE = Text("lintang", "latitude")
LONGITUDE = Text("bujur", "longitude")
DAYS = Text("hari", "days")

_VALUE_AND_UNIT = frozenset({"value", "unit"})
_PLACE = frozenset({"region", "latitude", "longitude"})

Convert: TypeAlias = "Callable[[float], float | None]"


def converter(unit: Unit) -> Convert:
    """From a number in `unit` to the stored unit; None where there is no such number (an inverse unit at zero, an overflow)."""
    factor = unit.factor

    def direct(value: float) -> float | None:
        stored = value * factor
        return stored if isfinite(stored) else None

    def inverse(value: float) -> float | None:
        stored = factor / value if value > 0 else 0.0
        return stored if stored > 0 and isfinite(stored) else None

    return inverse if unit.inverse else direct


class Units:
    """The units of one field, the first being the stored one; a field with one unit or none needs no `unit` in its answer."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.known = {unit.code: converter(unit) for unit in units}
        self.stored = units[0].code if units else ""
        self.label = unit_label(units[0]) if units else None
        self.labels = tuple(label for unit in units if (label := unit_label(unit)) is not None)

    def of(self, raw: object) -> Convert | Flaw:
        """The conversion for the unit that an answer names."""
        if raw is None or raw == "":
            raw = self.stored if len(self.known) <= 1 else None
        if isinstance(raw, str) and raw in self.known:
            return self.known[raw]
        if not self.known and raw == "":
            return same
        return Flaw("unknown_unit", {"units": self.labels}, at=".unit")


def same(value: float) -> float | None:
    """The conversion of a number that has no unit."""
    return value


def blank(raw: object) -> bool:
    """Whether a part of an answer says nothing."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def missing(at: str, label: Text) -> Flaw:
    """A part that has to be filled in once the answer is begun."""
    return Flaw("required", {}, at=at, label=label)


def begun(raw: object, parts: frozenset[str]) -> tuple[dict[str, object], list[Flaw]] | Flawed | None:
    """An object and a flaw for each part that it should not have; None when everything in it is blank."""
    if type(raw) is not dict:
        return None if blank(raw) else Flawed(wrong_type(SEVERAL_PARTS))
    given = {
        key: value
        for key, value in raw.items()
        if value is not None and (value.__class__ is not str or not blank(value))
    }
    if not given or (len(given) == 1 and "unit" in given):
        return None
    if given.keys() <= parts:
        return given, []
    return given, [Flaw("unknown_part", {"part": key}) for key in given if key not in parts]


def converted(raw: object, convert: Convert, at: str, label: Text) -> float | Flaw:
    """A number that was sent, in the stored unit."""
    number = finite(raw)
    if number is None:
        return wrong_type(A_NUMBER, at=at, label=label)
    stored = convert(number)
    if stored is None and number <= 0:
        return Flaw("too_small", {"bound": Quantity(0)}, variant="exclusive", at=at, label=label)
    if stored is None:
        return wrong_type(A_NUMBER, at=at, label=label)
    return stored


def _value_and_unit(units: Units, minimum: float | None, maximum: float | None) -> Reader:
    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        start = begun(raw, _VALUE_AND_UNIT)
        if start is None or isinstance(start, Flawed):
            return start
        given, flaws = start
        if "value" not in given:
            return Flawed(missing(".value", VALUE), *flaws)
        convert = units.of(given.get("unit"))
        if isinstance(convert, Flaw):
            return Flawed(*flaws, convert)
        stored = converted(given["value"], convert, ".value", VALUE)
        if isinstance(stored, Flaw):
            return Flawed(*flaws, stored)
        flaw = out_of_bounds(stored, minimum, maximum, units.label)
        if flaw is not None:
            flaws.append(flaw)
        return Flawed(*flaws) if flaws else stored

    return read


def measured_reader(field: DecimalField) -> Reader:
    """{value, unit} in one of several units -> number in the first of them."""
    return _value_and_unit(Units(field.units), field.minimum, field.maximum)


def duration_reader(field: DurationField) -> Reader:
    """{value, unit} -> days."""
    labels = (Text("hari", "day"), Text("minggu", "week"), Text("bulan", "month"), Text("tahun", "year"))
    factors = zip(DURATION_UNITS.items(), labels, strict=True)
    units = Units([Unit(code=code, label=label, factor=days) for (code, days), label in factors])
    units.label = DAYS
    minimum = 0.0 if field.minimum_days is None else field.minimum_days
    return _value_and_unit(units, minimum, field.maximum_days)


def dimensions_reader(field: DimensionsField) -> Reader:
    """{part: number, unit} -> {part: number in the first unit}; every part has to be there."""
    units = Units(field.units)
    allowed = frozenset((*(part.id for part in field.parts), "unit"))

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        start = begun(raw, allowed)
        if start is None or isinstance(start, Flawed):
            return start
        given, flaws = start
        convert = units.of(given.get("unit"))
        if isinstance(convert, Flaw):
            return Flawed(*flaws, convert)
        stored: dict[str, RuleValue] = {}
        for part in field.parts:
            value = _dimension(given, part, convert, units.label)
            if isinstance(value, Flaw):
                flaws.append(value)
            else:
                stored[part.id] = value
        return Flawed(*flaws) if flaws else stored

    return read


def _dimension(
    given: Mapping[str, object], part: Dimension, convert: Convert, unit: Text | None
) -> float | Flaw:
    at = f".{part.id}"
    if part.id not in given:
        return missing(at, part.label)
    value = converted(given[part.id], convert, at, part.label)
    if isinstance(value, Flaw):
        return value
    return out_of_bounds(value, part.minimum, part.maximum, unit, at=at, label=part.label) or value


def location_reader(raw: object, context: Context) -> RuleValue | Flawed | None:
    """{region, latitude, longitude}; the coordinates come together or not at all, in degrees."""
    start = begun(raw, _PLACE)
    if start is None or isinstance(start, Flawed):
        return start
    given, flaws = start
    place: dict[str, RuleValue] = {}
    region = storable(given.get("region", ""))
    if region is None:
        flaws.append(wrong_type(A_TEXT, at=".region", label=REGION))
    elif not region:
        flaws.append(missing(".region", REGION))
    elif not REGION_CODE.fullmatch(region):
        example = {"actual": region, "example": "52.01.02"}
        flaws.append(Flaw("pattern", example, variant="example", at=".region", label=REGION))
    else:
        place["region"] = region
    if "latitude" in given or "longitude" in given:
        for part, label, limit in (("latitude", LATITUDE, 90.0), ("longitude", LONGITUDE, 180.0)):
            flaw = _coordinate(given.get(part), part, label, limit, place)
            flaws += [flaw] if flaw else []
    return Flawed(*flaws) if flaws else place


def _coordinate(
    raw: object, part: str, label: Text, limit: float, place: dict[str, RuleValue]
) -> Flaw | None:
    if raw is None:
        return missing(f".{part}", label)
    value = finite(raw)
    if value is None:
        return wrong_type(A_NUMBER, at=f".{part}", label=label)
    place[part] = value
    return out_of_bounds(value, -limit, limit, Text("°", "°"), at=f".{part}", label=label)
