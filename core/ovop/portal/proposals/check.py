"""The check before handing in: everything to mend in one list, and the declaration with which the submission is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.rules import Given
from ovop.approvals.service import available_actions, take_action
from ovop.contract import vocabulary as v
from ovop.cycles.chain import Effect
from ovop.errors import Conflict, NotAllowed, OvopError
from ovop.portal.filling import Mistake, mistakes_of
from ovop.portal.language import mark
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.portal.proposals.saving import Saved
from ovop.portal.proposals.sheet import Sheet, open_sheet
from ovop.portal.proposals.views import input_name
from ovop.web import ApiRequest, GivenCommand, GivenSession, platform_of

NOT_DECLARED = mark("Centang pernyataan sebelum mengajukan.")


class Part(Struct, frozen=True, kw_only=True):
    """What is to be mended in one section (None: in the submission as a whole), each with its place in the page."""

    section: v.Section | None
    items: Sequence[tuple[str, v.Finding]]


class CheckPages(Controller):
    """The check and handing in."""

    path = "/submissions/{submission_id:uuid}/check"

    @get()
    async def check(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, submission_id: FromPath[UUID]
    ) -> Response[str]:
        return await _page(request, reader, session, submission_id)

    @post()
    async def hand_in(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        submission_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = await request.form()
        if form.get("declared") != "yes":
            mistake = Mistake(field="declared", message=reader.text(NOT_DECLARED))
            return await _page(request, reader, session, submission_id, [mistake], 422)

        async def work() -> Saved:
            place = await take_action(
                session,
                act=reader.act,
                hooks=platform_of(request).frozen_hooks,
                submission_id=submission_id,
                version=command.version,
                action_code=str(form.get("action") or ""),
                given=Given(),
            )
            return Saved(version=place.submission.version)

        try:
            async with session.begin_nested():
                await command.once(work)
        except OvopError as error:
            status = 409 if isinstance(error, Conflict) else 403 if isinstance(error, NotAllowed) else 422
            # The findings stand on the page anyway.
            told = [Mistake(field="", message=reader.say(error.message))]
            mistakes = told if error.findings else mistakes_of(error, reader)
            return await _page(request, reader, session, submission_id, mistakes, status)
        return redirect(f"/submissions/{submission_id}", done="handed_in")


async def _page(
    request: ApiRequest,
    reader: Reader,
    session: AsyncSession,
    submission_id: UUID,
    mistakes: Sequence[Mistake] = (),
    status: int = 200,
) -> Response[str]:
    hooks = platform_of(request).frozen_hooks
    sheet = await open_sheet(session, act=reader.act, hooks=hooks, submission_id=submission_id, partial=False)
    actions = await available_actions(session, act=reader.act, place=sheet.place)
    findings = sheet.checked.findings
    return render(
        request,
        reader,
        "proposals_check.html",
        status=status,
        sheet=sheet,
        submission=sheet.submission,
        mistakes=mistakes,
        errors=_parts(sheet, [f for f in findings if f.severity is v.Severity.ERROR]),
        cautions=_parts(sheet, [f for f in findings if f.severity is not v.Severity.ERROR]),
        count=sum(1 for f in findings if f.severity is v.Severity.ERROR),
        action=next((action for action in actions if action.effect is Effect.SUBMIT), None),
    )


def _parts(sheet: Sheet, findings: Sequence[v.Finding]) -> list[Part]:
    sections: list[v.Section | None] = [*sheet.definition.form.sections, None]
    known = {section.id for section in sheet.definition.form.sections}
    parts = []
    for section in sections:
        own = [
            (input_name(f.path) if f.path else "", f)
            for f in findings
            if (f.section == section.id if section else f.section not in known)
        ]
        if own:
            parts.append(Part(section=section, items=own))
    return parts
