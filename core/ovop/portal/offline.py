"""What makes the portal work without a line: the service worker, the manifest, and the page that stands in for one that was never opened."""

from __future__ import annotations

from importlib.resources import files

from litestar import Controller, Response, get

from ovop.portal.live.scripts import mark_of_scripts, script, scripts
from ovop.portal.page import GivenReader, asset, render
from ovop.web import ApiRequest

MANIFEST = {
    "name": "OVOP – Satu Desa Satu Produk",
    "short_name": "OVOP",
    "lang": "id",
    "start_url": "/",
    "scope": "/",
    "display": "standalone",
    "background_color": "#fbf7f1",
    "theme_color": "#7b3d1b",
}


class OfflinePages(Controller):
    """Files at the root of the site, because a service worker answers for what lies below it."""

    @get("/sw.js", opt={"public": True})
    async def worker(self) -> Response[bytes]:
        """The service worker, with the addresses of what it keeps; a browser asks for it again every day."""
        source = (files("ovop.portal") / "static" / "sw.js").read_text("utf-8")
        kept = ["/offline", asset("portal.css"), asset("icon.svg"), *map(script, sorted(scripts()))]
        text = source.replace("__MARK__", mark_of_scripts()).replace(
            "__KEPT__", ", ".join(f"'{address}'" for address in kept)
        )
        return Response(
            text.encode(),
            media_type="text/javascript",
            headers={
                "cache-control": "no-cache",
                "content-security-policy": "default-src 'none'; connect-src 'self'",
            },
        )

    @get("/manifest.webmanifest", opt={"public": True})
    async def manifest(self) -> Response[dict[str, object]]:
        """What a phone shows when the portal stands on its first screen."""
        icons = [{"src": asset("icon.svg"), "sizes": "any", "type": "image/svg+xml"}]
        return Response(
            {**MANIFEST, "icons": icons},
            media_type="application/manifest+json",
            headers={"cache-control": "public, max-age=86400"},
        )

    @get("/offline", opt={"public": True})
    async def offline(self, request: ApiRequest, reader: GivenReader) -> Response[str]:
        """Shown by the service worker where there is no line and the page was not opened before."""
        return render(request, reader, "offline.html")
