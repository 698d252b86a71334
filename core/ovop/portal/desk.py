"""The first page after signing in: where the reader's work waits, by role."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from litestar import Controller, Response, get
from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals import copies as copy_service
from ovop.approvals import queue
from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Stage
from ovop.cycles.models import Cycle
from ovop.cycles.rules import CycleState
from ovop.cycles.service import list_cycles
from ovop.identities.enums import Role
from ovop.portal.offices import copies, listing, overview
from ovop.portal.offices.delegations import running_for
from ovop.portal.page import GivenReader, Reader, render
from ovop.submissions.models import Submission
from ovop.web import ApiRequest, GivenSession, Platform, platform_of

FEW = 5
"""How much of a list the desk shows; the rest is behind its link."""
DECIDING = (Role.REGENCY_OFFICER, Role.VERIFIER, Role.SELECTOR)
COPIED = (Role.PROVINCE_OFFICER, Role.GOVERNOR_OFFICER)
WATCHING = (Role.MINISTRY_ADMIN, Role.AUDITOR)


class Waiting(Struct, frozen=True, kw_only=True):
    """What waits for the reader: how much, how much of it is late, the most urgent ones, and what was returned to others."""

    count: int
    late: int
    entries: Sequence[listing.Entry]
    returned: int
    returned_late: int


class Inbox(Struct, frozen=True, kw_only=True):
    """Copies that were not read yet."""

    unread: int
    received: Sequence[copies.Received]


class Watch(Struct, frozen=True, kw_only=True):
    """How the cycle stands for who runs it, and what is amiss with the commodities."""

    stages: Sequence[tuple[Stage, int]]
    troubles: Sequence[tuple[str, Text]]


class DeskPages(Controller):
    """The desk."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/desk")
    async def desk(self, request: ApiRequest, reader: GivenReader, session: GivenSession) -> Response[str]:
        platform = platform_of(request)
        today = day_in_jakarta(reader.at)
        cycle = await _running(session)
        works = reader.has(Role.PRODUCER, *DECIDING)
        return render(
            request,
            reader,
            "desk.html",
            cycle=cycle,
            cycle_name=Text(cycle.name_id, cycle.name_en) if cycle else None,
            producer=reader.has(Role.PRODUCER),
            regency=reader.has(Role.REGENCY_OFFICER),
            waiting=await _waiting(session, reader, platform, today) if works else None,
            inbox=await _inbox(session, reader, platform) if reader.has(*COPIED) else None,
            watch=await _watch(session, platform, cycle) if reader.has(*WATCHING) else None,
            standing_in=await running_for(session, reader),
            places=[place for place in reader.menu if not place.public and place.path != "/desk"],
        )


async def _running(session: AsyncSession) -> Cycle | None:
    cycles = [cycle for cycle in await list_cycles(session) if cycle.state == CycleState.OPEN]
    return max(cycles, key=lambda cycle: cycle.year, default=None)


async def _waiting(session: AsyncSession, reader: Reader, platform: Platform, today: date) -> Waiting:
    counts = await queue.count_queue(session, act=reader.act, today=today)
    rows = await queue.list_queue(
        session,
        act=reader.act,
        today=today,
        stage=None,
        commodity_id=None,
        overdue=False,
        after=None,
        limit=FEW,
    )
    returned, late = await listing.count_returned(session, today=today)
    return Waiting(
        count=sum(count.waiting for count in counts),
        late=sum(count.overdue for count in counts),
        entries=await listing.entries_of(
            session, reader=reader, registry=platform.registry, submissions=rows[:FEW]
        ),
        returned=returned,
        returned_late=late,
    )


async def _inbox(session: AsyncSession, reader: Reader, platform: Platform) -> Inbox:
    rows = await copy_service.list_copies(session, submission_id=None, unread=True, after=None, limit=FEW)
    return Inbox(
        unread=await copies.count_unread(session, reader),
        received=await copies.received_of(session, reader, platform.registry, rows[:FEW]),
    )


async def _watch(session: AsyncSession, platform: Platform, cycle: Cycle | None) -> Watch:
    stages: list[tuple[Stage, int]] = []
    if cycle is not None:
        query = select(Submission.stage, func.count()).where(Submission.cycle_id == cycle.id)
        rows = await session.execute(query.group_by(Submission.stage))
        stages = overview.stage_counts([(row[0], row[1]) for row in rows], cycle)
    left_out = [(problem.name, problem.reason) for problem in platform.registry.problems]
    quarantined = [(problem.commodity, problem.reason) for problem in platform.hooks.problems()]
    return Watch(stages=stages, troubles=[*left_out, *quarantined])
