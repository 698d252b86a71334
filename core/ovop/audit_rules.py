"""What may be wrong with one submission, told from its events and its rows. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from ovop.approvals.models import Decision
from ovop.cycles.chain import Chain, replay
from ovop.events import Event
from ovop.submissions.access import stream_of
from ovop.submissions.models import Submission


class AuditFault(Struct, frozen=True, kw_only=True):
    """One thing that is wrong: in which stream, at which position and event where there is one, and what."""

    stream: str
    position: int | None
    event_id: int | None
    fault: str


class LetterInLog(Struct, frozen=True, kw_only=True):
    """What an event says of the letter that came with a decision."""

    number: str
    date: date
    file_id: UUID


class Move(Struct, frozen=True, kw_only=True):
    """What the payload of an event that moved a submission says; an event without an action moved nothing."""

    action: str | None = None
    left: str = msgspec.field(name="from", default="")
    revision: int = 0
    sha256: str | None = None
    letter: LetterInLog | None = None


Step: TypeAlias = tuple[Event, Move]


DECIDING = frozenset({"submission.approved", "submission.returned", "submission.declined"})
"""Events beside which a decision stands."""


def steps_of(history: Sequence[Event]) -> list[Step]:
    """The events that moved a submission, in order. One that cannot be read moves nothing: the chain reports it as altered."""
    steps = []
    for event in history:
        if not event.type.startswith("submission."):
            continue
        try:
            move = msgspec.json.decode(event.payload, type=Move)
        except msgspec.DecodeError:
            continue
        if move.action is not None:
            steps.append((event, move))
    return steps


def stage_faults(submission: Submission, steps: Sequence[Step], chain: Chain) -> list[AuditFault]:
    actions = [move.action or "" for _, move in steps]
    for number, (event, move) in enumerate(steps, start=1):
        try:
            replay(chain, actions[:number])
        except KeyError:
            fault = f"the cycle's chain has no action “{move.action}” where this event took it"
            return [at_event(event, fault)]
    stage, resubmit_to = replay(chain, actions)
    faults = []
    if submission.stage != stage:
        faults.append(f"its stage is stored as “{submission.stage}”, but its events lead to “{stage}”")
    if submission.resubmit_to != resubmit_to:
        faults.append(
            f"its correction goes to “{submission.resubmit_to}”, but its events lead to “{resubmit_to}”"
        )
    return [beside(submission.id, fault) for fault in faults]


def revision_faults(
    submission: Submission, steps: Sequence[Step], stored: Mapping[int, str]
) -> list[AuditFault]:
    faults = []
    handed_in = {move.revision: (event, move.sha256) for event, move in steps if move.sha256 is not None}
    for number, (event, digest) in handed_in.items():
        if number not in stored:
            faults.append(at_event(event, f"revision {number}, which this event handed in, is missing"))
        elif stored[number] != digest:
            faults.append(at_event(event, f"revision {number} is not the one that this event handed in"))
    for number in sorted(stored.keys() - handed_in.keys()):
        faults.append(beside(submission.id, f"no event handed in revision {number}"))
    return faults


def copy_faults(steps: Sequence[Step], chain: Chain, issued: Mapping[UUID, set[str]]) -> list[AuditFault]:
    faults = []
    for event, move in steps:
        try:
            due = chain.action(move.left, move.action or "").copies
        except KeyError:
            continue
        for code in due:
            if code not in issued.get(event.uid, set()):
                faults.append(
                    at_event(event, f"the carbon copy for “{code}” that was due with this event is missing")
                )
    return faults


def decision_faults(steps: Sequence[Step], decisions: Mapping[UUID, Decision]) -> list[AuditFault]:
    """Every deciding event against its decision: none may be missing, added or different from what the log says."""
    faults = []
    told = {event.uid: (event, move) for event, move in steps if event.type in DECIDING}
    for uid, (event, move) in told.items():
        if uid not in decisions:
            faults.append(at_event(event, "the decision that this event tells of is missing"))
        elif _decided(decisions[uid]) != _told(event, move):
            faults.append(at_event(event, "the stored decision is not the one that this event tells of"))
    for uid in decisions.keys() - told.keys():
        decision = decisions[uid]
        faults.append(beside(decision.submission_id, f"no event tells of the decision “{decision.action}”"))
    return faults


def _decided(decision: Decision) -> tuple[object, ...]:
    return (
        decision.action,
        decision.stage,
        decision.revision,
        decision.decided_by,
        decision.lent_by,
        decision.office_id,
        decision.role,
        decision.decided_at,
        decision.reason,
        decision.letter_number,
        decision.letter_date,
        decision.letter_file_id,
    )


def _told(event: Event, move: Move) -> tuple[object, ...]:
    letter = move.letter
    return (
        move.action,
        move.left,
        move.revision,
        event.actor_id,
        event.on_behalf_of,
        event.office_id,
        event.role,
        event.at,
        event.reason,
        letter.number if letter else None,
        letter.date if letter else None,
        letter.file_id if letter else None,
    )


def at_event(event: Event, fault: str) -> AuditFault:
    return AuditFault(stream=event.stream, position=event.position, event_id=event.id, fault=fault)


def beside(submission_id: UUID, fault: str) -> AuditFault:
    return AuditFault(stream=stream_of(submission_id), position=None, event_id=None, fault=fault)
