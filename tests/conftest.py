"""Fixtures for all tests. What costs something (a database, a server) starts when the first test asks for it, and not before."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ovop.database import Database
    from tests.databases import Run
    from tests.factories import World
    from tests.postgres import Postgres
    from tests.servers import Mailbox

FOLDER = "OVOP_TEST_RUN"
"""Variable with the folder that all worker processes of one run share."""


def pytest_configure(config: pytest.Config) -> None:
    if FOLDER in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="ovop-")
    os.environ[FOLDER] = folder
    config.add_cleanup(_clear)


def _clear() -> None:
    from tests.postgres import clear

    clear(Path(os.environ.pop(FOLDER)))


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """The folder that all worker processes of this run share."""
    return Path(os.environ[FOLDER])


@pytest.fixture(scope="session")
def worker() -> str:
    """The name of this worker process."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw")


@pytest.fixture(scope="session")
def sqlite_template(run_folder: Path) -> Path:
    """A migrated SQLite file to copy."""
    from tests import databases

    return databases.sqlite_template(run_folder)


@pytest.fixture(scope="session")
def postgres(run_folder: Path, worker: str) -> "Iterator[Postgres]":
    """The PostgreSQL server of this run."""
    from tests.postgres import Postgres

    server = Postgres(run_folder, worker)
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database with provinces and regencies, once of each kind.

    For one kind only: `@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)`.
    """
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        with server.migrated() as url:
            yield url
    else:
        from tests.databases import sqlite_url

        copy = tmp_path / "ovop.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), copy)
        yield sqlite_url(copy)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table, once of each kind."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        with server.empty() as url:
            yield url
    else:
        from tests.databases import sqlite_url

        yield sqlite_url(tmp_path / "empty.sqlite3")


@pytest.fixture
def run() -> "Iterator[Run]":
    """Runs a coroutine: `run(endorse(...))`. One event loop for the whole test, its fixtures included."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture
def database(database_url: str, run: "Run") -> "Iterator[Database]":
    """A migrated `Database`, once of each kind, for tests of services."""
    from ovop.database import Database

    async def opened() -> Database:
        return Database(database_url)

    database = run(opened())
    yield database
    run(database.close())


@pytest.fixture
def mailbox() -> "Iterator[Mailbox]":
    """A mail server; `messages` holds what came in."""
    from tests.servers import mail_server

    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture(scope="session")
def s3(run_folder: Path, worker: str) -> Iterator[dict[str, str]]:
    """An S3 server; gives the fields of `Settings` for it: `Settings(**s3, data=...)`."""
    from tests.servers import object_store

    with object_store(run_folder / f"s3-{worker}") as settings:
        yield settings


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> "Iterator[World]":
    """The app on a migrated database, once of each kind, with an invented commodity and one actor of every role."""
    from tests.factories import make_world

    with make_world(database_url, tmp_path) as world:
        yield world
