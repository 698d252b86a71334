"""Carrying out what a section's form asks for: files are taken in, words about files and answers are saved, each by the services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from uuid import UUID

from litestar.datastructures import UploadFile
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import vocabulary as v
from ovop.contract.judging.files import ASKS
from ovop.errors import OvopError
from ovop.files import FileStore
from ovop.portal.filling import Mistake
from ovop.portal.page import Reader
from ovop.portal.proposals.figures import day_of
from ovop.portal.proposals.merging import Merged, merge
from ovop.portal.proposals.sent import Sent, typed_answers
from ovop.portal.proposals.slots import DAYS
from ovop.submissions import evidence, service
from ovop.submissions.access import load_place
from ovop.submissions.attaching import Details, Upload
from ovop.submissions.models import EvidenceFile

NO_DAY = v.Text("Ini bukan tanggal.", "This is not a date.")
AS_DAY = v.Text("Tulis seperti 2026-03-09 atau 9/3/2026.", "Write it like 2026-03-09 or 9/3/2026.")


class Saved(Struct, frozen=True, kw_only=True):
    """A submission after its answers were saved."""

    version: int


class Clash(Exception):
    """Somebody else changed the same fields meanwhile; nothing was saved. `theirs` is what they saved."""

    def __init__(self, merged: Merged, theirs: Mapping[str, v.Answer]) -> None:
        super().__init__(", ".join(merged.conflicts))
        self.merged = merged
        self.theirs = theirs


class Taken(Struct, frozen=True, kw_only=True):
    """What became of the files of a form: the form with the files that fields now name, and what was refused."""

    sent: Sent
    refused: tuple[Mistake, ...]
    added: int


class Saving:
    """One sent form of a section, and how its wishes are carried out."""

    def __init__(self, session: AsyncSession, reader: Reader, store: FileStore, submission_id: UUID) -> None:
        self.session = session
        self.reader = reader
        self.store = store
        self.submission_id = submission_id
        self.refused: list[Mistake] = []

    async def take_files(self, sent: Sent) -> Taken:
        """Take in every file by itself: one that is refused leaves the others and all that was typed."""
        pairs = list(sent.pairs)
        added = 0
        for name, upload in sent.files:
            row = await self._take(sent, name, upload)
            if row is None:
                continue
            added += 1
            if name.startswith("f."):
                answer = name.removeprefix("f.")
                pairs = [pair for pair in pairs if pair[0] != answer] + [(answer, str(row.id))]
            else:
                done = f"n.{row.evidence}."
                pairs = [pair for pair in pairs if not pair[0].startswith(done)]
        return Taken(
            sent=replace(sent, pairs=tuple(pairs), files=()), refused=tuple(self.refused), added=added
        )

    async def drop_file(self, file_id: UUID) -> None:
        """Take a file out of the submission."""
        place = await load_place(self.session, self.submission_id, lock=True)
        await evidence.remove_evidence(
            self.session,
            act=self.reader.act,
            submission_id=self.submission_id,
            evidence_id=file_id,
            version=place.submission.version,
        )

    async def describe_files(self, sent: Sent, rows: Sequence[EvidenceFile]) -> tuple[Mistake, ...]:
        """Save what was typed beside the files that are there, where it changed."""
        typed = sent.typed
        for row in rows:
            changes = self._changes(typed, row)
            if not changes:
                continue
            async with self._refusing(f"d.{row.id}.number"):
                place = await load_place(self.session, self.submission_id, lock=True)
                await evidence.describe_evidence(
                    self.session,
                    act=self.reader.act,
                    submission_id=self.submission_id,
                    evidence_id=row.id,
                    version=place.submission.version,
                    changes=changes,
                )
        return tuple(self.refused)

    async def save_answers(self, sent: Sent, section: v.Section) -> Saved:
        """Save the answers that were typed, merged with what others saved since the page was drawn; raises `Clash`, `Invalid`, `Conflict`."""
        place = await load_place(self.session, self.submission_id, lock=True)
        submission = place.submission
        read = typed_answers(sent, section, place.checker.definition, self.reader.language)
        typed = _as_stored(section, read, submission.answers)
        merged = merge(
            typed=typed, stored=submission.answers, marks=sent.marks, names=sent.names, kept=sent.kept
        )
        if merged.conflicts:
            raise Clash(merged, {name: submission.answers.get(name) for name in merged.conflicts})
        if merged.changes:
            await service.save_answers(
                self.session,
                act=self.reader.act,
                submission_id=self.submission_id,
                version=submission.version,
                answers=merged.changes,
            )
        return Saved(version=submission.version)

    async def _take(self, sent: Sent, name: str, upload: UploadFile) -> EvidenceFile | None:
        kind, _, rest = name.partition(".")
        place, _, role = rest.partition(".")
        details = Details()
        if kind == "f":
            place = rest.rpartition(".")[2]
        elif kind == "e":
            details = replace(self._details(sent.typed, f"n.{place}."), role=role)
        else:
            return None
        found: list[EvidenceFile] = []
        async with self._refusing(name):
            row = await evidence.add_evidence(
                self.session,
                act=self.reader.act,
                store=self.store,
                submission_id=self.submission_id,
                evidence=place,
                upload=Upload(file=upload.file, file_name=upload.filename),
                details=details,
            )
            found.append(row)
        return found[0] if found else None

    def _details(self, typed: Mapping[str, str], prefix: str) -> Details:
        given = {ask: self._value(typed, prefix + ask) for ask in ASKS if prefix + ask in typed}
        return replace(Details(), **{ask: value for ask, value in given.items() if value is not None})

    def _changes(self, typed: Mapping[str, str], row: EvidenceFile) -> dict[str, str | date | None]:
        found: dict[str, str | date | None] = {}
        for ask in ASKS:
            name = f"d.{row.id}.{ask}"
            if name not in typed or (typed[name].strip() and ask in DAYS and not day_of(typed[name].strip())):
                if name in typed:
                    self._value(typed, name)
                continue
            value = self._value(typed, name)
            if value != getattr(row, ask):
                found[ask] = value
        return found

    def _value(self, typed: Mapping[str, str], name: str) -> str | date | None:
        """What was typed about a file; a day that is none is told, and left out."""
        text = typed[name].strip()[:200]
        if name.rpartition(".")[2] not in DAYS:
            return text
        day = day_of(text)
        if text and day is None:
            said = Mistake(field=name, message=self.reader.say(NO_DAY), remedy=self.reader.say(AS_DAY))
            if said not in self.refused:
                self.refused.append(said)
        return date.fromisoformat(day) if day else None

    @asynccontextmanager
    async def _refusing(self, name: str) -> AsyncIterator[None]:
        """A refusal undoes what it concerns, is told beside the input, and leaves everything else."""
        try:
            async with self.session.begin_nested():
                yield
        except OvopError as error:
            remedy = " ".join(self.reader.say(finding.remedy) for finding in error.findings[:1])
            message = error.findings[0].message if error.findings else error.message
            self.refused.append(Mistake(field=name, message=self.reader.say(message), remedy=remedy))


def _as_stored(section: v.Section, typed: v.Answers, stored: v.Answers) -> dict[str, v.Answer]:
    """Boxes are sent in the order of the form: the same ones ticked are the same answer, in whichever order they were stored."""
    found = dict(typed)
    for field in section.fields:
        mine, theirs = typed.get(field.id), stored.get(field.id)
        several = isinstance(field, v.MultiSelectField | v.ChecklistField)
        if (
            several
            and isinstance(mine, list)
            and isinstance(theirs, list)
            and sorted(map(str, mine)) == sorted(map(str, theirs))
        ):
            found[field.id] = theirs
    return found
