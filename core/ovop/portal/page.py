"""Who reads a page, and how pages are rendered, redirected, and told what was done."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

import jinja2
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import JAKARTA, day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.contract.wording import MONTHS
from ovop.database import new_id
from ovop.errors import NotSignedIn
from ovop.identities.actor import Act, Actor, Power
from ovop.identities.authentication import authenticate
from ovop.identities.enums import Role
from ovop.portal.language import DEFAULT, LANGUAGES, mark, translated, translations
from ovop.portal.live.scripts import script
from ovop.portal.menu import Place, places_for
from ovop.problems import language_of
from ovop.web import ApiRequest, platform_of, refuse_foreign_page, token_of

LANGUAGE_COOKIE = "ovop_language"
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "same-origin",
    "vary": "accept-language, cookie",
}
"""Sent with every page: nothing foreign is loaded, and no script stands in a page."""

DONE = {
    "saved": mark("Tersimpan."),
    "sent": mark("Terkirim."),
    "signed_out": mark("Anda sudah keluar."),
    "changed": mark("Perubahan tersimpan."),
    "cycle_opened": mark("Siklus dibuka. Definisi komoditinya sudah dibekukan."),
    "cycle_extended": mark("Siklus diperpanjang."),
    "cycle_closed": mark("Siklus ditutup."),
    "correction_proposed": mark("Koreksi diusulkan. Orang lain di kementerian yang memutuskan."),
    "correction_approved": mark("Koreksi disetujui dan dibekukan."),
    "correction_rejected": mark("Koreksi ditolak."),
    "membership_given": mark("Peran diberikan."),
    "membership_ended": mark("Hari terakhir peran tercatat."),
    "password_set": mark("Kata sandi baru diberikan."),
    "password_changed": mark("Kata sandi diganti. Anda sudah keluar dari semua perangkat lain."),
    "person_disabled": mark("Akun ditutup."),
    "token_revoked": mark("Token dicabut."),
    "begun": mark("Usulan dibuat. Isi bagian-bagiannya satu per satu."),
    "saved_wrong": mark("Tersimpan. Ada isian yang perlu diperbaiki; lihat di bawah."),
    "handed_in": mark("Usulan terkirim. Simpan nomornya."),
    "withdrawn": mark("Usulan ditarik."),
    "decided": mark("Keputusan Anda tercatat."),
    "acknowledged": mark("Tembusan ditandai sudah dibaca."),
    "answered": mark("Pendapat Anda terkirim."),
    "delegated": mark("Pelimpahan tercatat."),
    "delegation_ended": mark("Pelimpahan diakhiri."),
}
"""What a page tells after a redirect: `?done=saved`. Parts add their own words."""


class Reader(Struct, frozen=True, kw_only=True):
    """Who looks at a page: their language, the instant, the path asked for, and who they are if they signed in."""

    language: str
    at: datetime
    path: str
    actor: Actor | None = None

    @property
    def menu(self) -> tuple[Place, ...]:
        """The main menu for this reader."""
        return places_for(self.actor)

    @property
    def act(self) -> Act:
        """The reader as one who acts; raises `NotSignedIn`."""
        if self.actor is None:
            raise NotSignedIn("not_signed_in", Text("Anda belum masuk.", "You are not signed in."))
        return Act(actor=self.actor, at=self.at)

    def has(self, *roles: Role) -> bool:
        """Whether the reader holds one of these roles today."""
        return self.actor is not None and any(power.role in roles for power in self.actor.powers)

    def powers(self, *roles: Role) -> tuple[Power, ...]:
        """The reader's powers of these roles."""
        return tuple(power for power in self.actor.powers if power.role in roles) if self.actor else ()

    def text(self, message: str, /, **values: object) -> str:
        """A text of the portal in the reader's language."""
        return translated(message, self.language, **values)

    def say(self, text: Text | None) -> str:
        """A text in two languages, in the reader's."""
        return "" if text is None else text.in_language(self.language)

    def day(self, day: date | datetime | None) -> str:
        """A date in words: `9 Maret 2026`, `9 March 2026`; instants by the clock of Jakarta."""
        if day is None:
            return "–"
        local = day_in_jakarta(day) if isinstance(day, datetime) else day
        return f"{local.day} {self.say(MONTHS).split()[local.month - 1]} {local.year}"

    def moment(self, at: datetime | None) -> str:
        """An instant in words, by the clock of Jakarta: `9 Maret 2026 pukul 14.05 WIB`."""
        if at is None:
            return "–"
        local = at.astimezone(JAKARTA)
        clock = f"{local:%H:%M} WIB" if self.language == "en" else f"pukul {local:%H.%M} WIB"
        return f"{self.day(at)} {clock}"

    def number(self, value: float, digits: int = 0) -> str:
        """A number as the language writes it: `1.250,5` or `1,250.5`."""
        english = f"{value:,.{digits}f}"
        return english if self.language == "en" else english.translate(str.maketrans(",.", ".,"))

    def days_left(self, until: datetime) -> int:
        """Whole days from today until an instant, 0 on its day; negative afterwards."""
        return (day_in_jakarta(until) - day_in_jakarta(self.at)).days


