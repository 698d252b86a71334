"""Tables and reference data of a database: `migrate` brings both up to date, `pending` says what is missing.

Alembic is imported on first use: a process that only serves should start without it.
"""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import date

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ovop.clock import day_in_jakarta, utc_now
from ovop.database import Database
from ovop.reference.regions import RegionLevel

_LOCK = 0x6F766F70
"""Key of the PostgreSQL advisory lock that makes processes which start together migrate one after the other."""


async def migrate(
    database: Database,
    *,
    progress: Callable[[str], None] | None = None,
    region_levels: Collection[RegionLevel] = tuple(RegionLevel),
    today: date | None = None,
) -> None:
    """Bring the tables to the newest revision, then add the reference data that is missing; all or nothing in each of the two.

    Regions of `region_levels`, and the estimated holidays from the year of `today` (in Jakarta) to three years later. `progress` gets a
    line for each step that did something. Safe to call at every start, also from several processes at once.
    """
    from ovop.migrations import reference, schema

    tell = progress or (lambda line: None)
    async with exclusive_transaction(database) as connection:
        missing = await connection.run_sync(schema.missing)
        for revision in missing:
            tell(f"tables: {revision}")
        if missing:
            await connection.run_sync(schema.upgrade)
            await _check_references(connection)
    year = (today or day_in_jakarta(utc_now())).year
    async with database.engine.begin() as connection:
        await reference.load_regions(connection, region_levels, tell)
        await reference.load_holidays(connection, range(year, year + reference.YEARS_AHEAD + 1), tell)


async def pending(database: Database) -> list[str]:
    """The revisions that the database has yet to get; empty when it may be served from."""
    from ovop.migrations import schema

    async with database.engine.connect() as connection:
        await connection.execution_options(read_only=True)
        return await connection.run_sync(schema.missing)


@asynccontextmanager
async def exclusive_transaction(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction that no other migration runs beside, in which SQLite lets a table be copied and replaced.

    SQLite alters a table by copying it; with foreign keys on, dropping the old one would fail on the rows that refer to it. They can only
    be switched outside a transaction.
    """
    sqlite = database.engine.dialect.name == "sqlite"
    async with database.engine.connect() as connection:
        if sqlite:
            await connection.run_sync(_switch_foreign_keys, "off")
        try:
            async with connection.begin():
                if not sqlite:
                    await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                yield connection
        finally:
            if sqlite:
                await connection.run_sync(_switch_foreign_keys, "on")


def _switch_foreign_keys(connection: Connection, state: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={state}")
    cursor.close()


async def _check_references(connection: AsyncConnection) -> None:
    if connection.dialect.name == "sqlite":
        broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"a migration left rows that refer to nothing: {broken[:10]}")
