"""From a token to the actor behind it: one query on every request.

The query is Core, on the session's own connection: the visibility rules narrow what a session loads by its actor, and here there is no
actor yet. Asking the connection goes past them without lifting them, and spares the ORM's work on the hot path.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Row,
    Table,
    Uuid,
    and_,
    bindparam,
    null,
    or_,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ovop import events
from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.database import table_of
from ovop.errors import NotSignedIn
from ovop.events import By
from ovop.identities.actor import Actor, Power
from ovop.identities.enums import Role, Scope
from ovop.identities.models import ApiToken, Delegation, Login, Membership, Office, Person

LOGIN_PREFIX = "ovop_login_"
API_TOKEN_PREFIX = "ovop_token_"  # noqa: S105  # not a secret: what every such token begins with
TOKEN_BYTES = 32


def new_token(prefix: str) -> str:
    """A token that nobody can guess: the prefix and 32 random bytes in URL-safe base64."""
    return prefix + token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is stored of a token: SHA-256 in hex. The token itself is random enough to need no salt."""
    return sha256(token.encode()).hexdigest()


_PERSON, _MEMBERSHIP, _OFFICE, _DELEGATION = (table_of(m) for m in (Person, Membership, Office, Delegation))
_LENDER = _PERSON.alias("lender")


def _query(tokens: Table) -> CompoundSelect[Any]:
    """One row for each power of the token's person (one row without a power if there is none): their own and those lent to them."""
    ended = tokens.c.ended_at if "ended_at" in tokens.c else tokens.c.revoked_at
    scopes = tokens.c.scopes if "scopes" in tokens.c else null()
    who = (
        select(
            _PERSON.c.id,
            _PERSON.c.name,
            _PERSON.c.language,
            _PERSON.c.disabled_at,
            tokens.c.expires_at,
            ended.label("ended_at"),
            scopes.label("scopes"),
        )
        .join_from(tokens, _PERSON, _PERSON.c.id == tokens.c.person_id)
        .where(tokens.c.token_hash == bindparam("token_hash"))
        .cte("who")
    )
    day = bindparam("day", type_=_MEMBERSHIP.c.starts_on.type)
    m, d = _MEMBERSHIP.c, _DELEGATION.c
    in_force = and_(m.starts_on <= day, or_(m.ends_on.is_(None), m.ends_on >= day))
    lent_today = and_(d.starts_on <= day, d.ends_on >= day, d.revoked_at.is_(None))
    power = (m.role, m.office_id, m.enterprise_id, _OFFICE.c.region_code)
    own = select(*who.c, *power, type_coerce(null(), Uuid()).label("lent_by")).select_from(
        who.outerjoin(_MEMBERSHIP, and_(m.person_id == who.c.id, in_force)).outerjoin(
            _OFFICE, _OFFICE.c.id == m.office_id
        )
    )
    lent = select(*who.c, *power, _LENDER.c.id).select_from(
        who.join(_DELEGATION, and_(d.to_person_id == who.c.id, lent_today))
        .join(_MEMBERSHIP, and_(m.id == d.membership_id, in_force))
        .join(_LENDER, and_(_LENDER.c.id == m.person_id, _LENDER.c.disabled_at.is_(None)))
        .outerjoin(_OFFICE, _OFFICE.c.id == m.office_id)
    )
    return union_all(own, lent)


_QUERIES = {LOGIN_PREFIX: _query(table_of(Login)), API_TOKEN_PREFIX: _query(table_of(ApiToken))}


async def authenticate(session: AsyncSession, *, token: str | None, at: datetime) -> Actor:
    """Who presents the token, with the powers in force on that day in Jakarta. Call it first in a session, before any write.

    Raises `NotSignedIn` without a token, for an unknown, expired or ended one, and for a disabled person. A login token that a renewal
    replaced ends its login for good: two parties hold it, and one of them should not.
    """
    if not token:
        raise refusal(NOT_SIGNED_IN)
    query = next((query for prefix, query in _QUERIES.items() if token.startswith(prefix)), None)
    if query is None:
        raise refusal(TOKEN_UNKNOWN)
    digest = token_hash(token)
    rows = await _rows(session, query, digest, day_in_jakarta(at))
    if not rows:
        if token.startswith(LOGIN_PREFIX):
            await _end_if_replaced(session, digest, at)
        raise refusal(TOKEN_UNKNOWN)
    return _actor(rows, at)


