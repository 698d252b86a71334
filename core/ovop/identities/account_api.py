"""HTTP for one's own account (logins, password, API tokens) and for persons."""

from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody

from ovop.identities import logins, persons, schemas, tokens, views
from ovop.identities.authentication import NOT_SIGNED_IN, authenticate, refusal
from ovop.identities.rules import require_reading
from ovop.openapi import NO_LOGIN, READING, WRITING, problems
from ovop.web import (
    LOGIN_COOKIE,
    ApiRequest,
    Cursor,
    GivenAct,
    GivenCommand,
    GivenSession,
    Limit,
    page_after,
    platform_of,
    refuse_foreign_page,
    token_of,
)


def _own_token(request: ApiRequest) -> str:
    token = token_of(request)
    if token is None:
        raise refusal(NOT_SIGNED_IN)
    return token


def _cookie(request: ApiRequest, token: str, seconds: int) -> Cookie:
    return Cookie(
        key=LOGIN_COOKIE,
        value=token,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=platform_of(request).settings.secure_cookies,
        path="/",
    )


def _login_response(
    request: ApiRequest, login: logins.SignedIn, person: schemas.PersonView, status: int
) -> Response[schemas.LoginView]:
    return Response(
        schemas.LoginView(token=login.token, expires_at=login.expires_at, person=person),
        status_code=status,
        cookies=[_cookie(request, login.token, platform_of(request).settings.login_hours * 3600)],
        headers={"cache-control": "no-store"},
    )


class LoginController(Controller):
    """Signing in and out. Answers hold tokens, so none is kept under an Idempotency-Key."""

    path = "/logins"
    tags = ("identities",)

    @post(
        operation_id="sign_in",
        summary="Sign in with e-mail and password",
        opt={"public": True},
        security=NO_LOGIN,
        responses=problems(400, 401, 403, 413, 415, 422, 429),
    )
    async def sign_in(
        self, data: JSONBody[schemas.SignIn], request: ApiRequest
    ) -> Response[schemas.LoginView]:
        refuse_foreign_page(request)
        platform = platform_of(request)
        at = platform.clock()
        login = await logins.sign_in(
            platform.database,
            email=data.email,
            password=data.password,
            at=at,
            hours=platform.settings.login_hours,
        )
        async with platform.database.session(read_only=True, at=at) as session, session.begin():
            session.info["actor"] = await authenticate(session, token=login.token, at=at)
            person = views.person_view(await persons.get_person(session, person_id=login.person_id))
        return _login_response(request, login, person, 201)

    @post(
        "/current/renewal",
        operation_id="renew_login",
        summary="Replace the login's token by a new one",
        status_code=200,
        responses=problems(*WRITING),
    )
    async def renew_login(
        self, request: ApiRequest, session: GivenSession, act: GivenAct, command: GivenCommand
    ) -> Response[schemas.LoginView]:
        hours = platform_of(request).settings.login_hours
        login = await logins.renew_login(session, act=act, token=_own_token(request), hours=hours)
        person = views.person_view(await persons.get_person(session, person_id=login.person_id))
        return _login_response(request, login, person, 200)

    @delete(
        "/current",
        operation_id="sign_out",
        summary="End the login",
        status_code=204,
        responses=problems(400, 401, 403, 422),
    )
    async def sign_out(
        self, request: ApiRequest, session: GivenSession, act: GivenAct, command: GivenCommand
    ) -> Response[None]:
        await logins.sign_out(session, act=act, token=_own_token(request))
        return Response(None, status_code=204, cookies=[_cookie(request, "", 0)])


