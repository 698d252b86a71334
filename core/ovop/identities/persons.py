"""Persons and their accounts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.contract.vocabulary import Finding, Text
from ovop.database import new_id
from ovop.errors import Invalid
from ovop.events import By
from ovop.identities import memberships
from ovop.identities.actor import Act, Power
from ovop.identities.authentication import apart
from ovop.identities.enums import Permission, Role
from ovop.identities.identifiers import check_nik, strip_separators
from ovop.identities.logins import ATTEMPTS, WINDOW, end_logins, too_many_attempts
from ovop.identities.models import LoginAttempt, Person
from ovop.identities.passwords import hash_password, password_findings, verify_password
from ovop.identities.queries import add_unique, known_regions, normalise_email, page_of, person_by_email
from ovop.identities.rules import (
    by_oneself,
    fault,
    ministry_power,
    refuse_errors,
    refuse_oneself,
    require_login,
    unknown,
)
from ovop.identities.schemas import NewPerson, PersonalField

PERSON = Text(id="Orang ini", en="person")


class Registered(Struct, frozen=True, kw_only=True):
    """A new person and what should be looked at again."""

    person: Person
    warnings: tuple[Finding, ...]


async def register_person(session: AsyncSession, *, act: Act, new: NewPerson) -> Registered:
    """Register a person, by somebody who manages identities, with a first role if one is given.

    A regency office has to give one, as producer of an enterprise in its territory: without it the person would be out of its sight.
    Raises `Invalid` with every faulty field, `NotAllowed` outside the territory.
    """
    act.actor.require(Permission.IDENTITY_MANAGE)
    if new.membership is None:
        by = act.by(_ministry_or_role_missing(act))
    else:
        by = act.by(
            await memberships.power_to_give(session, act=act, role=new.membership, prefix="membership.")
        )
    hashed = None
    if new.password is not None:
        refuse_errors(password_findings(new.password, field="password"))
        hashed = await hash_password(new.password)
    registered = await add_person(session, new=new, password_hash=hashed, at=act.at, by=by)
    if new.membership is not None:
        person_id = registered.person.id
        await memberships.add_membership(session, person_id=person_id, role=new.membership, at=act.at, by=by)
    return registered


def _ministry_or_role_missing(act: Act) -> Power:
    powers = act.actor.powers_with(Permission.IDENTITY_MANAGE)
    if not any(p.role is Role.MINISTRY_ADMIN for p in powers):
        missing = fault(
            "membership",
            "first_role_missing",
            Text(id="Peran pertama orang ini belum diisi.", en="The first role of this person is missing."),
            Text(
                id="Isi perannya sebagai produsen pada sebuah IKM di wilayah Anda.",
                en="Give a role as producer in an enterprise of your territory.",
            ),
        )
        refuse_errors([missing])
    return ministry_power(act.actor, Permission.IDENTITY_MANAGE)


async def add_person(
    session: AsyncSession, *, new: NewPerson, password_hash: str | None, at: datetime, by: By
) -> Registered:
    """Insert a person after checking the NIK and that the address is free; asks for no power (command line and seeding use it as well)."""
    warnings: tuple[Finding, ...] = ()
    nik = None if new.nik is None else strip_separators(new.nik)
    if nik is not None:
        regions = await known_regions(session, [nik[:6]])
        warnings = refuse_errors(check_nik(nik, field="nik", regions=regions))
    if await person_by_email(session, new.email) is not None:
        refuse_errors([_EMAIL_TAKEN])
    person = Person(
        id=new_id(),
        name=new.name.strip(),
        email=normalise_email(new.email),
        phone=new.phone,
        nik=nik,
        language=new.language,
        password_hash=password_hash,
        created_at=at,
    )
    await add_unique(session, person, _EMAIL_TAKEN)
    payload: dict[str, object] = {"account": password_hash is not None}
    await _log(session, "person.registered", person.id, at, by, payload=payload)
    return Registered(person=person, warnings=warnings)


_EMAIL_TAKEN = fault(
    "email",
    "email_taken",
    Text(id="E-mail ini sudah dipakai akun lain.", en="This e-mail address is used by another account."),
    Text(
        id="Isi e-mail lain. Jika orangnya sama, mintalah admin kementerian menambah perannya.",
        en="Give another address. If it is the same person, ask the ministry's administrator to add the role.",
    ),
)


async def get_person(session: AsyncSession, *, person_id: UUID) -> Person:
    """One person that the actor may see; raises `NotFound`."""
    person = await session.scalar(select(Person).where(Person.id == person_id))
    if person is None:
        raise unknown(PERSON)
    return person


async def list_persons(
    session: AsyncSession, *, after: UUID | None, limit: int
) -> tuple[Sequence[Person], UUID | None]:
    """The persons whom the actor may see, one page of them."""
    return await page_of(session, select(Person), key=Person.id, after=after, limit=limit)


async def reveal(
    session: AsyncSession, *, act: Act, person_id: UUID, field: PersonalField, reason: str
) -> str | None:
    """A masked field in full, for somebody who manages identities; who looked, at which field and why is recorded."""
    act.actor.require(Permission.IDENTITY_MANAGE)
    person = await get_person(session, person_id=person_id)
    by = act.by(act.actor.powers_with(Permission.IDENTITY_MANAGE)[0])
    await _log(session, "person.revealed", person.id, act.at, by, reason=reason, payload={"field": field})
    return person.nik if field is PersonalField.NIK else person.phone


async def change_password(session: AsyncSession, *, act: Act, token: str, current: str, new: str) -> None:
    """Replace one's own password and end all other logins; `token` is that of the login which stays.

    Raises `Invalid` for a wrong current or an unfit new password, `TooMany` after 5 wrong ones within 15 minutes. A wrong one is kept
    although the request fails: its transaction is given up for that.
    """
    require_login(act.actor)
    refuse_errors(password_findings(new, field="new"))
    person = await get_person(session, person_id=act.actor.person_id)
    recent = select(func.count()).where(LoginAttempt.email == person.email, LoginAttempt.at > act.at - WINDOW)
    if (await session.execute(recent)).scalar_one() >= ATTEMPTS:
        raise too_many_attempts()
    matches, _ = await verify_password(current, person.password_hash)
    if not matches:
        failure = LoginAttempt(email=person.email, at=act.at)
        async with apart(session) as own:
            own.add(failure)
        raise _wrong_current()
    await session.execute(delete(LoginAttempt).where(LoginAttempt.email == person.email))
    person.password_hash = await hash_password(new)
    await end_logins(session, person_id=person.id, at=act.at, except_token=token)
    await _log(session, "password.changed", person.id, act.at, by_oneself(act))


def _wrong_current() -> Invalid:
    message = Text(id="Kata sandi sekarang salah.", en="The current password is wrong.")
    remedy = Text(id="Isi kata sandi yang Anda pakai untuk masuk.", en="Give the password you sign in with.")
    return Invalid("password_wrong", message, findings=[fault("current", "password_wrong", message, remedy)])


async def set_password(session: AsyncSession, *, act: Act, person_id: UUID, new: str) -> None:
    """Give a person a new password and end all their logins; only the ministry may, for it opens the account."""
    require_login(act.actor)
    power = ministry_power(act.actor, Permission.IDENTITY_MANAGE)
    refuse_errors(password_findings(new, field="password"))
    person = await get_person(session, person_id=person_id)
    person.password_hash = await hash_password(new)
    await end_logins(session, person_id=person.id, at=act.at)
    await _log(session, "password.set", person.id, act.at, act.by(power))


async def disable_person(session: AsyncSession, *, act: Act, person_id: UUID, reason: str) -> Person:
    """Close an account at once: no login or token of the person works from now on, and what they lent is void. Only the ministry may."""
    power = ministry_power(act.actor, Permission.IDENTITY_MANAGE)
    refuse_oneself(act.actor, person_id)
    person = await get_person(session, person_id=person_id)
    if person.disabled_at is None:
        person.disabled_at = act.at
        await end_logins(session, person_id=person.id, at=act.at)
        await _log(session, "person.disabled", person.id, act.at, act.by(power), reason=reason)
    return person


async def _log(
    session: AsyncSession,
    type: str,
    person_id: UUID,
    at: datetime,
    by: By,
    *,
    reason: str | None = None,
    payload: dict[str, object] | None = None,
) -> None:
    await events.append(
        session, stream=f"person/{person_id}", type=type, at=at, by=by, reason=reason, payload=payload
    )
