"""The work queue: what waits for the reader, and what was returned."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.params import FromQuery, QueryParameter

from ovop.approvals import queue
from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.cycles.service import chain_of, list_cycles
from ovop.portal.offices import listing
from ovop.portal.page import GivenReader, render
from ovop.web import ApiRequest, Cursor, GivenSession, platform_of

PAGE = 20

Named = Annotated[str, QueryParameter(max_length=60)]


class QueuePages(Controller):
    """The queue."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/queue")
    async def show_queue(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        stage: Named = "",
        commodity: Named = "",
        overdue: FromQuery[bool] = False,
        returned: FromQuery[bool] = False,
        after: Cursor = None,
    ) -> Response[str]:
        today = day_in_jakarta(reader.at)
        cursor = queue.QueueCursor.parse(after) if after else None
        if returned:
            rows = await listing.list_returned(
                session, today=today, commodity_id=commodity or None, late=overdue, after=cursor, limit=PAGE
            )
        else:
            rows = await queue.list_queue(
                session,
                act=reader.act,
                today=today,
                stage=stage or None,
                commodity_id=commodity or None,
                overdue=overdue,
                after=cursor,
                limit=PAGE,
            )
        registry = platform_of(request).registry
        counts = await queue.count_queue(session, act=reader.act, today=today)
        chosen = {"stage": stage, "commodity": commodity, "overdue": overdue, "returned": returned}
        return render(
            request,
            reader,
            "offices_queue.html",
            entries=await listing.entries_of(
                session, reader=reader, registry=registry, submissions=rows[:PAGE]
            ),
            counts=counts,
            waiting=sum(count.waiting for count in counts),
            late=sum(count.overdue for count in counts),
            returned_counts=await listing.count_returned(session, today=today),
            stages=await _stage_names(session),
            commodities=[(c.id, c.definition.manifest.name) for c in registry.commodities.values()],
            chosen=chosen,
            address=f"/queue?{urlencode({name: _plain(value) for name, value in chosen.items() if value})}",
            next=queue.cursor_of(rows[PAGE - 1]).render() if len(rows) > PAGE else None,
            first=after is None,
        )


def _plain(value: object) -> str:
    return "true" if value is True else str(value)


async def _stage_names(session: GivenSession) -> dict[str, Text]:
    """The names of all stages by code; where cycles differ, those of the latest."""
    cycles = sorted(await list_cycles(session), key=lambda cycle: cycle.year)
    return {stage.code: stage.label for cycle in cycles for stage in chain_of(cycle).stages}
