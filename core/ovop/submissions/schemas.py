"""Structs on the wire for submissions."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from ovop.contract.vocabulary import Finding, Text

ProductName = Annotated[str, Meta(min_length=2, max_length=200)]
CommodityId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class NewSubmission(Struct, kw_only=True, forbid_unknown_fields=True):
    """A draft to begin. An office that begins it on the enterprise's behalf records the consent: who agreed, when, and how.

    `taken_from` is an earlier submission of the same enterprise and commodity, whose answers and files are taken over.
    """

    cycle_id: UUID
    commodity: CommodityId
    enterprise_id: UUID
    product_name: ProductName
    consent: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    taken_from: UUID | UnsetType = UNSET


class AnswersChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """Some of the answers. What is not named stays; null takes an answer away."""

    answers: dict[str, Any]
    product_name: ProductName | UnsetType = UNSET


class ActionView(Struct, kw_only=True):
    """An action that the caller could take now, and what it needs."""

    code: str
    label: Text
    needs: list[str]


class SubmissionSummary(Struct, kw_only=True):
    """A submission in a list."""

    id: UUID
    number: str | None
    cycle_id: UUID
    commodity: str
    enterprise_id: UUID
    region_code: str
    product_name: str
    stage: str
    stage_entered_at: datetime
    stage_due_on: date | None
    revision: int
    version: int


class SubmissionView(SubmissionSummary, kw_only=True):
    """A submission in full."""

    definition_sha256: str
    stage_label: Text
    editable: bool
    return_sections: list[str]
    answers: dict[str, Any]
    on_behalf: bool
    consent: str | None
    created_at: datetime
    submitted_at: datetime | None
    forwarded_at: datetime | None
    actions: list[ActionView]


class LeftBehindView(Struct, kw_only=True):
    """An answer or file of the earlier submission that the new one does not have: its old path, its value (a file's name), and why.

    `dropped`: the new form does without it. `unknown`: the new form does not know it. `replaced`: another answer took its place.
    `no_place`: its new place takes no such answer. `by_code`: the commodity's code took it out. `not_accepted`: the file does not fit.
    """

    path: str
    value: Any
    reason: str


class BegunView(SubmissionView, kw_only=True):
    """A submission that was begun just now, and what of an earlier one was left behind."""

    left_behind: list[LeftBehindView]


class SubmissionPage(Struct, kw_only=True):
    """A page of a list; `next` is the cursor of the page after it."""

    items: list[SubmissionSummary]
    next: str | None


class FindingsView(Struct, kw_only=True):
    """Everything to correct or look at; `complete` says that no finding stands in the way of handing in."""

    complete: bool
    items: list[Finding]


class ChangeView(Struct, kw_only=True):
    """One answer or file that differs from the revision before. The path of a file is `evidence.<id>` or `evidence.<id>[<role>]`."""

    path: str
    section: str
    old: Any
    new: Any


class RevisionSummary(Struct, kw_only=True):
    """A revision in a list."""

    number: int
    sha256: str
    submitted_at: datetime
    submitted_by: UUID


class RevisionView(RevisionSummary, kw_only=True):
    """Exactly what was handed in, and how it differs from the revision before."""

    product_name: str
    answers: dict[str, Any]
    evidence: list[dict[str, Any]]
    facts: dict[str, Any]
    findings: list[Finding]
    changes: list[ChangeView]


class RevisionList(Struct, kw_only=True):
    items: list[RevisionSummary]
