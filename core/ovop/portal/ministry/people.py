"""Persons and their roles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.errors import OvopError
from ovop.identities import memberships, persons, views
from ovop.identities.enums import OFFICE_OF_ROLE, OfficeKind, Permission, Role
from ovop.identities.models import Enterprise, Membership, Office
from ovop.identities.rules import unknown
from ovop.identities.schemas import (
    NewPerson,
    PersonalField,
    PersonChange,
)
from ovop.portal.filling import filled
from ovop.portal.language import LANGUAGES, mark
from ovop.portal.ministry import words
from ovop.portal.ministry.shared import (
    PAGE,
    REPAIRABLE,
    asked,
    mistakes_shown,
    names_for,
    once,
    options_for,
    status_of,
)
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.web import ApiRequest, Cursor, GivenCommand, GivenSession, page_after

LABELS = {
    "name": mark("Nama lengkap"),
    "email": mark("Alamat e-mail"),
    "phone": mark("Telepon"),
    "nik": mark("NIK"),
    "language": mark("Bahasa"),
    "password": mark("Kata sandi"),
    "reason": mark("Alasan"),
    "ends_on": mark("Hari terakhir"),
    "membership.role": mark("Peran"),
    "membership.starts_on": mark("Mulai"),
    "membership.ends_on": mark("Sampai"),
}
NO_STORE = {"cache-control": "no-store"}


class PeoplePages(Controller):
    """Persons. A regency office sees those of its enterprises, the ministry everybody."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/people")
    async def people(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, after: Cursor = None
    ) -> Response[str]:
        reader.act.actor.require(Permission.IDENTITY_MANAGE)
        rows, following = await persons.list_persons(session, after=page_after(after), limit=PAGE)
        held = await _roles_of(session, [row.id for row in rows])
        return render(
            request,
            reader,
            "ministry_people.html",
            people=rows,
            held=held,
            next=following,
            words=words,
            is_ministry=reader.has(Role.MINISTRY_ADMIN),
        )

    @get("/people/new")
    async def new_person(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        office: FromQuery[UUID | None] = None,
        enterprise: FromQuery[UUID | None] = None,
    ) -> Response[str]:
        values = {
            "language": "id",
            "starts_on": day_in_jakarta(reader.at).isoformat(),
            "office_id": str(office or ""),
            "enterprise_id": str(enterprise or ""),
        }
        return await self._new(request, reader, session, values)

    @post("/people/new")
    async def register(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, command: GivenCommand
    ) -> Response[str] | Redirect:
        form = filled(await request.form())
        try:
            values: dict[str, object] = {
                name: form.get(name, "") for name in ("name", "email", "phone", "nik", "language", "password")
            }
            if role := _first_role(form):
                values["membership"] = role
            # Not kept under the form's key: its hash would be one of the password. The address is registered once anyway.
            async with session.begin_nested():
                new = asked(NewPerson, values, LABELS)
                registered = await persons.register_person(session, act=reader.act, new=new)
                person_id = registered.person.id
        except REPAIRABLE as error:
            return await self._new(request, reader, session, {**form, "password": ""}, error)
        return redirect(f"/people/{person_id}", done="saved")

    async def _new(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        values: Mapping[str, str],
        error: OvopError | None = None,
    ) -> Response[str]:
        reader.act.actor.require(Permission.IDENTITY_MANAGE)
        place, kind = await _place(session, values)
        return render(
            request,
            reader,
            "ministry_person_new.html",
            status=status_of(error) if error else 200,
            values=values,
            place=place,
            roles=[(role, reader.text(words.ROLES[role])) for role in roles_at(kind)] if place else [],
            languages_offered=list(LANGUAGES.items()),
            mistakes=mistakes_shown(error, reader),
        )

    @get("/people/{person_id:uuid}")
    async def person(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, person_id: FromPath[UUID]
    ) -> Response[str]:
        return await shown_person(request, reader, session, person_id)

    @post("/people/{person_id:uuid}")
    async def change(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        person_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            values = {name: form.get(name, "") for name in ("name", "email", "language")}
            new = asked(NewPerson, values, LABELS)
            phone = asked(PersonChange, {"phone": form.get("phone", "")}, LABELS).phone
            change = PersonChange(name=new.name, email=new.email, language=new.language, phone=phone)
            await persons.update_person(session, act=reader.act, person_id=person_id, change=change)
            return str(person_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await shown_person(request, reader, session, person_id, error=error, values=form)
        return redirect(f"/people/{person_id}", done="changed")


async def shown_person(
    request: ApiRequest,
    reader: Reader,
    session: AsyncSession,
    person_id: UUID,
    *,
    error: OvopError | None = None,
    values: Mapping[str, str] | None = None,
    revealed: Mapping[str, str] | None = None,
) -> Response[str]:
    """The page of a person; shown again with the values and the refusal of one of its forms, or with what was revealed."""
    reader.act.actor.require(Permission.IDENTITY_MANAGE)
    person = await persons.get_person(session, person_id=person_id)
    rows, _ = await memberships.list_memberships(session, person_id=person_id, after=None, limit=100)
    kept = {"name": person.name, "email": person.email, "language": person.language}
    return render(
        request,
        reader,
        "ministry_person.html",
        status=status_of(error) if error else 200,
        headers=NO_STORE,
        person=views.person_view(person),
        memberships=rows,
        names=await names_for(
            session,
            offices=[row.office_id for row in rows],
            enterprises=[row.enterprise_id for row in rows],
        ),
        today=day_in_jakarta(reader.at),
        is_ministry=reader.has(Role.MINISTRY_ADMIN),
        is_self=person.id == reader.act.actor.person_id,
        values={**kept, **(values or {})},
        revealed=revealed or {},
        personal=[(PersonalField.NIK, "NIK"), (PersonalField.PHONE, reader.text(LABELS["phone"]))],
        languages_offered=list(LANGUAGES.items()),
        words=words,
        options=options_for(reader),
        mistakes=mistakes_shown(error, reader),
    )


def roles_at(kind: OfficeKind | None) -> list[Role]:
    """The roles that are held in an office of a kind; without one, in an enterprise."""
    return [role for role, needed in OFFICE_OF_ROLE.items() if needed is kind]


def _first_role(form: Mapping[str, str]) -> dict[str, object]:
    """The first role that a form gives, as a request states it; none where it names no place."""
    places = {name: form[name] for name in ("office_id", "enterprise_id") if form.get(name)}
    if not places:
        return {}
    days: dict[str, object] = {"starts_on": form.get("starts_on", "")}
    if ends_on := form.get("ends_on"):
        days["ends_on"] = ends_on
    return {"role": form.get("role", ""), **days, **places}


async def _place(session: AsyncSession, values: Mapping[str, str]) -> tuple[Text | None, OfficeKind | None]:
    """Where the first role of a new person would be held: its name, and the kind where it is an office."""
    office_id, enterprise_id = (_uuid(values.get(name, "")) for name in ("office_id", "enterprise_id"))
    if office_id is not None:
        office = await session.get(Office, office_id)
        if office is None:
            raise unknown(Text("Kantor ini", "office"))
        return Text(office.name, office.name), OfficeKind(office.kind)
    if enterprise_id is not None:
        enterprise = await session.scalar(select(Enterprise).where(Enterprise.id == enterprise_id))
        if enterprise is None:
            raise unknown(Text("IKM ini", "enterprise"))
        return Text(enterprise.name, enterprise.name), None
    return None, None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _roles_of(
    session: AsyncSession, person_ids: list[UUID]
) -> dict[UUID, list[tuple[str, date | None]]]:
    """The roles of each person in a list, with their last day."""
    query = select(Membership.person_id, Membership.role, Membership.ends_on)
    query = query.where(Membership.person_id.in_(person_ids)).order_by(Membership.starts_on)
    found: dict[UUID, list[tuple[str, date | None]]] = {one: [] for one in person_ids}
    for person_id, role, ends_on in await session.execute(query):
        found[person_id].append((role, ends_on))
    return found
