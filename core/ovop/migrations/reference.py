"""Loads what comes with the program: the regions of one edition, and a first proposal for the holiday table."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from ovop.identities.models import Holiday, Region
from ovop.reference.calendar import estimated_holidays
from ovop.reference.regions import EDITION, RegionLevel, read_regions

Row: TypeAlias = dict[str, object]

BATCH = 10_000
YEARS_AHEAD = 3


async def load_regions(
    connection: AsyncConnection, levels: Collection[RegionLevel], progress: Callable[[str], None]
) -> None:
    """Add the regions of the current edition, level by level, where the table lacks them.

    A code of an earlier edition takes the new name and edition; one that the new edition dropped stays, because submissions name it.
    """
    here = await connection.scalars(select(Region.level).where(Region.edition == EDITION).distinct())
    wanted = set(levels) - set(here)
    if not wanted:
        return
    insert = _insert(connection)(Region)
    upsert = insert.on_conflict_do_update(
        index_elements=["code"],
        set_={name: insert.excluded[name] for name in ("edition", "level", "name")},
    )
    rows: Iterator[Row] = (
        {"code": row.code, "edition": EDITION, "level": row.level.value, "name": row.name}
        for row in read_regions(wanted)
    )
    loaded = 0
    while batch := list(islice(rows, BATCH)):
        await connection.execute(upsert, batch)
        loaded += len(batch)
        progress(f"regions of {EDITION}: {loaded:,}")


async def load_holidays(
    connection: AsyncConnection, years: Iterable[int], progress: Callable[[str], None]
) -> None:
    """Add the estimated days off of those years that the table does not hold yet; days that are there stay as they are.

    A year whose 1 January stands in the table was loaded or decreed before: adding estimates again would bring back what the ministry removed.
    """
    new_years = {date(year, 1, 1) for year in years}
    here = await connection.scalars(select(Holiday.day).where(Holiday.day.in_(new_years)))
    missing = sorted(day.year for day in new_years - set(here))
    if not missing:
        return
    rows: list[Row] = [
        {
            "day": row.day,
            "name_id": row.name.id,
            "name_en": row.name.en,
            "kind": row.kind.value,
            "decreed": False,
        }
        for row in estimated_holidays(missing)
    ]
    await connection.execute(_insert(connection)(Holiday).on_conflict_do_nothing(), rows)
    progress(f"estimated holidays of {', '.join(map(str, missing))}: {len(rows)}")


def _insert(connection: AsyncConnection) -> type[postgresql.Insert] | type[sqlite.Insert]:
    return postgresql.Insert if connection.dialect.name == "postgresql" else sqlite.Insert
