"""Structs on the wire for the approval chain, work queues and carbon copies."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from ovop.approvals.queue import StageCount
from ovop.submissions.schemas import SubmissionSummary


class LetterGiven(Struct, kw_only=True, forbid_unknown_fields=True):
    """An office's letter: number and date as written, and the id of the scan uploaded to `letters`."""

    number: Annotated[str, Meta(max_length=100)]
    date: date
    file_id: UUID


class ActionTaken(Struct, kw_only=True, forbid_unknown_fields=True):
    """An action of the chain, with what it needs."""

    action: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    reason: Annotated[str, Meta(max_length=4000)] | UnsetType = UNSET
    letter: LetterGiven | UnsetType = UNSET
    sections: list[Annotated[str, Meta(max_length=60)]] | UnsetType = UNSET
    due_on: date | UnsetType = UNSET


class Opinion(Struct, kw_only=True, forbid_unknown_fields=True):
    """What the recipient of a copy has to say."""

    opinion: Annotated[str, Meta(min_length=1, max_length=4000)]


class QueueView(Struct, kw_only=True):
    """What waits for the caller: counts by stage, and a page of submissions by deadline."""

    counts: list[StageCount]
    items: list[SubmissionSummary]
    next: str | None


class DecisionView(Struct, kw_only=True):
    """A decision at a stage."""

    id: UUID
    stage: str
    action: str
    revision: int
    decided_by: UUID
    office_id: UUID | None
    role: str
    decided_at: datetime
    reason: str | None
    letter_number: str | None
    letter_date: date | None
    letter_file_id: UUID | None
    sections: list[str]
    due_on: date | None
    voided: bool


class DecisionList(Struct, kw_only=True):
    items: list[DecisionView]


class CopyView(Struct, kw_only=True):
    """A carbon copy and what became of it."""

    id: UUID
    submission_id: UUID
    number: str
    recipient: str
    office_id: UUID | None
    due_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None
    opinion: str | None
    opinion_at: datetime | None


class CopyPage(Struct, kw_only=True):
    items: list[CopyView]
    next: str | None


class EventView(Struct, kw_only=True):
    """One entry of the log."""

    id: UUID
    stream: str
    position: int
    type: str
    at: datetime
    actor_id: UUID | None
    role: str
    office_id: UUID | None
    on_behalf_of: UUID | None
    reason: str | None
    payload: dict[str, Any]
    hash: str


class EventPage(Struct, kw_only=True):
    items: list[EventView]
    next: str | None
