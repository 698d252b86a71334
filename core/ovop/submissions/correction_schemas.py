"""Structs on the wire for corrections of a commodity during a cycle."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from ovop.contract.diff import DefinitionChange, Step
from ovop.submissions.touched import Touched

Reason = Annotated[str, Meta(min_length=3, max_length=1000)]


class NewCorrection(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why the version that is installed should replace the one that the cycle uses."""

    reason: Reason


class Approval(Struct, kw_only=True, forbid_unknown_fields=True):
    """A remark of who approves, if there is one."""

    reason: Reason | UnsetType = UNSET


class Rejection(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why the correction is turned down, or taken back."""

    reason: Reason


class CorrectionSummary(Struct, kw_only=True):
    """A correction in a list. `touched_count` counts submissions that are in work or would be judged otherwise."""

    id: UUID
    cycle_id: UUID
    commodity: str
    from_version: str
    to_version: str
    sha256: str
    state: str
    reason: str
    changes_count: int
    touched_count: int
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str | None
    version: int


class CorrectionView(CorrectionSummary, kw_only=True):
    """A correction in full. `suggests` is the step of the version that such changes ask for: `major` calls for a second look.

    `touched` is as it stood at the proposal, and of an approved correction at its approval.
    """

    suggests: Step
    changes: list[DefinitionChange]
    changes_sha256: str
    touched: list[Touched]


class CorrectionList(Struct, kw_only=True):
    items: list[CorrectionSummary]
