"""What a proof has noted about the fields of a form, put into the words that the judge has for it."""

from __future__ import annotations

from collections.abc import Iterable

from ovop.contract.judging.judge import Judge, Place, lead_of, where_of
from ovop.contract.reading.plan import FieldPlan
from ovop.contract.reading.record import Note
from ovop.contract.vocabulary import RowsField, Severity


def tell(judge: Judge, notes: Iterable[Note], section: str) -> None:
    """Add the findings about the fields of a section, in the order of the form."""
    for note in sorted(notes, key=lambda note: note.order):
        rows = iter(note.rows)
        place, prefix = None, ""
        *around, field = note.spot.fields
        for outer in around:
            row = next(rows) if isinstance(outer.spec, RowsField) else None
            place = Place(place, outer.spec.label, row)
            prefix += f"{outer.id}." if row is None else f"{outer.id}[{row}]."
        _tell(judge, note, field, place, prefix, next(rows, None), section)


def _tell(
    judge: Judge,
    note: Note,
    field: FieldPlan,
    place: Place | None,
    prefix: str,
    row: int | None,
    section: str,
) -> None:
    check, label, path = note.spot.check, field.spec.label, prefix + field.id
    by_hand = note.by_hand
    if note.spot.computed:
        judge.add("check_by_hand", path, where_of(place, label), section, {}, severity=Severity.WARNING)
    elif check is None:
        judge.missing(field, prefix, place, section)
    elif note.spot.of_row:
        here = Place(place, label, row)
        judge.not_held(check, f"{path}[{row}]", here, None, section, by_hand=by_hand, fails=not by_hand)
    else:
        judge.not_held(check, path, lead_of(place), label, section, by_hand=by_hand, fails=not by_hand)
