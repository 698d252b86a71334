"""Submissions as they go over the wire."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.vocabulary import EvidenceItem
from ovop.cycles.chain import Action
from ovop.cycles.models import Cycle
from ovop.cycles.service import chain_of
from ovop.identities.actor import Act
from ovop.submissions.access import Place, is_author, stages_with_work
from ovop.submissions.attaching import Details
from ovop.submissions.evidence_schemas import EvidenceView
from ovop.submissions.models import EvidenceFile, Revision, Submission
from ovop.submissions.revisions import RevisionContent, content_of
from ovop.submissions.schemas import ActionView, SubmissionSummary, SubmissionView


async def summaries_of(
    session: AsyncSession, *, act: Act, submissions: Sequence[Submission]
) -> list[SubmissionSummary]:
    """A page of a list, each submission as the actor may see it (`access.sees_draft`); at most two queries."""
    others = [s for s in submissions if s.revision and not is_author(act, s)]
    names = await _names_handed_in(session, others) if others else {}
    return [_summary(s, names.get(s.id, s.product_name)) for s in submissions]


async def _names_handed_in(session: AsyncSession, submissions: Sequence[Submission]) -> dict[UUID, str]:
    """The product's name in the last revision, for those that may have been renamed since."""
    cycles = await session.scalars(select(Cycle).where(Cycle.id.in_({s.cycle_id for s in submissions})))
    stages = {cycle.id: stages_with_work(chain_of(cycle)) for cycle in cycles}
    open_ = [s.id for s in submissions if s.stage in stages[s.cycle_id]]
    if not open_:
        return {}
    query = (
        select(Revision)
        .join(Submission, Submission.id == Revision.submission_id)
        .where(Submission.id.in_(open_), Revision.number == Submission.revision)
    )
    return {row.submission_id: content_of(row).product_name for row in await session.scalars(query)}


def _summary(submission: Submission, product_name: str) -> SubmissionSummary:
    return SubmissionSummary(
        id=submission.id,
        number=submission.number,
        cycle_id=submission.cycle_id,
        commodity=submission.commodity_id,
        enterprise_id=submission.enterprise_id,
        region_code=submission.region_code,
        product_name=product_name,
        stage=submission.stage,
        stage_entered_at=submission.stage_entered_at,
        stage_due_on=submission.stage_due_on,
        revision=submission.revision,
        version=submission.version,
    )


def view_of(place: Place, actions: list[Action], handed_in: RevisionContent | None) -> SubmissionView:
    """A submission in full, with the actions open to the caller; `handed_in` is what they see in place of the work in progress."""
    submission = place.submission
    stage = place.chain.stage(submission.stage)
    shown = handed_in or submission
    return SubmissionView(
        **msgspec.structs.asdict(_summary(submission, shown.product_name)),
        definition_sha256=place.definition_sha256,
        stage_label=stage.label,
        editable=stage.editable,
        return_sections=submission.return_sections,
        answers=shown.answers,
        on_behalf=submission.proposed_by_office_id is not None,
        consent=submission.consent,
        created_at=submission.created_at,
        submitted_at=submission.submitted_at,
        forwarded_at=submission.forwarded_at,
        actions=[ActionView(code=a.code, label=a.label, needs=list(a.needs)) for a in actions],
    )


def evidence_view(row: EvidenceFile, version: int) -> EvidenceView:
    """A file as it stands, with its submission's version."""
    same = (n for n in EvidenceView.__struct_fields__ if n not in ("submission_version", "removed"))
    return EvidenceView(
        **{name: getattr(row, name) for name in same},
        submission_version=version,
        removed=row.removed_at is not None,
    )


def as_handed_in(views: Sequence[EvidenceView], evidence: Sequence[EvidenceItem]) -> list[EvidenceView]:
    """The files as the revision has them: with the words they had then, and there even where they were taken out since."""
    said = {UUID(item.id): item for item in evidence}
    return [
        msgspec.structs.replace(
            view,
            removed=False,
            **{name: getattr(said[view.id], name) for name in Details.__struct_fields__},
        )
        if view.id in said
        else view
        for view in views
    ]
