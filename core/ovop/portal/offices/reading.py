"""All that the review page shows of a submission: the answers of a revision, what changed, findings, decisions, copies, actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.models import CarbonCopy
from ovop.approvals.rules import power_for
from ovop.approvals.service import available_actions
from ovop.clock import day_in_jakarta
from ovop.contract.judging.survey import Survey
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import BY_APPLICANT, Action
from ovop.errors import NotFound
from ovop.identities.actor import Act
from ovop.identities.facts import Applicant, applicant_of
from ovop.portal.offices import answers, changes, history, listing
from ovop.portal.page import Reader
from ovop.submissions.access import Place, is_author, load_place
from ovop.submissions.models import Revision
from ovop.submissions.revisions import RevisionContent, content_of


class Review(Struct, frozen=True, kw_only=True):
    """A submission under review, at one of its revisions (`revision` of `place.submission.revision`)."""

    place: Place
    revision: Revision
    content: RevisionContent
    applicant: Applicant
    chapters: Sequence[answers.Chapter]
    differences: Sequence[changes.Difference]
    remarks: Sequence[changes.Remark]
    rulings: Sequence[history.Ruling]
    happenings: Sequence[history.Happening]
    copies: Sequence[CarbonCopy]
    offices: Mapping[UUID, str]
    regions: Mapping[str, str]
    deadline: listing.Deadline | None
    actions: Sequence[Action]
    barred: bool
    author: bool

    @property
    def sections(self) -> Mapping[str, Text]:
        """The titles of the form's sections by id."""
        return {section.id: section.title for section in self.place.checker.definition.form.sections}

    @property
    def region(self) -> str:
        """Where the enterprise is: regency and province."""
        code = self.place.submission.region_code
        return ", ".join(self.regions[part] for part in (code[:4], code[:2]) if part in self.regions)


async def review_of(
    session: AsyncSession, *, reader: Reader, submission_id: UUID, number: int | None
) -> Review:
    """A submission that was handed in, at a revision (the last one by default); raises `NotFound`. The number of queries is fixed."""
    act = reader.act
    place = await load_place(session, submission_id)
    submission = place.submission
    shown = number or submission.revision
    revisions = await _revisions(session, submission_id, (shown, shown - 1))
    if shown not in revisions:
        raise NotFound("revision_unknown", Text("Revisi ini tidak ada.", "There is no such revision."))
    content = content_of(revisions[shown])
    earlier = content_of(revisions[shown - 1]) if shown - 1 in revisions else content
    applicant = await applicant_of(session, enterprise_id=submission.enterprise_id)
    rulings = await history.rulings_of(
        session, submission_id=submission_id, chain=place.chain, actor=act.actor
    )
    happenings = await history.happenings_of(
        session, submission_id=submission_id, chain=place.chain, actor=act.actor
    )
    copies = await history.copies_of(session, submission_id=submission_id)
    regions = await listing.region_names(session, _regions(place, content))
    words = answers.Words(place.checker.definition.code_lists, regions)
    actions = await available_actions(session, act=act, place=place)
    form = place.checker.definition.form
    return Review(
        place=place,
        revision=revisions[shown],
        content=content,
        applicant=applicant,
        chapters=chapters_of(place, content, words),
        differences=changes.differences_of(place.checker, earlier, content, words),
        remarks=changes.remarks_of(form, content.findings),
        rulings=rulings,
        happenings=happenings,
        copies=copies,
        offices=await listing.office_names(
            session,
            [
                *(one.office_id for one in rulings),
                *(one.office_id for one in happenings),
                *(one.office_id for one in copies),
            ],
        ),
        regions=regions,
        deadline=await _deadline(session, reader, place),
        actions=actions,
        barred=_barred(act, place, actions),
        author=is_author(act, submission),
    )


def chapters_of(place: Place, content: RevisionContent, words: answers.Words) -> tuple[answers.Chapter, ...]:
    """The answers of a revision in words, section by section."""
    checker = place.checker
    seen = Survey(checker.plan, checker.read(content.answers, content.evidence, content.facts))
    return answers.chapters_of(checker.definition.form, content.answers, content.evidence, seen, words)


async def _revisions(
    session: AsyncSession, submission_id: UUID, numbers: tuple[int, ...]
) -> dict[int, Revision]:
    query = select(Revision).where(Revision.submission_id == submission_id, Revision.number.in_(numbers))
    return {row.number: row for row in await session.scalars(query)}


def _regions(place: Place, content: RevisionContent) -> set[str]:
    fields = [field for section in place.checker.definition.form.sections for field in section.fields]
    code = place.submission.region_code
    return {code[:2], code[:4], *answers.region_codes(fields, content.answers)}


async def _deadline(session: AsyncSession, reader: Reader, place: Place) -> listing.Deadline | None:
    due_on = place.submission.stage_due_on
    if due_on is None:
        return None
    today = day_in_jakarta(reader.at)
    return listing.deadline_of(due_on, today, await listing.holidays_around(session, today))


def _barred(act: Act, place: Place, actions: Sequence[Action]) -> bool:
    """Whether the reader's role decides here, but separation of duties keeps this reader from it."""
    deciding = [a for a in place.stage.actions if a.effect not in BY_APPLICANT]
    mine = [a for a in deciding if power_for(act, a, place.submission)]
    return bool(mine) and not any(a in actions for a in mine)
