"""A submission's own page: its sections as a list of tasks, what is still missing, the days left, and what the reader may do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.rules import Given
from ovop.approvals.service import available_actions, take_action
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Action, Effect
from ovop.errors import Conflict, NotFound, OvopError
from ovop.guidance.advising import advise
from ovop.portal.filling import Mistake, filled, mistakes_of
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.portal.proposals.begin import LONGEST, NAME_LENGTH, SHORTEST
from ovop.portal.proposals.saving import Saved
from ovop.portal.proposals.sheet import Sheet, chapters, last_moment, open_sheet
from ovop.submissions import service
from ovop.web import ApiRequest, GivenCommand, GivenSession, platform_of

MOST_ADVICE = 3
MOST_NAMED = 4
"""Missing things that the list of tasks names for each section; the check names all."""


class TaskPages(Controller):
    """The page of one submission, its printed copy, and withdrawing it."""

    path = "/submissions/{submission_id:uuid}"

    @get()
    async def tasks(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, submission_id: FromPath[UUID]
    ) -> Response[str]:
        return await _tasks(request, reader, session, submission_id)

    @get("/print")
    async def printed(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, submission_id: FromPath[UUID]
    ) -> Response[str]:
        hooks = platform_of(request).frozen_hooks
        sheet = await open_sheet(
            session, act=reader.act, hooks=hooks, submission_id=submission_id, partial=True
        )
        return render(
            request,
            reader,
            "proposals_print.html",
            sheet=sheet,
            submission=sheet.submission,
            chapters=await chapters(session, sheet),
        )

    @post("/name")
    async def rename(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        submission_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        name = filled(await request.form()).get("product_name", "")

        async def work() -> Saved:
            submission = await service.save_answers(
                session,
                act=reader.act,
                submission_id=submission_id,
                version=command.version,
                answers={},
                product_name=name,
            )
            return Saved(version=submission.version)

        if not SHORTEST <= len(name) <= LONGEST:
            message = reader.text(NAME_LENGTH, least=SHORTEST, most=LONGEST)
            wrong = [Mistake(field="product_name", message=message)]
            return await _tasks(
                request, reader, session, submission_id, name=name, mistakes=wrong, status=422
            )
        try:
            async with session.begin_nested():
                await command.once(work)
        except OvopError as error:
            status = 409 if isinstance(error, Conflict) else 422
            wrong = mistakes_of(error, reader)
            return await _tasks(
                request, reader, session, submission_id, name=name, mistakes=wrong, status=status
            )
        return redirect(f"/submissions/{submission_id}", done="saved")

    @get("/withdrawal")
    async def ask_to_withdraw(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, submission_id: FromPath[UUID]
    ) -> Response[str]:
        hooks = platform_of(request).frozen_hooks
        sheet = await open_sheet(
            session, act=reader.act, hooks=hooks, submission_id=submission_id, partial=True
        )
        action = _withdrawing(await available_actions(session, act=reader.act, place=sheet.place))
        return _withdrawal(request, reader, sheet, action, {}, [])

    @post("/withdrawal")
    async def withdraw(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        submission_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        hooks = platform_of(request).frozen_hooks
        values = filled(await request.form())
        sheet = await open_sheet(
            session, act=reader.act, hooks=hooks, submission_id=submission_id, partial=True
        )

        async def work() -> Saved:
            place = await take_action(
                session,
                act=reader.act,
                hooks=hooks,
                submission_id=submission_id,
                version=command.version,
                action_code=values.get("action", ""),
                given=Given(reason=values.get("reason") or None),
            )
            return Saved(version=place.submission.version)

        try:
            async with session.begin_nested():
                await command.once(work)
        except OvopError as error:
            status = 409 if isinstance(error, Conflict) else 422
            sheet = await open_sheet(
                session, act=reader.act, hooks=hooks, submission_id=submission_id, partial=True
            )
            found = await available_actions(session, act=reader.act, place=sheet.place)
            told = mistakes_of(error, reader)
            return _withdrawal(request, reader, sheet, _withdrawing(found), values, told, status)
        return redirect(f"/submissions/{submission_id}", done="withdrawn")


async def _tasks(
    request: ApiRequest,
    reader: Reader,
    session: AsyncSession,
    submission_id: UUID,
    *,
    name: str | None = None,
    mistakes: Sequence[Mistake] = (),
    status: int = 200,
) -> Response[str]:
    hooks = platform_of(request).frozen_hooks
    sheet = await open_sheet(session, act=reader.act, hooks=hooks, submission_id=submission_id, partial=False)
    advice = await advise(session, act=reader.act, place=sheet.place, hooks=hooks) if sheet.author else None
    progress = sheet.progress()
    return render(
        request,
        reader,
        "proposals_tasks.html",
        status=status,
        name=sheet.product_name if name is None else name,
        mistakes=mistakes,
        sheet=sheet,
        submission=sheet.submission,
        progress=progress,
        asked=sum(one.asked for one in progress),
        answered=sum(one.done for one in progress),
        missing={one.section.id: _names(sheet, reader, [f.path for f in one.missing]) for one in progress},
        due=_due(sheet),
        actions={
            action.effect: action
            for action in await available_actions(session, act=reader.act, place=sheet.place)
        },
        advice=advice.items[:MOST_ADVICE] if advice else [],
    )


def _withdrawing(actions: list[Action]) -> Action:
    for action in actions:
        if action.effect is Effect.WITHDRAW:
            return action
    raise NotFound(
        "cannot_withdraw",
        Text("Usulan ini sekarang tidak dapat ditarik.", "This submission cannot be withdrawn now."),
    )


def _withdrawal(
    request: ApiRequest,
    reader: Reader,
    sheet: Sheet,
    action: Action,
    values: dict[str, str],
    mistakes: list[Mistake],
    status: int = 200,
) -> Response[str]:
    return render(
        request,
        reader,
        "proposals_withdrawal.html",
        status=status,
        sheet=sheet,
        submission=sheet.submission,
        action=action,
        values=values,
        mistakes=mistakes,
    )


def _due(sheet: Sheet) -> tuple[datetime, bool] | None:
    """Until when the reader has to hand in, and whether that is the correction's own day; None where nothing is to be handed in."""
    submission = sheet.submission
    if not sheet.place.stage.editable:
        return None
    if submission.stage_due_on is not None:
        return last_moment(submission.stage_due_on), True
    return sheet.place.cycle.closes_at, False


def _names(sheet: Sheet, reader: Reader, paths: list[str]) -> tuple[list[str], int]:
    """What is missing by the names on the page, the first few, and how many more there are."""
    labels = {evidence.id: evidence.label for evidence in sheet.definition.form.evidence}
    names: list[str] = []
    for path in paths:
        field = sheet.place.checker.field(path)
        first = path.removeprefix("evidence.").partition("[")[0]
        label = field.label if field is not None else labels.get(first)
        told = reader.say(label)
        if told and told not in names:
            names.append(told)
    return names[:MOST_NAMED], max(0, len(names) - MOST_NAMED)
