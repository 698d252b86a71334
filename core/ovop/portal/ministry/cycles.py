"""The cycle desk: create, amend, choose commodities, open, extend and close."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.vocabulary import Text
from ovop.cycles import service
from ovop.cycles.models import Cycle
from ovop.cycles.opening import choose_commodities
from ovop.cycles.schemas import NewCycle
from ovop.errors import OvopError
from ovop.identities.enums import Permission
from ovop.portal.filling import filled
from ovop.portal.language import mark
from ovop.portal.ministry import filled_rules, words
from ovop.portal.ministry.openings import extensions_of, lines_of
from ovop.portal.ministry.shared import (
    REPAIRABLE,
    asked,
    instant,
    local,
    mistakes_shown,
    names_for,
    once,
    options_for,
    status_of,
    whole,
)
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.submissions.correcting import list_corrections
from ovop.web import ApiRequest, GivenCommand, GivenSession, platform_of

LABELS = {
    "year": mark("Tahun"),
    "name.id": mark("Nama dalam Bahasa Indonesia"),
    "name.en": mark("Nama dalam bahasa Inggris"),
    "opens_at": mark("Dibuka pada"),
    "closes_at": mark("Ditutup pada"),
    "reason": mark("Alasan"),
}


class CyclePages(Controller):
    """Cycles. Everybody signed in may read them; the ministry manages them."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/cycles")
    async def cycles(self, request: ApiRequest, reader: GivenReader, session: GivenSession) -> Response[str]:
        reader.act.actor.require(Permission.CYCLE_READ)
        cycles = await service.list_cycles(session)
        chosen = await service.commodities_by_cycle(session, [cycle.id for cycle in cycles])
        return render(
            request,
            reader,
            "ministry_cycles.html",
            cycles=cycles,
            chosen=chosen,
            words=words,
            manages=_manages(reader),
        )

    @get("/cycles/new")
    async def new_cycle(self, request: ApiRequest, reader: GivenReader) -> Response[str]:
        reader.act.actor.require(Permission.CYCLE_MANAGE)
        return self._new(request, reader, {"year": str(reader.at.year + 1)})

    @post("/cycles/new")
    async def create_cycle(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, command: GivenCommand
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            new = _window(form, year=whole(form.get("year", "")))
            cycle = await service.create_cycle(
                session,
                act=reader.act,
                year=new.year,
                name=new.name,
                opens_at=new.opens_at,
                closes_at=new.closes_at,
            )
            return str(cycle.id)

        try:
            cycle_id = await once(command, work)
        except REPAIRABLE as error:
            return self._new(request, reader, form, error)
        return redirect(f"/cycles/{cycle_id}", done="saved")

    def _new(
        self, request: ApiRequest, reader: Reader, values: Mapping[str, str], error: OvopError | None = None
    ) -> Response[str]:
        return render(
            request,
            reader,
            "ministry_cycle_new.html",
            status=status_of(error) if error else 200,
            values=values,
            mistakes=mistakes_shown(error, reader),
        )

    @get("/cycles/{cycle_id:uuid}")
    async def cycle(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, cycle_id: FromPath[UUID]
    ) -> Response[str]:
        return await shown_cycle(request, reader, session, cycle_id)

    @get("/cycles/{cycle_id:uuid}/edit")
    async def edit_cycle(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, cycle_id: FromPath[UUID]
    ) -> Response[str]:
        reader.act.actor.require(Permission.CYCLE_MANAGE)
        cycle = await service.get_cycle(session, cycle_id)
        return self._edit(request, reader, cycle, _fields(cycle))

    @post("/cycles/{cycle_id:uuid}/edit")
    async def amend_cycle(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        cycle_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            cycle = await service.get_cycle(session, cycle_id)
            new = _window(form, year=cycle.year)
            await service.amend_cycle(
                session,
                act=reader.act,
                cycle_id=cycle_id,
                version=command.version,
                name=new.name,
                opens_at=new.opens_at,
                closes_at=new.closes_at,
                cycle_rules=filled_rules.rules_from(form),
                chain=filled_rules.chain_from(service.chain_of(cycle), form),
            )
            return str(cycle_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return self._edit(request, reader, await service.get_cycle(session, cycle_id), form, error)
        return redirect(f"/cycles/{cycle_id}", done="changed")

    def _edit(
        self,
        request: ApiRequest,
        reader: Reader,
        cycle: Cycle,
        values: Mapping[str, str],
        error: OvopError | None = None,
    ) -> Response[str]:
        return render(
            request,
            reader,
            "ministry_cycle_edit.html",
            status=status_of(error) if error else 200,
            cycle=cycle,
            chain=service.chain_of(cycle),
            values=values,
            bands=range(filled_rules.MOST_BANDS),
            shares=[
                (f"shares.{name}", filled_rules.LABELS[f"shares.{name}"]) for name in filled_rules.SHARES
            ],
            words=words,
            options=options_for(reader),
            mistakes=mistakes_shown(error, reader),
        )

    @get("/cycles/{cycle_id:uuid}/choice")
    async def choice(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, cycle_id: FromPath[UUID]
    ) -> Response[str]:
        reader.act.actor.require(Permission.CYCLE_MANAGE)
        chosen = await service.commodities_of(session, cycle_id)
        return await self._choice(request, reader, session, cycle_id, chosen)

    @post("/cycles/{cycle_id:uuid}/choice")
    async def choose(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        cycle_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = await request.form()
        chosen = [str(name) for name in form.getall("commodities", [])]

        async def work() -> str:
            await choose_commodities(
                session,
                act=reader.act,
                cycle_id=cycle_id,
                version=command.version,
                commodity_ids=chosen,
                installed=platform_of(request).registry.commodities,
            )
            return str(cycle_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await self._choice(request, reader, session, cycle_id, chosen, error)
        return redirect(f"/cycles/{cycle_id}", done="saved")

    async def _choice(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        cycle_id: UUID,
        chosen: list[str],
        error: OvopError | None = None,
    ) -> Response[str]:
        registry = platform_of(request).registry
        return render(
            request,
            reader,
            "ministry_cycle_choice.html",
            status=status_of(error) if error else 200,
            cycle=await service.get_cycle(session, cycle_id),
            installed=registry.commodities,
            absent=[name for name in chosen if name not in registry.commodities],
            chosen=chosen,
            mistakes=mistakes_shown(error, reader),
        )


async def shown_cycle(
    request: ApiRequest,
    reader: Reader,
    session: AsyncSession,
    cycle_id: UUID,
    error: OvopError | None = None,
    values: Mapping[str, str] | None = None,
) -> Response[str]:
    """The page of a cycle; shown again with the values and the refusal of one of its forms."""
    actor = reader.act.actor
    actor.require(Permission.CYCLE_READ)
    platform = platform_of(request)
    cycle = await service.get_cycle(session, cycle_id)
    extensions = await extensions_of(session, cycle_id)
    chain = service.chain_of(cycle)
    sees_corrections = actor.may(Permission.CYCLE_MANAGE) or actor.may(Permission.AUDIT_READ)
    return render(
        request,
        reader,
        "ministry_cycle.html",
        status=status_of(error) if error else 200,
        cycle=cycle,
        rules=service.rules_of(cycle),
        chain=chain,
        stage_names={stage.code: stage.label for stage in chain.stages},
        copy_names={copy.code: copy.label for copy in chain.copies},
        lines=await lines_of(
            session, cycle, installed=platform.registry.commodities, hooks=platform.frozen_hooks
        ),
        corrections=await list_corrections(session, cycle_id=cycle_id) if sees_corrections else None,
        extensions=extensions,
        names=await names_for(session, persons=[one.decided_by for one in extensions]),
        words=words,
        manages=_manages(reader),
        values=values or {"closes_at": local(cycle.closes_at)},
        mistakes=mistakes_shown(error, reader),
    )


def _manages(reader: Reader) -> bool:
    return reader.actor is not None and reader.actor.may(Permission.CYCLE_MANAGE)


def _window(form: Mapping[str, str], *, year: object) -> NewCycle:
    """The name and the window of a cycle as a form states them."""
    indonesian = form.get("name.id", "")
    texts = {"id": indonesian, "en": form.get("name.en", "") or indonesian}
    name = {language: text for language, text in texts.items() if text}
    values = {
        "year": year,
        "name": name,
        "opens_at": instant(form.get("opens_at", "")),
        "closes_at": instant(form.get("closes_at", "")),
    }
    return asked(NewCycle, values, LABELS)


def _fields(cycle: Cycle) -> dict[str, str]:
    name = Text(cycle.name_id, cycle.name_en)
    return {
        "name.id": name.id,
        "name.en": name.en,
        "opens_at": local(cycle.opens_at),
        "closes_at": local(cycle.closes_at),
        **filled_rules.fields_of(service.rules_of(cycle), service.chain_of(cycle)),
    }
