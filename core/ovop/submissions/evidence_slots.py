"""Where a file may go in a submission, and what that place takes: the form's evidence, its `file` fields, and an office's letter. Pure."""

from collections.abc import Iterator, Sequence

import msgspec

from ovop.contract.judging.files import MEDIA, MEGABYTE
from ovop.contract.vocabulary import (
    Evidence,
    EvidenceKind,
    Field,
    FileField,
    Finding,
    Form,
    GroupField,
    RowsField,
    Text,
)
from ovop.errors import Conflict, Invalid, TooLarge

DOCUMENTS = MEDIA[EvidenceKind.DOCUMENT]
FIELD_MEGABYTES = 10.0
FIELD_FILES = 100
"""Limits of a `file` field, which states none of its own: its rows bound how many are used."""


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One place for files: its name and section, accepted media types, the size limit of a file in megabytes, and the most files."""

    id: str
    label: Text
    section: str
    media: tuple[str, ...]
    max_megabytes: float
    max_files: int
    roles: tuple[str, ...] = ()

    @property
    def max_bytes(self) -> int:
        """The size limit of one file, in bytes."""
        return int(self.max_megabytes * MEGABYTE)


LETTER = Slot(
    id="letter",
    label=Text(id="Surat dinas", en="Office letter"),
    section="",
    media=DOCUMENTS,
    max_megabytes=10.0,
    max_files=50,
)
"""The scan of a letter by which an office acts."""


def slot_of(form: Form, name: str) -> Slot:
    """The place of that name in a form; raises `Invalid` (`unknown_evidence`) that lists the names there are."""
    for evidence in form.evidence:
        if evidence.id == name:
            return _evidence_slot(evidence)
    for section in form.sections:
        for field in _file_fields(section.fields):
            if field.id == name:
                return _field_slot(field, section.id)
    known = ", ".join([e.id for e in form.evidence])
    raise _invalid(
        "unknown_evidence",
        "evidence",
        Text(id=f"Formulir ini tidak mempunyai bukti “{name}”.", en=f"The form has no evidence “{name}”."),
        Text(id=f"Pakai salah satu nama ini: {known}.", en=f"Use one of these names: {known}."),
    )


def check_role(slot: Slot, role: str) -> None:
    """A role that is given must be one of the slot's; raises `Invalid` (`unknown_role`)."""
    if not role or role in slot.roles:
        return
    known = ", ".join(slot.roles)
    raise _invalid(
        "unknown_role",
        "role",
        Text(
            id=f"“{slot.label.id}” tidak mempunyai peran berkas “{role}”.",
            en=f"“{slot.label.en}” has no file role “{role}”.",
        ),
        Text(id=f"Pakai salah satu: {known}.", en=f"Use one of: {known}.")
        if known
        else Text(id="Kosongkan peran berkas.", en="Leave the role empty."),
    )


def check_size(slot: Slot, size_bytes: int) -> None:
    """Raises `TooLarge`, naming the limit."""
    if size_bytes <= slot.max_bytes:
        return
    actual = size_bytes / MEGABYTE
    raise TooLarge(
        "file_too_large",
        Text(
            id=f"Berkas “{slot.label.id}” berukuran {actual:.1f} MB; paling besar {slot.max_megabytes:g} MB. "
            "Perkecil atau pindai ulang dengan resolusi lebih rendah, lalu unggah lagi.",
            en=f"The file for “{slot.label.en}” has {actual:.1f} MB; at most {slot.max_megabytes:g} MB are allowed. "
            "Make it smaller or scan it at a lower resolution, then upload it again.",
        ),
    )


def check_count(slot: Slot, present: int) -> None:
    """Whether one more file fits beside those present; raises `Conflict` (`too_many_files`)."""
    if present < slot.max_files:
        return
    raise Conflict(
        "too_many_files",
        Text(
            id=f"“{slot.label.id}” sudah berisi {present} berkas, paling banyak {slot.max_files}. Hapus satu berkas dulu, lalu unggah lagi.",
            en=f"“{slot.label.en}” already has {present} files, at most {slot.max_files}. Remove one first, then upload again.",
        ),
    )


def section_closed(slot: Slot, returned: Sequence[str]) -> Invalid:
    """The error for a file of a section that a return keeps closed."""
    open_sections = ", ".join(returned)
    return _invalid(
        "section_closed",
        "evidence",
        Text(
            id=f"Bukti “{slot.label.id}” tidak termasuk bagian yang dikembalikan.",
            en=f"The evidence “{slot.label.en}” is not in a section that was returned.",
        ),
        Text(id=f"Ubah hanya bagian: {open_sections}.", en=f"Change only the sections: {open_sections}."),
        section=slot.section,
    )


def _invalid(code: str, path: str, message: Text, remedy: Text, *, section: str = "") -> Invalid:
    finding = Finding(path=path, code=code, message=message, remedy=remedy, section=section)
    return Invalid(code, message, findings=[finding])


def _evidence_slot(evidence: Evidence) -> Slot:
    return Slot(
        id=evidence.id,
        label=evidence.label,
        section=evidence.section,
        media=evidence.media or MEDIA[evidence.kind],
        max_megabytes=evidence.max_megabytes,
        max_files=evidence.max_files,
        roles=tuple(role.id for role in evidence.roles),
    )


def _field_slot(field: FileField, section: str) -> Slot:
    return Slot(
        id=field.id,
        label=field.label,
        section=section,
        media=field.media,
        max_megabytes=FIELD_MEGABYTES,
        max_files=FIELD_FILES,
    )


def _file_fields(fields: Sequence[Field]) -> Iterator[FileField]:
    for field in fields:
        if isinstance(field, FileField):
            yield field
        elif isinstance(field, GroupField | RowsField):
            yield from _file_fields(field.fields)
