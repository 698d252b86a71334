"""Industry centres (sentra) and the decrees that established them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.database import new_id
from ovop.identities.actor import Act
from ovop.identities.enums import Permission
from ovop.identities.identifiers import strip_separators
from ovop.identities.models import IndustryCentre
from ovop.identities.queries import add_unique, known_regions, page_of
from ovop.identities.rules import centre_findings, fault, managing_power, refuse_errors, unknown
from ovop.identities.schemas import NewCentre

MIN_MEMBERS = 5
"""Fewest enterprises of a centre (PP 29/2018: at least five units in one location); a cycle may ask for another number."""


async def register_centre(
    session: AsyncSession, *, act: Act, new: NewCentre, minimum: int = MIN_MEMBERS
) -> IndustryCentre:
    """Register a centre in the actor's territory. Raises `Invalid` with every faulty field, `NotAllowed` outside the territory."""
    act.actor.require(Permission.IDENTITY_MANAGE)
    region_code = strip_separators(new.region_code)
    refuse_errors(
        centre_findings(
            region_code=region_code,
            members=new.members,
            decree_date=new.decree_date,
            minimum=minimum,
            today=day_in_jakarta(act.at),
            regions=await known_regions(session, [region_code]),
        )
    )
    power = managing_power(act.actor, region_code)
    centre = IndustryCentre(
        id=new_id(),
        name=new.name.strip(),
        region_code=region_code,
        product=new.product.strip(),
        members=new.members,
        decree_number=new.decree_number.strip(),
        decree_issuer=new.decree_issuer.strip(),
        decree_date=new.decree_date,
        created_at=act.at,
    )
    await add_unique(session, centre, _DECREE_TAKEN)
    await events.append(
        session,
        stream=f"industry-centre/{centre.id}",
        type="industry_centre.registered",
        at=act.at,
        by=act.by(power),
        payload={
            "name": centre.name,
            "region_code": centre.region_code,
            "members": centre.members,
            "decree_number": centre.decree_number,
            "decree_date": centre.decree_date,
        },
    )
    return centre


_DECREE_TAKEN = fault(
    "decree_number",
    "decree_taken",
    Text(
        id="Nomor SK ini sudah dipakai sentra lain di kab/kota yang sama.",
        en="This decree number is used by another centre of the same regency.",
    ),
    Text(
        id="Cari dulu sentranya di daftar, atau periksa nomor SK-nya.",
        en="Look the centre up in the list first, or check the number of the decree.",
    ),
)


async def get_centre(session: AsyncSession, *, act: Act, centre_id: UUID) -> IndustryCentre:
    """One centre; raises `NotFound`."""
    act.actor.require(Permission.IDENTITY_READ)
    return await find_centre(session, centre_id)


async def find_centre(session: AsyncSession, centre_id: UUID) -> IndustryCentre:
    """One centre, for other use cases; raises `NotFound`."""
    centre = await session.scalar(select(IndustryCentre).where(IndustryCentre.id == centre_id))
    if centre is None:
        raise unknown(Text(id="Sentra ini", en="industry centre"))
    return centre


async def list_centres(
    session: AsyncSession, *, act: Act, region_code: str = "", after: UUID | None, limit: int
) -> tuple[Sequence[IndustryCentre], UUID | None]:
    """The centres whose region code begins so, one page of them."""
    act.actor.require(Permission.IDENTITY_READ)
    query = select(IndustryCentre)
    if region_code:
        query = query.where(IndustryCentre.region_code.startswith(region_code, autoescape=True))
    return await page_of(session, query, key=IndustryCentre.id, after=after, limit=limit)
