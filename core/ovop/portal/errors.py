"""Refusals as pages."""

from __future__ import annotations

import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from ovop.contract.vocabulary import Text
from ovop.errors import NotSignedIn, OvopError
from ovop.portal.page import reader_of, redirect, render
from ovop.problems import DETAILS, FAMILIES, UNFORESEEN
from ovop.web import ApiRequest

log = structlog.get_logger("ovop.portal")


def refused(request: ApiRequest, error: OvopError) -> Response[str] | Redirect:
    """A page that says what is wrong and what to do; who is not signed in is sent to sign in, and comes back afterwards."""
    if isinstance(error, NotSignedIn) and request.method == "GET":
        return redirect("/sign-in", next=_here(request))
    status, title = next(told for family, told in FAMILIES.items() if isinstance(error, family))
    return _page(request, status, title, error.message, error)


def failed(request: ApiRequest, error: HTTPException) -> Response[str]:
    """A page for what the framework refuses: no such address, a method that does not apply."""
    title = (
        Text("Halaman tidak ditemukan", "Page not found")
        if error.status_code == 404
        else Text("Permintaan tidak dapat dilayani", "The request cannot be served")
    )
    detail = (
        Text(
            "Alamat ini tidak ada. Periksa ejaannya, atau mulai dari beranda.",
            "There is nothing at this address. Check its spelling, or start from the home page.",
        )
        if error.status_code == 404
        else DETAILS.get(error.status_code, DETAILS[400])
    )
    return _page(request, error.status_code, title, detail)


def unforeseen(request: ApiRequest, error: Exception) -> Response[str]:
    """A page for what nobody foresaw; the cause goes to the log only."""
    log.error("unforeseen error", method=request.method, path=request.url.path, exc_info=error)
    return _page(request, 500, Text("Kesalahan dalam sistem", "Internal error"), UNFORESEEN)


def _page(
    request: ApiRequest,
    status: int,
    title: Text,
    message: Text,
    error: OvopError | None = None,
) -> Response[str]:
    reader = reader_of(request)
    findings = error.findings if error is not None else ()
    return render(
        request, reader, "error.html", status=status, title=title, message=message, findings=findings
    )


def _here(request: ApiRequest) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
