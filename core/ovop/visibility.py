"""Who may see what, on one page.

Every query of a session is narrowed by the rules below (SQLAlchemy loader criteria), so a filter that somebody forgot cannot leak a row.
A session without an actor sees no protected row at all; the command line and the worker act as `SYSTEM` and see everything.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, and_, event, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from ovop.approvals.models import CarbonCopy, Decision
from ovop.database import Base
from ovop.events import Event
from ovop.identities.actor import Actor, Power
from ovop.identities.enums import Permission, Role
from ovop.identities.models import Delegation, Enterprise, Membership, Person
from ovop.submissions.models import EvidenceFile, Revision, Submission

Criterion: TypeAlias = ColumnElement[bool]

SYSTEM = "system"
"""The actor of the command line and the worker."""

MINISTRY_ROLES = (Role.VERIFIER, Role.SELECTOR, Role.MINISTRY_ADMIN, Role.AUDITOR)
COPIED_ROLES = (Role.PROVINCE_OFFICER, Role.GOVERNOR_OFFICER)


def _within(column: InstrumentedAttribute[str], region_code: str) -> Criterion:
    return column.startswith(region_code, autoescape=True) if region_code else true()


def _any(criteria: Sequence[Criterion]) -> Criterion:
    return or_(*criteria) if criteria else false()


def _submissions(actor: Actor) -> Criterion:
    """A producer: the enterprise's own. The regency: what was handed in, or what it drafts on behalf. Province and governor: what they
    were copied on. The ministry: what reached it."""
    return _any([_submissions_by(power) for power in actor.powers_with(Permission.SUBMISSION_READ)])


def _submissions_by(power: Power) -> Criterion:
    here = _within(Submission.region_code, power.region_code)
    if power.role is Role.PRODUCER:
        return Submission.enterprise_id == power.enterprise_id
    if power.role is Role.REGENCY_OFFICER:
        own_draft = Submission.proposed_by_office_id == power.office_id
        return and_(here, or_(Submission.submitted_at.is_not(None), own_draft))
    if power.role in COPIED_ROLES:
        copied = select(CarbonCopy.submission_id).where(CarbonCopy.office_id == power.office_id)
        return and_(here, Submission.id.in_(copied))
    if power.role in MINISTRY_ROLES:
        return and_(here, Submission.forwarded_at.is_not(None))
    return false()


def _of_submission(column: InstrumentedAttribute[UUID]) -> Callable[[Actor], Criterion]:
    return lambda actor: column.in_(select(Submission.id).where(_submissions(actor)))


def _copies(actor: Actor) -> Criterion:
    """An office: its own copies. The regency and the ministry: those of the submissions they may read, to see that they arrived."""
    received = [
        CarbonCopy.office_id == power.office_id
        for power in actor.powers_with(Permission.COPY_READ)
        if power.role in COPIED_ROLES
    ]
    senders = (Role.REGENCY_OFFICER, *MINISTRY_ROLES)
    sent = [_submissions_by(p) for p in actor.powers_with(Permission.SUBMISSION_READ) if p.role in senders]
    if sent:
        received.append(CarbonCopy.submission_id.in_(select(Submission.id).where(_any(sent))))
    return _any(received)


def _events(actor: Actor) -> Criterion:
    """The history of a submission goes with the submission; all other streams are for those who audit."""
    if actor.may(Permission.AUDIT_READ):
        return true()
    return Event.submission_id.in_(select(Submission.id).where(_submissions(actor)))


def _enterprises(actor: Actor) -> Criterion:
    criteria = []
    for power in actor.powers_with(Permission.IDENTITY_READ):
        if power.role is Role.PRODUCER:
            criteria.append(Enterprise.id == power.enterprise_id)
        else:
            criteria.append(_within(Enterprise.region_code, power.region_code))
    return _any(criteria)


def _persons(actor: Actor) -> Criterion:
    """Oneself; a regency office everybody with a membership in its territory; the ministry's administrator also those without any."""
    if any(p.role is Role.MINISTRY_ADMIN for p in actor.powers_with(Permission.IDENTITY_MANAGE)):
        return true()
    itself = Person.id == actor.person_id
    managed = select(Membership.person_id).where(_managed_memberships(actor))
    return or_(itself, Person.id.in_(managed))


def _memberships(actor: Actor) -> Criterion:
    return or_(Membership.person_id == actor.person_id, _managed_memberships(actor))


def _managed_memberships(actor: Actor) -> Criterion:
    criteria: list[Criterion] = []
    for power in actor.powers_with(Permission.IDENTITY_MANAGE):
        if power.role is Role.MINISTRY_ADMIN:
            return true()
        enterprises = select(Enterprise.id).where(_within(Enterprise.region_code, power.region_code))
        criteria += [Membership.office_id == power.office_id, Membership.enterprise_id.in_(enterprises)]
    return _any(criteria)


def _delegations(actor: Actor) -> Criterion:
    lent = select(Membership.id).where(_memberships(actor))
    return or_(Delegation.to_person_id == actor.person_id, Delegation.membership_id.in_(lent))


RULES: dict[type[Base], Callable[[Actor], Criterion]] = {
    Submission: _submissions,
    Revision: _of_submission(Revision.submission_id),
    EvidenceFile: _of_submission(EvidenceFile.submission_id),
    Decision: _of_submission(Decision.submission_id),
    CarbonCopy: _copies,
    Event: _events,
    Enterprise: _enterprises,
    Person: _persons,
    Membership: _memberships,
    Delegation: _delegations,
}
"""The protected tables. What is not here (regions, offices, industry centres, cycles, definitions) may be read by everybody signed in."""


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    """Add every rule to every query of the session."""
    actor = state.session.info.get("actor")
    if actor == SYSTEM or state.is_column_load or state.is_relationship_load:
        return
    options = _narrowing(actor if isinstance(actor, Actor) else None)
    state.statement = state.statement.options(*options)


@lru_cache(maxsize=256)
def _narrowing(actor: Actor | None) -> Sequence[ExecutableOption]:
    """The rules for an actor; they follow from the actor alone, so those of the busiest are kept."""
    return [
        with_loader_criteria(table, rule(actor) if actor else false(), include_aliases=True)
        for table, rule in RULES.items()
    ]
