"""Carbon copies (tembusan): numbered, delivered, read, and answerable without blocking anything."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.models import CarbonCopy, Decision
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Action
from ovop.errors import Conflict, Invalid, NotAllowed, NotFound
from ovop.events import By, append
from ovop.identities.actor import Act, Power
from ovop.identities.enums import OfficeKind, Permission
from ovop.identities.models import Office
from ovop.submissions.access import Place, stream_of

TERRITORY_DIGITS = {
    OfficeKind.PROVINCE: 2,
    OfficeKind.GOVERNOR: 2,
    OfficeKind.REGENCY: 4,
    OfficeKind.MINISTRY: 0,
}
"""How many digits of a region code name the territory of an office of that kind."""


async def issue_copies(
    session: AsyncSession, *, act: Act, power: Power, place: Place, action: Action, decision: Decision
) -> list[CarbonCopy]:
    """One numbered copy for every line of the copy list that the action names. A copy whose office is not registered yet stays due."""
    submission = place.submission
    query = select(func.max(CarbonCopy.sequence)).where(CarbonCopy.submission_id == submission.id)
    last = await session.scalar(query) or 0
    copies = []
    for sequence, code in enumerate(action.copies, start=last + 1):
        line = place.chain.copy(code)
        region = submission.region_code[: TERRITORY_DIGITS.get(line.office, 4)]
        copy = CarbonCopy(
            submission_id=submission.id,
            decision_id=decision.id,
            sequence=sequence,
            number=f"{submission.number}/T{sequence}",
            recipient=code,
            office_kind=line.office,
            region_code=region,
            due_at=act.at,
        )
        session.add(copy)
        await session.flush()
        await _event(session, copy, "copy.issued", at=act.at, by=act.by(power))
        await _deliver(session, copy, at=act.at)
        copies.append(copy)
    return copies


async def deliver_due_copies(session: AsyncSession, *, at: datetime, limit: int = 100) -> int:
    """Deliver copies whose office was registered after they fell due, at most `limit` at a time; returns how many."""
    registered = (
        select(Office.id)
        .where(Office.kind == CarbonCopy.office_kind, Office.region_code == CarbonCopy.region_code)
        .exists()
    )
    waiting = (
        select(CarbonCopy)
        .where(CarbonCopy.delivered_at.is_(None), registered)
        .order_by(CarbonCopy.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return sum([await _deliver(session, copy, at=at) for copy in await session.scalars(waiting)])


async def list_copies(
    session: AsyncSession, *, submission_id: UUID | None, unread: bool, after: UUID | None, limit: int
) -> Sequence[CarbonCopy]:
    """The copies that the actor may see, oldest first, one more than asked for."""
    query = select(CarbonCopy).order_by(CarbonCopy.id).limit(limit + 1)
    if submission_id is not None:
        query = query.where(CarbonCopy.submission_id == submission_id)
    if unread:
        query = query.where(CarbonCopy.read_at.is_(None))
    if after is not None:
        query = query.where(CarbonCopy.id > after)
    return (await session.scalars(query)).all()


async def get_copy(session: AsyncSession, copy_id: UUID, *, lock: bool = False) -> CarbonCopy:
    """The copy, if the actor may see it; otherwise `NotFound`. With `lock` a second writer waits and then sees what the first one did."""
    query = select(CarbonCopy).where(CarbonCopy.id == copy_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    copy = await session.scalar(query)
    if copy is None:
        raise NotFound("copy_unknown", Text(id="Tembusan ini tidak ada.", en="There is no such carbon copy."))
    return copy


async def acknowledge_copy(session: AsyncSession, *, act: Act, copy_id: UUID) -> CarbonCopy:
    """The recipient has read the copy; a second time changes nothing."""
    copy = await get_copy(session, copy_id, lock=True)
    power = _recipient(act, copy)
    if copy.read_at is None:
        copy.read_at = act.at
        copy.read_by = act.actor.person_id
        await session.flush()
        await _event(session, copy, "copy.read", at=act.at, by=act.by(power))
    return copy


async def answer_copy(session: AsyncSession, *, act: Act, copy_id: UUID, opinion: str) -> CarbonCopy:
    """The recipient's opinion, once; it informs those who decide and never holds them up."""
    copy = await acknowledge_copy(session, act=act, copy_id=copy_id)
    power = _recipient(act, copy)
    if not opinion.strip():
        raise Invalid(
            "opinion_empty",
            Text(id="Pendapat masih kosong. Tulis pendapatnya.", en="The opinion is empty. Write it."),
        )
    if copy.opinion is not None:
        raise Conflict(
            "opinion_given",
            Text(
                id="Pendapat atas tembusan ini sudah diberikan dan tidak dapat diganti.",
                en="An opinion on this copy was given already and cannot be replaced.",
            ),
        )
    copy.opinion = opinion
    copy.opinion_at = act.at
    copy.opinion_by = act.actor.person_id
    await session.flush()
    # The history goes to the applicant as well; the opinion itself is for those who decide.
    digest = sha256(opinion.encode()).hexdigest()
    await _event(session, copy, "copy.answered", at=act.at, by=act.by(power), extra={"sha256": digest})
    return copy


async def _deliver(session: AsyncSession, copy: CarbonCopy, *, at: datetime) -> bool:
    query = (
        select(Office.id)
        .where(Office.kind == copy.office_kind, Office.region_code == copy.region_code)
        .order_by(Office.id)
        .limit(1)
    )
    office_id = await session.scalar(query)
    if office_id is None:
        return False
    copy.office_id = office_id
    copy.delivered_at = at
    await session.flush()
    await _event(session, copy, "copy.delivered", at=at, by=By())
    return True


async def _event(
    session: AsyncSession,
    copy: CarbonCopy,
    type: str,
    *,
    at: datetime,
    by: By,
    extra: Mapping[str, object] | None = None,
) -> None:
    await append(
        session,
        stream=stream_of(copy.submission_id),
        submission_id=copy.submission_id,
        type=type,
        at=at,
        by=by,
        payload={
            "copy_id": copy.id,
            "number": copy.number,
            "recipient": copy.recipient,
            "office_id": copy.office_id,
            **(extra or {}),
        },
    )


def _recipient(act: Act, copy: CarbonCopy) -> Power:
    for power in act.actor.powers_with(Permission.COPY_ANSWER):
        if power.office_id is not None and power.office_id == copy.office_id:
            return power
    raise NotAllowed(
        "not_recipient",
        Text(
            id="Hanya kantor penerima tembusan yang dapat melakukan ini.",
            en="Only the office that received the copy may do this.",
        ),
    )
