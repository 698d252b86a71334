"""What both kinds of test database share, and the SQLite kind: one migrated file, built once in a run, copied for every test that asks."""

import asyncio
import fcntl
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ovop.database import Database
from ovop.migrations import migrate
from ovop.reference.regions import RegionLevel

T = TypeVar("T")

REGION_LEVELS = (RegionLevel.PROVINCE, RegionLevel.REGENCY)
"""What a template holds; loading the 90,000 districts and villages would cost a second."""


class Run(Protocol):
    """Runs a coroutine to its end, all of one test in the same event loop."""

    def __call__(self, main: Coroutine[Any, Any, T], /) -> T: ...


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Keep the other worker processes of the run out."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


async def build(url: str, *, region_levels: tuple[RegionLevel, ...] = REGION_LEVELS) -> None:
    """Migrate an empty database."""
    database = Database(url)
    try:
        await migrate(database, region_levels=region_levels)
    finally:
        await database.close()


def sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def sqlite_template(folder: Path) -> Path:
    """The migrated file; the first worker that asks builds it."""
    template = folder / "template.sqlite3"
    with only_one(folder / "sqlite.lock"):
        if not template.exists():
            draft = folder / "draft.sqlite3"
            asyncio.run(build(sqlite_url(draft)))
            draft.rename(template)
    return template
