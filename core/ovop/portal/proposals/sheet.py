"""A submission with all that its pages show: what it stands in, its answers and files as the reader sees them, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import end_of_day
from ovop.contract import vocabulary as v
from ovop.contract.checker import Evaluation
from ovop.contract.judging.survey import Survey
from ovop.cycles.replay import FrozenHooks
from ovop.errors import NotAllowed, NotFound
from ovop.identities.actor import Act
from ovop.identities.models import Region
from ovop.portal.offices.answers import Chapter, Words, chapters_of, region_codes
from ovop.portal.proposals.fields import Draft
from ovop.portal.proposals.progress import Progress, progress_of
from ovop.portal.proposals.views import File
from ovop.submissions import evidence
from ovop.submissions.access import Place, author_power, is_author, load_place
from ovop.submissions.checking import Checked, check_submission
from ovop.submissions.models import EvidenceFile, Submission
from ovop.submissions.revisions import shown_revision

MOST_FILES = 1000
"""Files of one submission that its pages show; the places of a form take fewer."""


class Sheet(Struct, frozen=True, kw_only=True):
    """A submission as its reader sees it. `author`: the reader writes it; `editable`: and may do so now."""

    place: Place
    answers: Mapping[str, Any]
    product_name: str
    checked: Checked
    rows: Sequence[EvidenceFile]
    author: bool
    editable: bool

    @property
    def submission(self) -> Submission:
        """The submission itself."""
        return self.place.submission

    @property
    def definition(self) -> v.Definition:
        """The frozen definition of its commodity."""
        return self.place.checker.definition

    def section(self, section_id: str) -> v.Section:
        """A section of the form; raises `NotFound`."""
        for section in self.definition.form.sections:
            if section.id == section_id:
                return section
        raise NotFound("section_unknown", v.Text("Bagian ini tidak ada.", "There is no such section."))

    def open(self, section_id: str) -> bool:
        """Whether the reader may change a section now."""
        returned = self.submission.return_sections
        return self.editable and (not returned or section_id in returned)

    def evaluate(self, answers: Mapping[str, Any] | None = None) -> Evaluation:
        """What follows from the answers (or others in their place), as for a draft."""
        checker, checked = self.place.checker, self.checked
        given = self.answers if answers is None else answers
        return checker.evaluate(given, checked.evidence, checked.facts, partial=True)

    def progress(self) -> tuple[Progress, ...]:
        """How far each section is, by the full check."""
        return progress_of(
            self.place.checker,
            answers=self.answers,
            evidence=self.checked.evidence,
            evaluation=self.evaluate(),
            findings=self.checked.findings,
            opened=self.submission.return_sections,
        )

    def shown_sections(self, evaluation: Evaluation) -> list[v.Section]:
        """The sections that the answers ask for, in order."""
        section_of = self.place.checker.section_of
        shown = {section_of(path) for path in evaluation.visible}
        return [section for section in self.definition.form.sections if section.id in shown]

    def draft(
        self, language: str, evaluation: Evaluation, findings: Sequence[v.Finding], *, longer: str = ""
    ) -> Draft:
        """What the fields of a page are drawn from."""
        files: dict[str, list[File]] = {}
        for row in self.rows:
            files.setdefault(row.evidence, []).append(File(id=str(row.id), name=row.file_name))
        return Draft(
            language=language,
            definition=self.definition,
            evaluation=evaluation,
            findings=findings,
            files=files,
            longer=longer,
        )


async def open_sheet(
    session: AsyncSession, *, act: Act, hooks: FrozenHooks, submission_id: UUID, partial: bool
) -> Sheet:
    """The submission as the reader sees it; `partial` checks only what was typed. Raises `NotFound`. The number of queries is fixed."""
    place = await load_place(session, submission_id)
    revision = await shown_revision(session, act=act, place=place)
    checked = (
        Checked(findings=revision.findings, evidence=revision.evidence, facts=revision.facts)
        if revision
        else await check_submission(session, act=act, place=place, hooks=hooks, partial=partial)
    )
    listing = await evidence.list_evidence(session, act=act, submission_id=submission_id, limit=MOST_FILES)
    author = is_author(act, place.submission)
    return Sheet(
        place=place,
        answers=revision.answers if revision else place.submission.answers,
        product_name=revision.product_name if revision else place.submission.product_name,
        checked=checked,
        rows=[row for row in listing.rows if row.purpose == "form"],
        author=author,
        editable=place.stage.editable and may_write(act, place.submission),
    )


def last_moment(day: date) -> datetime:
    """The last moment of a day in Jakarta, to say until when something is due."""
    return end_of_day(day) - timedelta(seconds=1)


def may_write(act: Act, submission: Submission) -> bool:
    """Whether the reader is one of those who write a submission."""
    try:
        author_power(act, submission)
    except NotAllowed:
        return False
    return True


async def chapters(
    session: AsyncSession, sheet: Sheet, sections: Iterable[str] | None = None
) -> list[Chapter]:
    """The answers in words, all of them or those of some sections."""
    form, checker, checked = sheet.definition.form, sheet.place.checker, sheet.checked
    every_field = [field for section in form.sections for field in section.fields]
    codes = {code: code.replace(".", "") for code in region_codes(every_field, sheet.answers)}
    names = await _region_names(session, codes) if codes else {}
    words = Words(sheet.definition.code_lists, names)
    seen = Survey(checker.plan, checker.read(sheet.answers, checked.evidence, checked.facts))
    found = chapters_of(form, sheet.answers, checked.evidence, seen, words)
    wanted = None if sections is None else set(sections)
    return [chapter for chapter in found if wanted is None or chapter.id in wanted]


async def _region_names(session: AsyncSession, codes: Mapping[str, str]) -> dict[str, str]:
    query = select(Region).where(Region.code.in_(set(codes.values())))
    names = {region.code: region.name for region in await session.scalars(query)}
    return {written: names[code] for written, code in codes.items() if code in names}
