"""Readers of a laboratory value and of a physical sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ovop.contract.reading.flaws import (
    A_TEXT,
    A_WHOLE_NUMBER,
    LARGEST,
    Context,
    Flaw,
    Flawed,
    Reader,
    RuleValue,
    as_day,
    as_instant,
    out_of_bounds,
    storable,
    whole,
    wrong_type,
)
from ovop.contract.reading.parts import VALUE, Units, begun, converted, missing, same
from ovop.contract.vocabulary import Option, ReadingField, SampleField, Text

_SAMPLE = frozenset({"count", "lot", "expires_on"})
OPERATORS = ("=", "<", ">", "nd")
LOT_LENGTH = 100

OPERATOR = Text("tanda", "sign")
DETECTION_LIMIT = Text("batas deteksi", "detection limit")
CATEGORY = Text("kategori", "category")
COUNT = Text("jumlah", "count")
LOT = Text("kode produksi", "lot")
EXPIRES_ON = Text("kedaluwarsa", "expiry date")


def reading_reader(field: ReadingField) -> Reader:
    """{operator, value, unit, detection_limit} with numbers in the first unit, or {category}.

    `nd` (not detected) has no value; what it counts as is a matter of rules, which see the detection limit.
    """
    units = Units(field.units)
    categories = frozenset(option.value for option in field.categories)
    allowed = frozenset(
        ("operator", "value", "unit", "detection_limit", *(["category"] if categories else []))
    )

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        start = begun(raw, allowed)
        if start is None or isinstance(start, Flawed):
            return start
        given, flaws = start
        if flaws:
            return Flawed(*flaws)
        if "category" in given:
            return _category(given, field.categories)
        return _laboratory_value(given, units)

    return read


def _category(given: Mapping[str, object], categories: Sequence[Option]) -> RuleValue | Flawed:
    flaws = [Flaw("unknown_part", {"part": key}) for key in given if key not in ("category", "unit")]
    value = storable(given["category"])
    if value is None or value not in {option.value for option in categories}:
        shown = {"actual": value if value is not None else "?"}
        flaws.append(Flaw("unknown_option", shown, at=".category", label=CATEGORY))
    return Flawed(*flaws) if flaws or value is None else {"category": value}


def _laboratory_value(given: Mapping[str, object], units: Units) -> RuleValue | Flawed:
    operator = given.get("operator", "=")
    if not isinstance(operator, str) or operator not in OPERATORS:
        shown = {"actual": operator if isinstance(operator, str) else "?"}
        return Flawed(Flaw("unknown_option", shown, at=".operator", label=OPERATOR))
    stored: dict[str, RuleValue] = {"operator": operator, "unit": units.stored}
    flaws: list[Flaw] = []
    if operator == "nd" and "value" in given:
        flaws.append(Flaw("unknown_part", {"part": "value"}))
    if operator != "nd" and "value" not in given:
        flaws.append(missing(".value", VALUE))
    numbers = [
        (key, label)
        for key, label in (("value", VALUE), ("detection_limit", DETECTION_LIMIT))
        if key in given
    ]
    convert = units.of(given.get("unit")) if numbers else same
    if isinstance(convert, Flaw):
        return Flawed(*flaws, convert)
    for key, label in numbers:
        value = converted(given[key], convert, f".{key}", label)
        if isinstance(value, Flaw):
            flaws.append(value)
        else:
            stored[key] = value
    return Flawed(*flaws) if flaws else stored


def sample_reader(field: SampleField) -> Reader:
    """{count, lot, expires_on}; a perishable sample needs its expiry date, which may not have passed."""
    fewest, perishable = field.minimum_count, field.perishable

    def read(raw: object, context: Context) -> RuleValue | Flawed | None:
        start = begun(raw, _SAMPLE)
        if start is None or isinstance(start, Flawed):
            return start
        given, flaws = start
        stored: dict[str, RuleValue] = {}
        for flaw in (
            _sample_count(given.get("count"), fewest, stored),
            _sample_lot(given.get("lot", ""), stored),
            _sample_expiry(given.get("expires_on", ""), perishable, context, stored),
        ):
            flaws += [flaw] if flaw else []
        return Flawed(*flaws) if flaws else stored

    return read


def _sample_count(raw: object, fewest: int, stored: dict[str, RuleValue]) -> Flaw | None:
    if raw is None:
        return missing(".count", COUNT)
    count = whole(raw)
    if count is None or count > LARGEST:
        return wrong_type(A_WHOLE_NUMBER, at=".count", label=COUNT)
    stored["count"] = count
    return out_of_bounds(max(count, -LARGEST), fewest, None, at=".count", label=COUNT)


def _sample_lot(raw: object, stored: dict[str, RuleValue]) -> Flaw | None:
    lot = storable(raw)
    if lot is None:
        return wrong_type(A_TEXT, at=".lot", label=LOT)
    if len(lot) > LOT_LENGTH:
        return Flaw("too_long", {"actual": len(lot), "maximum": LOT_LENGTH}, at=".lot", label=LOT)
    stored["lot"] = lot
    return None


def _sample_expiry(
    raw: object, perishable: bool, context: Context, stored: dict[str, RuleValue]
) -> Flaw | None:
    text = storable(raw)
    if text is None:
        return wrong_type(Text("tanggal", "a date"), at=".expires_on", label=EXPIRES_ON)
    if not text:
        return missing(".expires_on", EXPIRES_ON) if perishable else None
    day = as_day(text)
    if day is None:
        return Flaw("date_format", {"actual": text}, at=".expires_on", label=EXPIRES_ON)
    stored["expires_on"] = as_instant(day)
    if context.today is not None and day < context.today:
        return Flaw("before_today", {"actual": day}, at=".expires_on", label=EXPIRES_ON)
    return None