async def _rows(
    session: AsyncSession, query: CompoundSelect[Any], digest: str, day: date
) -> Sequence[Row[Any]]:
    connection = await session.connection()
    found = await connection.execute(query, {"token_hash": digest, "day": day})
    rows: Sequence[Row[Any]] = found.all()
    return rows


def _actor(rows: Sequence[Row[Any]], at: datetime) -> Actor:
    person = rows[0]
    if person.ended_at is not None or person.expires_at <= at:
        raise refusal(TOKEN_EXPIRED)
    if person.disabled_at is not None:
        raise refusal(PERSON_DISABLED)
    return Actor(
        person_id=person.id,
        name=person.name,
        language=person.language,
        powers=tuple(_power(row) for row in rows if row.role is not None),
        scopes=None if person.scopes is None else frozenset(Scope(s) for s in person.scopes),
    )


def _power(row: Row[Any]) -> Power:
    return Power(
        role=Role(row.role),
        office_id=row.office_id,
        enterprise_id=row.enterprise_id,
        region_code=row.region_code or "",
        lent_by=row.lent_by,
    )


@asynccontextmanager
async def apart(session: AsyncSession) -> AsyncIterator[AsyncSession]:
    """A transaction of its own, for what has to be kept although the request fails. It ends the session's transaction: raise afterwards, or
    ask nothing more of the session.

    The session's transaction is given up first, for on SQLite there is a single writer, and waiting for ourselves would never end.
    """
    engine = session.bind
    assert isinstance(engine, AsyncEngine)  # noqa: S101  # `Database` binds its sessions to an engine
    await session.rollback()
    async with AsyncSession(engine.execution_options(read_only=False)) as own, own.begin():
        yield own


async def _end_if_replaced(session: AsyncSession, digest: str, at: datetime) -> None:
    """End the login that this token once belonged to."""
    ended = (
        update(Login)
        .where(Login.previous_token_hash == digest, Login.ended_at.is_(None))
        .values(ended_at=at)
        .returning(Login.id, Login.person_id)
        .execution_options(synchronize_session=False)
    )
    async with apart(session) as own:
        login = (await own.execute(ended)).one_or_none()
        if login is not None:
            await events.append(
                own,
                stream=f"person/{login.person_id}",
                type="login.ended",
                at=at,
                by=By(),
                payload={"login": str(login.id), "cause": "replaced_token_presented"},
            )


NOT_SIGNED_IN = (
    "not_signed_in",
    Text(
        id="Anda belum masuk. Masuk dulu, atau sertakan token pada header Authorization.",
        en="You are not signed in. Sign in, or send a token in the header Authorization.",
    ),
)
TOKEN_UNKNOWN = (
    "token_unknown",
    Text(
        id="Token tidak dikenal atau sudah diganti. Masuk lagi, atau buat token baru.",
        en="The token is unknown or was replaced. Sign in again, or create a new token.",
    ),
)
TOKEN_EXPIRED = (
    "token_expired",
    Text(
        id="Masa berlaku token sudah berakhir. Masuk lagi, atau buat token baru.",
        en="The token is no longer valid. Sign in again, or create a new token.",
    ),
)
PERSON_DISABLED = (
    "person_disabled",
    Text(
        id="Akun ini dinonaktifkan. Hubungi admin kementerian jika ini keliru.",
        en="This account is disabled. Ask the ministry's administrator if that is a mistake.",
    ),
)


def refusal(reason: tuple[str, Text]) -> NotSignedIn:
    """The error for one of the reasons above."""
    code, message = reason
    return NotSignedIn(code, message)
