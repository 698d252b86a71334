"""Uploads that go on where they stopped, kept in the object store until they are whole; then they are attached like any other file.

An upload is a few objects of the store, so it needs no table and works with every store and database:

    uploads/<id>/about             who sends what, and where it goes (JSON)
    uploads/<id>/<offset>          a piece, under the offset at which it begins (sixteen digits)
    uploads/<id>/done              the id of the file that it became

Pieces are stored under a key that must be free, so of two senders of the same piece one is refused.
"""

import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import IO
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.vocabulary import Text
from ovop.database import new_id
from ovop.errors import Conflict, NotFound, TooLarge
from ovop.files import FileStore
from ovop.identities.actor import Act
from ovop.submissions import evidence as evidence_service
from ovop.submissions import evidence_slots as slots
from ovop.submissions.access import author_power, editable_place, section_open
from ovop.submissions.attaching import Details, Upload
from ovop.submissions.models import EvidenceFile

PREFIX = "uploads"
KEPT_FOR = timedelta(days=7)
"""How long an upload may rest before it is forgotten."""
IN_MEMORY = 4 * 1024 * 1024
_ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
_DIGITS = 16


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What is uploaded: its sender, its size in bytes, the place it goes to, and what is said about it."""

    person_id: UUID
    submission_id: UUID
    evidence: str
    file_name: str
    length: int
    created_at: datetime
    details: Details

    @property
    def expires_at(self) -> datetime:
        """When it is forgotten."""
        return self.created_at + KEPT_FOR


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far an upload is; `file_id` once it is whole and attached."""

    about: About
    offset: int
    pieces: tuple[str, ...] = ()
    file_id: UUID | None = None


async def begin_upload(
    session: AsyncSession,
    *,
    act: Act,
    store: FileStore,
    submission_id: UUID,
    evidence: str,
    file_name: str,
    length: int,
    details: Details,
) -> tuple[UUID, About]:
    """Make room for a file; nothing is taken that could not be attached. Raises what `add_evidence` raises."""
    place = await editable_place(session, act=act, submission_id=submission_id)
    author_power(act, place.submission)
    slot = slots.slot_of(place.checker.definition.form, evidence)
    if not section_open(place, slot.section):
        raise slots.section_closed(slot, place.submission.return_sections)
    slots.check_role(slot, details.role)
    slots.check_size(slot, length)
    about = About(
        person_id=act.actor.person_id,
        submission_id=submission_id,
        evidence=evidence,
        file_name=file_name,
        length=length,
        created_at=act.at,
        details=details,
    )
    upload_id = new_id()
    await store.put(_key(upload_id, "about"), msgspec.json.encode(about))
    return upload_id, about


async def standing_of(store: FileStore, *, person_id: UUID, upload_id: UUID, at: datetime) -> Standing:
    """How far an upload is; raises `NotFound` for one of another person, one that expired, and one that there never was."""
    try:
        about = msgspec.json.decode(await store.read(_key(upload_id, "about")), type=About)
    except FileNotFoundError:
        raise _gone() from None
    if about.person_id != person_id or about.expires_at <= at:
        raise _gone()
    listed = [stored async for stored in store.list(older_than=_ALWAYS, prefix=f"{PREFIX}/{upload_id}")]
    pieces = sorted((one for one in listed if one.key.rpartition("/")[2].isdigit()), key=lambda one: one.key)
    if any(one.key == _key(upload_id, "done") for one in listed):
        done = UUID((await store.read(_key(upload_id, "done"))).decode())
        return Standing(about=about, offset=about.length, file_id=done)
    offset = 0
    whole = []
    for piece in pieces:
        if piece.key != _piece(upload_id, offset):
            break
        offset += piece.size
        whole.append(piece.key)
    return Standing(about=about, offset=offset, pieces=tuple(whole))


async def add_piece(
    store: FileStore, *, upload_id: UUID, standing: Standing, offset: int, chunks: AsyncIterator[bytes]
) -> int:
    """Store what arrives of a file from `offset` on, also where its sender breaks off; gives the new offset.

    Raises `Conflict` where the upload stands elsewhere, `TooLarge` where more is sent than was announced.
    """
    if offset != standing.offset:
        raise _elsewhere()
    room = standing.about.length - offset
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as piece:
        received = 0
        broken: Exception | None = None
        try:
            async for chunk in chunks:
                received += len(chunk)
                if received > room:
                    raise _too_much()
                piece.write(chunk)
        except TooLarge:
            raise
        except Exception as error:  # however the line breaks: what has arrived is kept
            broken = error
        if received:
            piece.seek(0)
            try:
                await store.put(_piece(upload_id, offset), piece)
            except FileExistsError:
                raise _elsewhere() from None
        if broken is not None:
            raise broken
    return offset + received


async def finish_upload(
    session: AsyncSession, *, act: Act, store: FileStore, standing: Standing, joined: IO[bytes]
) -> EvidenceFile:
    """Attach the whole file as an ordinary upload is: sniffed, cleaned, counted. Raises what `add_evidence` raises."""
    about = standing.about
    return await evidence_service.add_evidence(
        session,
        act=act,
        store=store,
        submission_id=about.submission_id,
        evidence=about.evidence,
        upload=Upload(file=joined, file_name=about.file_name),
        details=about.details,
    )


async def join(store: FileStore, standing: Standing) -> IO[bytes]:
    """The pieces as one file, which the caller closes."""
    joined = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    for key in standing.pieces:
        opened = await store.open(key)
        async for chunk in opened.chunks:
            joined.write(chunk)
    joined.seek(0)
    return joined


async def conclude(store: FileStore, *, upload_id: UUID, standing: Standing, file_id: UUID) -> None:
    """Remember what the upload became, for a sender who did not hear of it, and drop its pieces."""
    try:
        await store.put(_key(upload_id, "done"), str(file_id).encode())
    except FileExistsError:
        return
    for key in standing.pieces:
        await store.delete(key)


async def forget_upload(store: FileStore, upload_id: UUID) -> None:
    """Drop an upload and all its pieces."""
    async for stored in store.list(older_than=_ALWAYS, prefix=f"{PREFIX}/{upload_id}"):
        await store.delete(stored.key)


async def sweep_uploads(store: FileStore, *, at: datetime) -> int:
    """Drop what rests of uploads that expired; returns how many objects."""
    old = [stored.key async for stored in store.list(older_than=at - KEPT_FOR, prefix=PREFIX)]
    for key in old:
        await store.delete(key)
    return len(old)


def _key(upload_id: UUID, name: str) -> str:
    return f"{PREFIX}/{upload_id}/{name}"


def _piece(upload_id: UUID, offset: int) -> str:
    return _key(upload_id, f"{offset:0{_DIGITS}}")


def _gone() -> NotFound:
    return NotFound(
        "upload_unknown",
        Text(
            "Unggahan ini tidak ada atau sudah kedaluwarsa. Mulai unggahan baru.",
            "There is no such upload, or it has expired. Begin a new one.",
        ),
    )


def _elsewhere() -> Conflict:
    return Conflict(
        "upload_offset",
        Text(
            "Unggahan ini berhenti di tempat lain. Tanyakan Upload-Offset dengan HEAD, lalu teruskan dari sana.",
            "The upload stands elsewhere. Ask for its Upload-Offset with HEAD and go on from there.",
        ),
    )


def _too_much() -> TooLarge:
    return TooLarge(
        "upload_too_long",
        Text(
            "Kiriman lebih panjang daripada Upload-Length. Mulai unggahan baru dengan ukuran yang benar.",
            "More was sent than Upload-Length announced. Begin a new upload with the right size.",
        ),
    )
