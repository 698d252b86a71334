"""One section of the form: its fields and evidence on a page of their own, and the same in words where they may not be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import vocabulary as v
from ovop.contract.judging.files import MEGABYTE
from ovop.contract.wording import in_words
from ovop.errors import Conflict, NotAllowed, OvopError, TooLarge
from ovop.identities.authentication import authenticate
from ovop.portal.filling import Mistake, mistakes_of
from ovop.portal.live.around import around_of
from ovop.portal.live.saved import NotSaved, SectionSaved, by_script, not_saved, plan_address, section_saved
from ovop.portal.live.words import words_for
from ovop.portal.offices.answers import Words
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.portal.proposals.fields import section_view, with_rows
from ovop.portal.proposals.figures import day_of
from ovop.portal.proposals.saving import Clash, Saving
from ovop.portal.proposals.sent import Sent, field_names, marks_of, sent_of, typed_answers
from ovop.portal.proposals.sheet import Sheet, chapters, open_sheet
from ovop.portal.proposals.slots import slot_view
from ovop.portal.proposals.views import input_name
from ovop.submissions.evidence_api import FORM_OVERHEAD
from ovop.web import ApiRequest, Command, GivenCommand, GivenSession, platform_of, token_of

MOST_BYTES = 600 * MEGABYTE
"""The largest form of a section that any setting allows; `guard_form` holds it to the setting of this installation."""

STATISTICS = {
    "mean": v.Text("Rata-rata", "Mean"),
    "minimum": v.Text("Terkecil", "Smallest"),
    "maximum": v.Text("Terbesar", "Largest"),
    "range": v.Text("Rentang", "Range"),
    "spread": v.Text("Sebaran", "Spread"),
}


async def guard_form(connection: ASGIConnection[Any, Any, Any, State], _handler: BaseRouteHandler) -> None:
    """Before a form that may carry files is taken in, its sender is known and its size is allowed; raises `NotSignedIn`, `TooLarge`."""
    request: ApiRequest = Request(connection.scope)
    platform = platform_of(request)
    async with platform.database.session(read_only=True) as session:
        await authenticate(session, token=token_of(request), at=platform.clock())
    most = platform.settings.max_upload_megabytes
    sent = request.headers.get("content-length", "0")
    if sent.isdigit() and int(sent) > most * MEGABYTE + FORM_OVERHEAD:
        raise TooLarge(
            "form_too_large",
            v.Text(
                f"Berkas-berkas ini bersama-sama lebih besar dari {most} MB. Unggah satu per satu.",
                f"These files together are larger than {most} MB. Upload them one by one.",
            ),
        )


class SectionPages(Controller):
    """The pages of the form's sections."""

    path = "/submissions/{submission_id:uuid}/sections/{section:str}"

    @get()
    async def read(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        submission_id: FromPath[UUID],
        section: FromPath[str],
    ) -> Response[str]:
        everything = request.query_params.get("check") == "1"
        sheet = await _sheet(request, reader, session, submission_id, partial=not everything)
        spec = sheet.section(section)
        if not sheet.open(section):
            return await _closed(request, reader, session, sheet, spec)
        return _form(request, reader, sheet, spec)

    @post(guards=[guard_form], opt={"upload": True}, request_max_body_size=MOST_BYTES)
    async def write(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        submission_id: FromPath[UUID],
        section: FromPath[str],
    ) -> Response[str] | Response[SectionSaved] | Response[NotSaved] | Redirect:
        sheet = await _sheet(request, reader, session, submission_id, partial=True)
        spec = sheet.section(section)
        sent = sent_of(await request.form(), spec)
        if not sheet.open(section):
            if by_script(request):
                return not_saved(409, "closed")
            return await _closed(request, reader, session, sheet, spec, sent)
        saving = Saving(session, reader, platform_of(request).store, submission_id)
        taken = await saving.take_files(sent)
        sent = taken.sent
        if sent.drop:
            await _drop(saving, sent)
        refused = await saving.describe_files(sent, sheet.rows)
        if sent.add or sent.remove or sent.drop:
            sheet = await _sheet(request, reader, session, submission_id, partial=True)
            return _form(request, reader, sheet, spec, sent=sent, refused=refused)
        try:
            await _save(session, command, saving, sent, spec)
        except Clash as clash:
            if by_script(request):
                return not_saved(409, "conflict")
            return _conflict(request, reader, sheet, spec, sent, clash)
        except OvopError as error:
            sheet = await _sheet(request, reader, session, submission_id, partial=True)
            status = 409 if isinstance(error, Conflict) else 403 if isinstance(error, NotAllowed) else 422
            if by_script(request):
                return not_saved(status, "refused", reader.say(error.message))
            told = [*refused, *_beside(mistakes_of(error, reader))]
            return _form(request, reader, sheet, spec, sent=sent, refused=told, status=status)
        sheet = await _sheet(request, reader, session, submission_id, partial=True)
        if by_script(request):
            onwards = _onwards(sheet, spec, replace(sent, then="next"))
            return section_saved(sheet, spec, reader, onwards.url)
        if refused:
            return _form(request, reader, sheet, spec, sent=sent, refused=refused, status=422)
        return _onwards(sheet, spec, sent)


