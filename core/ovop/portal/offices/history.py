"""Decisions and events of a submission in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.models import CarbonCopy, Decision
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Chain
from ovop.events import Event
from ovop.identities.actor import Actor
from ovop.identities.enums import Role
from ovop.portal.language import mark

ROLE_NAMES: Mapping[str, str] = {
    Role.PRODUCER: mark("Pelaku usaha"),
    Role.REGENCY_OFFICER: mark("Petugas dinas kab/kota"),
    Role.PROVINCE_OFFICER: mark("Petugas dinas provinsi"),
    Role.GOVERNOR_OFFICER: mark("Petugas kantor gubernur"),
    Role.VERIFIER: mark("Verifikator kementerian"),
    Role.SELECTOR: mark("Tim seleksi administrasi"),
    Role.ASSESSOR: mark("Asesor"),
    Role.MINISTRY_ADMIN: mark("Admin kementerian"),
    Role.AUDITOR: mark("Auditor"),
    "system": mark("Sistem"),
}
"""The roles as pages name them."""

EVENT_WORDS: Mapping[str, str] = {
    "submission.created": mark("Draf dimulai"),
    "submission.taken_over": mark("Isian diambil dari usulan lama"),
    "submission.submitted": mark("Usulan diajukan"),
    "submission.resubmitted": mark("Perbaikan diajukan"),
    "submission.withdrawn": mark("Usulan ditarik"),
    "submission.approved": mark("Disetujui di tahap ini"),
    "submission.returned": mark("Dikembalikan untuk diperbaiki"),
    "submission.declined": mark("Ditolak"),
    "submission.letter_attached": mark("Surat dinas diunggah"),
    "submission.definition_corrected": mark("Formulir dikoreksi kementerian"),
    "copy.issued": mark("Tembusan diterbitkan"),
    "copy.delivered": mark("Tembusan disampaikan"),
    "copy.read": mark("Tembusan dibaca"),
    "copy.answered": mark("Pendapat atas tembusan diberikan"),
}
"""What the history tells; single saves and files are left out, because the revisions show what came of them."""

MOST_EVENTS = 100


class Happening(Struct, frozen=True, kw_only=True):
    """One entry of the history: what (`label` from the chain, or else `words` of the portal), when, in which role, for which office."""

    at: datetime
    label: Text | None
    words: str
    detail: str
    role: str
    office_id: UUID | None
    reason: str | None
    own: bool
    for_other: bool


class Ruling(Struct, frozen=True, kw_only=True):
    """One decision in words; `letter_file` is the id of the letter's scan."""

    at: datetime
    stage: Text
    action: Text
    revision: int
    role: str
    office_id: UUID | None
    own: bool
    for_other: bool
    reason: str | None
    letter_number: str | None
    letter_date: date | None
    letter_file: UUID | None
    sections: Sequence[str]
    due_on: date | None
    voided: bool


async def rulings_of(
    session: AsyncSession, *, submission_id: UUID, chain: Chain, actor: Actor
) -> list[Ruling]:
    """What was decided, the latest first, voided decisions included."""
    query = select(Decision).where(Decision.submission_id == submission_id).order_by(Decision.id.desc())
    return [_ruling(row, chain, actor) for row in await session.scalars(query)]


async def happenings_of(
    session: AsyncSession, *, submission_id: UUID, chain: Chain, actor: Actor
) -> list[Happening]:
    """The last hundred things that happened, the latest first."""
    query = (
        select(Event)
        .where(Event.submission_id == submission_id, Event.type.in_(EVENT_WORDS))
        .order_by(Event.id.desc())
        .limit(MOST_EVENTS)
    )
    return [_happening(row, chain, actor) for row in await session.scalars(query)]


async def copies_of(session: AsyncSession, *, submission_id: UUID) -> Sequence[CarbonCopy]:
    """The copies that the reader may see, in the order of their numbers."""
    query = select(CarbonCopy).where(CarbonCopy.submission_id == submission_id).order_by(CarbonCopy.sequence)
    return (await session.scalars(query)).all()


def _ruling(row: Decision, chain: Chain, actor: Actor) -> Ruling:
    return Ruling(
        at=row.decided_at,
        stage=chain.stage(row.stage).label,
        action=chain.action(row.stage, row.action).label,
        revision=row.revision,
        role=ROLE_NAMES[row.role],
        office_id=row.office_id,
        own=row.decided_by == actor.person_id,
        for_other=row.lent_by is not None,
        reason=row.reason,
        letter_number=row.letter_number,
        letter_date=row.letter_date,
        letter_file=row.letter_file_id,
        sections=row.sections,
        due_on=row.due_on,
        voided=row.voided_by is not None,
    )


def _happening(row: Event, chain: Chain, actor: Actor) -> Happening:
    payload: Mapping[str, Any] = row.content()
    return Happening(
        at=row.at,
        label=_label(row, payload, chain),
        words=EVENT_WORDS[row.type],
        detail=str(payload.get("number") or "") if row.type.startswith("copy.") else "",
        role=ROLE_NAMES.get(row.role, row.role),
        office_id=row.office_id,
        reason=row.reason,
        own=row.actor_id == actor.person_id,
        for_other=row.on_behalf_of is not None,
    )


def _label(row: Event, payload: Mapping[str, Any], chain: Chain) -> Text | None:
    """The action as the cycle's chain names it, for a decision."""
    if row.type not in ("submission.approved", "submission.returned", "submission.declined"):
        return None
    return chain.action(payload["from"], payload["action"]).label
