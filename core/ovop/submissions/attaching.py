"""How a file gets into a submission: inspected and stored first, then the submission is locked and the row written.

The caller's transaction has begun before that: on PostgreSQL nobody waits for the file, on SQLite, which has one writer at a time, others do.

A crash between the two leaves an object that no row names: nobody can see it, and `sweep_orphans` removes it.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import IO
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified
from structlog.typing import FilteringBoundLogger

from ovop.contract.vocabulary import Text
from ovop.database import new_id
from ovop.errors import Conflict
from ovop.events import append
from ovop.files import FileStore
from ovop.identities.actor import Act, Power
from ovop.submissions import evidence_slots as slots
from ovop.submissions.access import Place, stream_of
from ovop.submissions.evidence_slots import Slot
from ovop.submissions.models import EvidenceFile, Submission
from ovop.submissions.sniffing import Inspected, inspect_file, safe_name

log: FilteringBoundLogger = structlog.get_logger("ovop.files")

PREFIX = "submissions"
ORPHAN_AGE = timedelta(hours=1)
"""No transaction lasts this long: an object of this age without a row will never get one."""
SWEEP_BATCH = 200
FEW_ORPHANS = 20
ORPHAN_SHARE = 0.1
"""Crashes leave a few orphans; more than these many and this share of all objects mean that database and store do not belong together."""
REFUSED_REMEDY = "Check that the store belongs to this database and that the database is not an older one that was restored."
FORM_FILE = "form"
LETTER_FILE = "letter"


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was sent: readable, seekable and writable (notes in a video are blanked in place), with the name its sender gave it."""

    file: IO[bytes]
    file_name: str


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What is said about a file beside its content."""

    role: str = ""
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


def new_row(act: Act, submission_id: UUID, purpose: str, slot: Slot, details: Details) -> EvidenceFile:
    """A row that is not in the session yet, with a key for its content."""
    row_id = new_id()
    return EvidenceFile(
        id=row_id,
        submission_id=submission_id,
        purpose=purpose,
        evidence=slot.id,
        **msgspec.structs.asdict(details),
        store_key=f"{PREFIX}/{submission_id}/{row_id}",
        uploaded_by=act.actor.person_id,
        uploaded_at=act.at,
    )


async def attach(
    session: AsyncSession,
    *,
    act: Act,
    store: FileStore,
    place: Place,
    slot: Slot,
    row: EvidenceFile,
    upload: Upload,
    power: Power,
    event: str,
) -> EvidenceFile:
    """Inspect and store the file, and only then lock the submission and write the row; the same file in the same place and role again
    gives the row there is. Raises `Invalid`, `TooLarge`, `Conflict` as `add_evidence` says."""
    slots.check_size(slot, upload.file.seek(0, os.SEEK_END))
    inspected = await asyncio.to_thread(inspect_file, upload.file, upload.file_name, accepted=slot.media)
    slots.check_size(slot, inspected.size_bytes)
    _fill(row, inspected, upload.file_name)
    if there := await _same(session, row):
        return there
    slots.check_count(slot, await _count(session, row))
    await store.put(row.store_key, inspected.content)
    if there := await _same_after_lock(session, place, slot, row):
        await store.delete(row.store_key)
        return there
    session.add(row)
    payload = {
        "file": str(row.id),
        "evidence": row.evidence,
        "role": row.role,
        "media_type": row.media_type,
        "size_bytes": row.size_bytes,
        "sha256": row.sha256,
    }
    await record_change(session, act, place.submission, power, event, payload)
    return row


async def record_change(
    session: AsyncSession,
    act: Act,
    submission: Submission,
    power: Power,
    event: str,
    payload: Mapping[str, object],
) -> None:
    """Count the change in the submission's version and tell it to the log. File names stay out: they may hold a person's name."""
    submission.updated_at = act.at
    flag_modified(submission, "updated_at")  # the version also counts a second change at the same instant
    await session.flush()
    await append(
        session,
        stream=stream_of(submission.id),
        submission_id=submission.id,
        type=event,
        at=act.at,
        by=act.by(power),
        payload=payload,
    )


async def sweep_orphans(session: AsyncSession, *, store: FileStore, at: datetime) -> int:
    """Remove stored objects older than an hour that no row names, and unfinished temporary files; returns how many.

    A bucket (or folder) belongs to one installation: what no row of this database names is rubbish here. So that an older database that was
    restored, or another installation's bucket, costs no evidence, nothing is removed where more than 20 objects and more than a tenth
    of all are orphans; the error `sweep_refused` in the log says so.
    """
    before = at - ORPHAN_AGE
    listed, orphans = await _survey(session, store, before)
    if len(orphans) > FEW_ORPHANS and len(orphans) > listed * ORPHAN_SHARE:
        log.error("sweep_refused", listed=listed, orphans=len(orphans), remedy=REFUSED_REMEDY)
        return 0
    for key in orphans:
        await store.delete(key)
    return len(orphans) + await store.remove_leftovers(older_than=before)


async def _survey(session: AsyncSession, store: FileStore, before: datetime) -> tuple[int, list[str]]:
    """How many objects there are, and the keys of those that no row names."""
    listed = 0
    orphans: list[str] = []
    batch: list[str] = []
    async for stored in store.list(older_than=before, prefix=PREFIX):
        listed += 1
        batch.append(stored.key)
        if len(batch) == SWEEP_BATCH:
            orphans += await _unnamed(session, batch)
            batch = []
    return listed, orphans + await _unnamed(session, batch)


async def _unnamed(session: AsyncSession, keys: Sequence[str]) -> list[str]:
    # A Core query: the visibility rules would hide rows from a session without an actor, and their files would be lost.
    table = EvidenceFile.__table__
    named = set(await session.scalars(select(table.c.store_key).where(table.c.store_key.in_(keys))))
    return [key for key in keys if key not in named]


def _fill(row: EvidenceFile, inspected: Inspected, file_name: str) -> None:
    row.file_name = safe_name(file_name, inspected.media_type)
    row.media_type = inspected.media_type
    row.size_bytes = inspected.size_bytes
    row.sha256 = inspected.sha256
    row.width_px = inspected.width_px
    row.height_px = inspected.height_px
    row.seconds = inspected.seconds


async def _same_after_lock(
    session: AsyncSession, place: Place, slot: Slot, row: EvidenceFile
) -> EvidenceFile | None:
    """Lock the submission and look again: somebody may have moved it on, or added the same file or the last one, while this was stored.

    What was stored for nothing stays until it is swept.
    """
    stage = place.submission.stage
    await session.refresh(place.submission, with_for_update=True)
    if place.submission.stage != stage:
        raise Conflict(
            "moved_on",
            Text(
                id="Usulan berpindah tahap selagi berkas diunggah; berkas tidak dilampirkan. Muat ulang usulannya.",
                en="The submission moved to another stage while the file was uploaded; it was not attached. Read it again.",
            ),
        )
    if there := await _same(session, row):
        return there
    slots.check_count(slot, await _count(session, row))
    return None


async def _same(session: AsyncSession, row: EvidenceFile) -> EvidenceFile | None:
    query = select(EvidenceFile).where(
        EvidenceFile.submission_id == row.submission_id,
        EvidenceFile.purpose == row.purpose,
        EvidenceFile.evidence == row.evidence,
        EvidenceFile.role == row.role,
        EvidenceFile.sha256 == row.sha256,
        EvidenceFile.removed_at.is_(None),
    )
    return (await session.scalars(query.order_by(EvidenceFile.id).limit(1))).first()


async def _count(session: AsyncSession, row: EvidenceFile) -> int:
    query = select(func.count(EvidenceFile.id)).where(
        EvidenceFile.submission_id == row.submission_id,
        EvidenceFile.purpose == row.purpose,
        EvidenceFile.evidence == row.evidence,
        EvidenceFile.removed_at.is_(None),
    )
    return await session.scalar(query) or 0
