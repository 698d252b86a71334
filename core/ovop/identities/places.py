"""The region table and the holiday table: reference data that everybody signed in may read."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.contract.vocabulary import Text
from ovop.identities.actor import Act
from ovop.identities.enums import Permission
from ovop.identities.models import Holiday, Region
from ovop.identities.rules import ministry_power, unknown
from ovop.identities.schemas import NewHoliday
from ovop.reference.regions import CODE_LENGTHS, RegionLevel

_CHILD_LEVEL = {
    2: RegionLevel.REGENCY,
    4: RegionLevel.DISTRICT,
    6: RegionLevel.VILLAGE,
}
_LONGEST_CODE = max(CODE_LENGTHS)


async def list_regions(
    session: AsyncSession,
    *,
    parent: str | None = None,
    level: RegionLevel | None = None,
    text: str | None = None,
    after: str | None = None,
    limit: int,
) -> tuple[Sequence[Region], str | None]:
    """Regions in the order of their codes: below `parent` (its children, or all of `level`), with `text` in the name.

    Without any of the three, the provinces. Returns a page of them and the code to ask on from, if there are more.
    """
    if level is None and text is None:
        level = RegionLevel.PROVINCE if parent is None else _CHILD_LEVEL.get(len(parent))
    query = select(Region)
    if parent is not None:
        # A range over digits, where a prefix pattern would not use PostgreSQL's index.
        query = query.where(Region.code > parent, Region.code <= parent.ljust(_LONGEST_CODE, "9"))
    if level is not None:
        query = query.where(Region.level == level)
    if text:
        query = query.where(Region.name.icontains(text, autoescape=True))
    if after is not None:
        query = query.where(Region.code > after)
    rows = (await session.scalars(query.order_by(Region.code).limit(limit + 1))).all()
    return (rows, None) if len(rows) <= limit else (rows[:limit], rows[limit - 1].code)


async def get_region(session: AsyncSession, *, code: str) -> Region:
    """The region of a code without dots; raises `NotFound`."""
    digits = code.isascii() and code.isdigit()
    region = await session.scalar(select(Region).where(Region.code == code)) if digits else None
    if region is None:
        raise unknown(Text(id="Wilayah ini", en="region"))
    return region


async def list_holidays(session: AsyncSession, *, year: int) -> Sequence[Holiday]:
    """The days off of a year, in order."""
    in_year = Holiday.day.between(date(year, 1, 1), date(year, 12, 31))
    return (await session.scalars(select(Holiday).where(in_year).order_by(Holiday.day))).all()


async def decree_holiday(session: AsyncSession, *, act: Act, new: NewHoliday) -> Holiday:
    """Enter a decreed day off, or replace the estimate for that day; only the ministry may."""
    power = ministry_power(act.actor, Permission.CYCLE_MANAGE)
    holiday = await session.merge(
        Holiday(day=new.day, name_id=new.name.id, name_en=new.name.en, kind=new.kind.value, decreed=True)
    )
    await session.flush()
    await events.append(
        session,
        stream="holidays",
        type="holiday.decreed",
        at=act.at,
        by=act.by(power),
        payload={"day": new.day, "name": new.name, "kind": new.kind},
    )
    return holiday
