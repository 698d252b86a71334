"""Offices and who works in them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta
from ovop.errors import OvopError
from ovop.identities import memberships, offices
from ovop.identities.enums import OfficeKind, Permission, Role
from ovop.identities.schemas import NewOffice
from ovop.portal.filling import filled
from ovop.portal.language import mark
from ovop.portal.ministry import words
from ovop.portal.ministry.giving import give_role
from ovop.portal.ministry.people import roles_at
from ovop.portal.ministry.shared import (
    PAGE,
    REPAIRABLE,
    asked,
    mistakes_shown,
    names_for,
    once,
    options_for,
    region_names,
    status_of,
)
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.web import ApiRequest, Cursor, GivenCommand, GivenSession, page_after

LABELS = {
    "kind": mark("Jenis kantor"),
    "name": mark("Nama kantor"),
    "region_code": mark("Kode wilayah"),
    "email": mark("Alamat e-mail"),
    "address": mark("Alamat"),
}


class OfficePages(Controller):
    """Offices. Who may read identities sees all of them; only the ministry creates them."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/offices")
    async def offices(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        kind: FromQuery[str] = "",
        after: Cursor = None,
    ) -> Response[str]:
        chosen = OfficeKind(kind) if kind in set(OfficeKind) else None
        rows, following = await offices.list_offices(
            session, act=reader.act, kind=chosen, after=page_after(after), limit=PAGE
        )
        return render(
            request,
            reader,
            "ministry_offices.html",
            offices=rows,
            places=await region_names(session, {row.region_code for row in rows}),
            kind=chosen or "",
            next=following,
            words=words,
            options=options_for(reader),
            is_ministry=reader.has(Role.MINISTRY_ADMIN),
        )

    @get("/offices/new")
    async def new_office(self, request: ApiRequest, reader: GivenReader) -> Response[str]:
        return self._new(request, reader, {})

    @post("/offices/new")
    async def create(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, command: GivenCommand
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            new = asked(NewOffice, {name: form.get(name, "") for name in LABELS}, LABELS)
            return str((await offices.create_office(session, act=reader.act, new=new)).id)

        try:
            office_id = await once(command, work)
        except REPAIRABLE as error:
            return self._new(request, reader, form, error)
        return redirect(f"/offices/{office_id}", done="saved")

    def _new(
        self, request: ApiRequest, reader: Reader, values: Mapping[str, str], error: OvopError | None = None
    ) -> Response[str]:
        reader.act.actor.require(Permission.IDENTITY_MANAGE)
        return render(
            request,
            reader,
            "ministry_office_new.html",
            status=status_of(error) if error else 200,
            values=values,
            words=words,
            options=options_for(reader),
            mistakes=mistakes_shown(error, reader),
        )

    @get("/offices/{office_id:uuid}")
    async def office(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        office_id: FromPath[UUID],
        after: Cursor = None,
    ) -> Response[str]:
        return await self._office(request, reader, session, office_id, after=page_after(after))

    @post("/offices/{office_id:uuid}/memberships")
    async def give(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        office_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            await give_role(session, act=reader.act, form=form, places={"office_id": str(office_id)})
            return str(office_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await self._office(request, reader, session, office_id, error=error, values=form)
        return redirect(f"/offices/{office_id}", done="membership_given")

    async def _office(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        office_id: UUID,
        *,
        after: UUID | None = None,
        error: OvopError | None = None,
        values: Mapping[str, str] | None = None,
    ) -> Response[str]:
        office = await offices.get_office(session, act=reader.act, office_id=office_id)
        rows, following = await memberships.list_memberships(
            session, office_id=office_id, after=after, limit=PAGE
        )
        return render(
            request,
            reader,
            "ministry_office.html",
            status=status_of(error) if error else 200,
            office=office,
            place=(await region_names(session, {office.region_code}))[office.region_code],
            memberships=rows,
            next=following,
            names=await names_for(session, persons=[row.person_id for row in rows]),
            today=day_in_jakarta(reader.at),
            roles=[(role, reader.text(words.ROLES[role])) for role in roles_at(OfficeKind(office.kind))],
            values=values or {"starts_on": day_in_jakarta(reader.at).isoformat()},
            words=words,
            is_ministry=reader.has(Role.MINISTRY_ADMIN),
            mistakes=mistakes_shown(error, reader),
        )
