"""The variables that rules may read: for each field of a form its type, its default and the members that it has.

Types are written as CEL writes them (`double`, `list(string)`). Nothing here knows the CEL engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeAlias

from ovop.contract import vocabulary as v

CelValue: TypeAlias = "str | int | float | bool | datetime | Sequence[CelValue] | Mapping[str, CelValue]"

ROWS = "list(map(string,dyn))"
MAP = "map(string,dyn)"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a date that was not given, where a whole row is looked at."""

_DEFAULTS: Mapping[str, CelValue] = {
    "string": "",
    "int": 0,
    "double": 0.0,
    "bool": False,
    "timestamp": EPOCH,
    "list(string)": [],
    "list(double)": [],
    ROWS: [],
}
COMPUTED_TYPES: Mapping[v.ComputedType, str] = {
    "boolean": "bool",
    "integer": "int",
    "decimal": "double",
    "text": "string",
    "list": "list(string)",
    "date": "timestamp",
}
FACT_TYPES: Mapping[v.Fact, str] = {
    v.Fact.TODAY: "timestamp",
    v.Fact.ENTERPRISE_SIZE: "string",
    v.Fact.REGENCY: "string",
    v.Fact.PROVINCE: "string",
    v.Fact.KBLI: "list(string)",
    v.Fact.CENTRE_MEMBERS: "int",
}
EVIDENCE_KEYS: Mapping[str, str] = {
    "role": "string",
    "number": "string",
    "issuer": "string",
    "issued_on": "timestamp",
    "expires_on": "timestamp",
    "media_type": "string",
    "size_bytes": "int",
    "width_px": "int",
    "height_px": "int",
    "seconds": "double",
}
_LOCATION = {"region": "string", "latitude": "double", "longitude": "double"}
_READING = {
    "operator": "string",
    "value": "double",
    "unit": "string",
    "detection_limit": "double",
    "category": "string",
}
_SAMPLE = {"count": "int", "lot": "string", "expires_on": "timestamp"}


_PLAIN = frozenset({"string", "bool", "int", "double", "timestamp", "list(string)", "list(double)"})


@dataclass(frozen=True)
class Variable:
    """What a rule may read under one name.

    `members` are the names that may follow after a dot; `item` describes one element of a list. A `single` variable without a value makes
    every rule that reads it undetermined; any other falls back to `default`.
    """

    type: str
    single: bool = True
    default: CelValue = ""
    members: Mapping[str, Variable] | None = None
    item: Variable | None = None

    def complete(self, value: CelValue) -> CelValue:
        """`value` with the typed default in place of each member that is absent, down to the rows of a list."""
        if self.members is not None and isinstance(value, dict):
            if self._is_flat and value.keys() <= self.members.keys():
                return {**self._blank, **value}
            whole = dict(self._blank)
            for key, part in value.items():
                member = self.members.get(key)
                if member is not None:
                    whole[key] = part if member.is_plain else member.complete(part)
            return whole
        if self.item is not None and self.item.members is not None and isinstance(value, list):
            return [self.item.complete(row) for row in value]
        return list(value) if isinstance(value, tuple) else value

    @cached_property
    def is_plain(self) -> bool:
        """Whether a value is complete as it is."""
        return self.type in _PLAIN

    @cached_property
    def _blank(self) -> Mapping[str, CelValue]:
        return self.default if isinstance(self.default, dict) else {}

    @cached_property
    def _is_flat(self) -> bool:
        return self.members is not None and all(member.is_plain for member in self.members.values())


def for_engine(value: CelValue) -> CelValue:
    """A value as the engine takes it: inside a record it knows no dates, so they are text there, which rules turn back into a date."""
    if isinstance(value, dict):
        return {
            key: _instant_text(part) if isinstance(part, datetime) else for_engine(part)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [for_engine(part) for part in value]
    return value


def _instant_text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def scalar(type_: str) -> Variable:
    """The variable of a type that has no members; a list is never undetermined."""
    item = Variable("string") if type_ == "list(string)" else Variable("double", default=0.0)
    is_list = type_.startswith("list(")
    return Variable(type_, single=not is_list, default=_DEFAULTS[type_], item=item if is_list else None)


def mapping(members: Mapping[str, Variable], *, single: bool = True, type_: str = MAP) -> Variable:
    """The variable of a record with the members given."""
    return Variable(type_, single, {name: member.default for name, member in members.items()}, members)


def rows(members: Mapping[str, Variable]) -> Variable:
    """The variable of a list of records."""
    return Variable(ROWS, single=False, default=[], item=mapping(members))


def _record(types: Mapping[str, str]) -> Variable:
    return mapping({name: scalar(type_) for name, type_ in types.items()})


EVIDENCE = rows({name: scalar(type_) for name, type_ in EVIDENCE_KEYS.items()})


def variable_of(spec: v.Field) -> Variable:
    """The variable of one field; numbers are in the stored unit, durations in days, grades as numbers, dates at midnight UTC."""
    match spec:
        case v.IntegerField() | v.MoneyField():
            return scalar("int")
        case v.DecimalField() | v.PercentField() | v.DurationField() | v.GradeField():
            return scalar("double")
        case v.DateField():
            return scalar("timestamp")
        case v.BooleanField() | v.DeclarationField():
            return scalar("bool")
        case v.MultiSelectField() | v.ChecklistField():
            return scalar("list(string)")
        case v.SeriesField():
            return scalar("list(double)")
        case v.ComputedField():
            return scalar(COMPUTED_TYPES[spec.result])
        case v.DimensionsField():
            parts = {part.id: scalar("double") for part in spec.parts}
            return mapping(parts, type_="map(string,double)")
        case v.LocationField():
            return _record(_LOCATION)
        case v.ReadingField():
            return _record(_READING)
        case v.SampleField():
            return _record(_SAMPLE)
        case v.GroupField():
            return mapping(dict(variables_of(spec.fields)), single=False)
        case v.RowsField():
            return rows(dict(variables_of(spec.fields)))
        case _:
            return scalar("string")


def variables_of(fields: Iterable[v.Field]) -> Iterator[tuple[str, Variable]]:
    """The variables of several fields, with `<id>_other` beside an open option and `<id>_parts` beside a decoded number."""
    for spec in fields:
        yield spec.id, variable_of(spec)
        if isinstance(spec, v.SelectField | v.MultiSelectField) and any(o.other for o in spec.options):
            yield f"{spec.id}_other", scalar("string")
        if isinstance(spec, v.IdentifierField) and spec.parts:
            parts = {name: scalar("string") for name in spec.parts}
            yield f"{spec.id}_parts", mapping(parts, type_="map(string,string)")


def dotted(name: str, variable: Variable) -> Iterator[tuple[str, Variable]]:
    """A variable under its name, followed by each of its members under its dotted name."""
    yield name, variable
    for member, inner in (variable.members or {}).items():
        yield from dotted(f"{name}.{member}", inner)


def flatten(name: str, value: CelValue) -> Iterator[tuple[str, CelValue]]:
    """A value under its name, followed by each of its members under its dotted name."""
    yield name, value
    if isinstance(value, Mapping):
        for member, inner in value.items():
            yield from flatten(f"{name}.{member}", inner)
