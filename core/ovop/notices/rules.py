"""Which events make a notice, for whom and with which text; and when a notice is tried again. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from ovop.cycles.chain import Chain, Effect
from ovop.identities.enums import Role

MOST_ATTEMPTS = 20
"""After so many attempts, spread over about three days, a notice is left as failed for a person to look at."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
SETTLED_AFTER = timedelta(minutes=15)
"""How old an event must be before the cursor passes it: longer than any transaction that may still hold a lower number back."""


class Relation(StrEnum):
    """How a recipient stands to an event."""

    PRODUCERS = "producers"
    """Everybody who acts for the submission's enterprise."""
    REGENCY = "regency"
    """The regency office of the submission's place, once the submission was handed in; not about what it did itself."""
    DECIDING = "deciding"
    """The offices that decide at the stage where the submission now stands."""
    RELIEVED = "relieved"
    """The offices that were deciding at the stage that the submission left."""
    COPIED = "copied"
    """The office that a carbon copy is for."""
    MINISTRY_FOR_COPY = "ministry_for_copy"
    """The ministry, when a carbon copy is for an office that is still not registered."""
    ALL_REGENCIES = "all_regencies"
    """Every regency office."""
    DRAFTING_PRODUCERS = "drafting_producers"
    """Everybody who acts for an enterprise with a draft in the cycle that was never handed in."""
    BORROWER = "borrower"
    """The person to whom a membership was lent."""


class NoticeRule(Struct, frozen=True):
    """One line of the table: to whom, by which template of `ovop.notices.texts`."""

    to: Relation
    template: str


R = Relation

RULES: Mapping[str, tuple[NoticeRule, ...]] = {
    "submission.submitted": (
        NoticeRule(R.DECIDING, "to_decide"),
        NoticeRule(R.PRODUCERS, "received"),
    ),
    "submission.resubmitted": (
        NoticeRule(R.DECIDING, "correction_to_decide"),
        NoticeRule(R.PRODUCERS, "correction_received"),
        NoticeRule(R.REGENCY, "correction_for_office"),
    ),
    "submission.withdrawn": (
        NoticeRule(R.RELIEVED, "withdrawn_for_office"),
        NoticeRule(R.PRODUCERS, "withdrawn"),
        NoticeRule(R.REGENCY, "withdrawn_for_office"),
    ),
    "submission.approved": (
        NoticeRule(R.DECIDING, "to_decide"),
        NoticeRule(R.PRODUCERS, "approved"),
        NoticeRule(R.REGENCY, "approved_for_office"),
    ),
    "submission.returned": (
        NoticeRule(R.PRODUCERS, "returned"),
        NoticeRule(R.REGENCY, "returned_for_office"),
    ),
    "submission.declined": (
        NoticeRule(R.PRODUCERS, "declined"),
        NoticeRule(R.REGENCY, "declined_for_office"),
    ),
    "copy.issued": (NoticeRule(R.MINISTRY_FOR_COPY, "copy_without_office"),),
    "copy.delivered": (NoticeRule(R.COPIED, "copy_delivered"),),
    "copy.answered": (
        NoticeRule(R.DECIDING, "copy_answered"),
        NoticeRule(R.REGENCY, "copy_answered"),
    ),
    "cycle.opened": (NoticeRule(R.ALL_REGENCIES, "cycle_opened"),),
    "cycle.extended": (
        NoticeRule(R.DRAFTING_PRODUCERS, "cycle_extended_for_draft"),
        NoticeRule(R.ALL_REGENCIES, "cycle_extended"),
    ),
    "delegation.granted": (NoticeRule(R.BORROWER, "delegation_granted"),),
}
"""The whole table. A recipient who fits two lines of an event gets the first. An event that is not here tells nobody."""


def deciding_roles(chain: Chain, stage: str) -> frozenset[Role]:
    """The roles that approve, return or decline at a stage; none at an outcome, or at a stage that the chain does not have."""
    deciding = {Effect.APPROVE, Effect.RETURN, Effect.DECLINE}
    return frozenset(
        role
        for candidate in chain.stages
        if candidate.code == stage
        for action in candidate.actions
        if action.effect in deciding
        for role in action.by
    )


def pause_after(attempt: int) -> timedelta:
    """How long to wait after the n-th attempt (from 1) before the next: a minute, doubling, at most six hours."""
    doublings = min(attempt - 1, 12)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
