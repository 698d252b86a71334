"""The one use case of the approval chain: somebody takes an action at a stage."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.copies import issue_copies
from ovop.approvals.models import Decision
from ovop.approvals.rules import Given, duties_conflict, lacking, power_for
from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import BY_APPLICANT, Action, Effect, Level, Stage, next_stage
from ovop.cycles.replay import FrozenHooks
from ovop.database import table_of
from ovop.errors import Conflict, Invalid, NotAllowed
from ovop.events import Event, append
from ovop.identities.actor import Act, Power, stale
from ovop.identities.models import Holiday, Membership
from ovop.reference.calendar import add_working_days
from ovop.submissions.access import Place, authors_of, load_place, section_ids, stream_of
from ovop.submissions.handing_in import hand_in
from ovop.submissions.models import EvidenceFile, Submission

_HOLIDAYS, _MEMBERSHIPS = table_of(Holiday), table_of(Membership)

EVENT_OF_EFFECT = {
    Effect.SUBMIT: "submission.submitted",
    Effect.WITHDRAW: "submission.withdrawn",
    Effect.APPROVE: "submission.approved",
    Effect.RETURN: "submission.returned",
    Effect.DECLINE: "submission.declined",
}


async def take_action(
    session: AsyncSession,
    *,
    act: Act,
    hooks: FrozenHooks,
    submission_id: UUID,
    version: int,
    action_code: str,
    given: Given,
) -> Place:
    """Carry out one action of the chain: submit, endorse, return, decline, verify, select, withdraw, or whatever the cycle's chain names.
    Returns the submission where it stands then.

    Raises `Conflict` for an action that the stage does not have, `NotAllowed` without the power or against separation of duties, `Stale`
    when the submission changed since the actor read it, `Invalid` with every finding at once. Nothing changes then.
    """
    place = await load_place(session, submission_id, lock=True)
    # First of all: what stood open to the actor may be what has changed.
    if place.submission.version != version:
        raise stale(version, place.submission.version)
    action = _action(place, action_code)
    power = power_for(act, action, place.submission)
    if power is None:
        raise NotAllowed("not_your_step", _not_your_step(action))
    await _refuse_conflict_of_duties(session, act, power, place, action)
    today = day_in_jakarta(act.at)
    scan = await _scan_of(session, place, given)
    findings = lacking(
        action,
        given,
        sections=section_ids(place),
        today=today,
        letter_known=given.letter is None or scan is not None,
    )
    if findings:
        raise Invalid("action_incomplete", _action_incomplete(action), findings=findings)
    event = await _move(session, act, power, place, action, given, hooks, scan)
    if action.effect not in BY_APPLICANT:
        decision = await _record(session, act, power, place, action, given, event)
        await issue_copies(session, act=act, power=power, place=place, action=action, decision=decision)
    return msgspec.structs.replace(place, stage=place.chain.stage(place.submission.stage))


async def available_actions(session: AsyncSession, *, act: Act, place: Place) -> list[Action]:
    """The actions that the actor could take now, separation of duties included."""
    open_to = [(a, p) for a in place.stage.actions if (p := power_for(act, a, place.submission))]
    if not open_to:
        return []
    deciding = {
        p for action, power in open_to if action.effect not in BY_APPLICANT for p in _persons(act, power)
    }
    authors = await _applicants(session, act, deciding, place) if deciding else frozenset()
    deciders = await _deciders(session, place.submission)
    return [
        action
        for action, power in open_to
        if not duties_conflict(
            persons=_persons(act, power),
            effect=action.effect,
            stage=place.stage.code,
            authors=authors,
            deciders=deciders,
        )
    ]


async def due_day(session: AsyncSession, stage: Stage, entered: date) -> date | None:
    """The last day of a stage's deadline: working days from the day of entering, by the table of holidays."""
    if stage.deadline_working_days is None:
        return None
    # Three times the working days, and the longest run of holidays, are certainly enough calendar days to look at.
    until = entered + timedelta(days=stage.deadline_working_days * 3 + 30)
    connection = await session.connection()
    days = select(_HOLIDAYS.c.day).where(_HOLIDAYS.c.day > entered, _HOLIDAYS.c.day <= until)
    holidays = frozenset((await connection.execute(days)).scalars())
    return add_working_days(entered, stage.deadline_working_days, holidays)


async def _move(
    session: AsyncSession,
    act: Act,
    power: Power,
    place: Place,
    action: Action,
    given: Given,
    hooks: FrozenHooks,
    scan: str | None,
) -> Event:
    """Write the new stage and the event that says so, in one transaction."""
    submission, stage = place.submission, place.stage
    extra: dict[str, object] = {}
    event_type = EVENT_OF_EFFECT[action.effect]
    if action.effect is Effect.SUBMIT:
        event_type = "submission.resubmitted" if submission.revision else event_type
        handed_in = await hand_in(session, act=act, place=place, hooks=hooks)
        extra = {"lateness": handed_in.lateness, "sha256": handed_in.revision.sha256}
    if action.effect is Effect.RETURN:
        extra = {"sections": list(given.sections), "due_on": given.due_on, "voids": list(action.voids)}
    if given.letter is not None:
        extra["letter"] = {**msgspec.to_builtins(given.letter), "sha256": scan}
    target = place.chain.stage(next_stage(action, submission.resubmit_to))
    due_on = given.due_on or await due_day(session, target, day_in_jakarta(act.at))
    submission.stage = target.code
    submission.stage_entered_at = act.at
    submission.resubmit_to = action.resubmit_to if action.effect is Effect.RETURN else None
    submission.return_sections = list(given.sections) if action.effect is Effect.RETURN else []
    submission.stage_due_on = due_on
    submission.updated_at = act.at
    if target.level in (Level.REGENCY, Level.MINISTRY) and submission.submitted_at is None:
        submission.submitted_at = act.at
    if target.level is Level.MINISTRY and submission.forwarded_at is None:
        submission.forwarded_at = act.at
    await session.flush()
    return await append(
        session,
        stream=stream_of(submission.id),
        submission_id=submission.id,
        type=event_type,
        at=act.at,
        by=act.by(power),
        reason=given.reason,
        payload={
            "action": action.code,
            "from": stage.code,
            "stage": target.code,
            "revision": submission.revision,
            "number": submission.number,
            "due_on": submission.stage_due_on,
            **extra,
        },
    )


