"""The database handle, the declarative base and the column types that both databases share.

Services take an `AsyncSession`, flush, and never commit; the edge that opened the session commits once.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, Table, TypeDecorator, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from uuid_utils.compat import uuid7


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite would hand it back naive, and an instant without a zone is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
"""Structured data; read and written by msgspec (see `make_engine`)."""


class Base(DeclarativeBase):
    """Base of all tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # The values of a JSON column are whatever its Struct says; the column itself cannot know.
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[str]: Json,
    }


def table_of(model: type[Base]) -> Table:
    """The table of a model, for Core statements: on the session's connection they spare the ORM's work, and no rule narrows them."""
    return Base.metadata.tables[model.__tablename__]


def insert_for(connection: AsyncConnection) -> Callable[[Table], postgresql.Insert | sqlite.Insert]:
    """The `insert` of the connection's database, which knows `ON CONFLICT`."""
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


def new_id() -> UUID:
    """A time-ordered id (UUID version 7): new rows land at the end of an index."""
    return uuid7()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # so that sqlite3 begins nothing by itself: `_begin_sqlite` does
    cursor = connection.cursor()
    # Without recursive triggers, INSERT OR REPLACE removes a row past the trigger that refuses it.
    for pragma in ("busy_timeout=10000", "foreign_keys=ON", "recursive_triggers=ON", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    # The mode stays in the file, so it fails only while another process makes the same new file: SQLite does not wait for this one lock.
    with suppress(sqlite3.OperationalError):
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A deferred transaction that reads and later writes fails at once when another writer came between; taking the lock first waits.
    reading = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _prepare_engine(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def make_engine(url: str) -> AsyncEngine:
    """An engine for SQLite (WAL, foreign keys on) or PostgreSQL; JSON goes through msgspec."""
    embedded = url.startswith("sqlite")
    engine = create_async_engine(
        url,
        hide_parameters=True,  # the values of a failed statement may be personal data, and errors are logged
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        **({} if embedded else {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": False}),
    )
    _prepare_engine(engine.sync_engine)
    return engine


class Database:
    """One engine and the sessions on it."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._write = async_sessionmaker(self.engine, expire_on_commit=False)
        self._read = async_sessionmaker(self.engine.execution_options(read_only=True), expire_on_commit=False)

    def session(self, *, read_only: bool = False, **info: object) -> AsyncSession:
        """A session that the caller closes; `info` is kept on it (`actor` decides what it may see)."""
        return (self._read if read_only else self._write)(info=info)

    @asynccontextmanager
    async def transaction(self, **info: object) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end, or rolls back on an exception."""
        async with self._write(info=info) as session, session.begin():
            yield session

    async def close(self) -> None:
        await self.engine.dispose()
