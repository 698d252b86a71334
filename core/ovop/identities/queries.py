"""Queries that several use cases share."""

from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ovop.contract.vocabulary import Finding
from ovop.database import Base, table_of
from ovop.identities.models import Person, Region
from ovop.identities.rules import refuse_errors

Model = TypeVar("Model", bound=Base)

_PERSON = table_of(Person)


async def known_regions(session: AsyncSession, codes: Iterable[str]) -> frozenset[str]:
    """Those of the codes that the region table holds."""
    asked = {code for code in codes if code.isascii() and code.isdigit()}
    return frozenset(await session.scalars(select(Region.code).where(Region.code.in_(asked))))


async def person_by_email(session: AsyncSession, email: str) -> Row[tuple[object, ...]] | None:
    """The person with an e-mail address, whoever may see them: to sign in, to refuse a second account, to find a colleague.

    Asks the connection, for the visibility rules would hide strangers from an officer and everybody from a caller not signed in yet.
    """
    connection = await session.connection()
    found = await connection.execute(select(_PERSON).where(_PERSON.c.email == normalise_email(email)))
    return found.one_or_none()


def normalise_email(email: str) -> str:
    """An address as it is stored and compared: without spaces around it, in lower case."""
    return email.strip().lower()


async def page_of(
    session: AsyncSession,
    query: Select[Model],
    *,
    key: InstrumentedAttribute[UUID],
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[Model], UUID | None]:
    """The rows of a query after a cursor in the order of their ids, at most `limit`, and the cursor of the next page if there is one."""
    if after is not None:
        query = query.where(key > after)
    rows = (await session.scalars(query.order_by(key).limit(limit + 1))).all()
    if len(rows) <= limit:
        return rows, None
    last: UUID = getattr(rows[limit - 1], key.key)
    return rows[:limit], last


async def add_unique(session: AsyncSession, row: Base, taken: Finding) -> None:
    """Insert a row; raises `Invalid` with the finding where another one got ahead with the same unique value."""
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        refuse_errors([taken])
