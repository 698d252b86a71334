"""Help, privacy, and what search engines are told."""

from __future__ import annotations

from litestar import Controller, Response, get

from ovop.cycles.service import list_cycles
from ovop.portal.menu import PLACES
from ovop.portal.page import GivenReader, render
from ovop.portal.public.calendar import window_to_tell
from ovop.web import ApiRequest, GivenSession, platform_of

DAY = {"cache-control": "public, max-age=86400"}


class HelpPages(Controller):
    """Pages that explain."""

    opt = {"public": True, "page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/help")
    async def help_page(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession
    ) -> Response[str]:
        settings = platform_of(request).settings
        return render(
            request,
            reader,
            "public_help.html",
            window=window_to_tell(await list_cycles(session), reader.at),
            email=settings.help_email,
            phone=settings.help_phone,
        )

    @get("/privacy")
    async def privacy(self, request: ApiRequest, reader: GivenReader) -> Response[str]:
        return render(request, reader, "public_privacy.html", hours=platform_of(request).settings.login_hours)

    @get("/robots.txt")
    async def robots(self) -> Response[str]:
        closed = ["/api/", "/language/", "/sign-in", *(place.path for place in PLACES if not place.public)]
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
        return Response("\n".join(lines) + "\n", media_type="text/plain", headers=DAY)
