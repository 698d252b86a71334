"""HTTP for uploads that go on where they stopped: tus 1.0.0 with the extensions creation, termination and expiration.

A body is taken in as a stream and outside of any transaction; only the last piece opens one, to attach the file.
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from datetime import date
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Response, Router, delete, head, patch, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from ovop.contract.judging.files import MEGABYTE
from ovop.contract.vocabulary import Finding, Text
from ovop.errors import Invalid, OvopError, WrongMediaType
from ovop.identities.actor import Act
from ovop.identities.authentication import authenticate
from ovop.settings import Settings
from ovop.submissions import resumable
from ovop.submissions.attaching import Details
from ovop.submissions.resumable import About, Standing
from ovop.web import ApiRequest, GivenAct, GivenSession, platform_of, refuse_foreign_page, token_of

VERSION = {"tus-resumable": "1.0.0"}
MEDIA_TYPE = "application/offset+octet-stream"
DAYS = ("issued_on", "expires_on")
LONGEST = 200
"""Characters of a text that is said about a file."""


class UploadController(Controller):
    """tus; not part of the API document, because it is a protocol of its own. `Upload-Metadata`: `filename`, `evidence`, `role`, `number`,
    `issuer`, `issued_on`, `expires_on`."""

    @route(
        ["/submissions/{submission_id:uuid}/uploads", "/uploads/{upload_id:uuid}"],
        http_method=[HttpMethod.OPTIONS],
        opt={"public": True},
        include_in_schema=False,
        status_code=204,
    )
    async def offer(self, request: ApiRequest) -> Response[None]:
        most = platform_of(request).settings.max_upload_megabytes * MEGABYTE
        return _answer(
            204,
            {
                "tus-version": "1.0.0",
                "tus-extension": "creation,termination,expiration",
                "tus-max-size": str(most),
            },
        )

    @post("/submissions/{submission_id:uuid}/uploads", include_in_schema=False, status_code=201)
    async def create(
        self, submission_id: FromPath[UUID], request: ApiRequest, session: GivenSession, act: GivenAct
    ) -> Response[None]:
        refuse_foreign_page(request)
        _require_version(request)
        length = request.headers.get("upload-length", "")
        if not length.isdigit() or int(length) == 0:
            raise _invalid(
                "upload_length",
                "Sertakan header Upload-Length berisi ukuran berkas dalam byte.",
                "Send the header Upload-Length with the size of the file in bytes.",
            )
        told = _metadata(request.headers.get("upload-metadata", ""))
        upload_id, about = await resumable.begin_upload(
            session,
            act=act,
            store=platform_of(request).store,
            submission_id=submission_id,
            evidence=told.get("evidence", ""),
            file_name=told.get("filename", "") or "berkas",
            length=int(length),
            details=_details(told),
        )
        return _answer(201, {"location": f"/api/v1/uploads/{upload_id}", **_expiry(about)})

    @head("/uploads/{upload_id:uuid}", include_in_schema=False)
    async def stand(self, upload_id: FromPath[UUID], request: ApiRequest) -> Response[None]:
        _require_version(request)
        standing = await _standing(request, await _act(request), upload_id)
        return _answer(
            200, {**_offset(standing.offset, standing), "upload-length": str(standing.about.length)}
        )

    @patch("/uploads/{upload_id:uuid}", include_in_schema=False, status_code=204)
    async def go_on(self, upload_id: FromPath[UUID], request: ApiRequest) -> Response[None]:
        refuse_foreign_page(request)
        _require_version(request)
        if request.headers.get("content-type", "") != MEDIA_TYPE:
            raise WrongMediaType(
                "not_offset_stream",
                Text(f"Kirim potongan berkas sebagai {MEDIA_TYPE}.", f"Send the piece as {MEDIA_TYPE}."),
            )
        given = request.headers.get("upload-offset", "")
        if not given.isdigit():
            raise _invalid(
                "upload_offset_missing",
                "Sertakan header Upload-Offset berisi byte tempat potongan ini mulai.",
                "Send the header Upload-Offset with the byte at which this piece begins.",
            )
        act = await _act(request)
        standing = await _standing(request, act, upload_id)
        store = platform_of(request).store
        offset = await resumable.add_piece(
            store, upload_id=upload_id, standing=standing, offset=int(given), chunks=request.stream()
        )
        if offset < standing.about.length:
            return _answer(204, _offset(offset, standing))
        file_id = await _finish(request, act, upload_id)
        return _answer(204, {**_offset(offset, standing), "ovop-evidence": str(file_id)})

    @delete("/uploads/{upload_id:uuid}", include_in_schema=False, status_code=204)
    async def give_up(self, upload_id: FromPath[UUID], request: ApiRequest) -> Response[None]:
        refuse_foreign_page(request)
        _require_version(request)
        await _standing(request, await _act(request), upload_id)
        await resumable.forget_upload(platform_of(request).store, upload_id)
        return _answer(204)


def resumable_router(settings: Settings) -> Router:
    """The routes, with the largest body that the settings allow."""
    return Router(
        path="",
        route_handlers=[UploadController],
        request_max_body_size=settings.max_upload_megabytes * MEGABYTE,
    )


async def _finish(request: ApiRequest, act: Act, upload_id: UUID) -> UUID:
    """Attach the file, which is whole now. One that is refused is forgotten: sending it again would not mend it."""
    platform = platform_of(request)
    standing = await _standing(request, act, upload_id)
    if standing.file_id is not None:
        return standing.file_id
    with await resumable.join(platform.store, standing) as joined:
        try:
            async with platform.database.transaction(at=act.at, actor=act.actor) as session:
                row = await resumable.finish_upload(
                    session, act=act, store=platform.store, standing=standing, joined=joined
                )
                file_id = row.id
        except OvopError:
            await resumable.forget_upload(platform.store, upload_id)
            raise
    await resumable.conclude(platform.store, upload_id=upload_id, standing=standing, file_id=file_id)
    return file_id


async def _act(request: ApiRequest) -> Act:
    """Who asks, known before anything of the body is taken in; raises `NotSignedIn`."""
    platform = platform_of(request)
    at = platform.clock()
    async with platform.database.session(read_only=True, at=at) as session, session.begin():
        return Act(actor=await authenticate(session, token=token_of(request), at=at), at=at)


async def _standing(request: ApiRequest, act: Act, upload_id: UUID) -> Standing:
    store = platform_of(request).store
    return await resumable.standing_of(store, person_id=act.actor.person_id, upload_id=upload_id, at=act.at)


def _answer(status: int, headers: Mapping[str, str] | None = None) -> Response[None]:
    return Response(
        None, status_code=status, headers={**VERSION, "cache-control": "no-store", **(headers or {})}
    )


def _offset(offset: int, standing: Standing) -> dict[str, str]:
    return {"upload-offset": str(offset), **_expiry(standing.about)}


def _expiry(about: About) -> dict[str, str]:
    return {"upload-expires": format_datetime(about.expires_at, usegmt=True)}


def _require_version(request: ApiRequest) -> None:
    if request.headers.get("tus-resumable") != "1.0.0":
        raise _invalid(
            "tus_version",
            "Sertakan header Tus-Resumable: 1.0.0.",
            "Send the header Tus-Resumable: 1.0.0.",
        )


def _metadata(header: str) -> dict[str, str]:
    """The values of `Upload-Metadata`, which are Base64; raises `Invalid`."""
    told = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            text = b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            text = "\x00"
        if "\x00" in text or len(text) > LONGEST:
            raise _invalid(
                "upload_metadata",
                f"Nilai “{key}” di Upload-Metadata harus Base64 dari teks UTF-8, paling panjang {LONGEST} karakter.",
                f"The value of “{key}” in Upload-Metadata must be Base64 of a UTF-8 text of at most {LONGEST} characters.",
            )
        told[key] = text
    return told


def _details(told: Mapping[str, str]) -> Details:
    days: dict[str, Any] = {}
    for name in DAYS:
        if not told.get(name):
            continue
        try:
            days[name] = date.fromisoformat(told[name])
        except ValueError:
            raise Invalid(
                "upload_metadata",
                Text("Data berkas tidak dapat dibaca.", "What is said about the file cannot be read."),
                findings=[
                    Finding(
                        path=name,
                        code="date_format",
                        message=Text("Ini bukan tanggal.", "This is not a date."),
                        remedy=Text("Tulis seperti 2026-03-09.", "Write it like 2026-03-09."),
                    )
                ],
            ) from None
    return Details(
        role=told.get("role", ""), number=told.get("number", ""), issuer=told.get("issuer", ""), **days
    )


def _invalid(code: str, indonesian: str, english: str) -> Invalid:
    return Invalid(code, Text(indonesian, english))
