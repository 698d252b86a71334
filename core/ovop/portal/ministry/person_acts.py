"""What is done about a person: masked data revealed, a password given, an account closed, a role ended."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta
from ovop.errors import OvopError
from ovop.identities import memberships, persons
from ovop.identities.enums import Permission
from ovop.identities.models import Membership
from ovop.identities.rules import unknown
from ovop.identities.schemas import MembershipEnd, PasswordGiven, Reason, Reveal
from ovop.portal.filling import filled
from ovop.portal.language import mark
from ovop.portal.ministry import words
from ovop.portal.ministry.people import LABELS, shown_person
from ovop.portal.ministry.shared import REPAIRABLE, asked, mistakes_shown, names_for, once, status_of
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.web import ApiRequest, GivenCommand, GivenSession


class PersonActPages(Controller):
    """For who manages identities; the services say what each may do."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @post("/people/{person_id:uuid}/reveal")
    async def reveal(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        person_id: FromPath[UUID],
    ) -> Response[str]:
        form = filled(await request.form())
        try:
            values = {"field": form.get("field", ""), "reason": form.get("reveal_reason", "")}
            given = asked(Reveal, values, {"field": mark("Data"), "reason": mark("Alasan membuka data")})
            value = await persons.reveal(
                session, act=reader.act, person_id=person_id, field=given.field, reason=given.reason
            )
        except REPAIRABLE as error:
            return await shown_person(request, reader, session, person_id, error=error, values=form)
        return await shown_person(
            request, reader, session, person_id, revealed={given.field.value: value or "–"}
        )

    @post("/people/{person_id:uuid}/password")
    async def set_password(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        person_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())
        try:
            async with session.begin_nested():
                given = asked(PasswordGiven, {"password": form.get("password", "")}, LABELS)
                await persons.set_password(session, act=reader.act, person_id=person_id, new=given.password)
        except REPAIRABLE as error:
            return await shown_person(request, reader, session, person_id, error=error)
        return redirect(f"/people/{person_id}", done="password_set")

    @post("/people/{person_id:uuid}/disable")
    async def disable(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        person_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            given = asked(Reason, {"reason": form.get("reason", "")}, LABELS)
            await persons.disable_person(session, act=reader.act, person_id=person_id, reason=given.reason)
            return str(person_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await shown_person(request, reader, session, person_id, error=error, values=form)
        return redirect(f"/people/{person_id}", done="person_disabled")

    @get("/memberships/{membership_id:uuid}/end")
    async def ending(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, membership_id: FromPath[UUID]
    ) -> Response[str]:
        values = {"ends_on": day_in_jakarta(reader.at).isoformat()}
        return await self._ending(request, reader, session, membership_id, values)

    @post("/memberships/{membership_id:uuid}/end")
    async def end(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        membership_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> str:
            values = {"ends_on": form.get("ends_on", ""), "reason": form.get("reason", "")}
            given = asked(MembershipEnd, values, LABELS)
            ended = await memberships.end_membership(
                session,
                act=reader.act,
                membership_id=membership_id,
                ends_on=given.ends_on,
                reason=given.reason,
            )
            return str(ended.person_id)

        try:
            person_id = await once(command, work)
        except REPAIRABLE as error:
            return await self._ending(request, reader, session, membership_id, form, error)
        return redirect(f"/people/{person_id}", done="membership_ended")

    async def _ending(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        membership_id: UUID,
        values: Mapping[str, str],
        error: OvopError | None = None,
    ) -> Response[str]:
        reader.act.actor.require(Permission.IDENTITY_MANAGE)
        row = await session.scalar(select(Membership).where(Membership.id == membership_id))
        if row is None:
            raise unknown(memberships.MEMBERSHIP)
        return render(
            request,
            reader,
            "ministry_membership_end.html",
            status=status_of(error) if error else 200,
            membership=row,
            names=await names_for(
                session, persons=[row.person_id], offices=[row.office_id], enterprises=[row.enterprise_id]
            ),
            values=values,
            words=words,
            mistakes=mistakes_shown(error, reader),
        )
