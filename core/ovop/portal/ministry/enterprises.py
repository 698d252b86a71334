"""Enterprises (IKM): their data, and who acts for them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.errors import OvopError
from ovop.identities import enterprises, memberships, views
from ovop.identities.enterprises import OWN_FIELDS
from ovop.identities.enums import Permission, Role
from ovop.identities.models import Enterprise, IndustryCentre
from ovop.identities.schemas import EnterpriseChange, NewEnterprise
from ovop.portal.filling import filled
from ovop.portal.language import mark
from ovop.portal.ministry import words
from ovop.portal.ministry.giving import give_role
from ovop.portal.ministry.shared import (
    PAGE,
    REPAIRABLE,
    asked,
    centre_names,
    missing,
    mistakes_shown,
    names_for,
    once,
    options_for,
    refuse,
    region_names,
    status_of,
)
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.web import ApiRequest, Cursor, GivenCommand, GivenSession, page_after

LABELS = {
    "name": mark("Nama IKM"),
    "owner_name": mark("Nama pemilik"),
    "size": mark("Ukuran usaha"),
    "region_code": mark("Kode wilayah"),
    "address": mark("Alamat"),
    "nib": mark("NIB"),
    "npwp": mark("NPWP"),
    "kbli": mark("KBLI"),
    "phone": mark("Telepon"),
    "centre_id": mark("Sentra"),
}
MOST_CENTRES = 500
"""How many centres a choice offers."""


class EnterprisePages(Controller):
    """Enterprises: a producer sees their own, an office those of its territory."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/enterprises")
    async def enterprises(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        centre: FromQuery[UUID | None] = None,
        after: Cursor = None,
    ) -> Response[str]:
        rows, following = await enterprises.list_enterprises(
            session, act=reader.act, centre_id=centre, after=page_after(after), limit=PAGE
        )
        return render(
            request,
            reader,
            "ministry_enterprises.html",
            enterprises=rows,
            places=await region_names(session, {row.region_code for row in rows}),
            centre=centre,
            next=following,
            words=words,
            manages=reader.act.actor.may(Permission.IDENTITY_MANAGE),
        )

    @get("/enterprises/new")
    async def new_enterprise(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession
    ) -> Response[str]:
        own = next((power.region_code for power in reader.powers(Role.REGENCY_OFFICER)), "")
        return await self._new(request, reader, session, {"region_code": own})

    @post("/enterprises/new")
    async def register(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, command: GivenCommand
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            new = asked(NewEnterprise, _values(form), LABELS)
            saved = await enterprises.register_enterprise(session, act=reader.act, new=new)
            return str(saved.enterprise.id)

        try:
            enterprise_id = await once(command, work)
        except REPAIRABLE as error:
            return await self._new(request, reader, session, form, error)
        return redirect(f"/enterprises/{enterprise_id}", done="saved")

    async def _new(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        values: Mapping[str, str],
        error: OvopError | None = None,
    ) -> Response[str]:
        reader.act.actor.require(Permission.IDENTITY_MANAGE)
        return render(
            request,
            reader,
            "ministry_enterprise_new.html",
            status=status_of(error) if error else 200,
            values=values,
            centres=await _centres(session, reader),
            words=words,
            options=options_for(reader),
            mistakes=mistakes_shown(error, reader),
        )

    @get("/enterprises/{enterprise_id:uuid}")
    async def enterprise(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        enterprise_id: FromPath[UUID],
    ) -> Response[str]:
        return await self._one(request, reader, session, enterprise_id)

    @post("/enterprises/{enterprise_id:uuid}")
    async def change(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        enterprise_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            await enterprises.update_enterprise(
                session,
                act=reader.act,
                enterprise_id=enterprise_id,
                version=command.version,
                change=_change(reader, form),
            )
            return str(enterprise_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await self._one(request, reader, session, enterprise_id, error=error, values=form)
        return redirect(f"/enterprises/{enterprise_id}", done="changed")

    @post("/enterprises/{enterprise_id:uuid}/memberships")
    async def give(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        enterprise_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            places = {"enterprise_id": str(enterprise_id)}
            role = {**form, "role": Role.PRODUCER.value}
            await give_role(session, act=reader.act, form=role, places=places)
            return str(enterprise_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await self._one(request, reader, session, enterprise_id, error=error, values=form)
        return redirect(f"/enterprises/{enterprise_id}", done="membership_given")

    async def _one(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        enterprise_id: UUID,
        *,
        error: OvopError | None = None,
        values: Mapping[str, str] | None = None,
    ) -> Response[str]:
        row = await enterprises.get_enterprise(session, act=reader.act, enterprise_id=enterprise_id)
        manages = reader.act.actor.may(Permission.IDENTITY_MANAGE)
        held, _ = await memberships.list_memberships(
            session, enterprise_id=enterprise_id, after=None, limit=100
        )
        return render(
            request,
            reader,
            "ministry_enterprise.html",
            status=status_of(error) if error else 200,
            enterprise=views.enterprise_view(row),
            place=(await region_names(session, {row.region_code}))[row.region_code],
            centre=next(iter((await centre_names(session, [row.centre_id])).values()), None),
            centres=await _centres(session, reader) if manages else [],
            memberships=held,
            names=await names_for(session, persons=[one.person_id for one in held]),
            today=day_in_jakarta(reader.at),
            manages=manages,
            is_own=any(power.enterprise_id == enterprise_id for power in reader.powers(Role.PRODUCER)),
            values=values or {**_kept(row), "starts_on": day_in_jakarta(reader.at).isoformat()},
            words=words,
            options=options_for(reader),
            mistakes=mistakes_shown(error, reader),
        )


def _values(form: Mapping[str, str]) -> dict[str, object]:
    """A form as the request that registers an enterprise; activity codes are separated by commas and belong to the edition of 2020 unless
    they name another (`2025:13134`)."""
    codes = [code.strip() for code in form.get("kbli", "").replace(";", ",").split(",") if code.strip()]
    kbli = [
        {"edition": code.partition(":")[0], "code": code.partition(":")[2]}
        if ":" in code
        else {"edition": "2020", "code": code}
        for code in codes
    ]
    texts = {name: form.get(name, "") for name in LABELS if name != "kbli"}
    return {**texts, "kbli": kbli, "is_anchor": bool(form.get("is_anchor"))}


def _change(reader: Reader, form: Mapping[str, str]) -> EnterpriseChange:
    """What a form changes: of their own enterprise a producer what is theirs to change; of the taxpayer number, which is shown masked,
    nothing unless it is typed in."""
    if not reader.act.actor.may(Permission.IDENTITY_MANAGE):
        own = {name: form.get(name, "") for name in OWN_FIELDS}
        if not own["address"]:
            refuse([missing("address", Text("Alamat", "Address"))])
        return asked(EnterpriseChange, {**own, "phone": own["phone"] or None}, LABELS)
    new = asked(NewEnterprise, _values(form), LABELS)
    content = msgspec.structs.asdict(new)
    if not form.get("npwp"):
        del content["npwp"]
    return EnterpriseChange(**content)


def _kept(row: Enterprise) -> dict[str, str]:
    view = views.enterprise_view(row)
    return {
        "name": view.name,
        "owner_name": view.owner_name,
        "size": view.size.value,
        "region_code": view.region_code,
        "address": view.address,
        "nib": view.nib or "",
        "kbli": ", ".join(f"{code.edition}:{code.code}" for code in view.kbli),
        "phone": view.phone or "",
        "is_anchor": "on" if view.is_anchor else "",
        "centre_id": str(view.centre_id or ""),
    }


async def _centres(session: AsyncSession, reader: Reader) -> list[tuple[str, str]]:
    """The centres of the reader's territory as a choice."""
    powers = reader.act.actor.powers_with(Permission.IDENTITY_MANAGE)
    query = select(IndustryCentre.id, IndustryCentre.name, IndustryCentre.region_code)
    if powers and all(power.region_code for power in powers):
        query = query.where(
            IndustryCentre.region_code.startswith(powers[0].region_code, autoescape=True)
            if len(powers) == 1
            else IndustryCentre.region_code.in_({power.region_code for power in powers})
        )
    rows = await session.execute(query.order_by(IndustryCentre.name).limit(MOST_CENTRES))
    return [(str(row.id), f"{row.name} ({row.region_code})") for row in rows]
