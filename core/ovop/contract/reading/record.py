"""Answers read against a form: what is shown, what each answer comes to, what the computed fields give.

A first pass over the answers, before anything is judged: rules may read any field, so all have to be known. Fields are taken in the order
in which they need each other; what is hidden is not read at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from ovop.contract.reading.flaws import (
    SEVERAL_PARTS,
    Context,
    Flawed,
    RuleValue,
    wrong_type,
)
from ovop.contract.reading.normalise import identifier_parts
from ovop.contract.reading.plan import CheckPlan, FieldPlan, FieldsPlan, FormPlan
from ovop.contract.reading.surroundings import Surroundings
from ovop.contract.reading.values import text_reader
from ovop.contract.rules.bindings import UNDETERMINED, Bindings, Undetermined
from ovop.contract.rules.expressions import Expression
from ovop.contract.rules.variables import CelValue
from ovop.contract.vocabulary import IdentifierField, RowsField, Text

OTHER_LENGTH: Final = 200
"""Longest text beside an `other` option."""

read_other = text_reader(1, OTHER_LENGTH)


class Hidden:
    """State of a field that is not shown."""


HIDDEN: Final = Hidden()


class Rows:
    """State of a repeating group: its rows, `Flawed` where a row is none, and how many were sent (more may be sent than are read)."""

    __slots__ = ("records", "sent")

    def __init__(self, records: Sequence[Record | Flawed], sent: int) -> None:
        self.records = records
        self.sent = sent


class Record:
    """State of the form, of a group or of a row: per field its value, `Flawed`, None for no answer, or HIDDEN.

    `values` are the answers and computed values by name; `tainted` the names whose answers are faulty, so that no rule can rely on them.
    """

    __slots__ = ("bindings", "parent", "plan", "raw", "states", "tainted", "values")

    def __init__(self, plan: FieldsPlan, raw: Mapping[str, object], parent: Record | None) -> None:
        self.plan = plan
        self.raw = raw
        self.parent = parent
        self.bindings: Bindings = plan.scope.bindings(parent.bindings if parent else None)
        self.states: list[State] = [None] * len(plan.fields)
        self.values: dict[str, CelValue] = {}
        self.tainted: set[str] = set()

    @property
    def is_begun(self) -> bool:
        """Whether any field here has an answer, be it a faulty one; computed values do not count."""
        return any(
            state.is_begun if isinstance(state, Record) else state is not None and state is not HIDDEN
            for field, state in zip(self.plan.fields, self.states, strict=True)
            if field.computed is None
        )

    def bind(self, name: str, value: CelValue) -> None:
        """Make a value known to rules and to whatever holds this record."""
        self.values[name] = value
        if self.plan.is_ruled or self.parent is None:
            self.bindings.put(name, value)

    def evaluate(self, rule: Expression) -> CelValue | Undetermined:
        """The value of a rule here; undetermined too when it reads a faulty answer."""
        record: Record | None = self
        while record is not None:
            if record.tainted and not record.tainted.isdisjoint(rule.references | rule.asked):
                return UNDETERMINED
            record = record.parent
        return rule.evaluate(self.bindings)

    def holds(self, rule: bool | Expression | None) -> bool:
        """Whether a rule is true here; an undetermined one is not."""
        if isinstance(rule, bool):
            return rule
        return rule is not None and self.evaluate(rule) is True

    def is_ready(self, rule: Expression) -> bool:
        """Whether everything that a rule reads is answered."""
        return all(self.bindings.answered(name) for name in rule.references)


State: TypeAlias = "RuleValue | Flawed | Hidden | Record | Rows | None"


class Answered:
    """All that is known about one set of answers: the form's record, which sections are shown, and what they are held against."""

    __slots__ = ("form", "shown", "surroundings")

    def __init__(self, plan: FormPlan, answers: Mapping[str, object], surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.form = Record(plan.fields, answers, None)
        for name, value in surroundings.values.items():
            self.form.bindings.put(name, value)
        self.shown = _Reader(plan, surroundings.context).form(self.form)


class Spot(NamedTuple):
    """Where in a form a rule speaks: the fields from the form down to the one concerned, and the check; None: the field is required."""

    fields: tuple[FieldPlan, ...]
    check: CheckPlan | None = None
    of_row: bool = False
    """Whether it is a check of one row of the last field."""
    computed: bool = False
    """Whether it is a computed field that lacks a limit."""


class Note(NamedTuple):
    """What a rule says against answers: where, in which rows (one number for each set of rows on the way), and whether a limit lacks."""

    spot: Spot
    rows: tuple[int, ...]
    by_hand: bool = False

    @property
    def order(self) -> tuple[float, ...]:
        """Sorts notes as the form has its fields: rows one after another, the checks of a field behind all that is inside it."""
        rows = iter(self.rows)
        places: list[float] = []
        for field in self.spot.fields[:-1]:
            places += [field.place, *([next(rows)] if isinstance(field.spec, RowsField) else [])]
        last = math.inf if self.spot.check is not None else -1
        return (*places, self.spot.fields[-1].place, *rows, last)


class Proven:
    """Answers that can all be taken as they are: what the rules of fields say against them, and what is still to be judged.

    `outcomes` are the values of the rules that stand outside of fields, in a draft only where nothing is missing that they read.
    """

    __slots__ = ("notes", "outcomes", "shown")

    def __init__(
        self,
        notes: Sequence[Note],
        outcomes: Mapping[Expression, CelValue | Undetermined],
        shown: Sequence[bool],
    ) -> None:
        self.notes = notes
        self.outcomes = outcomes
        self.shown = shown

    def evaluate(self, rule: Expression) -> CelValue | Undetermined:
        """The value of a rule."""
        return self.outcomes[rule]

    def holds(self, rule: bool | Expression | None) -> bool:
        """Whether a rule is true; an undetermined one is not."""
        return rule is True or (isinstance(rule, Expression) and self.outcomes[rule] is True)

    def is_ready(self, rule: Expression) -> bool:
        """Whether everything that a rule reads is answered, as far as a draft has to ask."""
        return True


class _Reader:
    def __init__(self, plan: FormPlan, context: Context) -> None:
        self.plan = plan
        self.context = context

    def form(self, record: Record) -> list[bool]:
        """Read all fields of the form; tells which sections are shown."""
        sections = self.plan.sections
        shown: list[bool | None] = [True if section.show_if is None else None for section in sections]
        for field in self.plan.fields.order:
            number = field.section
            if shown[number] is None:
                shown[number] = record.holds(sections[number].show_if)
            if shown[number]:
                self.field(field, record)
            else:
                record.states[field.place] = HIDDEN
        return [
            record.holds(section.show_if) if seen is None else seen
            for section, seen in zip(sections, shown, strict=True)
        ]

    def field(self, field: FieldPlan, record: Record) -> None:
        """Read one field into its record."""
        if field.show_if is not None and not record.holds(field.show_if):
            record.states[field.place] = HIDDEN
            return
        reader = field.reader
        if reader is None:
            self.without_reader(field, record)
            return
        raw = record.raw.get(field.id)
        if raw is None:
            return
        state = reader(raw, self.context)
        record.states[field.place] = state
        if state is None:
            return
        if isinstance(state, Flawed):
            record.tainted.add(field.id)
            return
        record.bind(field.id, state)
        if field.other_key:
            self.other(field, record)
        if field.parts_key and isinstance(field.spec, IdentifierField):
            record.bind(field.parts_key, identifier_parts(field.spec, str(state)))

    def without_reader(self, field: FieldPlan, record: Record) -> None:
        if field.computed is not None:
            value = record.evaluate(field.computed)
            if not isinstance(value, Undetermined):
                record.states[field.place] = value  # type: ignore[assignment]  # lists come out of the engine as list
                record.bind(field.id, value)
        elif isinstance(field.spec, RowsField):
            self.rows(field, field.spec, record)
        else:
            self.group(field, record)

    def other(self, field: FieldPlan, record: Record) -> None:
        text = read_other(record.raw.get(field.other_key) or "", self.context)
        if isinstance(text, str) and chosen_other(field, record):
            record.bind(field.other_key, text)

    def group(self, field: FieldPlan, record: Record) -> None:
        raw = record.raw.get(field.id)
        if raw is None or raw == "":
            raw = {}
        if not isinstance(raw, dict):
            record.states[field.place] = Flawed(wrong_type(SEVERAL_PARTS))
            record.tainted.add(field.id)
            return
        inner = self.inside(field, raw, record)
        record.states[field.place] = inner
        if inner.values:
            record.bind(field.id, inner.values)
        if inner.tainted:
            record.tainted.add(field.id)

    def rows(self, field: FieldPlan, spec: RowsField, record: Record) -> None:
        raw = record.raw.get(field.id)
        if raw is None or raw == "" or raw == []:
            return
        if not isinstance(raw, list):
            record.states[field.place] = Flawed(wrong_type(Text("daftar baris", "a list of rows")))
            record.tainted.add(field.id)
            return
        records = [self.row(field, row, record) for row in raw[: spec.max_rows]]
        record.states[field.place] = Rows(records, len(raw))
        read = [row for row in records if isinstance(row, Record)]
        if len(read) < len(records) or any(row.tainted for row in read):
            record.tainted.add(field.id)
        record.bind(field.id, [row.values for row in read])

    def row(self, field: FieldPlan, raw: object, record: Record) -> Record | Flawed:
        if not isinstance(raw, dict):
            return Flawed(wrong_type(SEVERAL_PARTS))
        return self.inside(field, raw, record)

    def inside(self, field: FieldPlan, raw: Mapping[str, object], record: Record) -> Record:
        if field.inside is None:
            raise AssertionError(f"{field.id} holds no fields")
        inner = Record(field.inside, raw, record)
        for plan in field.inside.order:
            self.field(plan, inner)
        return inner


def chosen_other(field: FieldPlan, record: Record) -> Text | None:
    """The label of the chosen option that asks for a text; None where none is chosen."""
    value = record.values.get(field.id)
    chosen = value if isinstance(value, list) else [value]
    return next((label for option, label in field.other.items() if option in chosen), None)
