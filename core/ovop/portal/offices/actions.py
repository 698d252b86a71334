"""One page for one action of the chain: what it needs, and a step of its own before what cannot be undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ovop.approvals.service import available_actions
from ovop.clock import day_in_jakarta
from ovop.contract.judging.files import MEGABYTE
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import BY_APPLICANT, Action, Effect
from ovop.errors import NotAllowed, NotFound, OvopError
from ovop.identities.authentication import authenticate
from ovop.portal.filling import Mistake, by_field
from ovop.portal.offices import taking
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.problems import FAMILIES
from ovop.submissions.access import Place, load_place
from ovop.submissions.evidence_slots import LETTER
from ovop.submissions.models import EvidenceFile
from ovop.web import ApiRequest, GivenCommand, GivenSession, platform_of, token_of

GRAVE = frozenset({Effect.DECLINE, Effect.WITHDRAW})
"""Effects that end the submission's way in this cycle."""
FOR_CORRECTION = timedelta(days=14)
"""The time for a correction that the form proposes."""
FORM_BYTES = int(LETTER.max_megabytes * MEGABYTE) + 1_000_000
"""The largest form: a scan, and what surrounds it."""


async def signed_in_first(
    connection: ASGIConnection[Any, Any, Any, State], _handler: BaseRouteHandler
) -> None:
    """A guard: who sends a large form is known before it is spooled to disk. Raises `NotSignedIn`."""
    request: ApiRequest = Request(connection.scope)
    platform = platform_of(request)
    async with platform.database.session(read_only=True) as session:
        await authenticate(session, token=token_of(request), at=platform.clock())


class ActionPages(Controller):
    """Taking an action."""

    path = "/submissions/{submission_id:uuid}/actions/{code:str}"
    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get()
    async def ask(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        submission_id: FromPath[UUID],
        code: FromPath[str],
    ) -> Response[str] | Redirect:
        place = await load_place(session, submission_id)
        action = _action(place, code)
        if action not in await available_actions(session, act=reader.act, place=place):
            raise _not_open(action)
        due_on = (day_in_jakarta(reader.at) + FOR_CORRECTION).isoformat()
        return _form(request, reader, place, action, taking.Filled(texts={"due_on": due_on}))

    @post(guards=[signed_in_first], opt={"page": True, "upload": True}, request_max_body_size=FORM_BYTES)
    async def take(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        submission_id: FromPath[UUID],
        code: FromPath[str],
    ) -> Response[str] | Redirect:
        form = await request.form()
        filled = taking.filled_action(form)
        platform = platform_of(request)
        place = await load_place(session, submission_id)
        action = _action_anywhere(place, code)
        after = f"/submissions/{submission_id}/review"
        if action.effect in GRAVE and not filled.texts.get("sure"):
            mistakes = [Mistake(field="sure", message=reader.text(taking.SURE))]
            return _form(request, reader, place, action, filled, mistakes=mistakes, status=422)

        async def work() -> dict[str, str]:
            fresh = await load_place(session, submission_id, lock=True)
            await taking.take(command, platform=platform, place=fresh, action=action, filled=filled)
            return {"id": str(submission_id)}

        try:
            async with session.begin_nested():  # a refusal undoes all of it, and the form is shown again
                await command.once(work)
        except NotAllowed:
            raise
        except OvopError as error:
            refused = error
        else:
            return redirect(after, done="decided")
        place = await load_place(session, submission_id)
        mistakes, kept = taking.shown_mistakes(refused, reader), None
        if refused.code == "action_incomplete":
            try:
                async with session.begin_nested():
                    kept = await taking.keep_scan(command, platform=platform, place=place, filled=filled)
            except OvopError as error:
                mistakes += taking.shown_mistakes(error, reader)
                place = await load_place(session, submission_id)
        return _form(
            request,
            reader,
            place,
            action,
            filled,
            mistakes=mistakes,
            status=next(status for family, (status, _) in FAMILIES.items() if isinstance(refused, family)),
            kept=kept,
        )


def _form(
    request: ApiRequest,
    reader: Reader,
    place: Place,
    action: Action,
    filled: taking.Filled,
    *,
    mistakes: list[Mistake] | None = None,
    status: int = 200,
    kept: EvidenceFile | None = None,
) -> Response[str]:
    return render(
        request,
        reader,
        "offices_action.html",
        status=status,
        place=place,
        submission=place.submission,
        action=action,
        needs=taking.needed(action),
        grave=action.effect in GRAVE,
        decides=action.effect not in BY_APPLICANT,
        target=place.chain.stage(action.to),
        copies=[place.chain.copy(name).label for name in action.copies],
        sections=place.checker.definition.form.sections,
        filled=filled,
        kept=str(kept.id) if kept else str(filled.kept_scan or ""),
        today=day_in_jakarta(reader.at),
        mistakes=mistakes or [],
        wrong=by_field(mistakes or []),
    )


def _action(place: Place, code: str) -> Action:
    for action in place.stage.actions:
        if action.code == code:
            return action
    raise _unknown()


def _action_anywhere(place: Place, code: str) -> Action:
    """The action at the stage, or else at another one: a form that is sent twice comes when the stage has moved on."""
    actions = [*place.stage.actions, *(a for stage in place.chain.stages for a in stage.actions)]
    for action in actions:
        if action.code == code:
            return action
    raise _unknown()


def _unknown() -> NotFound:
    return NotFound(
        "action_unknown",
        Text(
            "Tindakan ini tidak ada di tahap usulan sekarang. Buka lagi usulannya.",
            "There is no such action at the submission's stage. Open the submission again.",
        ),
    )


def _not_open(action: Action) -> NotAllowed:
    return NotAllowed(
        "action_not_open",
        Text(
            f"“{action.label.id}” tidak terbuka bagi Anda: bukan tugas peran Anda, atau Anda sudah ikut menyusun atau memutus usulan ini.",
            f"“{action.label.en}” is not open to you: it is not your role's, or you wrote or decided on this submission.",
        ),
    )
