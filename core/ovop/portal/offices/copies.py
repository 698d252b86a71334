"""The inbox of carbon copies: read, acknowledge, give an opinion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect
from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals import copies as service
from ovop.approvals.models import CarbonCopy, Decision
from ovop.contract.registry import Registry
from ovop.errors import NotAllowed, OvopError
from ovop.identities.enums import Permission
from ovop.portal.filling import Mistake, filled, mistakes_of
from ovop.portal.offices import listing
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.problems import FAMILIES
from ovop.submissions.access import load_place
from ovop.submissions.models import Submission
from ovop.web import ApiRequest, Cursor, GivenCommand, GivenSession, page_after, platform_of

PAGE = 20


class Received(Struct, frozen=True, kw_only=True):
    """A copy with the submission that it is about."""

    copy: CarbonCopy
    entry: listing.Entry | None


class CopyPages(Controller):
    """Carbon copies."""

    path = "/copies"
    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get()
    async def inbox(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        all_: Annotated[bool, QueryParameter(name="all")] = False,
        after: Cursor = None,
    ) -> Response[str]:
        rows = await service.list_copies(
            session, submission_id=None, unread=not all_, after=page_after(after or None), limit=PAGE
        )
        return render(
            request,
            reader,
            "offices_copies.html",
            received=await received_of(session, reader, platform_of(request).registry, rows[:PAGE]),
            unread=await count_unread(session, reader),
            all=all_,
            next=str(rows[PAGE - 1].id) if len(rows) > PAGE else None,
            first=after is None,
        )

    @get("/{copy_id:uuid}")
    async def one(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, copy_id: FromPath[UUID]
    ) -> Response[str]:
        return await _page(request, reader, session, copy_id)

    @post("/{copy_id:uuid}/acknowledgement")
    async def acknowledge(
        self, session: GivenSession, reader: GivenReader, command: GivenCommand, copy_id: FromPath[UUID]
    ) -> Redirect:
        async def work() -> dict[str, str]:
            copy = await service.acknowledge_copy(session, act=reader.act, copy_id=copy_id)
            return {"id": str(copy.id)}

        await command.once(work)
        return redirect(f"/copies/{copy_id}", done="acknowledged")

    @post("/{copy_id:uuid}/opinion")
    async def answer(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        copy_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        opinion = filled(await request.form()).get("opinion", "")

        async def work() -> dict[str, str]:
            copy = await service.answer_copy(session, act=reader.act, copy_id=copy_id, opinion=opinion)
            return {"id": str(copy.id)}

        try:
            async with session.begin_nested():
                await command.once(work)
        except NotAllowed:
            raise
        except OvopError as error:
            status = next(status for family, (status, _) in FAMILIES.items() if isinstance(error, family))
            mistakes = [Mistake(field="opinion", message=m.message) for m in mistakes_of(error, reader)]
            return await _page(
                request, reader, session, copy_id, opinion=opinion, mistakes=mistakes, status=status
            )
        return redirect(f"/copies/{copy_id}", done="answered")


async def received_of(
    session: AsyncSession, reader: Reader, registry: Registry, rows: Sequence[CarbonCopy]
) -> list[Received]:
    """Copies with their submissions; the number of queries is fixed."""
    query = select(Submission).where(Submission.id.in_({row.submission_id for row in rows}))
    submissions = (await session.scalars(query)).all() if rows else []
    entries = await listing.entries_of(session, reader=reader, registry=registry, submissions=submissions)
    by_id = {entry.summary.id: entry for entry in entries}
    return [Received(copy=row, entry=by_id.get(row.submission_id)) for row in rows]


async def count_unread(session: AsyncSession, reader: Reader) -> int:
    """How many copies the reader's own offices have not read yet."""
    offices = [power.office_id for power in reader.act.actor.powers_with(Permission.COPY_ANSWER)]
    query = select(func.count()).where(CarbonCopy.read_at.is_(None), CarbonCopy.office_id.in_(offices))
    return await session.scalar(query) or 0


async def _page(
    request: ApiRequest,
    reader: Reader,
    session: AsyncSession,
    copy_id: UUID,
    *,
    opinion: str = "",
    mistakes: list[Mistake] | None = None,
    status: int = 200,
) -> Response[str]:
    copy = await service.get_copy(session, copy_id)
    place = await load_place(session, copy.submission_id)
    received = await received_of(session, reader, platform_of(request).registry, [copy])
    decision = await session.scalar(select(Decision).where(Decision.id == copy.decision_id))
    mine = any(
        power.office_id == copy.office_id for power in reader.act.actor.powers_with(Permission.COPY_ANSWER)
    )
    return render(
        request,
        reader,
        "offices_copy.html",
        status=status,
        copy=copy,
        entry=received[0].entry,
        recipient=place.chain.copy(copy.recipient).label,
        decision=decision,
        ruling=place.chain.action(decision.stage, decision.action).label if decision else None,
        offices=await listing.office_names(
            session, [copy.office_id, decision.office_id if decision else None]
        ),
        mine=mine,
        opinion=opinion,
        mistakes=mistakes or [],
    )
