"""Fields in a proof: the lines that read an answer, and those that judge it once everything that its rules may need is read.

A field is a local variable, `v0_mass`: None while it has no answer or is hidden. Its parts that rules read are variables too,
`v0_size_DOT_length`. Rows become a list of records that hold the columns which rules read of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TypeAlias

from ovop.contract import vocabulary as v
from ovop.contract.proof.order import ordered
from ovop.contract.proof.rules import Container, RuleWriter
from ovop.contract.proof.source import Source
from ovop.contract.proof.values import conversion, date_test, plain_test
from ovop.contract.reading.flaws import Flawed
from ovop.contract.reading.normalise import identifier_parts
from ovop.contract.reading.plan import FieldPlan, FieldsPlan
from ovop.contract.reading.record import Spot, read_other
from ovop.contract.rules.variables import CelValue, Variable

Judge: TypeAlias = "Callable[[], None]"


class FieldWriter:
    """Writes fields into a proof. `read` are the names that rules read, `columns` the words that they read behind a dot (None: any)."""

    def __init__(
        self,
        source: Source,
        read: frozenset[str],
        columns: frozenset[str] | None,
        code_lists: Mapping[str, v.CodeList],
    ) -> None:
        self.source = source
        self.rules = RuleWriter(source)
        self.read = read
        self.columns = columns
        self.code_lists = code_lists
        self.containers = 0
        source.namespace |= {"Flawed": Flawed, "parts_of": identifier_parts, "read_other": read_other}
        source.namespace |= {"completed": _completed, "nothing": {}}

    def container(
        self, plan: FieldsPlan, parent: Container | None, field: FieldPlan | None = None
    ) -> Container:
        """Begin a container: no field has a value yet. The answers are in the variable `given` with its number."""
        made = Container(self.containers, plan, parent, field)
        self.containers += 1
        unset = [made.local(name) for field in plan.fields for name in self._names(field, made)]
        unset += [f"seen_{made.local(field.id)}" for field in plan.fields if field.show_if or parent is None]
        unset += [
            f"begun_{made.local(field.id)}" for field in plan.fields if isinstance(field.spec, v.GroupField)
        ]
        self.source.put(f"get{made.number} = given{made.number}.get", f"{' = '.join(unset)} = None")
        return made

    def field(self, field: FieldPlan, place: Container, *, shown: str = "") -> Judge:
        """Write the reading of a field, under the condition of its section; what is returned writes the judgement."""
        conditions = [shown] if shown else []
        if field.show_if is not None:
            conditions.append(self.rules.holds(field.show_if, place))
        here = place.local(field.id)
        is_asked = (
            field.computed is None
            and field.required is not False
            and not isinstance(field.spec, v.GroupField)
        )
        at_once = is_asked and field.required is True and not place.group
        with self.source.under(*conditions):
            if conditions and is_asked and not at_once:
                self.source.put(f"seen_{here} = True")
            if field.computed is not None:
                self.rules.value(field.computed, place, field)
            elif field.inside is not None and isinstance(field.spec, v.RowsField):
                self._rows(field, field.inside, field.spec, place)
                if at_once:
                    self._missing(field, place)
            elif field.inside is not None:
                self._group(field, field.inside, place)
            else:
                self._plain(field, place, must=at_once)
        asked = [f"seen_{here}"] if conditions else []
        return lambda: self._judgement(field, place, asked if is_asked and not at_once else None)

    def _judgement(self, field: FieldPlan, place: Container, asked: list[str] | None) -> None:
        """Note what is missing, where that is `asked` on these conditions, and the checks that do not hold."""
        if isinstance(field.spec, v.GroupField):
            return  # judged where it is read
        here, spot = place.local(field.id), Spot((*place.around, field))
        if asked is not None:
            conditions = [f"{here} is None", "not partial", *asked]
            conditions += [] if field.required is True else [self.rules.holds(field.required, place)]
            self.rules.note(spot, place, *conditions)
        self.rules.checks(field.checks, place, spot, f"{here} is not None")

    def _names(self, field: FieldPlan, place: Container) -> list[str]:
        """The field's own name, and what else of it rules read under a name."""
        roots = [root for root in (field.id, field.other_key, field.parts_key) if root]
        more = {name for name in self.read if name.split(".")[0] in roots and name in place.names}
        return sorted({field.id, *more, *filter(self._is_looked_into, roots)})

    def _is_looked_into(self, name: str) -> bool:
        """Whether a rule may see the value as a whole, under its name or as a column of a row."""
        return name in self.read or self.columns is None or name in self.columns

    # --- one answer --------------------------------------------------------------------------------------------------

    def _plain(self, field: FieldPlan, place: Container, *, must: bool) -> None:
        """Read an answer: a plain one takes its test and no more. What is missing is noted at once where it `must` be there."""
        source, here = self.source, place.local(field.id)
        source.put(f"{here} = get{place.number}({field.id!r})")
        with self._not_plain(field, place):
            with source.under(f"{here} is not None"):
                source.put(f"{here} = {source.constant('read', field.reader)}({here}, context)")
                source.give_up(f"{here}.__class__ is Flawed")
            if must:
                self._missing(field, place)
        if _is_repeated(field, place):
            source.put(f"{_last(here)} = {here}")
        self._beside(field, place)

    def _not_plain(self, field: FieldPlan, place: Container) -> AbstractContextManager[None]:
        """What is written inside runs where an answer is missing, or has to be looked at by its reader."""
        source, here = self.source, place.local(field.id)
        test = plain_test(field.spec, self.code_lists, source)
        if test is not None:
            known = f"{here} is None or {here} != {_last(here)} and " if _is_repeated(field, place) else ""
            return source.block(f"if {known}not ({test.format(here)}):")
        converted = conversion(field.spec, source)
        if converted is None:
            return source.under()
        source.put(f"plain = {converted.format(here)}")
        more = date_test(field.spec)
        with source.under("plain is not None", *([more.format("plain")] if more else [])):
            source.put(f"{here} = plain")
        return source.block("else:")

    def _missing(self, field: FieldPlan, place: Container) -> None:
        spot = Spot((*place.around, field))
        self.rules.note(spot, place, f"{place.local(field.id)} is None", "not partial")

    def _beside(self, field: FieldPlan, place: Container) -> None:
        """What comes with an answer: the text of an open option, the parts of a number, the parts of an answer that has some."""
        here, source = place.local(field.id), self.source
        if field.other_key:
            self._other(field, place)
        more = [name for name in self._names(field, place) if name not in (field.id, field.other_key)]
        variable = place.names[field.id]
        whole = variable.members is not None and self._is_looked_into(field.id)
        if not more and not whole:
            return
        with source.under(f"{here} is not None"):
            if any(name.split(".")[0] == field.parts_key for name in more):
                source.put(f"parts = parts_of({source.constant('spec', field.spec)}, {here})")
            for name in more:
                root, _, part = name.partition(".")
                value = "parts" if root == field.parts_key else here
                source.put(
                    f"{place.local(name)} = {value}.get({part!r})"
                    if part
                    else f"{place.local(name)} = {value}"
                )
            if whole:
                source.put(f"{here} = {source.constant('complete', variable.complete)}({here})")

    def _other(self, field: FieldPlan, place: Container) -> None:
        here, source = place.local(field.id), self.source
        options = source.constant("others", frozenset(field.other))
        several = isinstance(field.spec, v.MultiSelectField)
        chosen = f"not {options}.isdisjoint({here})" if several else f"{here} in {options}"
        with source.under(f"{here} is not None", chosen):
            source.put(f"text = read_other(get{place.number}({field.other_key!r}) or '', context)")
            source.give_up("text.__class__ is Flawed or text is None and not partial")
            if field.other_key in self._names(field, place):
                source.put(f"{place.local(field.other_key)} = text")

    # --- groups and rows ---------------------------------------------------------------------------------------------

    def _group(self, field: FieldPlan, inside: FieldsPlan, place: Container) -> None:
        source, here = self.source, place.local(field.id)
        given = f"given{self.containers}"
        source.put(f"{given} = get{place.number}({field.id!r})")
        with source.under(f"{given} is None or {given} == ''"):
            source.put(f"{given} = nothing")
        source.give_up(f"{given}.__class__ is not dict")
        inner, judges = self._inside(field, inside, place)
        for name in self._names(field, place):
            if name != field.id:
                source.put(f"{place.local(name)} = {inner.local(name.partition('.')[2])}")
        if self._is_looked_into(field.id):
            complete = source.constant("complete", place.names[field.id].complete)
            source.put(f"{here} = completed({complete}, {self._record(inner, lambda local, _: local)})")
        begun = f"begun_{here}"
        source.put(f"{begun} = {' or '.join(_begun(each, inner) for each in inside.fields) or 'False'}")
        with source.under(f"({begun} or {self.rules.holds(field.required, place)})"):
            for judge in judges:
                judge()
        self.rules.checks(field.checks, inner, Spot(inner.around), begun)

    def _inside(
        self, field: FieldPlan, inside: FieldsPlan, place: Container
    ) -> tuple[Container, list[Judge]]:
        inner = self.container(inside, place, field)
        judges = [self.field(each, inner) for each in ordered(inside.fields, (), inner.groups)]
        known = self.source.constant("known", inside.known)
        self.source.give_up(f"not {known}.issuperset(given{inner.number})")
        return inner, judges

    def _rows(self, field: FieldPlan, inside: FieldsPlan, spec: v.RowsField, place: Container) -> None:
        source, number = self.source, self.containers
        rows = f"rows{number}"
        source.put(f"{rows} = get{place.number}({field.id!r})")
        with source.block(f"if {rows} is not None and {rows} != '' and {rows} != []:"):
            source.give_up(f"{rows}.__class__ is not list or len({rows}) > {spec.max_rows}")
            source.give_up(f"len({rows}) < {spec.min_rows}", "not partial")
            source.put(f"{place.local(field.id)} = made{number} = []", f"keys{number} = set()")
            texts = [f"{_last(f'v{number}_{each.id}')}" for each in inside.fields if _is_text(each)]
            source.put(*([f"{' = '.join(texts)} = None"] if texts else []))
            with source.block(f"for index{number}, given{number} in enumerate({rows}):"):
                source.give_up(f"given{number}.__class__ is not dict")
                self._row(field, inside, spec, place)
            if spec.one_per:
                select = inside.by_id[spec.one_per].spec
                options = select.options if isinstance(select, v.SelectField) else ()
                every = source.constant("every", frozenset(option.value for option in options))
                source.give_up(f"not {every} <= keys{number}", "not partial")

    def _row(self, field: FieldPlan, inside: FieldsPlan, spec: v.RowsField, place: Container) -> None:
        source = self.source
        row, judges = self._inside(field, inside, place)
        for judge in judges:
            judge()
        self.rules.checks(field.row_checks, row, Spot(row.around, of_row=True))
        if spec.unique:
            columns = [row.local(name) for name in spec.unique]
            with source.under(*(f"{column} is not None" for column in columns)):
                # Small and capital letters make no difference.
                parts = (
                    f"{c}.casefold()" if row.names[n].type == "string" else c
                    for n, c in zip(spec.unique, columns, strict=True)
                )
                source.put(f"key = ({', '.join(parts)},)")
                source.give_up(f"key in keys{row.number}")
                source.put(f"keys{row.number}.add(key)")
        if spec.one_per:
            source.put(f"keys{row.number}.add({row.local(spec.one_per)})")
        record = self._record(row, self._or_default) if self._is_looked_into(field.id) else "True"
        source.put(f"made{row.number}.append({record})")

    def _record(self, place: Container, value: Callable[[str, Variable], str]) -> str:
        """The columns of a container that rules read behind a dot."""
        names = [
            name
            for field in place.plan.fields
            for name in (field.id, field.other_key, field.parts_key)
            if name and (self.columns is None or name in self.columns)
        ]
        return (
            f"{{{', '.join(f'{name!r}: {value(place.local(name), place.names[name])}' for name in names)}}}"
        )

    def _or_default(self, local: str, variable: Variable) -> str:
        default = variable.default
        if isinstance(default, str | bool) or default == [] or variable.type == "int":
            return f"{local} or {default!r}"
        name = repr(default) if isinstance(default, float) else self.source.constant("default", default)
        return f"{name} if {local} is None else {local}"


def _is_text(field: FieldPlan) -> bool:
    return isinstance(field.spec, v.TextField | v.LongTextField | v.IdentifierField)


def _is_repeated(field: FieldPlan, place: Container) -> bool:
    """Whether a text is likely to be that of the row before, which was looked at already: a laboratory, the number of a report."""
    return _is_text(field) and bool(place.indexes) and not place.group


def _last(local: str) -> str:
    return f"last_{local}"


def _begun(field: FieldPlan, place: Container) -> str:
    local = place.local(field.id)
    if field.computed is not None:
        return "False"
    return f"begun_{local} is True" if isinstance(field.spec, v.GroupField) else f"{local} is not None"


def _completed(
    complete: Callable[[CelValue], CelValue], members: Mapping[str, CelValue | None]
) -> CelValue | None:
    """A group as rules see it, None where nothing in it has a value."""
    there = {name: value for name, value in members.items() if value is not None}
    return complete(there) if there else None
