"""Who is told of an event: the relations of `ovop.notices.rules` as queries."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.identities.enums import OFFICE_OF_ROLE, OfficeKind, Role
from ovop.identities.models import Membership, Office, Person
from ovop.notices.occasions import Occasion
from ovop.notices.rules import RULES, Relation, deciding_roles
from ovop.submissions.models import Submission


class Recipient(Struct, frozen=True):
    """An address and the language of whoever reads there."""

    address: str
    language: str


class Addressed(Struct, frozen=True):
    """A recipient and the template for them."""

    recipient: Recipient
    template: str


Answer: TypeAlias = Coroutine[Any, Any, Sequence[Recipient]]


async def recipients_of(session: AsyncSession, occasion: Occasion, *, today: date) -> list[Addressed]:
    """Everybody who is told of an event, each address once; memberships are those in force `today` (a day in Jakarta)."""
    addressed: dict[str, Addressed] = {}
    for rule in RULES.get(occasion.event.type, ()):
        for recipient in await _RELATIONS[rule.to](session, occasion, today):
            addressed.setdefault(recipient.address.casefold(), Addressed(recipient, rule.template))
    return list(addressed.values())


async def name_at(session: AsyncSession, address: str) -> str:
    """Whose address it is, for the greeting: a person's name or an office's; empty when nobody has it any more."""
    person = await session.scalar(select(Person.name).where(Person.email == address))
    office = select(Office.name).where(Office.email == address).order_by(Office.id).limit(1)
    return person or await session.scalar(office) or ""


async def _producers(session: AsyncSession, occasion: Occasion, today: date) -> Sequence[Recipient]:
    if occasion.submission is None:
        return []
    mine = Membership.enterprise_id == occasion.submission.enterprise_id
    return await _persons(session, _members(today, {Role.PRODUCER}).where(mine))


async def _regency(session: AsyncSession, occasion: Occasion, today: date) -> Sequence[Recipient]:
    submission = occasion.submission
    if submission is None or submission.submitted_at is None:
        return []
    offices = await _offices(session, {OfficeKind.REGENCY}, submission.region_code)
    others = [office for office in offices if office.id != occasion.event.office_id]
    return await _at_offices(session, others, {Role.REGENCY_OFFICER}, today)


async def _deciding(session: AsyncSession, occasion: Occasion, today: date) -> Sequence[Recipient]:
    stage = occasion.payload.stage or (occasion.submission.stage if occasion.submission else None)
    return await _at_stage(session, occasion, stage, today)


async def _relieved(session: AsyncSession, occasion: Occasion, today: date) -> Sequence[Recipient]:
    return await _at_stage(session, occasion, occasion.payload.left, today)


async def _copied(session: AsyncSession, occasion: Occasion, today: date) -> Sequence[Recipient]:
    copy = occasion.copy
    if copy is None or copy.office_id is None:
        return []
    office = await session.get(Office, copy.office_id)
    return [] if office is None else await _at_offices(session, [office], _roles_at(office.kind), today)


async def _ministry_for_copy(session: AsyncSession, occasion: Occasion, today: date) -> Sequence[Recipient]:
    if occasion.copy is None or occasion.copy.office_id is not None:
        return []
    offices = await _offices(session, {OfficeKind.MINISTRY}, "")
    return await _at_offices(session, offices, {Role.MINISTRY_ADMIN}, today)


async def _all_regencies(session: AsyncSession, _occasion: Occasion, today: date) -> Sequence[Recipient]:
    offices = await session.scalars(
        select(Office).where(Office.kind == OfficeKind.REGENCY).order_by(Office.id)
    )
    return await _at_offices(session, offices.all(), {Role.REGENCY_OFFICER}, today)


async def _drafting_producers(session: AsyncSession, occasion: Occasion, today: date) -> Sequence[Recipient]:
    if occasion.cycle is None or occasion.chain is None:
        return []
    drafting = select(Submission.enterprise_id).where(
        Submission.cycle_id == occasion.cycle.id,
        Submission.stage == occasion.chain.first.code,
        Submission.submitted_at.is_(None),
    )
    return await _persons(
        session, _members(today, {Role.PRODUCER}).where(Membership.enterprise_id.in_(drafting))
    )


async def _borrower(session: AsyncSession, occasion: Occasion, _today: date) -> Sequence[Recipient]:
    if occasion.delegation is None:
        return []
    return await _persons(
        session,
        select(Person).where(Person.id == occasion.delegation.to_person_id, Person.disabled_at.is_(None)),
    )


_RELATIONS: dict[Relation, Callable[[AsyncSession, Occasion, date], Answer]] = {
    Relation.PRODUCERS: _producers,
    Relation.REGENCY: _regency,
    Relation.DECIDING: _deciding,
    Relation.RELIEVED: _relieved,
    Relation.COPIED: _copied,
    Relation.MINISTRY_FOR_COPY: _ministry_for_copy,
    Relation.ALL_REGENCIES: _all_regencies,
    Relation.DRAFTING_PRODUCERS: _drafting_producers,
    Relation.BORROWER: _borrower,
}


async def _at_stage(
    session: AsyncSession, occasion: Occasion, stage: str | None, today: date
) -> Sequence[Recipient]:
    if occasion.submission is None or occasion.chain is None or stage is None:
        return []
    roles = deciding_roles(occasion.chain, stage)
    kinds = {kind for role in roles if (kind := OFFICE_OF_ROLE[role]) is not None}
    offices = await _offices(session, kinds, occasion.submission.region_code)
    return await _at_offices(session, offices, roles, today)


async def _offices(session: AsyncSession, kinds: Iterable[OfficeKind], region_code: str) -> Sequence[Office]:
    """The offices of these kinds whose territory holds a place."""
    territories = {region_code[:digits] for digits in (0, 2, 4, 6, 10)}
    query = select(Office).where(Office.kind.in_(list(kinds)), Office.region_code.in_(territories))
    return (await session.scalars(query.order_by(Office.id))).all()


async def _at_offices(
    session: AsyncSession, offices: Sequence[Office], roles: Iterable[Role], today: date
) -> Sequence[Recipient]:
    """The offices' own addresses; for an office without one, the persons who hold one of the roles there."""
    found = [Recipient(office.email, "id") for office in offices if office.email]
    silent = [office.id for office in offices if not office.email]
    if silent:
        found += await _persons(session, _members(today, roles).where(Membership.office_id.in_(silent)))
    return found


def _roles_at(kind: str) -> set[Role]:
    return {role for role, office in OFFICE_OF_ROLE.items() if office == kind}


def _members(today: date, roles: Iterable[Role]) -> Select[Person]:
    """Persons who hold one of the roles today; where they hold it is for the caller to add."""
    return (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.role.in_(list(roles)), _in_force(today), Person.disabled_at.is_(None))
    )


def _in_force(today: date) -> ColumnElement[bool]:
    return (Membership.starts_on <= today) & or_(Membership.ends_on.is_(None), Membership.ends_on >= today)


async def _persons(session: AsyncSession, query: Select[Person]) -> list[Recipient]:
    persons: dict[UUID, Person] = {p.id: p for p in await session.scalars(query.order_by(Person.id))}
    return [Recipient(person.email, person.language) for person in persons.values()]
