"""Memberships: who holds which role, where, from which day to which."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.database import new_id
from ovop.errors import Conflict, NotAllowed
from ovop.events import By
from ovop.identities.actor import Act, Power
from ovop.identities.enums import OfficeKind, Permission
from ovop.identities.models import Enterprise, Membership, Office, Person
from ovop.identities.queries import page_of
from ovop.identities.rules import (
    days_out_of_order,
    fault,
    managing_power,
    ministry_power,
    refuse_errors,
    refuse_lent,
    refuse_oneself,
    require_login,
    role_findings,
    unknown,
)
from ovop.identities.schemas import NewMembership, NewRole
from ovop.identities.sides import refuse_both_sides

MEMBERSHIP = Text(id="Keanggotaan ini", en="membership")


async def power_to_give(session: AsyncSession, *, act: Act, role: NewRole, prefix: str = "") -> Power:
    """The power by which the actor may give a role: the ministry any, a regency office that of a producer in its territory.

    Raises `Invalid` where the role does not fit its office or enterprise, `NotFound` for one the actor may not see, `NotAllowed` for an
    API token.
    """
    act.actor.require(Permission.IDENTITY_MANAGE)
    require_login(act.actor)
    kind = await _office_kind(session, role.office_id)
    refuse_errors(role_findings(role, office_kind=kind, prefix=prefix))
    if role.enterprise_id is None:
        return ministry_power(act.actor, Permission.IDENTITY_MANAGE)
    return managing_power(act.actor, await _region_of(session, role.enterprise_id))


async def _office_kind(session: AsyncSession, office_id: UUID | None) -> OfficeKind | None:
    if office_id is None:
        return None
    kind = await session.scalar(select(Office.kind).where(Office.id == office_id))
    if kind is None:
        raise unknown(Text(id="Kantor ini", en="office"))
    return OfficeKind(kind)


async def _region_of(session: AsyncSession, enterprise_id: UUID) -> str:
    region_code = await session.scalar(select(Enterprise.region_code).where(Enterprise.id == enterprise_id))
    if region_code is None:
        raise unknown(Text(id="IKM ini", en="enterprise"))
    return region_code


async def give_membership(session: AsyncSession, *, act: Act, new: NewMembership) -> Membership:
    """Give a person a role from a day on; nobody gives one to themselves, by a lent power or to both sides of a territory.

    Raises `Invalid`, `NotFound`, `NotAllowed`, and `Conflict` where the person holds the same role on some of these days.
    """
    power = await power_to_give(session, act=act, role=new)
    refuse_oneself(act.actor, new.person_id, power)
    refuse_lent(power)
    # The row is locked, so that two at once do not both find the days free. FOR UPDATE does nothing on SQLite, which has one writer.
    person_id = await session.scalar(select(Person.id).where(Person.id == new.person_id).with_for_update())
    if person_id is None:
        raise unknown(Text(id="Orang ini", en="person"))
    if await _held(session, new):
        raise Conflict(
            "membership_exists",
            Text(
                id="Orang ini sudah memegang peran yang sama pada hari-hari itu. Akhiri dulu yang lama, atau pilih hari lain.",
                en="The person holds the same role on some of these days. End the old one first, or choose other days.",
            ),
        )
    await refuse_both_sides(
        session,
        person_id=person_id,
        office_id=new.office_id,
        enterprise_id=new.enterprise_id,
        starts_on=new.starts_on,
    )
    return await add_membership(session, person_id=person_id, role=new, at=act.at, by=act.by(power))


async def _held(session: AsyncSession, new: NewMembership) -> bool:
    query = select(Membership.id).where(
        Membership.person_id == new.person_id,
        Membership.role == new.role,
        Membership.office_id.is_not_distinct_from(new.office_id),
        Membership.enterprise_id.is_not_distinct_from(new.enterprise_id),
        or_(Membership.ends_on.is_(None), Membership.ends_on >= new.starts_on),
    )
    if new.ends_on is not None:
        query = query.where(Membership.starts_on <= new.ends_on)
    return (await session.scalars(query.limit(1))).first() is not None


async def add_membership(
    session: AsyncSession, *, person_id: UUID, role: NewRole, at: datetime, by: By
) -> Membership:
    """Insert a membership; asks for no power and checks nothing (command line and seeding use it as well)."""
    membership = Membership(
        id=new_id(),
        person_id=person_id,
        office_id=role.office_id,
        enterprise_id=role.enterprise_id,
        role=role.role.value,
        starts_on=role.starts_on,
        ends_on=role.ends_on,
    )
    session.add(membership)
    await session.flush()
    payload: dict[str, object] = {
        "membership": str(membership.id),
        "role": role.role,
        "office": role.office_id,
        "enterprise": role.enterprise_id,
        "starts_on": role.starts_on,
        "ends_on": role.ends_on,
    }
    await events.append(
        session, stream=f"person/{person_id}", type="membership.given", at=at, by=by, payload=payload
    )
    return membership


async def end_membership(
    session: AsyncSession, *, act: Act, membership_id: UUID, ends_on: date, reason: str
) -> Membership:
    """Set the last day of a membership: yesterday or later (what was done under it stays true), not after the last day it has.

    Raises `NotFound`, `Invalid`, and `NotAllowed` without the power to give such a role.
    """
    act.actor.require(Permission.IDENTITY_MANAGE)
    membership = await session.scalar(
        select(Membership).where(Membership.id == membership_id).with_for_update()
    )
    if membership is None:
        raise unknown(MEMBERSHIP)
    power = await _power_to_end(session, act, membership)
    _refuse_end(membership, ends_on, day_in_jakarta(act.at))
    membership.ends_on = ends_on
    await events.append(
        session,
        stream=f"person/{membership.person_id}",
        type="membership.ended",
        at=act.at,
        by=act.by(power),
        reason=reason,
        payload={"membership": str(membership.id), "ends_on": ends_on},
    )
    return membership


async def _power_to_end(session: AsyncSession, act: Act, membership: Membership) -> Power:
    if membership.enterprise_id is None:
        return ministry_power(act.actor, Permission.IDENTITY_MANAGE)
    return managing_power(act.actor, await _region_of(session, membership.enterprise_id))


def _refuse_end(membership: Membership, ends_on: date, today: date) -> None:
    found = []
    if ends_on < membership.starts_on:
        found.append(days_out_of_order("ends_on"))
    if ends_on < today - timedelta(days=1) or (
        membership.ends_on is not None and ends_on > membership.ends_on
    ):
        found.append(
            fault(
                "ends_on",
                "end_range",
                Text(
                    id="Hari terakhir paling awal kemarin, dan tidak setelah hari terakhir yang sudah tercatat.",
                    en="The last day is yesterday at the earliest, and not after the last day on record.",
                ),
                Text(
                    id="Isi hari di antaranya. Untuk memperpanjang, beri keanggotaan baru.",
                    en="Give a day between them. To prolong, give a new membership.",
                ),
            )
        )
    refuse_errors(found)


async def list_memberships(
    session: AsyncSession,
    *,
    person_id: UUID | None = None,
    office_id: UUID | None = None,
    enterprise_id: UUID | None = None,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[Membership], UUID | None]:
    """The memberships that the actor may see (their own, and those they manage), one page of them."""
    query = select(Membership)
    if person_id is not None:
        query = query.where(Membership.person_id == person_id)
    if office_id is not None:
        query = query.where(Membership.office_id == office_id)
    if enterprise_id is not None:
        query = query.where(Membership.enterprise_id == enterprise_id)
    return await page_of(session, query, key=Membership.id, after=after, limit=limit)


async def own_membership(session: AsyncSession, *, act: Act, membership_id: UUID) -> Membership:
    """A membership of the actor that is not over; raises `NotFound`, or `NotAllowed` for somebody else's."""
    membership = await session.scalar(select(Membership).where(Membership.id == membership_id))
    if membership is None:
        raise unknown(MEMBERSHIP)
    if membership.person_id != act.actor.person_id:
        raise NotAllowed(
            "membership_of_another",
            Text(
                id="Anda hanya dapat melimpahkan peran Anda sendiri, bukan peran orang lain.",
                en="You can lend only a role of your own, not somebody else's.",
            ),
        )
    today = day_in_jakarta(act.at)
    if membership.ends_on is not None and membership.ends_on < today:
        raise Conflict(
            "membership_over",
            Text(
                id="Peran ini sudah berakhir, jadi tidak dapat dilimpahkan. Pilih peran yang masih berlaku.",
                en="This role is over, so it cannot be lent. Choose one that is in force.",
            ),
        )
    return membership
