"""The places for evidence files on a section's page: what belongs there, what is there, and what is said about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from ovop.contract import vocabulary as v
from ovop.contract.checker import Evaluation
from ovop.contract.judging.files import ASKS, MEGABYTE
from ovop.portal.proposals.fields import said_about
from ovop.portal.proposals.views import Choice, Guide, Said
from ovop.submissions.evidence_slots import slot_of
from ovop.submissions.models import EvidenceFile

DAYS = frozenset({"issued_on", "expires_on"})


class Detail(Struct, frozen=True, kw_only=True):
    """One thing that is said about a file: its input, label and value as typed."""

    name: str
    label: str
    value: str = ""
    day: bool = False


class FileView(Struct, frozen=True, kw_only=True):
    """A file that is there. `id` is where it stands in the page, `file` its own id."""

    id: str
    file: UUID
    name: str
    megabytes: float
    image: bool
    role: str = ""
    details: tuple[Detail, ...] = ()


class UploadView(Struct, frozen=True, kw_only=True):
    """One input for new files: for a role, or for the evidence as a whole (`role` empty)."""

    name: str
    label: str
    role: str = ""
    required: bool = False
    ruler: bool = False
    files: tuple[FileView, ...] = ()


class SlotView(Struct, frozen=True, kw_only=True):
    """One kind of evidence on a page."""

    id: str
    name: str
    label: str
    kind: v.EvidenceKind
    hint: str
    required: bool
    visible: bool
    accept: str
    max_megabytes: float
    pixels: int
    most: int
    least: int
    uploads: tuple[UploadView, ...]
    asks: tuple[Detail, ...]
    example: str
    guides: tuple[Guide, ...]
    said: tuple[Said, ...]
    full: bool

    @property
    def wrong(self) -> bool:
        """Whether a finding stands in the way of handing in."""
        return any(one.severity is v.Severity.ERROR for one in self.said)

    @property
    def there(self) -> int:
        """How many files there are."""
        return sum(len(upload.files) for upload in self.uploads)


def asked_of(spec: v.Evidence) -> tuple[str, ...]:
    """What is typed in beside a file, in the order of the vocabulary; the day of issue also where only its age is limited."""
    asked = {*spec.asks, *(["issued_on"] if spec.max_age_months is not None else [])}
    return tuple(ask for ask in ASKS if ask in asked)


def slot_view(
    spec: v.Evidence,
    *,
    definition: v.Definition,
    rows: Sequence[EvidenceFile],
    evaluation: Evaluation,
    findings: Sequence[v.Finding],
    typed: Mapping[str, str],
    language: str,
) -> SlotView:
    """A kind of evidence with its files (`rows`, in the order of the checker); `typed` are inputs that were sent and are shown again."""
    path = f"evidence.{spec.id}"
    own = [row for row in rows if row.evidence == spec.id]
    slot = slot_of(definition.form, spec.id)
    files = tuple(_file_view(spec, row, number, typed, language) for number, row in enumerate(own, start=1))
    return SlotView(
        id=spec.id,
        name=f"e.{spec.id}",
        label=spec.label.in_language(language),
        kind=spec.kind,
        hint=spec.help.in_language(language) if spec.help else "",
        required=path in evaluation.required,
        visible=path in evaluation.visible,
        accept=",".join(slot.media),
        max_megabytes=slot.max_megabytes,
        pixels=spec.min_pixels,
        most=slot.max_files,
        least=spec.min_files,
        uploads=tuple(_uploads(spec, files, evaluation, language)),
        asks=tuple(_detail(f"n.{spec.id}", ask, None, typed, language) for ask in asked_of(spec)),
        example=spec.number_example,
        guides=tuple(
            Guide(id=item.id, title=item.title.in_language(language))
            for item in definition.guidance
            if spec.id in item.fields
        ),
        said=said_about([f for f in findings if f.path == path or f.path.startswith(f"{path}[")], language),
        full=len(own) >= slot.max_files,
    )


def role_choices(spec: v.Evidence, role: str, language: str) -> tuple[Choice, ...]:
    """The roles of an evidence, to say what a file shows."""
    return tuple(
        Choice(value=one.id, label=one.label.in_language(language), chosen=one.id == role)
        for one in spec.roles
    )


def _uploads(
    spec: v.Evidence, files: Sequence[FileView], evaluation: Evaluation, language: str
) -> list[UploadView]:
    found = [
        UploadView(
            name=f"e.{spec.id}.{role.id}",
            label=role.label.in_language(language),
            role=role.id,
            required=f"evidence.{spec.id}[{role.id}]" in evaluation.required,
            ruler=role.ruler,
            files=tuple(file for file in files if file.role == role.id),
        )
        for role in spec.roles
    ]
    known = {role.id for role in spec.roles}
    others = tuple(file for file in files if file.role not in known)
    if not found or others or len(found) < spec.max_files:
        found.append(UploadView(name=f"e.{spec.id}.", label="", files=others))
    return found


def _file_view(
    spec: v.Evidence, row: EvidenceFile, number: int, typed: Mapping[str, str], language: str
) -> FileView:
    said: Mapping[str, object] = {ask: getattr(row, ask) for ask in ASKS}
    asks = [ask for ask in ASKS if ask in asked_of(spec) or said[ask]]
    return FileView(
        id=f"e.{spec.id}.n{number}",
        file=row.id,
        name=row.file_name,
        megabytes=row.size_bytes / MEGABYTE,
        image=row.media_type.startswith("image/"),
        role=row.role,
        details=tuple(_detail(f"d.{row.id}", ask, said[ask], typed, language) for ask in asks),
    )


def _detail(prefix: str, ask: str, value: object, typed: Mapping[str, str], language: str) -> Detail:
    name = f"{prefix}.{ask}"
    told = value.isoformat() if isinstance(value, date) else str(value or "")
    label = ASKS[ask].in_language(language).removeprefix("the ")
    return Detail(
        name=name,
        label=label[:1].upper() + label[1:],
        value=typed.get(name, told),
        day=ask in DAYS,
    )
