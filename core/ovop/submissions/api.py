"""HTTP for submissions: drafts, answers, findings and revisions. Actions of the chain are in `approvals.api`."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.params import FromPath, FromQuery, PathParameter, QueryParameter
from sqlalchemy import select

from ovop.contract.vocabulary import Severity
from ovop.openapi import READING, problems
from ovop.submissions import schemas, service
from ovop.submissions.access import load_place, load_submission
from ovop.submissions.checking import check_submission
from ovop.submissions.models import Revision
from ovop.submissions.revisions import (
    RevisionContent,
    content_of,
    evidence_changes,
    get_revision,
    shown_revision,
)
from ovop.submissions.views import summaries_of
from ovop.web import ApiRequest, Cursor, GivenAct, GivenSession, Limit, page_after, platform_of


class SubmissionReadController(Controller):
    """Reading submissions. Every route shows only what the caller's role and territory allow."""

    path = "/submissions"
    tags = ("submissions",)

    @get(
        operation_id="list_submissions", summary="Submissions that you may see", responses=problems(*READING)
    )
    async def list_submissions(
        self,
        session: GivenSession,
        act: GivenAct,
        cycle_id: FromQuery[UUID | None] = None,
        commodity: Annotated[str | None, QueryParameter(max_length=60)] = None,
        stage: Annotated[str | None, QueryParameter(max_length=60)] = None,
        after: Cursor = None,
        limit: Limit = 20,
    ) -> schemas.SubmissionPage:
        rows = await service.list_submissions(
            session,
            cycle_id=cycle_id,
            commodity_id=commodity,
            stage=stage,
            after=page_after(after),
            limit=limit,
        )
        more = len(rows) > limit
        return schemas.SubmissionPage(
            items=await summaries_of(session, act=act, submissions=rows[:limit]),
            next=str(rows[limit - 1].id) if more else None,
        )

    @get(
        "/{submission_id:uuid}/findings",
        operation_id="list_findings",
        summary="Everything to correct, at any time",
        description="After a return only the authors see their work in progress; others see the findings of the last revision.",
        responses=problems(*READING),
    )
    async def list_findings(
        self,
        submission_id: FromPath[UUID],
        session: GivenSession,
        act: GivenAct,
        request: ApiRequest,
        partial: Annotated[
            bool, QueryParameter(description="Leave out what is only not answered yet.")
        ] = False,
    ) -> schemas.FindingsView:
        place = await load_place(session, submission_id)
        judged = await shown_revision(session, act=act, place=place) or await check_submission(
            session, act=act, place=place, hooks=platform_of(request).frozen_hooks, partial=partial
        )
        return schemas.FindingsView(
            complete=not any(f.severity is Severity.ERROR for f in judged.findings),
            items=list(judged.findings),
        )

    @get(
        "/{submission_id:uuid}/revisions",
        operation_id="list_revisions",
        summary="Everything that was handed in",
        responses=problems(*READING),
    )
    async def list_revisions(
        self, submission_id: FromPath[UUID], session: GivenSession, act: GivenAct
    ) -> schemas.RevisionList:
        await load_submission(session, submission_id)
        query = select(Revision).where(Revision.submission_id == submission_id).order_by(Revision.number)
        return schemas.RevisionList(items=[_summary(row) for row in await session.scalars(query)])

    @get(
        "/{submission_id:uuid}/revisions/{number:int}",
        operation_id="get_revision",
        summary="One revision, and what changed since the one before",
        responses=problems(*READING),
    )
    async def get_revision(
        self,
        submission_id: FromPath[UUID],
        number: Annotated[int, PathParameter(ge=1, le=10_000)],
        session: GivenSession,
        act: GivenAct,
    ) -> schemas.RevisionView:
        place = await load_place(session, submission_id)
        revision = await get_revision(session, submission_id=submission_id, number=number)
        content = content_of(revision)
        earlier = (
            content_of(await get_revision(session, submission_id=submission_id, number=number - 1))
            if number > 1
            else content
        )
        return schemas.RevisionView(
            **msgspec.structs.asdict(_summary(revision)),
            product_name=content.product_name,
            answers=dict(content.answers),
            evidence=[msgspec.to_builtins(item) for item in content.evidence],
            facts=_plain(content),
            findings=list(content.findings),
            changes=[
                *_renaming(earlier, content),
                *(
                    schemas.ChangeView(path=c.path, section=c.section, old=c.old, new=c.new)
                    for c in place.checker.diff(earlier.answers, content.answers)
                ),
                *evidence_changes(place.checker.definition.form, earlier.evidence, content.evidence),
            ],
        )


def _summary(revision: Revision) -> schemas.RevisionSummary:
    return schemas.RevisionSummary(
        number=revision.number,
        sha256=revision.sha256,
        submitted_at=revision.submitted_at,
        submitted_by=revision.submitted_by,
    )


def _renaming(earlier: RevisionContent, content: RevisionContent) -> list[schemas.ChangeView]:
    """The product's name stands beside the form, so the form's own comparison does not show it."""
    if earlier.product_name == content.product_name:
        return []
    return [
        schemas.ChangeView(
            path="product_name", section="", old=earlier.product_name, new=content.product_name
        )
    ]


def _plain(content: RevisionContent) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(content.facts)
    return facts
