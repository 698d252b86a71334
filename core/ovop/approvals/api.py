"""HTTP for what moves a submission: beginning, writing, actions of the chain, work queues, carbon copies, and the log."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals import copies, queue, schemas
from ovop.approvals.models import CarbonCopy, Decision
from ovop.approvals.rules import Given, Letter
from ovop.approvals.service import available_actions, take_action
from ovop.clock import day_in_jakarta
from ovop.contract.upcasting import LeftBehind
from ovop.contract.vocabulary import Text
from ovop.errors import Invalid
from ovop.events import Event
from ovop.identities.actor import Act
from ovop.identities.enums import Permission
from ovop.openapi import READING, WRITING, problems
from ovop.submissions import service
from ovop.submissions.access import Place, load_place, load_submission
from ovop.submissions.revisions import shown_revision
from ovop.submissions.schemas import (
    AnswersChange,
    BegunView,
    LeftBehindView,
    NewSubmission,
    SubmissionView,
)
from ovop.submissions.taking_over import take_over
from ovop.submissions.views import summaries_of, view_of
from ovop.web import (
    ApiRequest,
    Cursor,
    GivenAct,
    GivenCommand,
    GivenSession,
    Limit,
    given,
    page_after,
    platform_of,
    version_tag,
)


def _tag(view: SubmissionView) -> str:
    return version_tag(view.version)


async def _view(session: AsyncSession, act: Act, submission_id: UUID) -> SubmissionView:
    place = await load_place(session, submission_id)
    return await _view_at(session, act, place)


async def _view_at(session: AsyncSession, act: Act, place: Place) -> SubmissionView:
    return view_of(
        place,
        await available_actions(session, act=act, place=place),
        await shown_revision(session, act=act, place=place),
    )


def _begun(view: SubmissionView, behind: Sequence[LeftBehind]) -> BegunView:
    left = [LeftBehindView(path=one.path, value=one.value, reason=one.reason) for one in behind]
    return BegunView(**msgspec.structs.asdict(view), left_behind=left)


class SubmissionController(Controller):
    """Writing a submission and moving it along the chain."""

    path = "/submissions"
    tags = ("submissions", "approvals")

    @post(
        operation_id="begin_submission",
        summary="Begin a draft, also from an earlier submission",
        description="With `taken_from`, what the new form does not know is listed in `left_behind`; the earlier submission stays as it is.",
        responses=problems(*WRITING),
    )
    async def begin_submission(
        self,
        data: JSONBody[NewSubmission],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
        request: ApiRequest,
    ) -> Response[BegunView]:
        async def work() -> BegunView:
            submission = await service.begin_submission(
                session,
                act=act,
                cycle_id=data.cycle_id,
                commodity_id=data.commodity,
                enterprise_id=data.enterprise_id,
                product_name=data.product_name,
                consent=given(data.consent),
            )
            earlier = given(data.taken_from)
            behind = (
                await take_over(
                    session,
                    act=act,
                    submission=submission,
                    taken_from=earlier,
                    hooks=platform_of(request).frozen_hooks,
                )
                if earlier is not None
                else ()
            )
            return _begun(await _view(session, act, submission.id), behind)

        return await command.once(work, status=201, etag=_tag)

    @get(
        "/{submission_id:uuid}",
        operation_id="get_submission",
        summary="One submission",
        description="After a return only its authors see what they write; others see the last revision until it is handed in again.",
        responses=problems(*READING),
    )
    async def get_submission(
        self, submission_id: FromPath[UUID], session: GivenSession, act: GivenAct
    ) -> Response[SubmissionView]:
        view = await _view(session, act, submission_id)
        return Response(view, headers={"etag": _tag(view)})

    @patch(
        "/{submission_id:uuid}/answers",
        operation_id="save_answers",
        summary="Save some of the answers",
        responses=problems(*WRITING),
    )
    async def save_answers(
        self,
        submission_id: FromPath[UUID],
        data: JSONBody[AnswersChange],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[SubmissionView]:
        async def work() -> SubmissionView:
            await service.save_answers(
                session,
                act=act,
                submission_id=submission_id,
                version=command.version,
                answers=data.answers,
                product_name=given(data.product_name),
            )
            return await _view(session, act, submission_id)

        return await command.once(work, etag=_tag)

    @post(
        "/{submission_id:uuid}/actions",
        operation_id="take_action",
        summary="Take an action of the chain",
        description="Submit, endorse, return, decline, verify, select, withdraw: what is open to you stands in the submission's `actions`. "
        "Needs `If-Match` and `Idempotency-Key`.",
        responses=problems(*WRITING),
        status_code=200,
    )
    async def take_action(
        self,
        submission_id: FromPath[UUID],
        data: JSONBody[schemas.ActionTaken],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
        request: ApiRequest,
    ) -> Response[SubmissionView]:
        if command.key is None:
            raise _key_missing()

        async def work() -> SubmissionView:
            place = await take_action(
                session,
                act=act,
                hooks=platform_of(request).frozen_hooks,
                submission_id=submission_id,
                version=command.version,
                action_code=data.action,
                given=_what_was_given(data),
            )
            return await _view_at(session, act, place)

        return await command.once(work, etag=_tag)

    @get(
        "/{submission_id:uuid}/decisions",
        operation_id="list_decisions",
        summary="What was decided, voided decisions included",
        responses=problems(*READING),
    )
    async def list_decisions(
        self, submission_id: FromPath[UUID], session: GivenSession, act: GivenAct
    ) -> schemas.DecisionList:
        await load_submission(session, submission_id)
        query = select(Decision).where(Decision.submission_id == submission_id).order_by(Decision.id)
        return schemas.DecisionList(items=[_decision(row) for row in await session.scalars(query)])

    @get(
        "/{submission_id:uuid}/events",
        operation_id="list_submission_events",
        summary="The history of a submission",
        responses=problems(*READING),
    )
    async def list_events(
        self,
        submission_id: FromPath[UUID],
        session: GivenSession,
        act: GivenAct,
        after: Annotated[
            int, QueryParameter(ge=0, le=1_000_000_000, description="Position of the last event seen.")
        ] = 0,
        limit: Limit = 100,
    ) -> schemas.EventPage:
        await load_submission(session, submission_id)
        query = (
            select(Event)
            .where(Event.submission_id == submission_id, Event.position > after)
            .order_by(Event.position)
            .limit(limit + 1)
        )
        rows = (await session.scalars(query)).all()
        more = len(rows) > limit
        return schemas.EventPage(
            items=[_event(row) for row in rows[:limit]], next=str(rows[limit - 1].position) if more else None
        )


class QueueController(Controller):
    """What waits for the caller."""

    path = "/queue"
    tags = ("approvals",)

    @get(operation_id="get_queue", summary="Your work, the most urgent first", responses=problems(*READING))
    async def get_queue(
        self,
        session: GivenSession,
        act: GivenAct,
        stage: Annotated[str | None, QueryParameter(max_length=60)] = None,
        commodity: Annotated[str | None, QueryParameter(max_length=60)] = None,
        overdue: FromQuery[bool] = False,
        after: Cursor = None,
        limit: Limit = 20,
    ) -> schemas.QueueView:
        today = day_in_jakarta(act.at)
        rows = await queue.list_queue(
            session,
            act=act,
            today=today,
            stage=stage,
            commodity_id=commodity,
            overdue=overdue,
            after=queue.QueueCursor.parse(after) if after is not None else None,
            limit=limit,
        )
        more = len(rows) > limit
        return schemas.QueueView(
            counts=await queue.count_queue(session, act=act, today=today),
            items=await summaries_of(session, act=act, submissions=rows[:limit]),
            next=queue.cursor_of(rows[limit - 1]).render() if more else None,
        )


class CopyController(Controller):
    """Carbon copies (tembusan)."""

    path = "/copies"
    tags = ("approvals",)

    @get(operation_id="list_copies", summary="Carbon copies that you may see", responses=problems(*READING))
    async def list_copies(
        self,
        session: GivenSession,
        act: GivenAct,
        submission_id: FromQuery[UUID | None] = None,
        unread: FromQuery[bool] = False,
        after: Cursor = None,
        limit: Limit = 20,
    ) -> schemas.CopyPage:
        rows = await copies.list_copies(
            session, submission_id=submission_id, unread=unread, after=page_after(after), limit=limit
        )
        more = len(rows) > limit
        return schemas.CopyPage(
            items=[_copy(row) for row in rows[:limit]], next=str(rows[limit - 1].id) if more else None
        )

    @get("/{copy_id:uuid}", operation_id="get_copy", summary="One carbon copy", responses=problems(*READING))
    async def get_copy(
        self, copy_id: FromPath[UUID], session: GivenSession, act: GivenAct
    ) -> schemas.CopyView:
        return _copy(await copies.get_copy(session, copy_id))

    @post(
        "/{copy_id:uuid}/acknowledgement",
        operation_id="acknowledge_copy",
        summary="Say that the copy was read",
        responses=problems(*WRITING),
        status_code=200,
    )
    async def acknowledge_copy(
        self, copy_id: FromPath[UUID], session: GivenSession, act: GivenAct, command: GivenCommand
    ) -> Response[schemas.CopyView]:
        async def work() -> schemas.CopyView:
            return _copy(await copies.acknowledge_copy(session, act=act, copy_id=copy_id))

        return await command.once(work)

    @post(
        "/{copy_id:uuid}/opinion",
        operation_id="answer_copy",
        summary="Give an opinion; it never blocks",
        responses=problems(*WRITING),
        status_code=200,
    )
    async def answer_copy(
        self,
        copy_id: FromPath[UUID],
        data: JSONBody[schemas.Opinion],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.CopyView]:
        async def work() -> schemas.CopyView:
            return _copy(await copies.answer_copy(session, act=act, copy_id=copy_id, opinion=data.opinion))

        return await command.once(work)


class EventController(Controller):
    """The log, for those who audit."""

    path = "/events"
    tags = ("operation",)

    @get(operation_id="list_events", summary="The whole log", responses=problems(*READING))
    async def list_events(
        self,
        session: GivenSession,
        act: GivenAct,
        stream: Annotated[str | None, QueryParameter(max_length=80)] = None,
        after: Annotated[int, QueryParameter(ge=0, le=9_000_000_000_000_000)] = 0,
        limit: Limit = 50,
    ) -> schemas.EventPage:
        act.actor.require(Permission.AUDIT_READ)
        query = select(Event).where(Event.id > after).order_by(Event.id).limit(limit + 1)
        if stream is not None:
            query = query.where(Event.stream == stream)
        rows = (await session.scalars(query)).all()
        more = len(rows) > limit
        return schemas.EventPage(
            items=[_event(row) for row in rows[:limit]], next=str(rows[limit - 1].id) if more else None
        )


def _what_was_given(data: schemas.ActionTaken) -> Given:
    letter = given(data.letter)
    return Given(
        reason=given(data.reason),
        letter=Letter(number=letter.number, date=letter.date, file_id=letter.file_id) if letter else None,
        sections=tuple(given(data.sections) or ()),
        due_on=given(data.due_on),
    )


def _key_missing() -> Invalid:
    return Invalid(
        "idempotency_key_missing",
        Text(
            id="Sertakan header Idempotency-Key (misalnya UUID baru), supaya permintaan yang terkirim dua kali berakibat satu kali.",
            en="Send the header Idempotency-Key (a new UUID, say), so that a request sent twice has one effect.",
        ),
    )


def _decision(row: Decision) -> schemas.DecisionView:
    return schemas.DecisionView(
        id=row.id,
        stage=row.stage,
        action=row.action,
        revision=row.revision,
        decided_by=row.decided_by,
        office_id=row.office_id,
        role=row.role,
        decided_at=row.decided_at,
        reason=row.reason,
        letter_number=row.letter_number,
        letter_date=row.letter_date,
        letter_file_id=row.letter_file_id,
        sections=row.sections,
        due_on=row.due_on,
        voided=row.voided_by is not None,
    )


def _copy(row: CarbonCopy) -> schemas.CopyView:
    return schemas.CopyView(
        id=row.id,
        submission_id=row.submission_id,
        number=row.number,
        recipient=row.recipient,
        office_id=row.office_id,
        due_at=row.due_at,
        delivered_at=row.delivered_at,
        read_at=row.read_at,
        opinion=row.opinion,
        opinion_at=row.opinion_at,
    )


def _event(row: Event) -> schemas.EventView:
    return schemas.EventView(
        id=row.uid,
        stream=row.stream,
        position=row.position,
        type=row.type,
        at=row.at,
        actor_id=row.actor_id,
        role=row.role,
        office_id=row.office_id,
        on_behalf_of=row.on_behalf_of,
        reason=row.reason,
        payload=dict(row.content()),
        hash=row.hash,
    )