class MeController(Controller):
    """One's own account."""

    path = "/me"
    tags = ("identities",)

    @get(
        operation_id="get_me",
        summary="Who you are and what you may do today",
        responses=problems(400, 401),
    )
    async def get_me(self, session: GivenSession, act: GivenAct) -> schemas.Me:
        person = await persons.get_person(session, person_id=act.actor.person_id)
        return views.me_view(person, act.actor)

    @post(
        "/password",
        operation_id="change_password",
        summary="Change your password",
        description="Ends all your other logins.",
        status_code=204,
        responses=problems(*WRITING, 429),
    )
    async def change_password(
        self,
        data: JSONBody[schemas.PasswordChange],
        request: ApiRequest,
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> None:
        await persons.change_password(
            session, act=act, token=_own_token(request), current=data.current, new=data.new
        )


class ApiTokenController(Controller):
    """API tokens of one's own. A new token is shown once, so its answer is not kept under an Idempotency-Key."""

    path = "/api-tokens"
    tags = ("identities",)

    @get(operation_id="list_api_tokens", summary="Your API tokens", responses=problems(*READING))
    async def list_api_tokens(
        self, session: GivenSession, act: GivenAct, after: Cursor = None, limit: Limit = 20
    ) -> schemas.ApiTokenPage:
        require_reading(act.actor)
        rows, following = await tokens.list_api_tokens(session, act=act, after=page_after(after), limit=limit)
        return schemas.ApiTokenPage(items=tuple(views.api_token_view(r) for r in rows), next=following)

    @post(
        operation_id="create_api_token",
        summary="Create an API token",
        description="At most a year; the token is shown in this answer only.",
        responses=problems(*WRITING),
    )
    async def create_api_token(
        self, data: JSONBody[schemas.NewApiToken], session: GivenSession, act: GivenAct, command: GivenCommand
    ) -> Response[schemas.IssuedApiToken]:
        row, token = await tokens.create_api_token(session, act=act, new=data)
        return Response(
            views.issued_api_token(row, token), status_code=201, headers={"cache-control": "no-store"}
        )

    @delete(
        "/{token_id:uuid}",
        operation_id="revoke_api_token",
        summary="Make an API token worthless",
        status_code=204,
        responses=problems(*READING),
    )
    async def revoke_api_token(
        self, token_id: FromPath[UUID], session: GivenSession, act: GivenAct, command: GivenCommand
    ) -> None:
        await tokens.revoke_api_token(session, act=act, token_id=token_id)


class PersonController(Controller):
    """Persons. Everybody sees themselves; those who manage identities see the persons of their territory."""

    path = "/persons"
    tags = ("identities",)

    @get(operation_id="list_persons", summary="Persons that you may see", responses=problems(*READING))
    async def list_persons(
        self, session: GivenSession, act: GivenAct, after: Cursor = None, limit: Limit = 20
    ) -> schemas.PersonPage:
        require_reading(act.actor)
        rows, following = await persons.list_persons(session, after=page_after(after), limit=limit)
        return schemas.PersonPage(items=tuple(views.person_view(r) for r in rows), next=following)

    @post(
        operation_id="register_person",
        summary="Register a person, with an account and a first role if given",
        responses=problems(*WRITING),
    )
    async def register_person(
        self, data: JSONBody[schemas.NewPerson], session: GivenSession, act: GivenAct, command: GivenCommand
    ) -> Response[schemas.RegisteredPerson]:
        # Not kept under an Idempotency-Key: its hash would be one of the password. The address is registered once anyway.
        registered = await persons.register_person(session, act=act, new=data)
        return Response(views.registered_person(registered.person, registered.warnings), status_code=201)

    @get("/{person_id:uuid}", operation_id="get_person", summary="One person", responses=problems(*READING))
    async def get_person(
        self, person_id: FromPath[UUID], session: GivenSession, act: GivenAct
    ) -> schemas.PersonView:
        require_reading(act.actor)
        return views.person_view(await persons.get_person(session, person_id=person_id))

    @patch(
        "/{person_id:uuid}",
        operation_id="update_person",
        summary="Change a person",
        description="For the ministry's administrator; everybody may change their own phone and language.",
        responses=problems(*WRITING),
    )
    async def update_person(
        self,
        person_id: FromPath[UUID],
        data: JSONBody[schemas.PersonChange],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.PersonView]:
        async def work() -> schemas.PersonView:
            return views.person_view(
                await persons.update_person(session, act=act, person_id=person_id, change=data)
            )

        return await command.once(work)

    @post(
        "/{person_id:uuid}/reveal",
        operation_id="reveal_person_field",
        summary="Show a masked field in full",
        description="Who looked, at which field and why is recorded.",
        status_code=200,
        responses=problems(*WRITING),
    )
    async def reveal(
        self,
        person_id: FromPath[UUID],
        data: JSONBody[schemas.Reveal],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.Revealed]:
        value = await persons.reveal(
            session, act=act, person_id=person_id, field=data.field, reason=data.reason
        )
        return Response(
            schemas.Revealed(field=data.field, value=value),
            status_code=200,
            headers={"cache-control": "no-store"},
        )

    @post(
        "/{person_id:uuid}/password",
        operation_id="set_person_password",
        summary="Give a person a new password",
        description="For the ministry's administrator; ends all logins of the person.",
        status_code=204,
        responses=problems(*WRITING),
    )
    async def set_password(
        self,
        person_id: FromPath[UUID],
        data: JSONBody[schemas.PasswordGiven],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> None:
        await persons.set_password(session, act=act, person_id=person_id, new=data.password)

    @post(
        "/{person_id:uuid}/disable",
        operation_id="disable_person",
        summary="Close an account at once",
        status_code=200,
        responses=problems(*WRITING),
    )
    async def disable(
        self,
        person_id: FromPath[UUID],
        data: JSONBody[schemas.Reason],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.PersonView]:
        async def work() -> schemas.PersonView:
            person = await persons.disable_person(session, act=act, person_id=person_id, reason=data.reason)
            return views.person_view(person)

        return await command.once(work)
