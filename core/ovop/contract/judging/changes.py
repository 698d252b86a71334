"""What changed between two sets of answers, for the page on which a reviewer compares a submission with the one returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from ovop.contract.reading.plan import FieldPlan, FormPlan
from ovop.contract.vocabulary import GroupField, RowsField


class Change(Struct, frozen=True, kw_only=True):
    """One answer that differs: as sent, None for no answer; a row that came or went is one change."""

    path: str
    old: object
    new: object
    section: str


def changes(plan: FormPlan, old: Mapping[str, object], new: Mapping[str, object]) -> list[Change]:
    """All changes in form order. Rows are compared by their place; keys that the form does not know are left out."""
    return [
        Change(path=path, old=before, new=after, section=section.id)
        for section in plan.sections
        for field in section.fields
        for path, before, after in _field(field, old, new, "")
    ]


_Difference = tuple[str, object, object]


def _field(
    field: FieldPlan, old: Mapping[str, object], new: Mapping[str, object], prefix: str
) -> Iterator[_Difference]:
    if field.computed is not None:
        return
    path = prefix + field.id
    before, after = said(old.get(field.id)), said(new.get(field.id))
    inside = field.inside.fields if field.inside else ()
    if isinstance(field.spec, GroupField):
        yield from _record(inside, before, after, path)
    elif isinstance(field.spec, RowsField):
        yield from _rows(inside, before, after, path)
    elif not same(before, after):
        yield path, before, after
    if field.other_key:
        text_before, text_after = said(old.get(field.other_key)), said(new.get(field.other_key))
        if not same(text_before, text_after):
            yield prefix + field.other_key, text_before, text_after


def _record(fields: Sequence[FieldPlan], before: object, after: object, path: str) -> Iterator[_Difference]:
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    for field in fields:
        yield from _field(field, old, new, f"{path}.")


def _rows(fields: Sequence[FieldPlan], before: object, after: object, path: str) -> Iterator[_Difference]:
    old = before if isinstance(before, list) else []
    new = after if isinstance(after, list) else []
    for index in range(max(len(old), len(new))):
        place = f"{path}[{index}]"
        if index >= len(old):
            yield place, None, new[index]
        elif index >= len(new):
            yield place, old[index], None
        else:
            yield from _record(fields, old[index], new[index], place)


def said(raw: object) -> object:
    """An answer, with every way of saying nothing as None."""
    if raw is None or raw == [] or raw == {} or (isinstance(raw, str) and not raw.strip()):
        return None
    return raw


def same(old: object, new: object) -> bool:
    """Whether two answers are the same; 5 and 5.0 are, 1 and true are not."""
    if isinstance(old, bool) != isinstance(new, bool):
        return False
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    return old == new
