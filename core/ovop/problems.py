"""Errors -> `application/problem+json` (RFC 9457), in the language asked for; knows nothing else.

`type` is a stable address per error code, `title` names the family, `detail` this occurrence, and `findings` lists every field at fault.
"""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from ovop.contract.vocabulary import Finding, Severity, Text
from ovop.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OvopError,
    Stale,
    TooLarge,
    TooMany,
)

FAMILIES: dict[type[OvopError], tuple[int, Text]] = {
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
        tag, _, quality = part.strip().partition(";q=")
        weight = _quality(quality)
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
    """The answer to an error that the framework raised: an unknown path, a body that does not fit, a wrong method."""
    language = language_of(request)
    return _respond(
        Problem(
            type="about:blank",
            title=_title(error.status_code).in_language(language),
            status=error.status_code,
            detail=error.detail,
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
    detail = Text(
        id="Terjadi kesalahan yang tidak terduga. Data Anda tidak berubah; coba lagi, atau laporkan waktu kejadiannya.",
        en="Something unforeseen went wrong. Your data did not change; try again, or report when it happened.",
    )
    problem = Problem(
        type="about:blank",
        title=title.in_language(language),
        status=status,
        detail=detail.in_language(language),
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


def _findings(error: HTTPException) -> list[Finding]:
    if not isinstance(error, ValidationException) or not isinstance(error.extra, list):
        return []
    return [
        Finding(
            path=str(fault.get("key", "")),
            code="malformed",
            message=Text(
                id=f"“{fault.get('key', '')}” tidak dapat dibaca: {fault.get('message', '')}",
                en=f"“{fault.get('key', '')}” cannot be read: {fault.get('message', '')}",
            ),
            remedy=Text(
                id="Sesuaikan dengan bentuk yang tertulis di dokumen API.",
                en="Follow the shape that the API document states.",
            ),
        )
        for fault in error.extra
        if isinstance(fault, dict)
    ]