async def _sheet(
    request: ApiRequest, reader: Reader, session: AsyncSession, submission_id: UUID, *, partial: bool
) -> Sheet:
    hooks = platform_of(request).frozen_hooks
    return await open_sheet(
        session, act=reader.act, hooks=hooks, submission_id=submission_id, partial=partial
    )


async def _drop(saving: Saving, sent: Sent) -> None:
    try:
        file_id = UUID(sent.drop)
    except ValueError:
        return
    await saving.drop_file(file_id)


async def _save(
    session: AsyncSession, command: Command, saving: Saving, sent: Sent, section: v.Section
) -> None:
    """Save once, or leave nothing of it behind."""
    async with session.begin_nested():
        await command.once(lambda: saving.save_answers(sent, section))


def _onwards(sheet: Sheet, section: v.Section, sent: Sent) -> Redirect:
    """To the next section where nothing that was typed is wrong, else back to this one, which says what is."""
    here = f"/submissions/{sheet.submission.id}/sections/{section.id}"
    wrong = any(
        finding.section == section.id and finding.severity is v.Severity.ERROR
        for finding in sheet.checked.findings
    )
    if wrong:
        return redirect(here, done="saved_wrong")
    following = _next(sheet, section, sheet.shown_sections(sheet.evaluate()))
    if sent.then != "next":
        return redirect(here, done="saved")
    if following is None:
        return redirect(f"/submissions/{sheet.submission.id}", done="saved")
    return redirect(f"/submissions/{sheet.submission.id}/sections/{following.id}", done="saved")


def _next(sheet: Sheet, section: v.Section, shown: Sequence[v.Section]) -> v.Section | None:
    ids = [one.id for one in sheet.definition.form.sections]
    after = [one for one in shown if ids.index(one.id) > ids.index(section.id) and sheet.open(one.id)]
    return after[0] if after else None


def _form(
    request: ApiRequest,
    reader: Reader,
    sheet: Sheet,
    section: v.Section,
    *,
    sent: Sent | None = None,
    refused: Sequence[Mistake] = (),
    status: int = 200,
) -> Response[str]:
    """The page to fill in: with what is stored, or with what was `sent` and is shown again."""
    language = reader.language
    answers: Mapping[str, Any] = sheet.answers
    findings: Sequence[v.Finding] = sheet.checked.findings
    if sent is not None:
        typed = typed_answers(sent, section, sheet.definition, language, again=True)
        answers = {name: value for name, value in answers.items() if name not in field_names(section)} | typed
    evaluation = sheet.evaluate(answers)
    if sent is not None:
        findings = evaluation.findings
    else:
        padded = with_rows(section.fields, answers, evaluation.required)
        evaluation = evaluation if padded == answers else sheet.evaluate(padded)
        answers = padded
    shown = sheet.shown_sections(evaluation)
    draft = sheet.draft(language, evaluation, findings, longer=sent.add if sent else "")
    own = [finding for finding in findings if finding.section == section.id]
    slots = [
        slot_view(
            spec,
            definition=sheet.definition,
            rows=sheet.rows,
            evaluation=evaluation,
            findings=findings,
            typed=sent.typed if sent else {},
            language=language,
        )
        for spec in sheet.definition.form.evidence
        if spec.section == section.id
    ]
    errors = [finding for finding in own if finding.severity is v.Severity.ERROR]
    return render(
        request,
        reader,
        "proposals_section.html",
        status=status,
        sheet=sheet,
        submission=sheet.submission,
        commodity=sheet.definition.manifest.id,
        section=section,
        position=_position(section, shown),
        fields=section_view(section.fields, answers, draft),
        slots=slots,
        whole=[finding for finding in own if not finding.path],
        mistakes=[*refused, *(_mistake(finding, reader) for finding in errors)],
        refused=refused,
        names=" ".join(field_names(section)),
        marks=_marks(sent, section) if sent else marks_of(section, sheet.answers),
        next=_next(sheet, section, shown),
        statistics=STATISTICS,
        has_files=_has_files(section.fields),
        told=_told(reader, sheet, section),
        is_day=lambda text: not text or day_of(text) == text,
    )