async def _record(
    session: AsyncSession, act: Act, power: Power, place: Place, action: Action, given: Given, event: Event
) -> Decision:
    submission = place.submission
    decision = Decision(
        submission_id=submission.id,
        event_id=event.uid,
        stage=place.stage.code,
        action=action.code,
        revision=submission.revision,
        decided_by=act.actor.person_id,
        lent_by=power.lent_by,
        office_id=power.office_id,
        role=power.role,
        decided_at=act.at,
        reason=given.reason,
        letter_number=given.letter.number if given.letter else None,
        letter_date=given.letter.date if given.letter else None,
        letter_file_id=given.letter.file_id if given.letter else None,
        sections=list(given.sections),
        due_on=given.due_on,
    )
    session.add(decision)
    await session.flush()
    for earlier in await session.scalars(_standing(submission.id)):
        if earlier.stage in action.voids and earlier.id != decision.id:
            earlier.voided_by = decision.id
    await session.flush()
    return decision


def _standing(submission_id: UUID) -> Select[Decision]:
    return select(Decision).where(Decision.submission_id == submission_id, Decision.voided_by.is_(None))


async def _deciders(session: AsyncSession, submission: Submission) -> dict[str, set[UUID]]:
    deciders: dict[str, set[UUID]] = defaultdict(set)
    if submission.revision == 0:  # before it was handed in nobody can have decided
        return deciders
    query = select(Decision.stage, Decision.decided_by, Decision.lent_by).where(
        Decision.submission_id == submission.id
    )
    for stage, *persons in await session.execute(query):
        deciders[stage] |= {p for p in persons if p is not None}
    return deciders


async def _refuse_conflict_of_duties(
    session: AsyncSession, act: Act, power: Power, place: Place, action: Action
) -> None:
    deciders = await _deciders(session, place.submission)
    deciding = action.effect not in BY_APPLICANT
    authors = await _applicants(session, act, _persons(act, power), place) if deciding else frozenset()
    conflict = duties_conflict(
        persons=_persons(act, power),
        effect=action.effect,
        stage=place.stage.code,
        authors=authors,
        deciders=deciders,
    )
    if conflict:
        raise NotAllowed("separation_of_duties", conflict)


async def _applicants(
    session: AsyncSession, act: Act, persons: Collection[UUID], place: Place
) -> frozenset[UUID]:
    """Everybody who wrote the submission, and who of the persons belongs to its enterprise, or did since the submission was begun.

    Asks the Core table: the actor does not see what a lender of their power holds, but it decides.
    """
    submission, m = place.submission, _MEMBERSHIPS.c
    not_over = or_(m.ends_on.is_(None), m.ends_on >= day_in_jakarta(submission.created_at))
    query = select(m.person_id).where(
        m.enterprise_id == submission.enterprise_id, m.person_id.in_(persons), not_over
    )
    connection = await session.connection()
    members = frozenset((await connection.execute(query)).scalars())
    borrowed = any(power.enterprise_id == submission.enterprise_id for power in act.actor.powers)
    own = frozenset({act.actor.person_id}) if borrowed else frozenset()
    return await authors_of(session, submission.id) | members | own


async def _scan_of(session: AsyncSession, place: Place, given: Given) -> str | None:
    """SHA-256 of the letter's scan, where a letter is given and its file is one of this submission's letters."""
    if given.letter is None:
        return None
    query = select(EvidenceFile.sha256).where(
        EvidenceFile.id == given.letter.file_id,
        EvidenceFile.submission_id == place.submission.id,
        EvidenceFile.purpose == "letter",
        EvidenceFile.removed_at.is_(None),
    )
    return await session.scalar(query)


def _persons(act: Act, power: Power) -> set[UUID]:
    return {act.actor.person_id} | ({power.lent_by} if power.lent_by else set())


def _action(place: Place, code: str) -> Action:
    for action in place.stage.actions:
        if action.code == code:
            return action
    possible = ", ".join(a.code for a in place.stage.actions) or "-"
    raise Conflict(
        "action_not_at_stage",
        Text(
            id=f"Tindakan “{code}” tidak ada di tahap “{place.stage.label.id}”. Yang mungkin: {possible}.",
            en=f"There is no action “{code}” at the stage “{place.stage.label.en}”. Possible: {possible}.",
        ),
    )


def _not_your_step(action: Action) -> Text:
    roles = ", ".join(action.by)
    return Text(
        id=f"“{action.label.id}” hanya dapat dilakukan oleh: {roles}, di wilayah usulan ini.",
        en=f"“{action.label.en}” can only be done by: {roles}, in this submission's territory.",
    )


def _action_incomplete(action: Action) -> Text:
    return Text(
        id=f"“{action.label.id}” belum lengkap; tidak ada yang berubah.",
        en=f"“{action.label.en}” is incomplete; nothing was changed.",
    )
