"""What differs between two revisions, and what was found, in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import TypeAlias

from msgspec import Struct

from ovop.contract.checker import Checker
from ovop.contract.vocabulary import Field, Finding, Form, GroupField, RowsField, Text
from ovop.portal.offices.answers import Cell, Words
from ovop.submissions.revisions import RevisionContent, evidence_changes
from ovop.submissions.schemas import ChangeView

PRODUCT_NAME = Text("Nama produk", "Product name")
_STEP = re.compile(r"([a-z][a-z0-9_]*)(?:\[(\d+)\])?")
_EVIDENCE = re.compile(r"evidence\.([a-z0-9_]+)(?:\[([a-z0-9_]+)\])?")


Piece: TypeAlias = tuple[bool, str]


class Difference(Struct, frozen=True, kw_only=True):
    """One answer or file that differs; `anchor` is where it stands on the review page."""

    label: Text
    section: str
    anchor: str
    old: Cell
    new: Cell

    def marked(self, language: str) -> tuple[list[Piece], list[Piece]]:
        """Both texts in pieces, each with whether it differs from the other text; none where either is not words."""
        if self.old.words is None or self.new.words is None:
            return [], []
        return pieces_of(self.old.words.in_language(language), self.new.words.in_language(language))


class Remark(Struct, frozen=True, kw_only=True):
    """One finding with the name of its field."""

    finding: Finding
    label: Text | None
    anchor: str


def differences_of(
    checker: Checker, old: RevisionContent, new: RevisionContent, words: Words
) -> list[Difference]:
    """Everything that the later revision has otherwise: the product's name, answers in form order, then files."""
    found: list[Difference] = []
    if old.product_name != new.product_name:
        told = [Cell(words=Text(name, name)) for name in (old.product_name, new.product_name)]
        found.append(Difference(label=PRODUCT_NAME, section="", anchor="", old=told[0], new=told[1]))
    form = checker.definition.form
    for change in checker.diff(old.answers, new.answers):
        spec = checker.field(change.path)
        found.append(
            Difference(
                label=label_of(form, change.path) or Text(change.path, change.path),
                section=change.section,
                anchor=anchor_of(change.path),
                old=words.cell(spec, change.old) if spec else Cell(),
                new=words.cell(spec, change.new) if spec else Cell(),
            )
        )
    return [*found, *(_file(form, change) for change in evidence_changes(form, old.evidence, new.evidence))]


def remarks_of(form: Form, findings: tuple[Finding, ...]) -> list[Remark]:
    """Findings with the names of their fields."""
    return [
        Remark(finding=finding, label=label_of(form, finding.path), anchor=anchor_of(finding.path))
        for finding in findings
    ]


def pieces_of(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Two texts word by word: which runs of words only one of them has."""
    before, after = old.split(), new.split()
    was: list[Piece] = []
    now: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if i < j:
            was.append((kind != "equal", " ".join(before[i:j])))
        if k < m:
            now.append((kind != "equal", " ".join(after[k:m])))
    return was, now


def anchor_of(path: str) -> str:
    """The `id` on the review page of the line in which a path stands; empty for the whole form."""
    if path.startswith("evidence."):
        return path.partition("[")[0]
    found = _STEP.match(path)
    return f"a.{found[1].removesuffix('_other')}" if found else ""


def label_of(form: Form, path: str) -> Text | None:
    """The names along a path: `Tahapan 2 › Hari`; None for the whole form and for what it does not know."""
    if found := _EVIDENCE.match(path):
        return _evidence_label(form, found[1], found[2])
    names: list[Text] = []
    fields: Mapping[str, Field] = {field.id: field for section in form.sections for field in section.fields}
    for name, row in _STEP.findall(path):
        field = fields.get(name) or fields.get(name.removesuffix("_other"))
        if field is None:
            break
        number = f" {int(row) + 1}" if row else ""
        names.append(Text(f"{field.label.id}{number}", f"{field.label.en}{number}"))
        fields = {f.id: f for f in field.fields} if isinstance(field, GroupField | RowsField) else {}
    return Text(" › ".join(n.id for n in names), " › ".join(n.en for n in names)) if names else None


def _evidence_label(form: Form, evidence: str, role: str | None) -> Text | None:
    for spec in form.evidence:
        if spec.id == evidence:
            return _with(spec.label, next((r.label for r in spec.roles if r.id == role), None))
    return next(
        (f.label for section in form.sections for f in _all(section.fields) if f.id == evidence), None
    )


def _all(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        if isinstance(field, GroupField | RowsField):
            yield from _all(field.fields)


def _with(label: Text, role: Text | None) -> Text:
    return Text(f"{label.id} › {role.id}", f"{label.en} › {role.en}") if role else label


def _file(form: Form, change: ChangeView) -> Difference:
    path = change.path
    return Difference(
        label=label_of(form, path) or Text(path, path),
        section=change.section,
        anchor=anchor_of(path),
        old=Cell(file=change.old["id"] if change.old else ""),
        new=Cell(file=change.new["id"] if change.new else ""),
    )