def _told(reader: Reader, sheet: Sheet, section: v.Section) -> str:
    """What the page tells its scripts, as JSON that may stand in a page."""
    own = set(field_names(section))
    told = {
        "plan": plan_address(sheet.submission.definition_id),
        "language": reader.language,
        "person": str(reader.act.actor.person_id),
        "answers": {name: answer for name, answer in sheet.answers.items() if name not in own},
        "around": around_of(sheet.place.checker, sheet.checked.evidence, sheet.checked.facts),
        "statistics": {str(key): reader.say(text) for key, text in STATISTICS.items()},
        "words": words_for(reader),
    }
    return msgspec.json.encode(told).decode().replace("<", "\\u003c")


def _has_files(fields: Sequence[v.Field]) -> bool:
    return any(
        isinstance(field, v.FileField)
        or (isinstance(field, v.GroupField | v.RowsField) and _has_files(field.fields))
        for field in fields
    )


def _marks(sent: Sent, section: v.Section) -> str:
    return " ".join(sent.marks.get(name, "-") for name in field_names(section))


def _mistake(finding: v.Finding, reader: Reader) -> Mistake:
    field = input_name(finding.path) if finding.path else ""
    return Mistake(field=field, message=reader.say(finding.message), remedy=reader.say(finding.remedy))


def _beside(mistakes: Sequence[Mistake]) -> list[Mistake]:
    """Refusals of the service name fields by their paths; the page by its inputs."""
    return [
        Mistake(field=input_name(one.field) if one.field else "", message=one.message, remedy=one.remedy)
        for one in mistakes
    ]


def _position(section: v.Section, shown: Sequence[v.Section]) -> tuple[int, int]:
    ids = [one.id for one in shown]
    return (ids.index(section.id) + 1 if section.id in ids else 0, len(ids))


async def _closed(
    request: ApiRequest,
    reader: Reader,
    session: AsyncSession,
    sheet: Sheet,
    section: v.Section,
    sent: Sent | None = None,
) -> Response[str]:
    """The section in words, and what was sent although it may not be changed any more, so that it can be copied."""
    mine = {}
    if sent is not None:
        typed = typed_answers(sent, section, sheet.definition, reader.language)
        mine = {name: value for name, value in typed.items() if value != sheet.answers.get(name)}
    return render(
        request,
        reader,
        "proposals_closed.html",
        status=409 if sent is not None else 200,
        sheet=sheet,
        submission=sheet.submission,
        section=section,
        chapters=await chapters(session, sheet, [section.id]),
        mine=_in_words(sheet, section, mine),
    )


def _conflict(
    request: ApiRequest, reader: Reader, sheet: Sheet, section: v.Section, sent: Sent, clash: Clash
) -> Response[str]:
    """What both sides wrote, side by side; everything typed goes along unseen."""
    typed = typed_answers(sent, section, sheet.definition, reader.language)
    mine = _in_words(sheet, section, {name: typed.get(name) for name in clash.merged.conflicts})
    theirs = _in_words(sheet, section, clash.theirs)
    return render(
        request,
        reader,
        "proposals_conflict.html",
        status=409,
        sheet=sheet,
        submission=sheet.submission,
        section=section,
        rows=[(name, label, mine[name][1], theirs[name][1]) for name, (label, _) in mine.items()],
        sent=sent,
        names=" ".join(sent.names),
        marks=" ".join(sent.marks.get(name, "-") for name in sent.names),
    )


def _in_words(
    sheet: Sheet, section: v.Section, answers: Mapping[str, v.Answer]
) -> dict[str, tuple[v.Text, v.Text | None]]:
    """Answers of a section with their labels, as people read them."""
    words = Words(sheet.definition.code_lists, {})
    told: dict[str, tuple[v.Text, v.Text | None]] = {}
    for field in section.fields:
        if field.id in answers:
            told[field.id] = (field.label, words.say(field, answers[field.id]))
        other = f"{field.id}_other"
        if other in answers:
            text = v.TextField(id=other, label=field.label)
            told[other] = (field.label, in_words(text, answers[other]))
    return told
