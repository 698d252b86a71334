"""The second pass: what is wrong with answers that have been read, in the order of the form. Words are made only for what is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ovop.contract.judging.messages import Arguments, make_finding, row_where, within
from ovop.contract.reading.flaws import Context, Flaw, Flawed
from ovop.contract.reading.plan import CheckPlan, FieldPlan
from ovop.contract.reading.record import HIDDEN, Proven, Record, Rows, State, chosen_other, read_other
from ovop.contract.rules import functions
from ovop.contract.rules.bindings import Undetermined
from ovop.contract.rules.expressions import Expression
from ovop.contract.rules.variables import CelValue
from ovop.contract.vocabulary import (
    CodeField,
    DeclarationField,
    FileField,
    Finding,
    GradeField,
    MultiSelectField,
    RowsField,
    SelectField,
    Severity,
    Text,
)

WHOLE_FORM: Final = Text("Formulir", "The form")

MISSING_CODES: Final = frozenset({"required", "not_accepted", "too_few"})
"""Codes of faults that a draft may still have."""


def lacks_limit(value: CelValue | Undetermined) -> bool:
    """Whether a rule has no result because a limit table has none for it."""
    return isinstance(value, Undetermined) and functions.lacks_limit(value.reason)


class Place(NamedTuple):
    """Where in the form we are: the rows or groups around, and the row number from 0; put into words only for a finding."""

    around: Place | None
    label: Text
    row: int | None

    def where(self, label: Text | None = None) -> Text:
        """The place in words, down to the label given."""
        own = self.label if self.row is None else row_where(self.label, self.row)
        whole = own if self.around is None else within(self.around.where(), own)
        return whole if label is None else within(whole, label)


class Judge:
    """Collects the findings about one set of answers. `partial` leaves out what a draft may still lack."""

    def __init__(self, context: Context, *, partial: bool) -> None:
        self.context = context
        self.partial = partial
        self.findings: list[Finding] = []

    def add(
        self,
        code: str,
        path: str,
        where: Text,
        section: str,
        arguments: Arguments,
        *,
        variant: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a finding of the contract."""
        self.findings.append(
            make_finding(
                code,
                path=path,
                where=where,
                section=section,
                severity=severity,
                variant=variant,
                arguments=arguments,
            )
        )

    def fields(
        self, fields: Iterable[FieldPlan], record: Record, prefix: str, place: Place | None, section: str
    ) -> None:
        """Judge fields that stand together."""
        states = record.states
        for field in fields:
            state = states[field.place]
            if state is HIDDEN:
                continue
            if state is None:
                if field.computed is not None:
                    self.without_value(field, field.computed, record, prefix, place, section)
                elif not self.partial and record.holds(field.required):
                    self.missing(field, prefix, place, section)
            elif isinstance(state, Flawed):
                self.flaws(state.flaws, prefix + field.id, field.spec.label, place, section)
            elif field.inside is not None or field.checks or field.other_key:
                self.present(field, state, record, prefix, place, section)

    def missing(self, field: FieldPlan, prefix: str, place: Place | None, section: str) -> None:
        spec = field.spec
        variant, arguments = "", {}
        if isinstance(spec, RowsField):
            variant, arguments = "rows", {"minimum": max(1, spec.min_rows)}
        elif isinstance(spec, SelectField | MultiSelectField | CodeField | GradeField):
            variant = "choice"
        elif isinstance(spec, FileField):
            variant = "file"
        code = "not_accepted" if isinstance(spec, DeclarationField) else "required"
        self.add(code, prefix + spec.id, where_of(place, spec.label), section, arguments, variant=variant)

    def without_value(
        self,
        field: FieldPlan,
        rule: Expression,
        record: Record,
        prefix: str,
        place: Place | None,
        section: str,
    ) -> None:
        """A computed field without a value is no fault, unless the rules that read it would pass in silence."""
        if lacks_limit(record.evaluate(rule)):
            where = where_of(place, field.spec.label)
            self.add("check_by_hand", prefix + field.id, where, section, {}, severity=Severity.WARNING)

    def flaws(self, flaws: Iterable[Flaw], path: str, label: Text, place: Place | None, section: str) -> None:
        """Put the faults of one answer into words."""
        for flaw in flaws:
            if self.partial and flaw.code in MISSING_CODES:
                continue
            where = where_of(place, label)
            if flaw.label is not None:
                where = within(where, flaw.label)
            self.add(flaw.code, path + flaw.at, where, section, flaw.arguments, variant=flaw.variant)

    def present(
        self, field: FieldPlan, state: State, record: Record, prefix: str, place: Place | None, section: str
    ) -> None:
        path = prefix + field.id
        scope = record
        if isinstance(state, Record):
            if not self.group(field, state, record, path, place, section):
                return
            scope = state
        elif isinstance(state, Rows):
            self.rows(field, state, path, place, section)
        if field.other_key:
            self.other(field, record, prefix, place, section)
        if field.checks:
            self.checks(field.checks, scope, path, lead_of(place), field.spec.label, section)

    def group(
        self, field: FieldPlan, inner: Record, record: Record, path: str, place: Place | None, section: str
    ) -> bool:
        """Judge a group; the fields of one that may be left out, and is, are not. Tells whether it was begun."""
        begun = inner.is_begun
        if begun or record.holds(field.required):
            here = Place(place, field.spec.label, None)
            self.fields(inner.plan.fields, inner, f"{path}.", here, section)
        self.unknown(inner, f"{path}.", section)
        return begun

    def rows(self, field: FieldPlan, rows: Rows, path: str, place: Place | None, section: str) -> None:
        spec = field.spec
        if not isinstance(spec, RowsField):
            return
        self.row_count(spec, rows, path, place, section)
        for index, row in enumerate(rows.records):
            here = Place(place, spec.label, index)
            if isinstance(row, Flawed):
                self.flaws(row.flaws, f"{path}[{index}]", here.where(), None, section)
                continue
            self.fields(row.plan.fields, row, f"{path}[{index}].", here, section)
            if row.raw.keys() - row.plan.known:
                self.unknown(row, f"{path}[{index}].", section)
            if field.row_checks:
                self.checks(field.row_checks, row, f"{path}[{index}]", here, None, section)
        if spec.unique:
            self.unique(spec, rows, path, place, section)
        if spec.one_per and not self.partial:
            self.one_per(field, spec.one_per, rows, path, place, section)

    def row_count(self, spec: RowsField, rows: Rows, path: str, place: Place | None, section: str) -> None:
        if rows.sent > spec.max_rows:
            count = {"actual": rows.sent, "maximum": spec.max_rows}
            self.add("too_many", path, where_of(place, spec.label), section, count)
        elif rows.sent < spec.min_rows and not self.partial:
            count = {"actual": rows.sent, "minimum": spec.min_rows}
            self.add("too_few", path, where_of(place, spec.label), section, count)

    def unique(self, spec: RowsField, rows: Rows, path: str, place: Place | None, section: str) -> None:
        seen: dict[str, int] = {}
        for index, row in enumerate(rows.records):
            if isinstance(row, Flawed) or not all(name in row.values for name in spec.unique):
                continue
            key = repr([row.values[name] for name in spec.unique]).casefold()
            first = seen.setdefault(key, index)
            if first != index:
                where = Place(place, spec.label, index).where()
                self.add("duplicate_row", f"{path}[{index}]", where, section, {"first": first + 1})

    def one_per(
        self, field: FieldPlan, column: str, rows: Rows, path: str, place: Place | None, section: str
    ) -> None:
        there = {row.values.get(column) for row in rows.records if isinstance(row, Record)}
        select = field.inside.by_id[column].spec if field.inside else None
        for option in select.options if isinstance(select, SelectField) else ():
            if option.value not in there:
                where = where_of(place, field.spec.label)
                self.add("row_missing", path, where, section, {"option": option.label})

    def other(self, field: FieldPlan, record: Record, prefix: str, place: Place | None, section: str) -> None:
        """Judge the text beside an option that asks for one."""
        option = chosen_other(field, record)
        if option is None:
            return
        text = read_other(record.raw.get(field.other_key) or "", self.context)
        path, where = prefix + field.other_key, where_of(place, field.spec.label)
        if isinstance(text, Flawed):
            self.flaws(text.flaws, path, field.spec.label, place, section)
        elif text is None and not self.partial:
            self.add("other_missing", path, where, section, {"option": option})

    def checks(
        self,
        checks: Sequence[CheckPlan],
        record: Record | Proven,
        path: str,
        place: Place | None,
        label: Text | None,
        section: str,
    ) -> None:
        """Judge checks of the definition; `place` stands before their message, as `Pewarna, baris 3: ...`."""
        for plan in checks:
            if self.partial and not record.is_ready(plan.rule):
                continue
            held = record.evaluate(plan.rule)
            if held is not True:
                self.not_held(
                    plan, path, place, label, section, by_hand=lacks_limit(held), fails=held is False
                )

    def not_held(
        self,
        plan: CheckPlan,
        path: str,
        place: Place | None,
        label: Text | None,
        section: str,
        *,
        by_hand: bool,
        fails: bool,
    ) -> None:
        """Say that a check does not hold, or that somebody has to judge it by hand."""
        if fails:
            self.findings.append(_finding_of(plan, path, place, section))
        elif by_hand:
            where = where_of(place, label) if label else place.where() if place else WHOLE_FORM
            self.add("check_by_hand", path, where, section, {}, severity=Severity.WARNING)

    def unknown(self, record: Record, prefix: str, section: str) -> None:
        """Name every key that no field has."""
        for key in record.raw:
            if key in record.plan.known:
                continue
            shown = key.encode("utf-8", "replace").decode()
            computed = record.plan.by_id.get(key)
            if computed is None:
                self.add("unknown_field", prefix + shown, WHOLE_FORM, section, {"key": key})
            else:
                label = computed.spec.label
                self.add("unknown_field", prefix + shown, label, section, {}, variant="computed")


def where_of(place: Place | None, label: Text) -> Text:
    """A label with the place in which it stands."""
    return label if place is None else place.where(label)


def lead_of(place: Place | None) -> Place | None:
    """Checks carry their own words; only a row number has to be added to them."""
    return place if place is not None and place.row is not None else None


def _finding_of(plan: CheckPlan, path: str, place: Place | None, section: str) -> Finding:
    check = plan.check
    message = check.message
    if place is not None:
        where = place.where()
        message = Text(f"{where.id}: {message.id}", f"{where.en}: {message.en}")
    return Finding(
        path=path,
        code=check.code,
        severity=check.severity,
        message=message,
        remedy=check.remedy,
        section=section,
    )
