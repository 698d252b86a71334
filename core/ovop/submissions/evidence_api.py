"""HTTP for evidence files and letters. Uploads are multipart forms; files are spooled to disk while they arrive."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Controller, Response, Router, delete, get, patch, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.openapi import ResponseSpec
from litestar.params import Body, FromPath, JSONBody
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.judging.files import MEGABYTE
from ovop.openapi import READING, WRITING, problems
from ovop.settings import Settings
from ovop.submissions import evidence as service
from ovop.submissions.access import load_submission
from ovop.submissions.attaching import Details, Upload
from ovop.submissions.evidence_schemas import (
    EvidenceChange,
    EvidencePage,
    EvidenceUpload,
    EvidenceView,
    LetterUpload,
)
from ovop.submissions.models import EvidenceFile
from ovop.submissions.views import as_handed_in, evidence_view
from ovop.web import (
    ApiRequest,
    Cursor,
    GivenAct,
    GivenCommand,
    GivenSession,
    Limit,
    guard_upload,
    page_after,
    platform_of,
    version_tag,
)

FORM_OVERHEAD = 1_000_000
"""What a multipart form may add to its file: boundaries, headers and the other fields."""


class EvidenceController(Controller):
    """The files of a submission. The ETag of a change is the submission's version."""

    path = "/submissions/{submission_id:uuid}"
    tags = ("submissions",)

    @post(
        "/evidence",
        operation_id="add_evidence",
        summary="Upload a document, photo or video",
        guards=[guard_upload],
        opt={"upload": True},
        description="Photos are stored upright and without place or device data. The same file again gives the file there is.",
        responses={
            **problems(*WRITING),
            201: ResponseSpec(EvidenceView, generate_examples=False, description="The file as it is stored."),
        },
    )
    async def add_evidence(
        self,
        submission_id: FromPath[UUID],
        data: Annotated[EvidenceUpload, Body(media_type=RequestEncodingType.MULTI_PART)],
        request: ApiRequest,
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[Any]:
        async def work() -> EvidenceView:
            details = Details(
                role=data.role,
                number=data.number,
                issuer=data.issuer,
                issued_on=data.issued_on,
                expires_on=data.expires_on,
            )
            row = await service.add_evidence(
                session,
                act=act,
                store=platform_of(request).store,
                submission_id=submission_id,
                evidence=data.evidence,
                upload=_upload(data.file),
                details=details,
            )
            return await _view(session, row)

        return await command.once(work, status=201, etag=_etag)

    @get(
        "/evidence",
        operation_id="list_evidence",
        summary="Files and letters of a submission",
        description="After a return only the authors see their changes; others see the files of the last revision until it is handed in again.",
        responses=problems(*READING),
    )
    async def list_evidence(
        self,
        submission_id: FromPath[UUID],
        session: GivenSession,
        act: GivenAct,
        after: Cursor = None,
        limit: Limit = 20,
    ) -> EvidencePage:
        found = await service.list_evidence(
            session, act=act, submission_id=submission_id, after=page_after(after), limit=limit
        )
        views = [evidence_view(row, found.version) for row in found.rows[:limit]]
        return EvidencePage(
            items=as_handed_in(views, found.handed_in.evidence) if found.handed_in else views,
            next=str(found.rows[limit - 1].id) if len(found.rows) > limit else None,
        )

    @patch(
        "/evidence/{evidence_id:uuid}",
        operation_id="describe_evidence",
        summary="Change what is said about a file",
        description="Needs `If-Match` with the submission's version.",
        responses={
            **problems(*WRITING),
            200: ResponseSpec(EvidenceView, generate_examples=False, description="The file."),
        },
    )
    async def describe_evidence(
        self,
        submission_id: FromPath[UUID],
        evidence_id: FromPath[UUID],
        data: JSONBody[EvidenceChange],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[Any]:
        async def work() -> EvidenceView:
            changes = {n: v for n, v in msgspec.structs.asdict(data).items() if v is not msgspec.UNSET}
            row = await service.describe_evidence(
                session,
                act=act,
                submission_id=submission_id,
                evidence_id=evidence_id,
                version=command.version,
                changes=changes,
            )
            return await _view(session, row)

        return await command.once(work, etag=_etag)

    @delete(
        "/evidence/{evidence_id:uuid}",
        operation_id="remove_evidence",
        summary="Take a file out of a submission",
        description="Revisions that were handed in before keep the file. Needs `If-Match` with the submission's version.",
        status_code=200,
        responses={
            **problems(*WRITING),
            200: ResponseSpec(EvidenceView, generate_examples=False, description="The file, removed."),
        },
    )
    async def remove_evidence(
        self,
        submission_id: FromPath[UUID],
        evidence_id: FromPath[UUID],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[Any]:
        async def work() -> EvidenceView:
            row = await service.remove_evidence(
                session,
                act=act,
                submission_id=submission_id,
                evidence_id=evidence_id,
                version=command.version,
            )
            return await _view(session, row)

        return await command.once(work, etag=_etag)

    @get(
        "/evidence/{evidence_id:uuid}/content",
        operation_id="read_evidence",
        summary="The file itself",
        description="As it is stored; its type and name are in the headers. Never shown by a browser in this site's name.",
        opt={"uncompressed": True},
        responses={
            **problems(*READING),
            200: ResponseSpec(bytes, generate_examples=False, description="The content.", media_type="*/*"),
        },
    )
    async def read_evidence(
        self,
        submission_id: FromPath[UUID],
        evidence_id: FromPath[UUID],
        request: ApiRequest,
        session: GivenSession,
        act: GivenAct,
    ) -> Stream:
        row, content = await service.open_evidence(
            session,
            act=act,
            store=platform_of(request).store,
            submission_id=submission_id,
            evidence_id=evidence_id,
        )
        return Stream(
            content.chunks,
            media_type=row.media_type,
            headers={
                "content-length": str(content.size),
                "content-disposition": content_disposition(row.file_name),
                "content-security-policy": "sandbox",
                "x-content-type-options": "nosniff",
                "cache-control": "private, no-store",
                "etag": f'"{row.sha256}"',
            },
        )

    @post(
        "/letters",
        operation_id="attach_letter",
        summary="Upload the scan of an office's letter",
        guards=[guard_upload],
        opt={"upload": True},
        description="By the office that now decides; the action that follows names the file.",
        responses={
            **problems(*WRITING),
            201: ResponseSpec(
                EvidenceView, generate_examples=False, description="The letter as it is stored."
            ),
        },
    )
    async def attach_letter(
        self,
        submission_id: FromPath[UUID],
        data: Annotated[LetterUpload, Body(media_type=RequestEncodingType.MULTI_PART)],
        request: ApiRequest,
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[Any]:
        async def work() -> EvidenceView:
            row = await service.attach_letter(
                session,
                act=act,
                store=platform_of(request).store,
                submission_id=submission_id,
                upload=_upload(data.file),
                number=data.number,
                issued_on=data.issued_on,
            )
            return await _view(session, row)

        return await command.once(work, status=201, etag=_etag)


def evidence_router(settings: Settings) -> Router:
    """The routes, with the largest request that the settings allow."""
    return Router(
        path="",
        route_handlers=[EvidenceController],
        request_max_body_size=settings.max_upload_megabytes * MEGABYTE + FORM_OVERHEAD,
    )


def content_disposition(file_name: str) -> str:
    """The header that makes a browser save a file under its name (RFC 6266): the exact name, and one in ASCII for old programs."""
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in " ._-()" else "_" for c in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _upload(file: UploadFile) -> Upload:
    return Upload(file=file.file, file_name=file.filename)


async def _view(session: AsyncSession, row: EvidenceFile) -> EvidenceView:
    return evidence_view(row, (await load_submission(session, row.submission_id)).version)


def _etag(view: EvidenceView) -> str:
    return version_tag(view.submission_version)
