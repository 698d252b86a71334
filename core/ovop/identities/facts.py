"""The facts about an enterprise that a commodity may ask for; stored with every check, so that a replay gives the same answer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Fact, Facts, Text
from ovop.identities.models import Enterprise, IndustryCentre
from ovop.identities.rules import unknown


async def facts_of(session: AsyncSession, *, enterprise_id: UUID, at: datetime) -> Facts:
    """Every fact of the contract for one enterprise, on the Jakarta day of the instant; raises `NotFound` where the actor may not see it.

    Region codes have 4 digits (regency) and 2 (province), an activity is `edition:code`, members are 0 without a centre.
    """
    query = (
        select(Enterprise.size, Enterprise.region_code, Enterprise.kbli, IndustryCentre.members)
        .outerjoin(IndustryCentre, IndustryCentre.id == Enterprise.centre_id)
        .where(Enterprise.id == enterprise_id)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise unknown(Text(id="IKM ini", en="enterprise"))
    size, region, kbli, members = row
    return {
        Fact.TODAY: day_in_jakarta(at),
        Fact.ENTERPRISE_SIZE: size,
        Fact.REGENCY: region[:4],
        Fact.PROVINCE: region[:2],
        Fact.KBLI: tuple(kbli),
        Fact.CENTRE_MEMBERS: members or 0,
    }
