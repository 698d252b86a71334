"""The steps of a cycle: opening after a check-list, extending, closing."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.cycles import service
from ovop.cycles.opening import open_cycle
from ovop.cycles.rules import CycleState
from ovop.cycles.schemas import Closing, Extension
from ovop.errors import OvopError
from ovop.identities.enums import Permission
from ovop.portal.filling import filled
from ovop.portal.ministry.cycles import LABELS, shown_cycle
from ovop.portal.ministry.openings import check_list
from ovop.portal.ministry.shared import REPAIRABLE, asked, instant, mistakes_shown, once, status_of
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.web import ApiRequest, GivenCommand, GivenSession, platform_of


class CycleStepPages(Controller):
    """Opening, extending and closing; only the ministry does it."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/cycles/{cycle_id:uuid}/opening")
    async def opening(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, cycle_id: FromPath[UUID]
    ) -> Response[str]:
        return await self._opening(request, reader, session, cycle_id)

    @post("/cycles/{cycle_id:uuid}/opening")
    async def open_cycle(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        cycle_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        platform = platform_of(request)

        async def work() -> str:
            await open_cycle(
                session,
                act=reader.act,
                cycle_id=cycle_id,
                version=command.version,
                installed=platform.registry.commodities,
                hooks=platform.hooks,
            )
            return str(cycle_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await self._opening(request, reader, session, cycle_id, error)
        return redirect(f"/cycles/{cycle_id}", done="cycle_opened")

    async def _opening(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        cycle_id: UUID,
        error: OvopError | None = None,
    ) -> Response[str]:
        reader.act.actor.require(Permission.CYCLE_MANAGE)
        platform = platform_of(request)
        cycle = await service.get_cycle(session, cycle_id)
        points = await check_list(
            session, cycle, installed=platform.registry.commodities, hooks=platform.hooks, at=reader.at
        )
        return render(
            request,
            reader,
            "ministry_cycle_opening.html",
            status=status_of(error) if error else 200,
            cycle=cycle,
            points=points,
            is_draft=cycle.state == CycleState.DRAFT,
            mistakes=mistakes_shown(error, reader),
        )

    @post("/cycles/{cycle_id:uuid}/extension")
    async def extend(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        cycle_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            values = {"closes_at": instant(form.get("closes_at", "")), "reason": form.get("reason", "")}
            given = asked(Extension, values, LABELS)
            await service.extend_cycle(
                session,
                act=reader.act,
                cycle_id=cycle_id,
                version=command.version,
                closes_at=given.closes_at,
                reason=given.reason,
            )
            return str(cycle_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await shown_cycle(request, reader, session, cycle_id, error, form)
        return redirect(f"/cycles/{cycle_id}", done="cycle_extended")

    @get("/cycles/{cycle_id:uuid}/closing")
    async def closing(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, cycle_id: FromPath[UUID]
    ) -> Response[str]:
        return await self._closing(request, reader, session, cycle_id)

    @post("/cycles/{cycle_id:uuid}/closing")
    async def close(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        cycle_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            given = asked(Closing, {"reason": form.get("reason", "")}, LABELS)
            await service.close_cycle(
                session, act=reader.act, cycle_id=cycle_id, version=command.version, reason=given.reason
            )
            return str(cycle_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await self._closing(request, reader, session, cycle_id, error, form.get("reason", ""))
        return redirect(f"/cycles/{cycle_id}", done="cycle_closed")

    async def _closing(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        cycle_id: UUID,
        error: OvopError | None = None,
        reason: str = "",
    ) -> Response[str]:
        reader.act.actor.require(Permission.CYCLE_MANAGE)
        return render(
            request,
            reader,
            "ministry_cycle_closing.html",
            status=status_of(error) if error else 200,
            cycle=await service.get_cycle(session, cycle_id),
            reason=reason,
            mistakes=mistakes_shown(error, reader),
        )
