"""The overview of a territory: sentra without a proposal, drafts under way as a count, what was handed in, returned, and is late."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromQuery, QueryParameter

from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.cycles.models import Cycle
from ovop.cycles.rules import CycleState
from ovop.cycles.service import list_cycles
from ovop.errors import NotAllowed, NotFound
from ovop.identities.enums import Role
from ovop.identities.places import get_region
from ovop.portal.offices import listing, overview
from ovop.portal.page import GivenReader, Reader, render
from ovop.web import ApiRequest, Cursor, GivenSession, page_after

PAGE = 20
WATCHERS = (
    Role.MINISTRY_ADMIN,
    Role.VERIFIER,
    Role.SELECTOR,
    Role.AUDITOR,
    Role.PROVINCE_OFFICER,
    Role.GOVERNOR_OFFICER,
    Role.REGENCY_OFFICER,
)
"""Whose territory is shown, the widest first."""

RegionCode = Annotated[str, QueryParameter(name="region", max_length=4, pattern="^([0-9]{2}){0,2}$")]


class TerritoryPages(Controller):
    """The territory."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/territory")
    async def territory(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        region: RegionCode = "",
        cycle_id: FromQuery[UUID | None] = None,
        after: Cursor = None,
    ) -> Response[str]:
        home = _home(reader)
        shown = region or home
        if not shown.startswith(home):
            raise NotFound(
                "region_outside",
                Text("Wilayah ini di luar wilayah Anda.", "This region lies outside your territory."),
            )
        cycles = sorted(await list_cycles(session), key=lambda cycle: cycle.year, reverse=True)
        begun = [cycle for cycle in cycles if cycle.state != CycleState.DRAFT]
        cycle = _chosen(begun, cycle_id)
        if cycle is None:
            return render(request, reader, "offices_territory.html", cycle=None)
        today = day_in_jakarta(reader.at)
        parts = await overview.numbers_of(session, cycle=cycle, region=shown, today=today)
        centres = await overview.silent_centres(
            session, cycle=cycle, region=shown, after=page_after(after or None), limit=PAGE
        )
        names = await listing.region_names(session, {c.region_code[:4] for c in centres})
        return render(
            request,
            reader,
            "offices_territory.html",
            cycle=cycle,
            cycles=begun,
            cycle_name=Text(cycle.name_id, cycle.name_en),
            home=home,
            region=shown,
            region_name=(await get_region(session, code=shown)).name if shown else "",
            parts_shown=parts,
            total=overview.total_of(parts),
            centres=centres[:PAGE],
            names=names,
            decides=reader.has(Role.REGENCY_OFFICER),
            next=str(centres[PAGE - 1].id) if len(centres) > PAGE else None,
            first=after is None,
        )


def _home(reader: Reader) -> str:
    """The widest territory that the reader watches over; raises `NotAllowed` for who watches over none."""
    powers = reader.powers(*WATCHERS)
    if not powers:
        raise NotAllowed(
            "no_territory",
            Text(
                "Halaman ini untuk dinas dan kementerian. Buka meja kerja Anda.",
                "This page is for offices and the ministry. Go to your desk.",
            ),
        )
    return min((power.region_code for power in powers), key=len)


def _chosen(cycles: list[Cycle], cycle_id: UUID | None) -> Cycle | None:
    """The cycle asked for, or else the open one, or else the latest."""
    if cycle_id is not None:
        return next((cycle for cycle in cycles if cycle.id == cycle_id), None)
    running = [cycle for cycle in cycles if cycle.state == CycleState.OPEN]
    return next(iter(running or cycles), None)
