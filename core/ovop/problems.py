"""Errors -> `application/problem+json` (RFC 9457), in the language asked for; knows nothing else.

`type` is a stable address per error code, `title` names the family, `detail` this occurrence, and `findings` lists every field at fault.
"""

import re
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from ovop.contract.vocabulary import Finding, Severity, Text
from ovop.errors import (
    Conflict,
    Invalid,
    Malformed,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OvopError,
    Stale,
    TooLarge,
    TooMany,
    WrongMediaType,
)
from ovop.shapes import worded_fault

FAMILIES: dict[type[OvopError], tuple[int, Text]] = {
    Malformed: (400, Text(id="Permintaan tidak terbaca", en="Malformed")),
    WrongMediaType: (415, Text(id="Jenis isi tidak didukung", en="Unsupported media type")),
    Invalid: (422, Text(id="Isian belum benar", en="Not valid")),
    NotFound: (404, Text(id="Tidak ditemukan", en="Not found")),
    NotSignedIn: (401, Text(id="Belum masuk", en="Not signed in")),
    NotAllowed: (403, Text(id="Tidak berwenang", en="Not allowed")),
    Stale: (412, Text(id="Sudah berubah", en="Changed meanwhile")),
    Conflict: (409, Text(id="Tidak sesuai keadaan", en="Conflict")),
    TooLarge: (413, Text(id="Terlalu besar", en="Too large")),
    TooMany: (429, Text(id="Terlalu sering", en="Too many attempts")),
    OvopError: (500, Text(id="Kesalahan dalam sistem", en="Internal error")),
}


UNFORESEEN = Text(
    id="Terjadi kesalahan yang tidak terduga. Data Anda tidak berubah; coba lagi, atau laporkan waktu kejadiannya.",
    en="Something unforeseen went wrong. Your data did not change; try again, or report when it happened.",
)

DETAILS = {
    400: Text(
        id="Permintaan tidak terbaca. Sesuaikan alamat, parameter dan isinya dengan dokumen API.",
        en="The request cannot be read. Follow the API document in its address, parameters and body.",
    ),
    404: Text(
        id="Alamat ini tidak ada. Periksa ejaannya di dokumen API (/docs).",
        en="There is nothing at this address. Check its spelling in the API document (/docs).",
    ),
    405: Text(
        id="Metode ini tidak berlaku untuk alamat ini. Yang berlaku disebut di header Allow.",
        en="This method does not apply to this address. The header Allow names those that do.",
    ),
    413: Text(
        id="Isi permintaan terlalu besar: JSON paling banyak 1 MB, dan berkas punya batas sendiri. Perkecil, lalu kirim lagi.",
        en="The body is too large: JSON may have 1 MB, and files have a limit of their own. Make it smaller, then send it again.",
    ),
}
"""What to tell about errors that the framework raises, by status."""


class ProblemFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One fault: which field, the reason, and what to do about it, in the language asked for."""

    path: str
    code: str
    severity: Severity
    section: str
    message: str
    remedy: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem document."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    findings: list[ProblemFinding]


def language_of(request: Request[Any, Any, Any]) -> str:
    """`en` when the request prefers English to Indonesian, otherwise `id`."""
    best, language = 0.0, "id"
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.partition(";")
        weight = _quality(quality.strip().removeprefix("q="))
        name = tag.split("-")[0].strip().lower()
        if name in ("id", "en") and weight > best:
            best, language = weight, name
    return language


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def worded(finding: Finding, language: str) -> ProblemFinding:
    """A finding in one language."""
    return ProblemFinding(
        path=finding.path,
        code=finding.code,
        severity=finding.severity,
        section=finding.section,
        message=finding.message.in_language(language),
        remedy=finding.remedy.in_language(language),
    )


def error_response(request: Request[Any, Any, Any], error: OvopError) -> Response[Problem]:
    """The answer to an error that the platform raised on purpose."""
    status, title = next(FAMILIES[kind] for kind in type(error).__mro__ if kind in FAMILIES)
    language = language_of(request)
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    return _respond(
        Problem(
            type=f"/problems/{error.code.replace('_', '-')}",
            title=title.in_language(language),
            status=status,
            detail=error.message.in_language(language),
            code=error.code,
            findings=[worded(f, language) for f in error.findings],
        ),
        language,
        headers,
    )


def http_response(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """The answer to an error that the framework raised: an unknown path, a parameter that does not fit, a wrong method."""
    language = language_of(request)
    return _respond(
        Problem(
            type="about:blank",
            title=_title(error.status_code).in_language(language),
            status=error.status_code,
            detail=_detail(error).in_language(language),
            code=f"http_{error.status_code}",
            findings=[worded(f, language) for f in _findings(error)],
        ),
        language,
        dict(error.headers or {}),
    )


def unforeseen_response(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The answer to an error that nobody foresaw: it says nothing about the inside; the log has the cause."""
    language = language_of(request)
    status, title = FAMILIES[OvopError]
    problem = Problem(
        type="about:blank",
        title=title.in_language(language),
        status=status,
        detail=UNFORESEEN.in_language(language),
        code="unforeseen",
        findings=[],
    )
    return _respond(problem, language, {})


def _respond(problem: Problem, language: str, headers: dict[str, str]) -> Response[Problem]:
    return Response(
        problem,
        status_code=problem.status,
        media_type="application/problem+json",
        headers={**headers, "content-language": language},
    )


def _title(status: int) -> Text:
    titles = dict(FAMILIES.values())
    if status in titles and status != HTTP_500_INTERNAL_SERVER_ERROR:
        return titles[status]
    return Text(id="Permintaan tidak dapat dilayani", en="The request cannot be served")


def _detail(error: HTTPException) -> Text:
    """What the framework's English would say; an own detail of a handler's exception is for programmers and stays out."""
    if error.status_code in DETAILS:
        return DETAILS[error.status_code]
    return DETAILS[400] if error.status_code < HTTP_500_INTERNAL_SERVER_ERROR else UNFORESEEN


def _findings(error: HTTPException) -> list[Finding]:
    """A finding for each parameter that does not fit."""
    if not isinstance(error, ValidationException):
        return []
    if missing := re.match(r"Missing required \w+ parameter '([^']+)'", error.detail):
        return [worded_fault(missing[1], error.detail)]
    faults = error.extra if isinstance(error.extra, list) else []
    return [
        worded_fault("" if fault.get("key") == "data" else str(fault.get("key", "")), fault["message"])
        for fault in faults
        if isinstance(fault, dict)
    ]
