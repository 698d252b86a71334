"""Answers in words: what a person reads where a form, a card or a printed copy shows an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ovop.contract.rules.variables import CelValue
from ovop.contract.vocabulary import (
    Answer,
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
    IntegerField,
    MoneyField,
    MultiSelectField,
    Option,
    PercentField,
    SelectField,
    Text,
    Unit,
)

YES, NO = Text("ya", "yes"), Text("tidak", "no")
MONTHS = Text(
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "January February March April May June July August September October November December",
)
DURATIONS: Mapping[str, Text] = {
    "day": Text("hari", "days"),
    "week": Text("minggu", "weeks"),
    "month": Text("bulan", "months"),
    "year": Text("tahun", "years"),
}


def in_words(spec: Field, answer: Answer | CelValue, code_lists: Iterable[CodeList] = ()) -> Text | None:
    """An answer as people read it, with the names of options and units; None where it cannot be said in one line (rows, series, files)
    or does not fit its field. Numbers are written as each language does: `1.250,5` and `1,250.5`."""
    match spec, answer:
        case (BooleanField() | DeclarationField(), bool(truth)):
            return YES if truth else NO
        case (SelectField(), str(value)):
            return _option(spec.options, value)
        case (CodeField(), str(value)):
            items = next((items.items for items in code_lists if items.id == spec.code_list), ())
            return _option(items, value)
        case (MultiSelectField() | ChecklistField(), list() | tuple()):
            return _joined(_option(spec.options, value) for value in answer if isinstance(value, str))
        case (DateField(), str(day)):
            return _day(day)
        case (ComputedField(), datetime()):
            return _day(answer.date().isoformat())
        case (MoneyField(), int(amount)):
            return _both(f"{spec.currency} ", amount, "")
        case (PercentField(), int(share) | float(share)):
            return Text(f"{_number(share).id}%", f"{_number(share).en}%")
        case (IntegerField(), int(count)):
            return _measured(count, spec.unit)
        case (DecimalField(), int(number) | float(number)):
            return _measured(number, next(iter(spec.units), None))
        case (DecimalField(), {"value": int(number) | float(number), "unit": str(code)}):
            return _measured(number, next((unit for unit in spec.units if unit.code == code), None))
        case (DurationField(), {"value": int(number) | float(number), "unit": str(code)}):
            name = DURATIONS.get(code)
            return name and Text(f"{_number(number).id} {name.id}", f"{_number(number).en} {name.en}")
        case (DimensionsField(), Mapping()):
            return _size(spec, answer)
        case (ComputedField(), bool(truth)):
            return YES if truth else NO
        case (ComputedField(), int(number) | float(number)):
            return _measured(number, spec.unit)
        case (ComputedField(), list() | tuple()):
            return _joined(Text(value, value) for value in answer if isinstance(value, str))
        case (_, str(text)):
            return Text(text, text) if text.strip() else None
    return None


def _option(options: Iterable[Option], value: str) -> Text | None:
    return next((option.label for option in options if option.value == value), None)


def _joined(texts: Iterable[Text | None]) -> Text | None:
    told = [text for text in texts if text is not None]
    return Text(", ".join(t.id for t in told), ", ".join(t.en for t in told)) if told else None


def _day(day: str) -> Text | None:
    year, _, rest = day.partition("-")
    month, _, number = rest.partition("-")
    if not (month.isdigit() and number.isdigit() and 1 <= int(month) <= 12):
        return None
    names = (MONTHS.id.split(), MONTHS.en.split())
    return Text(*(f"{int(number)} {months[int(month) - 1]} {year}" for months in names))


def _measured(number: float, unit: Unit | None) -> Text:
    label = Text("", "") if unit is None else unit.label or Text(unit.code, unit.code)
    shown = _number(number)
    return Text(f"{shown.id} {label.id}".strip(), f"{shown.en} {label.en}".strip())


def _size(spec: DimensionsField, answer: Mapping[str, object]) -> Text | None:
    code = answer.get("unit")
    unit = next((unit for unit in spec.units if unit.code == code), next(iter(spec.units), None))
    numbers = [answer.get(part.id) for part in spec.parts]
    known = [_number(number) for number in numbers if isinstance(number, int | float)]
    if not known:
        return None
    label = Text("", "") if unit is None else unit.label or Text(unit.code, unit.code)
    return Text(
        f"{' × '.join(n.id for n in known)} {label.id}".strip(),
        f"{' × '.join(n.en for n in known)} {label.en}".strip(),
    )


def _both(before: str, number: float, after: str) -> Text:
    shown = _number(number)
    return Text(f"{before}{shown.id}{after}", f"{before}{shown.en}{after}")


def _number(number: float) -> Text:
    english = f"{number:,}" if isinstance(number, int) else f"{number:,.6f}".rstrip("0").rstrip(".")
    return Text(english.translate(str.maketrans(",.", ".,")), english)