GivenReader: TypeAlias = NamedDependency[Reader]
"""The reader of the page, as a handler asks for it."""


async def provide_page_session(request: ApiRequest) -> AsyncGenerator[AsyncSession, None]:
    """One transaction for the page, seen through the eyes of its reader; a page that is not `opt={"public": True}` needs a login."""
    platform = platform_of(request)
    at = platform.clock()
    reading = request.method in ("GET", "HEAD")
    if not reading:
        refuse_foreign_page(request)
        await request.form()
    async with platform.database.session(read_only=reading, at=at) as session, session.begin():
        actor = await _reader_of(request, session, at)
        if actor is not None:
            session.info["actor"] = actor
        elif not request.route_handler.opt.get("public"):
            raise NotSignedIn("not_signed_in", Text("Anda belum masuk.", "You are not signed in."))
        yield session


async def _reader_of(request: ApiRequest, session: AsyncSession, at: datetime) -> Actor | None:
    token = token_of(request)
    if token is None:
        return None
    try:
        return await authenticate(session, token=token, at=at)
    except NotSignedIn:
        return None


async def provide_reader(request: ApiRequest, session: NamedDependency[AsyncSession]) -> Reader:
    """Who looks at the page."""
    actor: Actor | None = session.info.get("actor")
    return reader_of(request, actor)


def reader_of(request: ApiRequest, actor: Actor | None = None) -> Reader:
    """The reader of a request; the language is the one chosen, else the account's, else the browser's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen not in LANGUAGES:
        chosen = actor.language if actor is not None else language_of(request)
    return Reader(
        language=chosen if chosen in LANGUAGES else DEFAULT,
        at=platform_of(request).clock(),
        path=request.url.path,
        actor=actor,
    )


def language_cookie(request: ApiRequest, language: str) -> Cookie:
    """Keeps the language chosen for a year."""
    return Cookie(
        key=LANGUAGE_COOKIE,
        value=language,
        max_age=int(timedelta(days=365).total_seconds()),
        httponly=True,
        samesite="lax",
        secure=platform_of(request).settings.secure_cookies,
        path="/",
    )


def render(
    request: Request[Any, Any, Any],
    reader: Reader,
    template: str,
    /,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **content: object,
) -> Response[str]:
    """A page. Templates see `reader`, `request`, `done` (what was done just now) and `content`."""
    told = DONE.get(request.query_params.get("done", ""), "")
    page = environment(reader.language).get_template(template)
    text = page.render(
        reader=reader, request=request, done=told and reader.text(told), languages=LANGUAGES, **content
    )
    return Response(
        text,
        status_code=status,
        media_type="text/html",
        headers={**HEADERS, **(headers or {})},
    )


def redirect(path: str, **query: object) -> Redirect:
    """Sends the browser to a page after something was done (303), so that reloading does not do it again."""
    return Redirect(f"{path}?{urlencode(query)}" if query else path, status_code=303)


@cache
def environment(language: str) -> jinja2.Environment:
    """The templates in one language: everything is escaped, and a name that does not exist is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("ovop.portal"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    catalogue = translations(language)
    made.install_gettext_callables(catalogue.gettext, catalogue.ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    made.filters["say"] = lambda text: "" if text is None else text.in_language(language)
    made.filters["extract"] = lambda key, table: table[key]
    made.filters["segment"] = lambda text: quote(str(text), safe="")
    made.globals["asset"] = asset
    made.globals["script"] = script
    made.globals["fresh_key"] = lambda: str(new_id())
    return made


def asset(name: str) -> str:
    """The address of a file of the portal, with a mark of its content, so that a browser may keep it for good."""
    return f"/assets/{name}?v={_mark(name)}"


@cache
def _mark(name: str) -> str:
    from hashlib import sha256

    return sha256((files("ovop.portal") / "static" / name).read_bytes()).hexdigest()[:10]
