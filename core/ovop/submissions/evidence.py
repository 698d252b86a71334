"""Use cases of evidence files: add, describe, remove, list, read, and an office's letter."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Need
from ovop.errors import Conflict, NotAllowed, NotFound
from ovop.files import FileStore, OpenFile
from ovop.identities.actor import Act, Power, holds
from ovop.identities.enums import Permission
from ovop.submissions import evidence_slots as slots
from ovop.submissions.access import (
    Place,
    author_power,
    editable_place,
    is_author,
    load_place,
    load_submission,
    section_open,
)
from ovop.submissions.attaching import FORM_FILE, LETTER_FILE, Details, Upload, attach, new_row, record_change
from ovop.submissions.evidence_slots import LETTER, Slot
from ovop.submissions.models import EvidenceFile
from ovop.submissions.revisions import RevisionContent, shown_revision, was_handed_in


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Files of a submission, its version, and the revision by which they are shown (`None`: as they stand)."""

    rows: Sequence[EvidenceFile]
    version: int
    handed_in: RevisionContent | None


async def add_evidence(
    session: AsyncSession,
    *,
    act: Act,
    store: FileStore,
    submission_id: UUID,
    evidence: str,
    upload: Upload,
    details: Details,
) -> EvidenceFile:
    """Put a file into a submission that the actor writes; the same file in the same place and role again gives the row there is.

    Raises `Invalid` (unknown place or role, closed section, not an accepted or whole file), `TooLarge`, `Conflict` (too many files, or
    the stage is not editable), `NotAllowed`, `NotFound`. The number's pattern and the dates are judged with the form's other findings.
    """
    place = await editable_place(session, act=act, submission_id=submission_id)
    slot = _open_slot(place, evidence)
    slots.check_role(slot, details.role)
    row = new_row(act, submission_id, FORM_FILE, slot, details)
    return await attach(
        session,
        act=act,
        store=store,
        place=place,
        slot=slot,
        row=row,
        upload=upload,
        power=author_power(act, place.submission),
        event="submission.evidence_added",
    )


async def attach_letter(
    session: AsyncSession,
    *,
    act: Act,
    store: FileStore,
    submission_id: UUID,
    upload: Upload,
    number: str = "",
    issued_on: date | None = None,
) -> EvidenceFile:
    """Put the scan of a letter into a submission: by an office that may now act on it with a letter. The action names the file afterwards.

    Raises `Conflict` when no action of the stage asks for a letter, `NotAllowed` when the actor holds none of the roles that act.
    """
    act.actor.require(Permission.SUBMISSION_DECIDE)
    place = await load_place(session, submission_id)
    power = _letter_power(act, place)
    details = Details(number=number, issued_on=issued_on)
    row = new_row(act, submission_id, LETTER_FILE, LETTER, details)
    return await attach(
        session,
        act=act,
        store=store,
        place=place,
        slot=LETTER,
        row=row,
        upload=upload,
        power=power,
        event="submission.letter_attached",
    )


async def describe_evidence(
    session: AsyncSession,
    *,
    act: Act,
    submission_id: UUID,
    evidence_id: UUID,
    version: int,
    changes: Mapping[str, str | date | None],
) -> EvidenceFile:
    """Change what is said about a file (fields of `Details` that are named); what was handed in before keeps its own words.

    `version` is the submission's that the writer saw; raises `Stale` when somebody changed it since.
    """
    place, row, slot = await _writable(
        session, act=act, submission_id=submission_id, evidence_id=evidence_id, version=version
    )
    current = Details(**{name: getattr(row, name) for name in Details.__struct_fields__})
    wanted = msgspec.structs.replace(current, **changes)
    if wanted == current:
        return row
    slots.check_role(slot, wanted.role)
    for name in Details.__struct_fields__:
        setattr(row, name, getattr(wanted, name))
    changed = sorted(n for n in Details.__struct_fields__ if getattr(wanted, n) != getattr(current, n))
    await record_change(
        session,
        act,
        place.submission,
        author_power(act, place.submission),
        "submission.evidence_described",
        {"file": str(row.id), "evidence": row.evidence, "fields": changed},
    )
    return row


