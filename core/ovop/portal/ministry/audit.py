"""The log: read with filters, and proved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.audit import AuditReport
from ovop.audit import audit as prove
from ovop.clock import end_of_day
from ovop.events import Event, EventStream
from ovop.identities.enums import Permission, Role
from ovop.portal.ministry import words
from ovop.portal.ministry.shared import Names, day, names_for, options_for
from ovop.portal.page import GivenReader, render
from ovop.web import ApiRequest, GivenSession, platform_of

PAGE = 50
MOST_PROVED = 20_000
"""How many events a page proves; a longer log is proved on the command line."""

After = Annotated[int | None, QueryParameter(ge=1, le=2**62)]
Line = Annotated[str, QueryParameter(max_length=120)]


class Filter(Struct, frozen=True, kw_only=True):
    """What of the log is wanted: one stream or all of a kind, one type of event, and days by the clock of Jakarta (both included)."""

    stream: str = ""
    kind: str = ""
    type: str = ""
    since: str = ""
    until: str = ""

    @property
    def query(self) -> str:
        """The filter as an address says it."""
        return urlencode({name: value for name in self.__struct_fields__ if (value := getattr(self, name))})


class AuditPages(Controller):
    """The log, for those who audit."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/audit")
    async def log(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        stream: Line = "",
        kind: Line = "",
        type_: Annotated[str, QueryParameter(name="type", max_length=60)] = "",
        since: Line = "",
        until: Line = "",
        after: After = None,
    ) -> Response[str]:
        reader.act.actor.require(Permission.AUDIT_READ)
        wanted = Filter(stream=stream.strip(), kind=kind, type=type_, since=since, until=until)
        events, following = await _events(session, wanted, after)
        return render(
            request,
            reader,
            "ministry_audit.html",
            events=events,
            next=following,
            wanted=wanted,
            names=await _names(session, events),
            roles={role.value: word for role, word in words.ROLES.items()},
            links=_link,
            values={name: getattr(wanted, name) for name in wanted.__struct_fields__},
            mistakes=[],
            words=words,
            options=options_for(reader),
            is_ministry=reader.has(Role.MINISTRY_ADMIN),
        )

    @get("/audit/verification")
    async def verification(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        stream: Line = "",
        whole: FromQuery[bool] = False,
    ) -> Response[str]:
        reader.act.actor.require(Permission.AUDIT_READ)
        stream = stream.strip()
        length = await _length(session, stream)
        report: AuditReport | None = None
        if (stream or whole) and 0 < length <= MOST_PROVED:
            report = await prove(platform_of(request).database, stream=stream or None)
        return render(
            request,
            reader,
            "ministry_verification.html",
            stream=stream,
            whole=whole,
            length=length,
            most=MOST_PROVED,
            report=report,
        )


async def _events(
    session: AsyncSession, wanted: Filter, after: int | None
) -> tuple[Sequence[Event], int | None]:
    """The newest events that fit, and the number from which to go on."""
    query = select(Event)
    if wanted.stream:
        query = query.where(Event.stream == wanted.stream)
    elif wanted.kind:
        exact = wanted.kind == "holidays"
        begins = Event.stream.startswith(f"{wanted.kind}/", autoescape=True)
        query = query.where(Event.stream == wanted.kind if exact else begins)
    if wanted.type:
        query = query.where(Event.type == wanted.type)
    if first := day(wanted.since):
        query = query.where(Event.at >= end_of_day(first - timedelta(days=1)))
    if last := day(wanted.until):
        query = query.where(Event.at < end_of_day(last))
    if after is not None:
        query = query.where(Event.id < after)
    rows = (await session.scalars(query.order_by(Event.id.desc()).limit(PAGE + 1))).all()
    return (rows, None) if len(rows) <= PAGE else (rows[:PAGE], rows[PAGE - 1].id)


async def _length(session: AsyncSession, stream: str) -> int:
    """How many events the log, or one stream, holds."""
    query = select(func.coalesce(func.sum(EventStream.length), 0))
    if stream:
        query = query.where(EventStream.stream == stream)
    return int((await session.execute(query)).scalar_one())


async def _names(session: AsyncSession, events: Sequence[Event]) -> Names:
    """Who acted, and for which office, as far as the reader may know them."""
    persons: list[UUID | None] = [event.actor_id for event in events]
    persons += [event.on_behalf_of for event in events]
    return await names_for(session, persons=persons, offices=[event.office_id for event in events])


_PLACES = {
    "submission": "/submissions",
    "cycle": "/cycles",
    "person": "/people",
    "office": "/offices",
    "enterprise": "/enterprises",
    "industry-centre": "/centres",
}


def _link(stream: str) -> str:
    """The page of what a stream tells of; empty where it has none."""
    kind, _, name = stream.partition("/")
    return f"{_PLACES[kind]}/{name}" if kind in _PLACES and name else ""
