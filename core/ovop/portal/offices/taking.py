"""What a form of an action says, and taking the action with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from litestar.datastructures import FormMultiDict, UploadFile
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.rules import Given, Letter, lacking
from ovop.approvals.service import take_action
from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Finding, Text
from ovop.cycles.chain import Action, Need
from ovop.errors import Invalid, OvopError
from ovop.identities.actor import stale
from ovop.portal.filling import Mistake, mistakes_of
from ovop.portal.language import mark
from ovop.portal.page import Reader
from ovop.submissions.access import Place, section_ids
from ovop.submissions.attaching import Upload
from ovop.submissions.evidence import attach_letter
from ovop.submissions.models import EvidenceFile
from ovop.web import Command, Platform

SCAN = "letter"
"""The name of the field with the letter's scan."""
KEPT = "letter.file_id"
"""The name of the field with the id of a scan that was uploaded before."""
CHOOSE_SCAN = mark("Pilih berkas pindaian suratnya (PDF, JPEG atau PNG), lalu isi nomor dan tanggalnya.")
SURE = mark("Tindakan ini tidak dapat dibatalkan. Beri tanda centang bila Anda yakin.")


class Filled(Struct, frozen=True, kw_only=True):
    """An action's form as it was sent: the texts by name, the sections chosen, and the scan of a letter."""

    texts: dict[str, str]
    sections: tuple[str, ...] = ()
    scan: UploadFile | None = None

    def day(self, name: str) -> date | None:
        """A day that was filled in; None where it is empty or no day."""
        try:
            return date.fromisoformat(self.texts.get(name, ""))
        except ValueError:
            return None

    @property
    def kept_scan(self) -> UUID | None:
        """The scan that was uploaded before."""
        try:
            return UUID(self.texts.get(KEPT, ""))
        except ValueError:
            return None

    @property
    def has_scan(self) -> bool:
        """Whether a scan is there, now or from before."""
        return self.scan is not None or self.kept_scan is not None


def filled_action(form: FormMultiDict) -> Filled:
    """Reads an action's form; names with a leading underscore are the page's own."""
    pairs = list(form.multi_items())
    texts = {n: v.strip() for n, v in pairs if isinstance(v, str) and not n.startswith("_")}
    scan = form.get(SCAN)
    return Filled(
        texts=texts,
        sections=tuple(v for n, v in pairs if n == "sections" and isinstance(v, str)),
        scan=scan if isinstance(scan, UploadFile) and scan.filename else None,
    )


async def take(command: Command, *, platform: Platform, place: Place, action: Action, filled: Filled) -> None:
    """Take the action with what was filled in, its letter included. Raises what `take_action` and `attach_letter` raise."""
    session, act, submission = command.session, command.act, place.submission
    if submission.version != command.version:
        raise stale(command.version, submission.version)
    findings = _unreadable(action, filled, place, day_in_jakarta(act.at))
    if findings:
        raise Invalid("action_incomplete", _INCOMPLETE, findings=findings)
    letter = await _letter(session, command, platform, submission.id, action, filled)
    await take_action(
        session,
        act=act,
        hooks=platform.frozen_hooks,
        submission_id=submission.id,
        version=submission.version,
        action_code=action.code,
        given=Given(
            reason=filled.texts.get("reason") or None,
            letter=letter,
            sections=filled.sections,
            due_on=filled.day("due_on"),
        ),
    )


async def keep_scan(
    command: Command, *, platform: Platform, place: Place, filled: Filled
) -> EvidenceFile | None:
    """Keep a scan that was sent with a form which is shown again, so that it need not be chosen twice."""
    if filled.scan is None:
        return None
    return await attach_letter(
        command.session,
        act=command.act,
        store=platform.store,
        submission_id=place.submission.id,
        upload=Upload(file=filled.scan.file, file_name=filled.scan.filename),
    )


def shown_mistakes(error: OvopError, reader: Reader) -> list[Mistake]:
    """A refusal as the form shows it: where the service speaks of a letter's id, the page speaks of its scan."""
    found = []
    for mistake in mistakes_of(error, reader):
        if mistake.field in (SCAN, KEPT, "file"):
            found.append(Mistake(field=SCAN, message=mistake.message, remedy=reader.text(CHOOSE_SCAN)))
        else:
            field = "sections" if mistake.field.startswith("sections") else mistake.field
            found.append(Mistake(field=field, message=mistake.message, remedy=mistake.remedy))
    return found


async def _letter(
    session: AsyncSession,
    command: Command,
    platform: Platform,
    submission_id: UUID,
    action: Action,
    filled: Filled,
) -> Letter | None:
    day = filled.day("letter.date")
    if Need.LETTER not in action.needs or day is None or not filled.has_scan:
        return None
    number, file_id = filled.texts.get("letter.number", ""), filled.kept_scan
    if filled.scan is not None:
        row = await attach_letter(
            session,
            act=command.act,
            store=platform.store,
            submission_id=submission_id,
            upload=Upload(file=filled.scan.file, file_name=filled.scan.filename),
            number=number,
            issued_on=day,
        )
        file_id = row.id
    assert file_id is not None  # noqa: S101  # `has_scan` says so
    return Letter(number=number, date=day, file_id=file_id)


def _unreadable(action: Action, filled: Filled, place: Place, today: date) -> list[Finding]:
    """What a form may lack that no letter can be made of, together with all else that the action lacks."""
    if Need.LETTER not in action.needs or (filled.has_scan and filled.day("letter.date")):
        return []
    day = filled.day("letter.date")
    # Any id does here: the rule is only asked for what else is missing.
    letter = Letter(
        number=filled.texts.get("letter.number", ""), date=day or today, file_id=place.submission.id
    )
    given = Given(
        reason=filled.texts.get("reason"),
        letter=letter,
        sections=filled.sections,
        due_on=filled.day("due_on"),
    )
    found = lacking(action, given, sections=section_ids(place), today=today, letter_known=filled.has_scan)
    return found if day else [*found, _DATE_MISSING]


_INCOMPLETE = Text(
    "Isian belum lengkap; tidak ada yang berubah.", "The form is incomplete; nothing was changed."
)
_DATE_MISSING = Finding(
    path="letter.date",
    code="required",
    message=Text("Tanggal surat belum diisi.", "The letter's date is missing."),
    remedy=Text("Isi tanggal surat seperti tertulis.", "Give the date as it is written."),
)


def needed(action: Action) -> Sequence[str]:
    """The names of what the action needs, as templates ask for them."""
    return [str(need) for need in action.needs]
