"""Every part of a definition with its place, written as in its TOML file behind the name of that file: `form.section[0].fields[2]`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ovop.contract import vocabulary as v

_P = TypeVar("_P", bound=v.Part)

FORM = "form"
CRITERIA = "criteria"
MANIFEST = "commodity"

Container = v.GroupField | v.RowsField


@dataclass(frozen=True)
class PlacedField:
    """A field, where it stands, and the groups and rows around it, outermost first."""

    path: str
    field: v.Field
    around: tuple[Container, ...] = ()


def fields_under(
    path: str, fields: Iterable[v.Field], around: tuple[Container, ...] = ()
) -> Iterator[PlacedField]:
    """The fields listed at `path` and all inside them, outer ones first."""
    for index, spec in enumerate(fields):
        place = f"{path}.fields[{index}]"
        yield PlacedField(place, spec, around)
        if isinstance(spec, v.GroupField | v.RowsField):
            yield from fields_under(place, spec.fields, (*around, spec))


def fields_of(form: v.Form) -> Iterator[PlacedField]:
    """All fields of a form in its order, those of groups and rows included."""
    for path, section in sections_of(form):
        yield from fields_under(path, section.fields)


def sections_of(form: v.Form) -> Iterator[tuple[str, v.Section]]:
    """The sections with their places."""
    return _placed(f"{FORM}.section", form.sections)


def evidence_of(form: v.Form) -> Iterator[tuple[str, v.Evidence]]:
    """The evidence with its places."""
    return _placed(f"{FORM}.evidence", form.evidence)


def groups_of(rubric: v.Rubric) -> Iterator[tuple[str, v.CriterionGroup]]:
    """The groups of the score sheet with their places."""
    return _placed(f"{CRITERIA}.rubric.group", rubric.groups)


def criteria_of(rubric: v.Rubric) -> Iterator[tuple[str, v.Criterion]]:
    """The criteria with their places."""
    for path, group in groups_of(rubric):
        yield from _placed(f"{path}.criterion", group.criteria)


def gates_of(definition: v.Definition) -> Iterator[tuple[str, v.Gate]]:
    """The gates with their places."""
    return _placed(f"{CRITERIA}.gate", definition.gates)


def _placed(path: str, items: Iterable[_P]) -> Iterator[tuple[str, _P]]:
    for index, item in enumerate(items):
        yield f"{path}[{index}]", item
