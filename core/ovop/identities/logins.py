"""Signing in and out. A login is a row of ours with a random token: no id that a client chose is ever taken over.

`sign_in` takes the database instead of a session: a failed attempt has to be kept although the request fails, and no transaction may
stay open (on SQLite: shut out all other writers) during the tenth of a second that a password takes.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.contract.vocabulary import Text
from ovop.database import Database, new_id, table_of
from ovop.errors import NotSignedIn, TooMany
from ovop.events import By
from ovop.identities.actor import Act
from ovop.identities.authentication import (
    LOGIN_PREFIX,
    TOKEN_UNKNOWN,
    new_token,
    refusal,
    token_hash,
)
from ovop.identities.models import Login, LoginAttempt, Person
from ovop.identities.passwords import verify_password
from ovop.identities.queries import normalise_email, person_by_email
from ovop.identities.rules import by_oneself, require_login

ATTEMPTS = 5
WINDOW = timedelta(minutes=15)


class SignedIn(Struct, frozen=True, kw_only=True):
    """A new or renewed login. The token is known only here: the database has its hash."""

    token: str
    expires_at: datetime
    person_id: UUID


async def sign_in(
    database: Database, *, email: str, password: str, at: datetime, hours: int = 12
) -> SignedIn:
    """Begin a login for `hours` hours.

    Raises `NotSignedIn`, with the same words and after the same time, for a wrong password, an unknown address, a disabled person and one
    without an account; `TooMany` after 5 failures within 15 minutes for one address.
    """
    address = normalise_email(email)
    attempt_id = await _record_attempt(database, address, at)
    person = await _candidate(database, address, attempt_id, at)
    stored = None if person is None or person.disabled_at is not None else person.password_hash
    matches, renewed_hash = await verify_password(password, stored)
    if person is None or not matches:
        raise NotSignedIn(
            "credentials_wrong",
            Text(
                id="E-mail atau kata sandi salah. Periksa keduanya, lalu coba lagi.",
                en="The e-mail address or the password is wrong. Check both, then try again.",
            ),
        )
    async with database.transaction(at=at) as session:
        await forget_attempts(session, address, at)
        if renewed_hash is not None:
            await _store_hash(session, person.id, renewed_hash)
        return await _begin(session, person.id, at, hours)


async def _record_attempt(database: Database, address: str, at: datetime) -> UUID:
    """Every attempt counts as failed until it succeeds. Recorded before it is counted, so that a burst cannot overtake the count."""
    attempt = LoginAttempt(id=new_id(), email=address, at=at)
    async with database.transaction(at=at) as session:
        session.add(attempt)
    return attempt.id


async def _candidate(database: Database, address: str, attempt_id: UUID, at: datetime) -> Row[Any] | None:
    """Whose password is to be checked; raises `TooMany`."""
    async with database.transaction(at=at) as session:
        too_many = await exceeds_attempts(session, address, attempt_id, at)
        person = await person_by_email(session, address)
    if too_many:
        raise too_many_attempts()
    return person


async def exceeds_attempts(session: AsyncSession, address: str, attempt_id: UUID, at: datetime) -> bool:
    """Whether an attempt, recorded before, is one too many. It is then not counted, or waiting would never help."""
    recent = select(func.count()).where(LoginAttempt.email == address, LoginAttempt.at > at - WINDOW)
    if (await session.execute(recent)).scalar_one() <= ATTEMPTS:
        return False
    await session.execute(delete(LoginAttempt).where(LoginAttempt.id == attempt_id))
    return True


def too_many_attempts() -> TooMany:
    """The error after too many failures for one address."""
    minutes = int(WINDOW.total_seconds()) // 60
    return TooMany(
        "too_many_attempts",
        Text(
            id=f"Terlalu banyak percobaan gagal untuk e-mail ini. Tunggu {minutes} menit, lalu coba lagi.",
            en=f"Too many failed attempts for this e-mail address. Wait {minutes} minutes, then try again.",
        ),
    )


async def forget_attempts(session: AsyncSession, address: str, at: datetime) -> None:
    """Forget the failures for an address, and everybody's old ones."""
    old = LoginAttempt.at <= at - WINDOW
    await session.execute(delete(LoginAttempt).where((LoginAttempt.email == address) | old))


async def _store_hash(session: AsyncSession, person_id: UUID, password_hash: str) -> None:
    table = table_of(Person)
    connection = await session.connection()
    await connection.execute(update(table).where(table.c.id == person_id).values(password_hash=password_hash))


async def _begin(session: AsyncSession, person_id: UUID, at: datetime, hours: int) -> SignedIn:
    token = new_token(LOGIN_PREFIX)
    login = Login(
        id=new_id(),
        person_id=person_id,
        token_hash=token_hash(token),
        created_at=at,
        renewed_at=at,
        expires_at=at + timedelta(hours=hours),
    )
    session.add(login)
    await _log(session, "login.begun", login.id, at, By(person_id=person_id, role="self"))
    return SignedIn(token=token, expires_at=login.expires_at, person_id=person_id)


async def renew_login(session: AsyncSession, *, act: Act, token: str, hours: int = 12) -> SignedIn:
    """Replace the token of the login by a new one, for `hours` hours from now; the old one is remembered, and ends the login if it returns.

    Raises `NotAllowed` for an API token, `NotSignedIn` where another request renewed it first.
    """
    require_login(act.actor)
    renewed = new_token(LOGIN_PREFIX)
    expires_at = act.at + timedelta(hours=hours)
    login_id = await session.scalar(
        update(Login)
        .where(Login.token_hash == token_hash(token), Login.ended_at.is_(None))
        .values(
            token_hash=token_hash(renewed),
            previous_token_hash=token_hash(token),
            renewed_at=act.at,
            expires_at=expires_at,
        )
        .returning(Login.id)
        .execution_options(synchronize_session=False)
    )
    if login_id is None:
        raise refusal(TOKEN_UNKNOWN)
    await _log(session, "login.renewed", login_id, act.at, by_oneself(act))
    return SignedIn(token=renewed, expires_at=expires_at, person_id=act.actor.person_id)


async def sign_out(session: AsyncSession, *, act: Act, token: str) -> None:
    """End the login of this token. Raises `NotAllowed` for an API token."""
    require_login(act.actor)
    login_id = await session.scalar(
        update(Login)
        .where(Login.token_hash == token_hash(token), Login.ended_at.is_(None))
        .values(ended_at=act.at)
        .returning(Login.id)
        .execution_options(synchronize_session=False)
    )
    if login_id is not None:
        await _log(session, "login.ended", login_id, act.at, by_oneself(act))


async def end_logins(
    session: AsyncSession, *, person_id: UUID, at: datetime, except_token: str | None = None
) -> None:
    """End all logins of a person, except the one of a token."""
    kept = "" if except_token is None else token_hash(except_token)
    await session.execute(
        update(Login)
        .where(Login.person_id == person_id, Login.ended_at.is_(None), Login.token_hash != kept)
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )


async def _log(session: AsyncSession, type: str, login_id: UUID, at: datetime, by: By) -> None:
    await events.append(
        session,
        stream=f"person/{by.person_id}",
        type=type,
        at=at,
        by=by,
        payload={"login": str(login_id)},
    )
