"""What the form of a section's page says. Pure, but for the files that it carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar.datastructures import FormMultiDict, UploadFile
from msgspec import Struct

from ovop.contract import vocabulary as v
from ovop.contract.reading.plan import other_options
from ovop.portal.proposals.merging import mark_of
from ovop.portal.proposals.reading import answers_of

KEPT = "_kept."


class Sent(Struct, frozen=True, kw_only=True):
    """A form that was sent. `names` are the fields that stood on the page, `marks` what each of them was when it was drawn, `kept` the
    choices in a conflict; `add`, `remove` and `drop` are buttons: a row or measurement more, a row less, a file less."""

    pairs: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, UploadFile], ...]
    names: tuple[str, ...]
    marks: Mapping[str, str]
    kept: Mapping[str, str]
    add: str
    remove: str
    drop: str
    then: str

    @property
    def typed(self) -> dict[str, str]:
        """The texts by name, the last one where a name occurs twice."""
        return dict(self.pairs)


def field_names(section: v.Section) -> tuple[str, ...]:
    """The names under which the fields of a section are stored, the texts beside their options too."""
    names: list[str] = []
    for field in section.fields:
        if not isinstance(field, v.ComputedField):
            names += [field.id, *([f"{field.id}_other"] if other_options(field) else [])]
    return tuple(names)


def marks_of(section: v.Section, answers: v.Answers) -> str:
    """The hidden text of a page that marks what each of its fields was, in the order of `field_names`."""
    return " ".join(mark_of(answers.get(name)) for name in field_names(section))


def sent_of(form: FormMultiDict, section: v.Section) -> Sent:
    """The form of a section's page; what belongs to no field of the section is left out."""
    texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    own = dict(texts)
    known = field_names(section)
    names = tuple(own.get("_fields", "").split())
    return Sent(
        pairs=tuple((name, value) for name, value in texts if not name.startswith("_")),
        files=tuple(
            (name, value)
            for name, value in form.multi_items()
            if isinstance(value, UploadFile) and value.filename
        ),
        names=tuple(name for name in known if name in names),
        marks=dict(zip(names, own.get("_was", "").split(), strict=False)),
        kept={name.removeprefix(KEPT): value for name, value in texts if name.startswith(KEPT)},
        add=own.get("_add", ""),
        remove=own.get("_remove", ""),
        drop=own.get("_drop", ""),
        then=own.get("_then", ""),
    )


def typed_answers(
    sent: Sent, section: v.Section, definition: v.Definition, language: str, *, again: bool = False
) -> dict[str, v.Answer]:
    """The answers that were typed. `again`: to show the page again, with blank rows, and with the row added or without the one removed."""
    pairs = list(sent.pairs)
    if again and sent.remove:
        pairs = [(name, value) for name, value in pairs if not f"{name}.".startswith(f"{sent.remove}.")]
    answers = answers_of(
        section.fields,
        pairs,
        language=language,
        code_lists=definition.code_lists,
        keep_blank=again,
    )
    if again and sent.add:
        _add_row(section.fields, answers, sent.add.split(".")[1:])
    return answers


def _add_row(fields: Sequence[v.Field], answers: dict[str, v.Answer], steps: Sequence[str]) -> None:
    """Put an empty row behind those of the repeating group at a path; anything else is left as it is."""
    field = next((one for one in fields if steps and one.id == steps[0]), None)
    if isinstance(field, v.GroupField):
        inner = answers.get(field.id)
        held = dict(inner) if isinstance(inner, Mapping) else {}
        _add_row(field.fields, held, steps[1:])
        answers[field.id] = held
    elif isinstance(field, v.RowsField):
        given = answers.get(field.id)
        rows = list(given) if isinstance(given, Sequence) and not isinstance(given, str) else []
        if len(steps) == 1:
            rows.append({})
        elif steps[1].isdigit() and int(steps[1]) < len(rows):
            row = rows[int(steps[1])]
            held = dict(row) if isinstance(row, Mapping) else {}
            _add_row(field.fields, held, steps[2:])
            rows[int(steps[1])] = held
        answers[field.id] = rows
