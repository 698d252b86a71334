"""My submissions: a list with stage, deadline and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import vocabulary as v
from ovop.cycles.definitions import compiled_for
from ovop.cycles.models import Cycle
from ovop.cycles.service import chain_of, list_cycles
from ovop.identities.enums import Permission
from ovop.identities.facts import Applicant, facts_of
from ovop.identities.models import Enterprise, IndustryCentre
from ovop.portal.page import GivenReader, Reader, render
from ovop.portal.proposals.sheet import last_moment, may_write
from ovop.submissions import service
from ovop.submissions.access import is_author
from ovop.submissions.models import EvidenceFile, Submission
from ovop.submissions.views import summaries_of
from ovop.web import ApiRequest, Cursor, GivenSession, page_after

PAGE = 20


class Entry(Struct, frozen=True, kw_only=True):
    """A submission in the list. `missing` counts what stands in the way of handing in a draft that the reader writes; None for others."""

    id: UUID
    number: str | None
    product_name: str
    commodity: v.Text
    enterprise: str
    year: int
    stage: v.Text
    due: datetime | None
    mine: bool
    returned: bool
    missing: int | None


class ListPages(Controller):
    """The list of submissions that the reader may see."""

    @get("/submissions")
    async def submissions(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, after: Cursor = None
    ) -> Response[str]:
        rows = await service.list_submissions(
            session, cycle_id=None, commodity_id=None, stage=None, after=page_after(after), limit=PAGE
        )
        entries = await _entries(session, reader, rows[:PAGE])
        return render(
            request,
            reader,
            "proposals_list.html",
            entries=entries,
            next=str(rows[PAGE - 1].id) if len(rows) > PAGE else None,
            first=after is None,
            may_begin=reader.act.actor.may(Permission.SUBMISSION_WRITE),
        )


async def _entries(session: AsyncSession, reader: Reader, rows: Sequence[Submission]) -> list[Entry]:
    names = {
        summary.id: summary.product_name
        for summary in await summaries_of(session, act=reader.act, submissions=rows)
    }
    cycles = {cycle.id: cycle for cycle in await list_cycles(session)}
    applicants = await _applicants(session, rows)
    drafts = [row for row in rows if _is_draft(reader, row, cycles)]
    files = await _files(session, drafts)
    return [
        await _entry(session, reader, row, names[row.id], cycles[row.cycle_id], applicants, files)
        for row in rows
    ]


async def _entry(
    session: AsyncSession,
    reader: Reader,
    row: Submission,
    name: str,
    cycle: Cycle,
    applicants: Mapping[UUID, Applicant],
    files: Mapping[UUID, Sequence[v.EvidenceItem]],
) -> Entry:
    checker = (await compiled_for(session, row.definition_id)).checker  # kept from then on
    applicant = applicants.get(row.enterprise_id)
    stage = chain_of(cycle).stage(row.stage)
    missing = None
    if applicant is not None and row.id in files:
        facts = facts_of(applicant, at=reader.at)
        findings = checker.check(row.answers, files[row.id], facts)
        missing = sum(1 for finding in findings if finding.severity is v.Severity.ERROR)
    due = last_moment(row.stage_due_on) if row.stage_due_on else None
    return Entry(
        id=row.id,
        number=row.number,
        product_name=name,
        commodity=checker.definition.manifest.name,
        enterprise=applicant.enterprise.name if applicant else "",
        year=cycle.year,
        stage=stage.label,
        due=due or (cycle.closes_at if stage.editable and row.revision == 0 else None),
        mine=is_author(reader.act, row),
        returned=bool(row.return_sections) and stage.editable,
        missing=missing,
    )


def _is_draft(reader: Reader, row: Submission, cycles: Mapping[UUID, Cycle]) -> bool:
    return chain_of(cycles[row.cycle_id]).stage(row.stage).editable and may_write(reader.act, row)


async def _applicants(session: AsyncSession, rows: Sequence[Submission]) -> dict[UUID, Applicant]:
    query = (
        select(Enterprise, IndustryCentre)
        .outerjoin(IndustryCentre, IndustryCentre.id == Enterprise.centre_id)
        .where(Enterprise.id.in_({row.enterprise_id for row in rows}))
    )
    found = (Applicant(*row) for row in await session.execute(query))
    return {applicant.enterprise.id: applicant for applicant in found}


async def _files(session: AsyncSession, drafts: Sequence[Submission]) -> dict[UUID, list[v.EvidenceItem]]:
    found: dict[UUID, list[v.EvidenceItem]] = {draft.id: [] for draft in drafts}
    query = select(EvidenceFile).where(
        EvidenceFile.submission_id.in_(found),
        EvidenceFile.purpose == "form",
        EvidenceFile.removed_at.is_(None),
    )
    same = [name for name in v.EvidenceItem.__struct_fields__ if name != "id"]
    for row in await session.scalars(query.order_by(EvidenceFile.id)):
        item = v.EvidenceItem(id=str(row.id), **{name: getattr(row, name) for name in same})
        found[row.submission_id].append(item)
    return found
