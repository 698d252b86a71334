"""Signing in and out, and the choice of language."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from ovop.errors import NotSignedIn, TooMany
from ovop.identities import logins
from ovop.portal.filling import Mistake, filled
from ovop.portal.language import DEFAULT, LANGUAGES, mark
from ovop.portal.page import GivenReader, language_cookie, redirect, render
from ovop.web import LOGIN_COOKIE, ApiRequest, GivenSession, platform_of, token_of

Next = Annotated[str, QueryParameter(name="next", max_length=500)]
EMPTY = mark("Isi alamat e-mail dan kata sandi.")


class SignInPages(Controller):
    """Signing in and out."""

    opt = {"public": True, "page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute
    include_in_schema = False

    @get("/sign-in")
    async def sign_in_page(
        self, request: ApiRequest, reader: GivenReader, next_: Next = ""
    ) -> Response[str] | Redirect:
        if reader.actor is not None:
            return redirect(inside(next_))
        return render(request, reader, "sign_in.html", next=inside(next_, ""), email="", mistakes=[])

    @post("/sign-in")
    async def sign_in(self, request: ApiRequest, reader: GivenReader) -> Response[str] | Redirect:
        form = filled(await request.form())
        platform = platform_of(request)
        email, password = form.get("email", ""), form.get("password", "")
        after = inside(form.get("next", ""))
        try:
            if not email or not password:
                return _again(request, reader, after, email, reader.text(EMPTY))
            login = await logins.sign_in(
                platform.database,
                email=email,
                password=password,
                at=reader.at,
                hours=platform.settings.login_hours,
            )
        except (NotSignedIn, TooMany) as error:
            return _again(request, reader, after, email, reader.say(error.message))
        answer = redirect(after)
        answer.cookies.append(login_cookie(request, login.token, platform.settings.login_hours * 3600))
        return answer

    @post("/sign-out")
    async def sign_out(self, request: ApiRequest, reader: GivenReader, session: GivenSession) -> Redirect:
        token = token_of(request)
        if reader.actor is not None and token is not None:
            await logins.sign_out(session, act=reader.act, token=token)
        answer = redirect("/", done="signed_out")
        answer.cookies.append(login_cookie(request, "", 0))
        return answer

    @get("/language/{language:str}")
    async def choose_language(
        self, request: ApiRequest, language: FromPath[str], next_: Next = ""
    ) -> Redirect:
        answer = redirect(inside(next_))
        answer.cookies.append(language_cookie(request, language if language in LANGUAGES else DEFAULT))
        return answer


def inside(path: str, otherwise: str = "/") -> str:
    """A path of ours to go on to; anything that could lead to another site is replaced."""
    safe = (
        path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path and "\n" not in path
    )
    return path if safe else otherwise


def login_cookie(request: ApiRequest, token: str, seconds: int) -> Cookie:
    """Keeps the browser signed in; an empty token with 0 seconds ends that."""
    return Cookie(
        key=LOGIN_COOKIE,
        value=token,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=platform_of(request).settings.secure_cookies,
        path="/",
    )


def _again(request: ApiRequest, reader: GivenReader, after: str, email: str, message: str) -> Response[str]:
    mistakes = [Mistake(field="email", message=message)]
    return render(request, reader, "sign_in.html", status=422, next=after, email=email, mistakes=mistakes)
