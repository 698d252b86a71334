"""The facts about an enterprise that a commodity may ask for; stored with every check, so that a replay gives the same answer."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Fact, Facts, Text
from ovop.identities.models import Enterprise, IndustryCentre
from ovop.identities.rules import unknown


class Applicant(msgspec.Struct, frozen=True):
    """An enterprise and the industry centre it belongs to, if any."""

    enterprise: Enterprise
    centre: IndustryCentre | None


async def applicant_of(session: AsyncSession, *, enterprise_id: UUID) -> Applicant:
    """The enterprise behind a submission; raises `NotFound` where the actor may not see it."""
    query = (
        select(Enterprise, IndustryCentre)
        .outerjoin(IndustryCentre, IndustryCentre.id == Enterprise.centre_id)
        .where(Enterprise.id == enterprise_id)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise unknown(Text(id="IKM ini", en="enterprise"))
    return Applicant(*row)


def facts_of(applicant: Applicant, *, at: datetime) -> Facts:
    """Every fact of the contract, on the Jakarta day of the instant.

    Region codes have 4 digits (regency) and 2 (province), an activity is `edition:code`, members are 0 without a centre.
    """
    enterprise, centre = applicant.enterprise, applicant.centre
    return {
        Fact.TODAY: day_in_jakarta(at),
        Fact.ENTERPRISE_SIZE: enterprise.size,
        Fact.REGENCY: enterprise.region_code[:4],
        Fact.PROVINCE: enterprise.region_code[:2],
        Fact.KBLI: tuple(enterprise.kbli),
        Fact.CENTRE_MEMBERS: centre.members if centre else 0,
    }
