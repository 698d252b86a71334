"""From the inputs of a form to answers, for every type of field. Pure.

An input is named `a.` and the path of its answer with dots: `a.technique`, `a.mass.value`, `a.steps.0.step`; several values are the same name
repeated, the text beside an option is `a.technique_other`, and `a.steps.0._` says that a row is there. What cannot be read as a number
or a day stays as it was typed, so that the checker words the mistake and the input shows it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from ovop.contract import vocabulary as v
from ovop.contract.reading.plan import other_options
from ovop.portal.proposals.figures import day_of, degrees_of, number_of

NONE_OF_THEM = "_none"
"""Value of the box that answers a checklist with nothing; no option has such a code."""
ROW = "_"
"""Last part of the name by which a row says that it is there."""


class Inputs:
    """The inputs of a form by name; texts are trimmed and have plain line ends."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        self._rows: dict[str, set[int]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value.replace("\r\n", "\n").strip())
            self._note_rows(name)

    def all(self, name: str) -> list[str]:
        """Every value of an input, blank ones left out."""
        return [value for value in self._values.get(name, []) if value]

    def one(self, name: str) -> str:
        """The last value of an input, blank where it was not sent."""
        return self._values.get(name, [""])[-1]

    def rows(self, name: str) -> list[int]:
        """The numbers of the rows that were sent of a repeating group."""
        return sorted(self._rows.get(name, ()))

    def _note_rows(self, name: str) -> None:
        parts = name.split(".")
        for place, part in enumerate(parts):
            if part.isascii() and part.isdigit() and len(part) < 5:
                self._rows.setdefault(".".join(parts[:place]), set()).add(int(part))


class Reader:
    """Reads the inputs of a page: numbers as its language writes them, codes by the names in the code lists."""

    def __init__(
        self, inputs: Inputs, language: str, code_lists: Iterable[v.CodeList], keep_blank: bool
    ) -> None:
        self.inputs = inputs
        self.language = language
        self.code_lists = {listed.id: listed.items for listed in code_lists}
        self.keep_blank = keep_blank

    def answers(self, fields: Sequence[v.Field], prefix: str) -> dict[str, v.Answer]:
        """The answers of fields whose names begin with `prefix`; what says nothing is left out."""
        found: dict[str, v.Answer] = {}
        for field in fields:
            answer = self.answer(field, prefix + field.id)
            if answer is not None:
                found[field.id] = answer
            if other_options(field):
                text = self.inputs.one(f"{prefix}{field.id}_other")
                found |= {f"{field.id}_other": text} if text else {}
        return found

    def answer(self, field: v.Field, name: str) -> v.Answer:
        """The answer of one field, None where it says nothing."""
        match field:
            case v.ComputedField():
                return None
            case v.BooleanField() | v.DeclarationField():
                return {"true": True, "false": False}.get(self.inputs.one(name))
            case v.IntegerField() | v.MoneyField() | v.PercentField():
                return self._number(name)
            case v.DecimalField():
                return self._number(name) if len(field.units) <= 1 else self._measured(name)
            case v.DurationField():
                return self._measured(name)
            case v.DateField():
                return self._day(name)
            case v.CodeField():
                return code_of(self.inputs.one(name), self.code_lists.get(field.code_list, ())) or None
            case v.MultiSelectField():
                return self.inputs.all(name) or None
            case v.ChecklistField():
                return self._ticks(name)
            case v.SeriesField():
                return [self._read_number(value) for value in self.inputs.all(name)] or None
            case v.GroupField():
                return self.answers(field.fields, f"{name}.") or None
            case v.RowsField():
                return self._rows(field, name)
            case v.DimensionsField():
                parts = {part.id: self._number(f"{name}.{part.id}") for part in field.parts}
                return _begun({**parts, "unit": self._text(f"{name}.unit")}, "unit")
            case v.LocationField():
                return self._place(name)
            case v.ReadingField():
                return self._reading(name)
            case v.SampleField():
                count, lot = self._number(f"{name}.count"), self._text(f"{name}.lot")
                return _begun({"count": count, "lot": lot, "expires_on": self._day(f"{name}.expires_on")})
            case (
                v.TextField()
                | v.LongTextField()
                | v.SelectField()
                | v.GradeField()
                | v.IdentifierField()
                | v.FileField()
                | v.ReferenceField()
            ):
                return self._text(name)
            case _:
                assert_never(field)

    def _text(self, name: str) -> str | None:
        return self.inputs.one(name) or None

    def _number(self, name: str) -> int | float | str | None:
        text = self.inputs.one(name)
        return self._read_number(text) if text else None

    def _read_number(self, text: str) -> int | float | str:
        number = number_of(text, self.language)
        return text if number is None else number

    def _day(self, name: str) -> str | None:
        text = self.inputs.one(name)
        return (day_of(text) or text) if text else None

    def _measured(self, name: str) -> v.Answer:
        return _begun({"value": self._number(f"{name}.value"), "unit": self._text(f"{name}.unit")}, "unit")

    def _ticks(self, name: str) -> v.Answer:
        ticked = self.inputs.all(name)
        chosen = [value for value in ticked if value != NONE_OF_THEM]
        return chosen if chosen or ticked else None

    def _rows(self, field: v.RowsField, name: str) -> v.Answer:
        rows = [self.answers(field.fields, f"{name}.{number}.") for number in self.inputs.rows(name)]
        return [row for row in rows if row or self.keep_blank] or None

    def _place(self, name: str) -> v.Answer:
        region = self._text(f"{name}.region")
        found: dict[str, v.Answer] = {"region": region}
        for part in ("latitude", "longitude"):
            text = self.inputs.one(f"{name}.{part}")
            number = degrees_of(text)
            found[part] = (text if number is None else number) if text else None
        return _begun(found)

    def _reading(self, name: str) -> v.Answer:
        category = self._text(f"{name}.category")
        value, limit = self._number(f"{name}.value"), self._number(f"{name}.detection_limit")
        operator = self._text(f"{name}.operator")
        if value is None and limit is None and operator != "nd":
            # The sign is always chosen, so alone it says nothing.
            return {"category": category} if category else None
        read = {
            "operator": operator,
            "value": value,
            "unit": self._text(f"{name}.unit"),
            "detection_limit": limit,
        }
        return _begun({**read, "category": category})


def answers_of(
    fields: Sequence[v.Field],
    pairs: Iterable[tuple[str, str]],
    *,
    language: str,
    code_lists: Iterable[v.CodeList] = (),
    keep_blank: bool = False,
) -> dict[str, v.Answer]:
    """The answers that the inputs of a page give to its fields. `keep_blank` keeps rows in which nothing is typed yet, for showing them again."""
    return Reader(Inputs(pairs), language, code_lists, keep_blank).answers(fields, "a.")


def code_of(text: str, items: Sequence[v.Option]) -> str:
    """The code of an item that is named by its code, by `name (code)`, by a name in either language or by a synonym; else the text itself."""
    sought = text.casefold()
    for item in items:
        names = (item.label.id, item.label.en)
        if sought in {item.value.casefold(), *(f"{name} ({item.value})".casefold() for name in names)}:
            return item.value
    named = [
        item.value
        for item in items
        if sought in {name.casefold() for name in (item.label.id, item.label.en, *item.synonyms)}
    ]
    return named[0] if len(named) == 1 else text


def _begun(parts: Mapping[str, v.Answer], *silent: str) -> v.Answer:
    """The parts that say something, None where none of them does; `silent` parts, such as a chosen unit, say nothing alone."""
    given = {name: value for name, value in parts.items() if value is not None}
    return given if given.keys() - set(silent) else None
