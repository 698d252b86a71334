"""The numbers of a territory: who proposes and who does not yet, and what is late.

Counted on Core tables, past the visibility rules: an office learns how many drafts are under way around it, never whose or about what. So
nothing but counts leaves this module, and industry centres, which are public, with whether anything was handed in from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Exists, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.cycles.chain import Stage
from ovop.cycles.models import Cycle
from ovop.cycles.service import chain_of
from ovop.database import table_of
from ovop.identities.models import Enterprise, IndustryCentre, Region
from ovop.reference.regions import RegionLevel
from ovop.submissions.models import Submission

_S, _E, _C = (table_of(model) for model in (Submission, Enterprise, IndustryCentre))


class Numbers(Struct, kw_only=True):
    """One region's: `silent` are its centres from which nothing was handed in; `late` waits for a decision past its deadline."""

    code: str
    name: str
    centres: int = 0
    silent: int = 0
    drafts: int = 0
    handed_in: int = 0
    returned: int = 0
    returned_late: int = 0
    late: int = 0

    @property
    def busy(self) -> bool:
        """Whether there is anything to tell of the region."""
        return bool(self.centres or self.drafts or self.handed_in)

    def add(self, other: Numbers) -> None:
        """Add the numbers of another region."""
        for name in self.__struct_fields__[2:]:
            setattr(self, name, getattr(self, name) + getattr(other, name))


async def numbers_of(session: AsyncSession, *, cycle: Cycle, region: str, today: date) -> list[Numbers]:
    """The parts of a territory in the order of their codes: provinces of the whole country (`region` empty), regencies of a province,
    or the one regency. Four queries."""
    digits = 2 if not region else 4
    found = {row.code: Numbers(code=row.code, name=row.name) for row in await session.scalars(_parts(region))}
    connection = await session.connection()
    part = func.substr(_C.c.region_code, 1, digits)
    centres = select(part, func.count()).where(_C.c.region_code.startswith(region)).group_by(part)
    for code, count in await connection.execute(centres):
        if code in found:
            found[code].centres = count
    silent = centres.where(~_proposes(cycle))
    for code, count in await connection.execute(silent):
        if code in found:
            found[code].silent = count
    part = func.substr(_S.c.region_code, 1, digits)
    late = func.count().filter(_S.c.stage_due_on < today)
    handed_in = _S.c.submitted_at.is_not(None).label("handed_in")
    submissions = (
        select(part, _S.c.stage, handed_in, func.count(), late)
        .where(_S.c.cycle_id == cycle.id, _S.c.region_code.startswith(region))
        .group_by(part, _S.c.stage, handed_in)
    )
    stages = {stage.code: stage for stage in chain_of(cycle).stages}
    for code, stage, is_in, count, overdue in await connection.execute(submissions):
        if code in found:
            _count(found[code], stages[stage], bool(is_in), count, overdue)
    return list(found.values())


async def silent_centres(
    session: AsyncSession, *, cycle: Cycle, region: str, after: UUID | None, limit: int
) -> Sequence[IndustryCentre]:
    """The centres of a territory from which nothing was handed in in the cycle, in the order of their ids; one more than asked for."""
    query = (
        select(IndustryCentre)
        .where(IndustryCentre.region_code.startswith(region), ~_proposes(cycle))
        .order_by(IndustryCentre.id)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(IndustryCentre.id > after)
    return (await session.scalars(query)).all()


def total_of(parts: Sequence[Numbers]) -> Numbers:
    """The sum over a territory."""
    total = Numbers(code="", name="")
    for part in parts:
        total.add(part)
    return total


def stage_counts(rows: Sequence[tuple[str, int]], cycle: Cycle) -> list[tuple[Stage, int]]:
    """Counts by stage in the order of the chain, stages without any left out."""
    counts: dict[str, int] = defaultdict(int)
    for code, count in rows:
        counts[code] += count
    return [(stage, counts[stage.code]) for stage in chain_of(cycle).stages if counts[stage.code]]


def _parts(region: str) -> Select[Region]:
    query = select(Region).order_by(Region.code)
    if not region:
        return query.where(Region.level == RegionLevel.PROVINCE)
    if len(region) == 2:
        return query.where(Region.level == RegionLevel.REGENCY, Region.code.startswith(region))
    return query.where(Region.code == region[:4])


def _proposes(cycle: Cycle) -> Exists:
    """Whether anything was handed in by an enterprise of a centre."""
    return (
        select(_S.c.id)
        .join_from(_S, _E, _E.c.id == _S.c.enterprise_id)
        .where(_E.c.centre_id == _C.c.id, _S.c.cycle_id == cycle.id, _S.c.submitted_at.is_not(None))
        .correlate(_C)
        .exists()
    )


def _count(numbers: Numbers, stage: Stage, is_in: bool, count: int, overdue: int) -> None:
    if not is_in:
        if stage.editable:  # a draft that was withdrawn counts no more
            numbers.drafts += count
        return
    numbers.handed_in += count
    if stage.editable:
        numbers.returned += count
        numbers.returned_late += overdue
    elif stage.actions:
        numbers.late += overdue
