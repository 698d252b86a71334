"""One's own account: data, password, roles, API tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta, end_of_day
from ovop.errors import OvopError
from ovop.identities import memberships, persons, tokens, views
from ovop.identities.rules import require_login
from ovop.identities.schemas import NewApiToken, PasswordChange, PersonChange
from ovop.portal.filling import filled
from ovop.portal.language import LANGUAGES, mark
from ovop.portal.ministry import words
from ovop.portal.ministry.shared import (
    PAGE,
    REPAIRABLE,
    asked,
    day,
    mistakes_shown,
    names_for,
    once,
    options_for,
    status_of,
)
from ovop.portal.page import GivenReader, Reader, language_cookie, redirect, render
from ovop.web import ApiRequest, Cursor, GivenCommand, GivenSession, page_after, platform_of, token_of

LABELS = {
    "phone": mark("Telepon"),
    "language": mark("Bahasa"),
    "current": mark("Kata sandi sekarang"),
    "new": mark("Kata sandi baru"),
    "name": mark("Nama token"),
    "scopes": mark("Cakupan"),
    "expires_at": mark("Berlaku sampai"),
}
NO_STORE = {"cache-control": "no-store"}


class AccountPages(Controller):
    """The reader's own account."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/account")
    async def account(self, request: ApiRequest, reader: GivenReader, session: GivenSession) -> Response[str]:
        return await self._account(request, reader, session)

    @post("/account")
    async def change(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, command: GivenCommand
    ) -> Response[str] | Redirect:
        form = filled(await request.form())
        given: dict[str, object] = {"language": form.get("language", "")}
        if form.get("phone"):
            given["phone"] = form["phone"]

        async def work() -> str:
            change = asked(PersonChange, given, LABELS)
            person_id = reader.act.actor.person_id
            await persons.update_person(session, act=reader.act, person_id=person_id, change=change)
            return str(person_id)

        try:
            await once(command, work)
        except REPAIRABLE as error:
            return await self._account(request, reader, session, error, form)
        answer = redirect("/account", done="changed")
        answer.cookies.append(language_cookie(request, form.get("language", reader.language)))
        return answer

    @post("/account/password")
    async def change_password(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, command: GivenCommand
    ) -> Response[str] | Redirect:
        form = filled(await request.form())
        try:
            given = asked(PasswordChange, {name: form.get(name, "") for name in ("current", "new")}, LABELS)
            token = token_of(request) or ""
            await persons.change_password(
                session, act=reader.act, token=token, current=given.current, new=given.new
            )
        except REPAIRABLE as error:
            # The service gave up this request's transaction; the page is read in one of its own.
            platform = platform_of(request)
            async with platform.database.session(read_only=True, at=reader.at) as again, again.begin():
                again.info["actor"] = reader.actor
                return await self._account(request, reader, again, error)
        return redirect("/account", done="password_changed")

    async def _account(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        error: OvopError | None = None,
        values: Mapping[str, str] | None = None,
    ) -> Response[str]:
        actor = reader.act.actor
        person = await persons.get_person(session, person_id=actor.person_id)
        rows, _ = await memberships.list_memberships(
            session, person_id=actor.person_id, after=None, limit=100
        )
        return render(
            request,
            reader,
            "ministry_account.html",
            status=status_of(error) if error else 200,
            headers=NO_STORE,
            person=views.person_view(person),
            memberships=rows,
            lent=[power for power in actor.powers if power.lent_by is not None],
            names=await names_for(
                session,
                offices=[row.office_id for row in rows],
                enterprises=[row.enterprise_id for row in rows],
            ),
            today=day_in_jakarta(reader.at),
            values=values or {"language": person.language},
            languages_offered=list(LANGUAGES.items()),
            words=words,
            mistakes=mistakes_shown(error, reader),
        )

    @get("/account/tokens")
    async def tokens(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, after: Cursor = None
    ) -> Response[str]:
        return await self._tokens(request, reader, session, after=page_after(after))

    @post("/account/tokens")
    async def create_token(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, command: GivenCommand
    ) -> Response[str]:
        given = await request.form()
        form = filled(given)
        scopes = [str(scope) for scope in given.getall("scopes", [])]
        last = day(form.get("expires_on", ""))
        values = {
            "name": form.get("name", ""),
            "scopes": scopes,
            "expires_at": end_of_day(last) if last else "",
        }
        try:
            async with session.begin_nested():
                new = asked(NewApiToken, values, LABELS)
                row, token = await tokens.create_api_token(session, act=reader.act, new=new)
                name = row.name
        except REPAIRABLE as error:
            return await self._tokens(request, reader, session, error=error, values=form, scopes=scopes)
        # Shown in this answer only, so there is no redirect.
        return await self._tokens(request, reader, session, issued=(name, token))

    @post("/account/tokens/{token_id:uuid}/revoke")
    async def revoke(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        token_id: FromPath[UUID],
    ) -> Redirect:
        async def work() -> str:
            await tokens.revoke_api_token(session, act=reader.act, token_id=token_id)
            return str(token_id)

        await once(command, work)
        return redirect("/account/tokens", done="token_revoked")

    async def _tokens(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        *,
        after: UUID | None = None,
        error: OvopError | None = None,
        values: Mapping[str, str] | None = None,
        scopes: list[str] | None = None,
        issued: tuple[str, str] | None = None,
    ) -> Response[str]:
        require_login(reader.act.actor)
        rows, following = await tokens.list_api_tokens(session, act=reader.act, after=after, limit=PAGE)
        expires = day_in_jakarta(reader.at) + timedelta(days=90)
        return render(
            request,
            reader,
            "ministry_tokens.html",
            status=status_of(error) if error else 200,
            headers=NO_STORE,
            tokens=rows,
            next=following,
            issued=issued,
            scopes=scopes or [],
            values=values or {"expires_on": expires.isoformat()},
            words=words,
            options=options_for(reader),
            mistakes=mistakes_shown(error, reader),
        )
