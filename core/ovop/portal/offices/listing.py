"""Submissions in a list, with the names and deadlines that people read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.queue import NO_DEADLINE, QueueCursor
from ovop.clock import day_in_jakarta
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Stage
from ovop.cycles.models import Cycle
from ovop.cycles.service import chain_of, list_cycles
from ovop.identities.models import Enterprise, Holiday, Office, Region
from ovop.portal.page import Reader
from ovop.reference.calendar import working_days_between
from ovop.submissions.access import is_author
from ovop.submissions.models import Submission
from ovop.submissions.schemas import SubmissionSummary
from ovop.submissions.views import summaries_of

SPAN = timedelta(days=400)
"""How far around today holidays are looked up for the deadlines of a page."""


class Deadline(Struct, frozen=True, kw_only=True):
    """The last day of a stage, and the working days left until it: 0 on the day itself, negative when it has passed."""

    due_on: date
    working_days: int

    @property
    def late(self) -> bool:
        """Whether the day has passed; a day off between does not put it off."""
        return self.working_days < 0


class Entry(Struct, frozen=True, kw_only=True):
    """A submission in a list."""

    summary: SubmissionSummary
    enterprise: str
    region: str
    commodity: Text
    stage: Text
    deadline: Deadline | None
    returned: bool
    path: str


async def entries_of(
    session: AsyncSession, *, reader: Reader, registry: Registry, submissions: Sequence[Submission]
) -> list[Entry]:
    """A page of a list in words; at most six queries, however long it is."""
    if not submissions:
        return []
    cycles = {cycle.id: cycle for cycle in await list_cycles(session)}
    summaries = await summaries_of(session, act=reader.act, submissions=submissions)
    enterprises = await enterprise_names(session, {s.enterprise_id for s in submissions})
    regions = await region_names(session, {s.region_code for s in submissions})
    today = day_in_jakarta(reader.at)
    due = any(s.stage_due_on for s in submissions)
    holidays = await holidays_around(session, today) if due else frozenset()
    return [
        Entry(
            summary=summary,
            enterprise=enterprises.get(row.enterprise_id, "–"),
            region=regions.get(row.region_code, row.region_code),
            commodity=commodity_name(registry, row.commodity_id),
            stage=stage_of(cycles[row.cycle_id], row.stage).label,
            deadline=deadline_of(row.stage_due_on, today, holidays),
            returned=row.revision > 0 and stage_of(cycles[row.cycle_id], row.stage).editable,
            path=f"/submissions/{row.id}"
            if row.revision == 0 or (is_author(reader.act, row) and _editable(cycles, row))
            else f"/submissions/{row.id}/review",
        )
        for row, summary in zip(submissions, summaries, strict=True)
    ]


def _editable(cycles: dict[UUID, Cycle], row: Submission) -> bool:
    return stage_of(cycles[row.cycle_id], row.stage).editable


def stage_of(cycle: Cycle, code: str) -> Stage:
    """A stage of a cycle's chain."""
    return chain_of(cycle).stage(code)


def deadline_of(due_on: date | None, today: date, holidays: frozenset[date]) -> Deadline | None:
    """A deadline as people count it; one that passed on days off alone is one working day late."""
    if due_on is None:
        return None
    days = working_days_between(today, due_on, holidays)
    return Deadline(due_on=due_on, working_days=min(days, -1) if due_on < today else days)


async def holidays_around(session: AsyncSession, today: date) -> frozenset[date]:
    """The days off that deadlines near today may meet."""
    query = select(Holiday.day).where(Holiday.day.between(today - SPAN, today + SPAN))
    return frozenset(await session.scalars(query))


async def enterprise_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of enterprises, of those that the reader may see."""
    rows = await session.execute(select(Enterprise.id, Enterprise.name).where(Enterprise.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


async def office_names(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of offices."""
    rows = await session.execute(select(Office.id, Office.name).where(Office.id.in_({i for i in ids if i})))
    return {row.id: row.name for row in rows}


async def region_names(session: AsyncSession, codes: Iterable[str]) -> dict[str, str]:
    """The names of regions by code."""
    rows = await session.execute(select(Region.code, Region.name).where(Region.code.in_(set(codes))))
    return {row.code: row.name for row in rows}


def commodity_name(registry: Registry, commodity_id: str) -> Text:
    """A commodity's name; its id where the package is not installed any more."""
    commodity = registry.commodities.get(commodity_id)
    return commodity.definition.manifest.name if commodity else Text(commodity_id, commodity_id)


async def list_returned(
    session: AsyncSession,
    *,
    today: date,
    commodity_id: str | None = None,
    late: bool = False,
    after: QueueCursor | None = None,
    limit: int,
) -> Sequence[Submission]:
    """What the reader may see of submissions that were returned and not handed in again, by due day; one more than asked for."""
    due = func.coalesce(Submission.stage_due_on, NO_DEADLINE)
    query = select(Submission).where(await _returned(session)).order_by(due, Submission.id).limit(limit + 1)
    if commodity_id is not None:
        query = query.where(Submission.commodity_id == commodity_id)
    if late:
        query = query.where(Submission.stage_due_on < today)
    if after is not None:
        query = query.where(tuple_(due, Submission.id) > tuple_(after.due_on, after.id))
    return (await session.scalars(query)).all()


async def count_returned(session: AsyncSession, *, today: date) -> tuple[int, int]:
    """How many of those there are, and how many of them are late."""
    late = func.count().filter(Submission.stage_due_on < today)
    row = (await session.execute(select(func.count(), late).where(await _returned(session)))).one()
    return row[0], row[1]


async def _returned(session: AsyncSession) -> ColumnElement[bool]:
    criteria = [
        and_(Submission.cycle_id == cycle.id, Submission.stage.in_([s.code for s in stages]))
        for cycle in await list_cycles(session)
        if (stages := [stage for stage in chain_of(cycle).stages if stage.editable])
    ]
    return and_(Submission.revision > 0, or_(*criteria)) if criteria else false()