async def remove_evidence(
    session: AsyncSession, *, act: Act, submission_id: UUID, evidence_id: UUID, version: int
) -> EvidenceFile:
    """Take a file out of a submission. Its content stays: revisions that were handed in may name it. `version` as in `describe_evidence`."""
    place, row, _slot = await _writable(
        session, act=act, submission_id=submission_id, evidence_id=evidence_id, version=version
    )
    row.removed_at = act.at
    await record_change(
        session,
        act,
        place.submission,
        author_power(act, place.submission),
        "submission.evidence_removed",
        {"file": str(row.id), "evidence": row.evidence, "sha256": row.sha256},
    )
    return row


async def list_evidence(
    session: AsyncSession, *, act: Act, submission_id: UUID, after: UUID | None = None, limit: int = 100
) -> Listing:
    """The files of a submission and its letters, in the order of arrival, one more than asked for, to tell whether there is a next page.
    A reader who does not see the work in progress gets the files of the last revision."""
    place = await load_place(session, submission_id)
    handed_in = await shown_revision(session, act=act, place=place)
    query = (
        select(EvidenceFile)
        .where(EvidenceFile.submission_id == submission_id, _listed(handed_in))
        .order_by(EvidenceFile.id)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(EvidenceFile.id > after)
    return Listing(
        rows=(await session.scalars(query)).all(), version=place.submission.version, handed_in=handed_in
    )


async def open_evidence(
    session: AsyncSession, *, act: Act, store: FileStore, submission_id: UUID, evidence_id: UUID
) -> tuple[EvidenceFile, OpenFile]:
    """A file to read: for the authors every one, for other readers the letters and what a revision names, removed since or not."""
    row = await _load(session, submission_id, evidence_id)
    submission = await load_submission(session, submission_id)
    if (
        row.purpose == FORM_FILE
        and not is_author(act, submission)
        and not await was_handed_in(session, submission_id=submission_id, evidence_id=evidence_id)
    ):
        raise _unknown()
    return row, await store.open(row.store_key)


def _listed(handed_in: RevisionContent | None) -> ColumnElement[bool]:
    present = EvidenceFile.removed_at.is_(None)
    if handed_in is None:
        return present
    letters = and_(present, EvidenceFile.purpose == LETTER_FILE)
    return or_(letters, EvidenceFile.id.in_([UUID(item.id) for item in handed_in.evidence]))


def _open_slot(place: Place, evidence: str) -> Slot:
    slot = slots.slot_of(place.checker.definition.form, evidence)
    if not section_open(place, slot.section):
        raise slots.section_closed(slot, place.submission.return_sections)
    return slot


def _letter_power(act: Act, place: Place) -> Power:
    roles = {role for action in place.stage.actions if Need.LETTER in action.needs for role in action.by}
    if not roles:
        raise Conflict(
            "no_letter_needed",
            Text(
                id=f"Pada tahap “{place.stage.label.id}” tidak ada tindakan yang meminta surat.",
                en=f"At the stage “{place.stage.label.en}” no action asks for a letter.",
            ),
        )
    powers = act.actor.powers_with(Permission.SUBMISSION_DECIDE)
    fitting = (holds(powers, role, place.submission.region_code) for role in sorted(roles))
    if power := next((p for p in fitting if p), None):
        return power
    raise NotAllowed(
        "not_deciding_office",
        Text(
            id="Hanya kantor yang sedang memutuskan usulan ini yang dapat melampirkan surat.",
            en="Only the office that now decides on this submission may attach a letter.",
        ),
    )


async def _writable(
    session: AsyncSession, *, act: Act, submission_id: UUID, evidence_id: UUID, version: int
) -> tuple[Place, EvidenceFile, Slot]:
    """A file of the form that the actor may change now, under the submission's lock."""
    place = await editable_place(session, act=act, submission_id=submission_id, version=version)
    row = await _load(session, submission_id, evidence_id)
    if row.purpose != FORM_FILE or row.removed_at is not None:
        raise _unknown()
    return place, row, _open_slot(place, row.evidence)


async def _load(session: AsyncSession, submission_id: UUID, evidence_id: UUID) -> EvidenceFile:
    query = select(EvidenceFile).where(
        EvidenceFile.id == evidence_id, EvidenceFile.submission_id == submission_id
    )
    row = await session.scalar(query)
    if row is None:
        raise _unknown()
    return row


def _unknown() -> NotFound:
    return NotFound(
        "evidence_unknown",
        Text(id="Berkas ini tidak ada di usulan ini.", en="There is no such file in this submission."),
    )
