"""The migrations make exactly the tables of the models, on both databases, and load the reference data once."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, column, delete, func, insert, select, table, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

import ovop
from ovop.clock import utc_now
from ovop.database import Database, new_id
from ovop.identities.models import Holiday, Login, Person, Region
from ovop.migrations import exclusive_transaction, migrate, pending, schema
from ovop.migrations.tables import metadata
from ovop.reference.regions import EDITION, RegionLevel
from tests.databases import REGION_LEVELS, Run

TODAY = date(2026, 3, 2)
YEARS = (2026, 2027, 2028, 2029)


async def migrated(url: str, levels: Sequence[RegionLevel] = ()) -> Database:
    database = Database(url)
    await migrate(database, region_levels=levels, today=TODAY)
    return database


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_migrations_make_the_tables_of_the_models(database: Database, run: Run) -> None:
    async def main() -> None:
        async with database.engine.connect() as connection:
            # A difference means that a model changed: write the migration with `python -m ovop.migrations "what it does"`.
            assert await connection.run_sync(differences) == []

    run(main())


def test_a_missing_column_is_found(database: Database, run: Run) -> None:
    async def main() -> None:
        async with database.engine.begin() as connection:
            await connection.execute(text("alter table office drop column address"))
            found = await connection.run_sync(differences)
        ((kind, _schema, changed, added),) = found
        assert (kind, changed, added.name) == ("add_column", "office", "address")

    run(main())


def test_every_module_with_tables_is_known_to_the_migrations() -> None:
    root = Path(ovop.__file__).parent
    written = {
        name
        for path in root.rglob("*.py")
        for name in re.findall(r'^    __tablename__ = "(\w+)"$', path.read_text(), re.MULTILINE)
    }
    assert written == set(metadata.tables)


def test_pending_lists_revisions_of_an_empty_database_and_none_after_migrating(
    empty_database_url: str, run: Run
) -> None:
    async def main() -> None:
        database = Database(empty_database_url)
        before = await pending(database)
        await migrate(database, region_levels=(), today=TODAY)
        after = await pending(database)
        await database.close()
        assert [line.split()[0] for line in before][:2] == ["0001", "0002"]
        assert after == []

    run(main())


def test_nothing_is_pending_when_a_newer_release_migrated_the_database(database: Database, run: Run) -> None:
    async def main() -> None:
        async with database.engine.begin() as connection:
            await connection.execute(text("update alembic_version set version_num = '9999'"))
        assert await pending(database) == []

    run(main())


def test_migrate_again_says_and_changes_nothing(database: Database, run: Run) -> None:
    lines: list[str] = []

    async def main() -> None:
        await migrate(database, progress=lines.append, region_levels=REGION_LEVELS)

    run(main())
    assert lines == []


def test_migrate_tells_each_step(empty_database_url: str, run: Run) -> None:
    lines: list[str] = []

    async def main() -> None:
        database = Database(empty_database_url)
        await migrate(
            database, progress=lines.append, region_levels=[RegionLevel.PROVINCE], today=date(2026, 3, 2)
        )
        await database.close()

    run(main())
    assert [line for line in lines if line.startswith("tables: 0001 ")] == lines[:1]
    assert lines[-2] == f"regions of {EDITION}: 38"
    assert lines[-1].startswith("estimated holidays of 2026, 2027, 2028, 2029: ")


def test_processes_that_start_together_migrate_once(empty_database_url: str, run: Run) -> None:
    lines: list[str] = []

    async def main() -> None:
        databases = [Database(empty_database_url) for _ in range(3)]
        await asyncio.gather(
            *(
                migrate(each, progress=lines.append, region_levels=REGION_LEVELS, today=TODAY)
                for each in databases
            )
        )
        for each in databases:
            await each.close()

    run(main())
    assert len([line for line in lines if line.startswith("tables: 0001 ")]) == 1


def test_a_migration_cannot_be_taken_back(database: Database, run: Run) -> None:
    async def main() -> None:
        async with database.engine.begin() as connection:
            await connection.run_sync(lambda sync: command.downgrade(schema.configuration(sync), "-1"))

    with pytest.raises(RuntimeError, match="only go forward"):
        run(main())


async def levels_of(connection: AsyncConnection) -> dict[str, int]:
    rows = await connection.execute(select(Region.level, func.count()).group_by(Region.level))
    return {row[0]: row[1] for row in rows}


def test_regions_of_further_levels_are_added(empty_database_url: str, run: Run) -> None:
    async def main() -> None:
        database = await migrated(empty_database_url, [RegionLevel.PROVINCE])
        await migrate(database, region_levels=REGION_LEVELS, today=TODAY)
        async with database.engine.connect() as connection:
            assert await levels_of(connection) == {"province": 38, "regency": 514}
        await database.close()

    run(main())


def test_a_new_edition_renames_regions_and_keeps_those_it_dropped(database: Database, run: Run) -> None:
    async def main() -> None:
        async with database.engine.begin() as connection:
            await connection.execute(update(Region).values(edition="before"))
            await connection.execute(update(Region).where(Region.code == "3375").values(name="Old name"))
            await connection.execute(
                insert(Region).values(code="3399", edition="before", level="regency", name="Gone")
            )
        await migrate(database, region_levels=REGION_LEVELS, today=TODAY)
        async with database.engine.connect() as connection:
            rows = await connection.execute(
                select(Region.code, Region.name, Region.edition).where(Region.code.in_(["3375", "3399"]))
            )
            assert sorted(map(tuple, rows)) == [
                ("3375", "Kota Pekalongan", EDITION),
                ("3399", "Gone", "before"),
            ]

    run(main())


def test_estimates_leave_decreed_days_alone(empty_database_url: str, run: Run) -> None:
    async def main() -> None:
        database = Database(empty_database_url)
        await migrate(database, region_levels=(), today=date(2020, 1, 1))
        decreed = {"name_id": "Hari Buruh", "name_en": "Labour Day", "kind": "national", "decreed": True}
        async with database.engine.begin() as connection:
            await connection.execute(insert(Holiday).values(day=date(2027, 5, 1), **decreed))
        await migrate(database, region_levels=(), today=TODAY)
        async with database.engine.connect() as connection:
            day = await connection.execute(
                select(Holiday.name_id, Holiday.decreed).where(Holiday.day == date(2027, 5, 1))
            )
            days = set(await connection.scalars(select(Holiday.day)))
        await database.close()
        assert day.one() == ("Hari Buruh", True)
        assert {date(year, 8, 17) for year in YEARS} <= days

    run(main())


def test_an_estimate_that_was_removed_does_not_come_back(empty_database_url: str, run: Run) -> None:
    async def main() -> None:
        database = await migrated(empty_database_url)
        removed = date(2026, 8, 17)
        async with database.engine.begin() as connection:
            assert (await connection.execute(delete(Holiday).where(Holiday.day == removed))).rowcount == 1
        await migrate(database, region_levels=(), today=TODAY)
        async with database.engine.connect() as connection:
            assert removed not in set(await connection.scalars(select(Holiday.day)))
        await database.close()

    run(main())


@pytest.mark.parametrize("statement", ["update revision set number = 2", "delete from revision"])
def test_database_refuses_to_change_a_revision(database: Database, run: Run, statement: str) -> None:
    async def main() -> None:
        async with database.engine.begin() as connection:
            if (
                connection.dialect.name == "sqlite"
            ):  # asks row by row; the row's references are checked at the end only
                await connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                ids = {
                    name: new_id().hex for name in ("id", "submission_id", "definition_id", "submitted_by")
                }
                row = {**ids, "number": 1, "content": b"", "sha256": "", "submitted_at": "2026-03-02"}
                await connection.execute(insert(table("revision", *map(column, row))).values(row))
            await connection.execute(text(statement))

    with pytest.raises(DBAPIError, match="rows of revision are never changed or removed"):
        run(main())


def test_a_table_that_others_refer_to_can_be_copied_by_a_migration(database: Database, run: Run) -> None:
    person, now = new_id(), utc_now()

    def copy_table(connection: Connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("person", recreate="auto") as batch:
            batch.alter_column("name", nullable=True)

    async def main() -> None:
        async with database.transaction() as session:
            session.add(Person(id=person, name="Sri", email="sri@contoh.example", created_at=now))
            await session.flush()
            session.add(
                Login(person_id=person, token_hash="x", created_at=now, renewed_at=now, expires_at=now)
            )
        async with exclusive_transaction(database) as connection:
            await connection.run_sync(copy_table)
        async with database.engine.connect() as connection:
            assert (await connection.scalars(select(Login.person_id))).all() == [person]
            assert (await connection.scalars(select(Person.name))).all() == ["Sri"]
        async with database.engine.begin() as connection:
            await connection.execute(delete(Person))

    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        run(main())
