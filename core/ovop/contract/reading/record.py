"""Answers read against a form: what is shown, what each answer comes to, what the computed fields give.

A first pass over the answers, before anything is judged: rules may read any field, so all have to be known. Fields are taken in the order
in which they need each other; what is hidden is not read at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, TypeAlias

from ovop.contract.reading.flaws import (
    SEVERAL_PARTS,
    Context,
    Flawed,
    RuleValue,
    as_day,
    as_instant,
    wrong_type,
)
from ovop.contract.reading.normalise import identifier_parts
from ovop.contract.reading.plan import FieldPlan, FieldsPlan, FormPlan
from ovop.contract.reading.values import text_reader
from ovop.contract.rules.expressions import UNDETERMINED, Bindings, Expression, Undetermined
from ovop.contract.rules.variables import CelValue
from ovop.contract.vocabulary import EvidenceItem, IdentifierField, RowsField, Text

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


State: TypeAlias = "RuleValue | Flawed | Hidden | Record | Rows | None"


class Answered:
    """All that is known about one set of answers: the form's record, which sections are shown, and the evidence by its id."""

    __slots__ = ("context", "evidence", "form", "shown")

    def __init__(
        self,
        plan: FormPlan,
        answers: Mapping[str, object],
        evidence: Iterable[EvidenceItem],
        facts: Mapping[str, object],
    ) -> None:
        self.evidence: dict[str, list[EvidenceItem]] = {}
        files = {}
        for item in evidence:
            self.evidence.setdefault(item.evidence, []).append(item)
            files[item.id] = item
        self.context = Context(today=fact_day(facts.get("today")), files=files)
        self.form = Record(plan.fields, answers, None)
        self._bind_surroundings(plan, facts)
        self.shown = _Reader(plan, self.context).form(self.form)
        self.form.bindings.seal()

    def _bind_surroundings(self, plan: FormPlan, facts: Mapping[str, object]) -> None:
        names = plan.fields.scope.names
        if self.context.today is not None and "facts.today" in names:
            self.form.bindings.put("facts.today", as_instant(self.context.today))
        for fact, given in facts.items():
            value = _fact_value(given)
            if fact != "today" and value is not None and f"facts.{fact}" in names:
                self.form.bindings.put(f"facts.{fact}", value)
        for evidence, items in self.evidence.items():
            if f"evidence.{evidence}" in names:
                self.form.bindings.put(f"evidence.{evidence}", [_evidence_row(item) for item in items])


def fact_day(given: object) -> date | None:
    """The day of the fact `today`, also as text, as it stands in a stored definition; None where it is no day."""
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    return as_day(given) if isinstance(given, str) else None


def _fact_value(given: object) -> CelValue | None:
    if isinstance(given, str | int | float):
        return given
    if isinstance(given, Sequence):
        return [item for item in given if isinstance(item, str)]
    return None


def _evidence_row(item: EvidenceItem) -> dict[str, CelValue]:
    row: dict[str, CelValue] = {
        "role": item.role,
        "number": item.number,
        "issuer": item.issuer,
        "media_type": item.media_type,
        "size_bytes": item.size_bytes,
        "width_px": item.width_px,
        "height_px": item.height_px,
        "seconds": float(item.seconds),
    }
    if item.issued_on is not None:
        row["issued_on"] = as_instant(item.issued_on)
    if item.expires_on is not None:
        row["expires_on"] = as_instant(item.expires_on)
    return row


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
