"""Persons and their accounts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.contract.vocabulary import Finding, Text
from ovop.database import new_id, table_of
from ovop.errors import Invalid, NotAllowed
from ovop.events import By
from ovop.identities import memberships
from ovop.identities.actor import Act, Power, own_first
from ovop.identities.authentication import apart
from ovop.identities.enums import Permission, Role
from ovop.identities.identifiers import check_nik, strip_separators
from ovop.identities.logins import end_logins, exceeds_attempts, forget_attempts, too_many_attempts
from ovop.identities.models import LoginAttempt, Person
from ovop.identities.passwords import hash_password, password_findings, verify_password
from ovop.identities.queries import add_unique, known_regions, normalise_email, page_of, person_by_email
from ovop.identities.rules import (
    by_oneself,
    fault,
    ministry_power,
    refuse_errors,
    refuse_lent,
    refuse_oneself,
    require_login,
    unknown,
)
from ovop.identities.schemas import NewPerson, PersonalField, PersonChange

PERSON = Text(id="Orang ini", en="person")

OWN_FIELDS = frozenset({"phone", "language"})
"""What everybody may change of themselves; the rest stands for who they are."""


class Registered(Struct, frozen=True, kw_only=True):
    """A new person and what should be looked at again."""

    person: Person
    warnings: tuple[Finding, ...]


async def register_person(session: AsyncSession, *, act: Act, new: NewPerson) -> Registered:
    """Register a person, by somebody who manages identities, with a first role if one is given.

    A regency office has to give one, as producer of an enterprise in its territory: without it the person would be out of its sight.
    Raises `Invalid` with every faulty field, `NotAllowed` outside the territory, by a lent power, and for an API token that would open an
    account or give a role.
    """
    act.actor.require(Permission.IDENTITY_MANAGE)
    if new.password is not None or new.membership is not None:
        require_login(act.actor)
    if new.membership is None:
        power = _ministry_or_role_missing(act)
    else:
        role = new.membership
        power = await memberships.power_to_give(session, act=act, role=role, prefix="membership.")
    refuse_lent(power)
    by = act.by(power)
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


async def update_person(session: AsyncSession, *, act: Act, person_id: UUID, change: PersonChange) -> Person:
    """Change what `change` names: the ministry name, phone, e-mail and language, everybody their own phone and language.

    Raises `NotFound`, `NotAllowed` (also for an API token), and `Invalid` for an address that is taken.
    """
    require_login(act.actor)
    person = await session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if person is None:
        raise unknown(PERSON)
    given = {f: getattr(change, f) for f in change.__struct_fields__ if getattr(change, f) is not UNSET}
    by = _changing(act, person_id, frozenset(given))
    if "name" in given:
        given["name"] = given["name"].strip()
    if "email" in given:
        given["email"] = normalise_email(given["email"])
    changed = sorted(name for name, value in given.items() if getattr(person, name) != value)
    if changed:
        try:
            async with session.begin_nested():
                for name in changed:
                    setattr(person, name, given[name])
        except IntegrityError:
            refuse_errors([_EMAIL_TAKEN])
        await _log(session, "person.updated", person.id, act.at, by, payload={"changed": changed})
    return person


def _changing(act: Act, person_id: UUID, fields: frozenset[str]) -> By:
    if person_id == act.actor.person_id:
        if fields <= OWN_FIELDS:
            return by_oneself(act)
        if not act.actor.may(Permission.IDENTITY_MANAGE):
            raise NotAllowed(
                "field_not_yours",
                Text(
                    id="Anda dapat mengubah telepon dan bahasa saja. Untuk yang lain, hubungi admin kementerian.",
                    en="You can change the phone and the language only. For the rest, ask the ministry's administrator.",
                ),
            )
    power = ministry_power(act.actor, Permission.IDENTITY_MANAGE)
    if "email" in fields:  # by which the person signs in
        refuse_lent(power)
    return act.by(power)


async def reveal(
    session: AsyncSession, *, act: Act, person_id: UUID, field: PersonalField, reason: str
) -> str | None:
    """A masked field in full, for somebody who manages identities; who looked, at which field and why is recorded."""
    act.actor.require(Permission.IDENTITY_MANAGE)
    person = await get_person(session, person_id=person_id)
    power = own_first(act.actor.powers_with(Permission.IDENTITY_MANAGE))
    assert power is not None  # noqa: S101  # required above
    by = act.by(power)
    await _log(session, "person.revealed", person.id, act.at, by, reason=reason, payload={"field": field})
    return person.nik if field is PersonalField.NIK else person.phone


async def change_password(session: AsyncSession, *, act: Act, token: str, current: str, new: str) -> None:
    """Replace one's own password and end all other logins; `token` is that of the login which stays.

    Raises `Invalid` for a wrong current or an unfit new password, `TooMany` after 5 wrong ones within 15 minutes. Works in transactions of
    its own and gives up that of the session: an attempt counts before it is verified, so that a burst cannot overtake the count, and no
    transaction stays open while passwords are worked out.
    """
    require_login(act.actor)
    refuse_errors(password_findings(new, field="new"))
    person = await get_person(session, person_id=act.actor.person_id)
    person_id, email, stored = person.id, person.email, person.password_hash
    await _count_attempt(session, email, act.at)
    matches, _ = await verify_password(current, stored)
    if not matches:
        raise _wrong_current()
    hashed = await hash_password(new)
    async with apart(session) as own:
        if not await _replace_hash(own, person_id, stored, hashed):
            raise _wrong_current()
        await forget_attempts(own, email, act.at)
        await end_logins(own, person_id=person_id, at=act.at, except_token=token)
        await _log(own, "password.changed", person_id, act.at, by_oneself(act))


async def _count_attempt(session: AsyncSession, email: str, at: datetime) -> None:
    attempt_id = new_id()
    async with apart(session) as own:
        own.add(LoginAttempt(id=attempt_id, email=email, at=at))
    async with apart(session) as own:
        too_many = await exceeds_attempts(own, email, attempt_id, at)
    if too_many:
        raise too_many_attempts()


async def _replace_hash(session: AsyncSession, person_id: UUID, stored: str | None, hashed: str) -> bool:
    """Whether the password was still the one that was verified; another request may have changed it meanwhile."""
    table = table_of(Person)
    connection = await session.connection()
    changed = await connection.execute(
        update(table)
        .where(table.c.id == person_id, table.c.password_hash == stored)
        .values(password_hash=hashed)
        .returning(table.c.id)
    )
    return changed.first() is not None


def _wrong_current() -> Invalid:
    message = Text(id="Kata sandi sekarang salah.", en="The current password is wrong.")
    remedy = Text(id="Isi kata sandi yang Anda pakai untuk masuk.", en="Give the password you sign in with.")
    return Invalid("password_wrong", message, findings=[fault("current", "password_wrong", message, remedy)])


async def set_password(session: AsyncSession, *, act: Act, person_id: UUID, new: str) -> None:
    """Give a person a new password and end all their logins; only the ministry may, and not by a lent power, for it opens the account."""
    require_login(act.actor)
    power = ministry_power(act.actor, Permission.IDENTITY_MANAGE)
    refuse_lent(power)
    refuse_errors(password_findings(new, field="password"))
    hashed = await hash_password(new)
    person = await get_person(session, person_id=person_id)
    person.password_hash = hashed
    await end_logins(session, person_id=person.id, at=act.at)
    await _log(session, "password.set", person.id, act.at, act.by(power))


async def disable_person(session: AsyncSession, *, act: Act, person_id: UUID, reason: str) -> Person:
    """Close an account at once: no login or token of the person works from now on, and what they lent is void. Only the ministry may."""
    power = ministry_power(act.actor, Permission.IDENTITY_MANAGE)
    refuse_oneself(act.actor, person_id, power)
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
