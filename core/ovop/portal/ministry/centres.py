"""Industry centres (sentra) with the decrees that established them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.errors import OvopError
from ovop.identities import centres, enterprises, views
from ovop.identities.enums import Permission, Role
from ovop.identities.models import IndustryCentre
from ovop.identities.schemas import CentreChange, NewCentre
from ovop.portal.filling import filled
from ovop.portal.language import mark
from ovop.portal.ministry import words
from ovop.portal.ministry.shared import (
    PAGE,
    REPAIRABLE,
    asked,
    mistakes_shown,
    once,
    region_names,
    status_of,
    whole,
)
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.web import ApiRequest, Cursor, GivenCommand, GivenSession, page_after

LABELS = {
    "name": mark("Nama sentra"),
    "region_code": mark("Kode wilayah"),
    "product": mark("Produk"),
    "members": mark("Jumlah anggota"),
    "decree_number": mark("Nomor SK"),
    "decree_issuer": mark("Penerbit SK"),
    "decree_date": mark("Tanggal SK"),
}


class CentrePages(Controller):
    """Industry centres. Who may read identities sees all; the regency office of the territory and the ministry enter them."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/centres")
    async def centres(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, after: Cursor = None
    ) -> Response[str]:
        territory = _territory(reader)
        rows, following = await centres.list_centres(
            session, act=reader.act, region_code=territory, after=page_after(after), limit=PAGE
        )
        return render(
            request,
            reader,
            "ministry_centres.html",
            centres=rows,
            places=await region_names(session, {row.region_code for row in rows}),
            next=following,
            manages=reader.act.actor.may(Permission.IDENTITY_MANAGE),
        )

    @get("/centres/new")
    async def new_centre(self, request: ApiRequest, reader: GivenReader) -> Response[str]:
        return self._new(request, reader, {"region_code": _territory(reader)})

    @post("/centres/new")
    async def register(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, command: GivenCommand
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            new = asked(NewCentre, _values(form), LABELS)
            return str((await centres.register_centre(session, act=reader.act, new=new)).centre.id)

        try:
            centre_id = await once(command, work)
        except REPAIRABLE as error:
            return self._new(request, reader, form, error)
        return redirect(f"/centres/{centre_id}", done="saved")

    def _new(
        self, request: ApiRequest, reader: Reader, values: Mapping[str, str], error: OvopError | None = None
    ) -> Response[str]:
        reader.act.actor.require(Permission.IDENTITY_MANAGE)
        return render(
            request,
            reader,
            "ministry_centre_new.html",
            status=status_of(error) if error else 200,
            values=values,
            mistakes=mistakes_shown(error, reader),
        )

    @get("/centres/{centre_id:uuid}")
    async def centre(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, centre_id: FromPath[UUID]
    ) -> Response[str]:
        return await self._one(request, reader, session, centre_id)

    @post("/centres/{centre_id:uuid}")
    async def change(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        centre_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            row = await centres.get_centre(session, act=reader.act, centre_id=centre_id)
            new = asked(NewCentre, {**_values(form), "region_code": row.region_code}, LABELS)
            change = CentreChange(**{name: getattr(new, name) for name in CentreChange.__struct_fields__})
            await centres.update_centre(
                session, act=reader.act, centre_id=centre_id, version=command.version, change=change
            )
            return str(centre_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await self._one(request, reader, session, centre_id, error, form)
        return redirect(f"/centres/{centre_id}", done="changed")

    async def _one(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        centre_id: UUID,
        error: OvopError | None = None,
        values: Mapping[str, str] | None = None,
    ) -> Response[str]:
        row = await centres.get_centre(session, act=reader.act, centre_id=centre_id)
        members, more = await enterprises.list_enterprises(
            session, act=reader.act, centre_id=centre_id, after=None, limit=PAGE
        )
        powers = reader.act.actor.powers_with(Permission.IDENTITY_MANAGE)
        return render(
            request,
            reader,
            "ministry_centre.html",
            status=status_of(error) if error else 200,
            centre=views.centre_view(row),
            place=(await region_names(session, {row.region_code}))[row.region_code],
            enterprises=members,
            more=more,
            manages=any(p.role is Role.MINISTRY_ADMIN or p.covers(row.region_code) for p in powers),
            values=values or _kept(row),
            words=words,
            mistakes=mistakes_shown(error, reader),
        )


def _territory(reader: Reader) -> str:
    """The regency whose officer the reader is; empty for everybody else."""
    return next((power.region_code for power in reader.powers(Role.REGENCY_OFFICER)), "")


def _values(form: Mapping[str, str]) -> dict[str, object]:
    return {**{name: form.get(name, "") for name in LABELS}, "members": whole(form.get("members", ""))}


def _kept(row: IndustryCentre) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in LABELS}
