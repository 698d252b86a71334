"""The work queue: what waits for the actor's decision, the most urgent first."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, false, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.vocabulary import Text
from ovop.cycles.service import chain_of, list_cycles
from ovop.errors import Invalid
from ovop.identities.actor import Act
from ovop.identities.enums import Permission, Role
from ovop.submissions.models import Submission

NO_DEADLINE = date(9999, 12, 31)
"""Where a submission without a deadline stands in the order: last."""


class QueueCursor(msgspec.Struct, frozen=True, array_like=True):
    """The place behind the last item of a page."""

    due_on: date
    id: UUID

    @classmethod
    def parse(cls, text: str) -> "QueueCursor":
        """Read back what `render` wrote; raises `Invalid`."""
        day, _, identifier = text.partition("_")
        try:
            return cls(date.fromisoformat(day), UUID(identifier))
        except ValueError:
            raise Invalid(
                "cursor_unknown",
                Text(
                    id="Penanda halaman tidak dikenal. Pakai nilai `next` dari halaman sebelumnya.",
                    en="The page cursor is unknown. Use the value `next` of the page before.",
                ),
            ) from None

    def render(self) -> str:
        """One token for an address."""
        return f"{self.due_on.isoformat()}_{self.id}"


class StageCount(msgspec.Struct, frozen=True, kw_only=True):
    """How much waits at a stage, and how much of it is past its deadline."""

    stage: str
    waiting: int
    overdue: int


async def list_queue(
    session: AsyncSession,
    *,
    act: Act,
    today: date,
    stage: str | None,
    commodity_id: str | None,
    overdue: bool,
    after: QueueCursor | None,
    limit: int,
) -> Sequence[Submission]:
    """What waits for the actor, ordered by deadline, one more than asked for."""
    due = func.coalesce(Submission.stage_due_on, NO_DEADLINE)
    query = select(Submission).where(await _mine(session, act)).order_by(due, Submission.id).limit(limit + 1)
    if stage is not None:
        query = query.where(Submission.stage == stage)
    if commodity_id is not None:
        query = query.where(Submission.commodity_id == commodity_id)
    if overdue:
        query = query.where(Submission.stage_due_on < today)
    if after is not None:
        query = query.where(tuple_(due, Submission.id) > tuple_(after.due_on, after.id))
    return (await session.scalars(query)).all()


async def count_queue(session: AsyncSession, *, act: Act, today: date) -> list[StageCount]:
    """How much waits for the actor, by stage."""
    late = func.count().filter(Submission.stage_due_on < today)
    query = (
        select(Submission.stage, func.count(), late)
        .where(await _mine(session, act))
        .group_by(Submission.stage)
        .order_by(Submission.stage)
    )
    rows = await session.execute(query)
    return [StageCount(stage=stage, waiting=waiting, overdue=overdue) for stage, waiting, overdue in rows]


def cursor_of(submission: Submission) -> QueueCursor:
    """The cursor behind a submission."""
    return QueueCursor(submission.stage_due_on or NO_DEADLINE, submission.id)


async def _mine(session: AsyncSession, act: Act) -> ColumnElement[bool]:
    """Submissions at a stage where one of the actor's roles decides, within that role's territory; a producer's own to write or correct."""
    criteria: list[ColumnElement[bool]] = []
    for cycle in await list_cycles(session):
        chain = chain_of(cycle)
        for power in act.actor.powers_with(Permission.SUBMISSION_DECIDE):
            stages = chain.stages_of([power.role])
            here = (
                Submission.region_code.startswith(power.region_code, autoescape=True)
                if power.region_code
                else true()
            )
            criteria.append(and_(Submission.cycle_id == cycle.id, Submission.stage.in_(stages), here))
        editable = [s.code for s in chain.stages if s.editable]
        for power in act.actor.powers_with(Permission.SUBMISSION_WRITE):
            mine = (
                Submission.enterprise_id == power.enterprise_id
                if power.role is Role.PRODUCER
                else Submission.proposed_by_office_id == power.office_id
            )
            criteria.append(and_(Submission.cycle_id == cycle.id, Submission.stage.in_(editable), mine))
    return or_(*criteria) if criteria else false()
