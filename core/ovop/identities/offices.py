"""Offices and their territories."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.contract.vocabulary import Text
from ovop.database import new_id
from ovop.errors import Conflict
from ovop.identities.actor import Act
from ovop.identities.enums import OfficeKind, Permission
from ovop.identities.identifiers import check_region_code, strip_separators
from ovop.identities.models import Office
from ovop.identities.queries import known_regions, normalise_email, page_of
from ovop.identities.rules import TERRITORY_LEVEL, fault, ministry_power, refuse_errors, unknown
from ovop.identities.schemas import NewOffice


async def create_office(session: AsyncSession, *, act: Act, new: NewOffice) -> Office:
    """Create an office; only the ministry may. Raises `Invalid` where the territory does not fit its kind, `Conflict` where it has one."""
    power = ministry_power(act.actor, Permission.IDENTITY_MANAGE)
    region_code = strip_separators(new.region_code)
    level = TERRITORY_LEVEL[new.kind]
    if level is not None:
        regions = await known_regions(session, [region_code])
        refuse_errors(check_region_code(region_code, field="region_code", regions=regions, levels=(level,)))
    elif region_code:
        refuse_errors([_WHOLE_COUNTRY])
    office = Office(
        id=new_id(),
        kind=new.kind.value,
        name=new.name.strip(),
        region_code=region_code,
        email=None if new.email is None else normalise_email(new.email),
        address=new.address,
        created_at=act.at,
    )
    try:
        async with session.begin_nested():
            session.add(office)
    except IntegrityError:
        raise _office_exists() from None
    await events.append(
        session,
        stream=f"office/{office.id}",
        type="office.created",
        at=act.at,
        by=act.by(power),
        payload={"kind": office.kind, "name": office.name, "region_code": office.region_code},
    )
    return office


_WHOLE_COUNTRY = fault(
    "region_code",
    "territory_not_empty",
    Text(
        id="Kantor jenis ini bekerja untuk seluruh Indonesia.",
        en="An office of this kind works for the whole country.",
    ),
    Text(id="Kosongkan kode wilayahnya.", en="Leave the region code empty."),
)


def _office_exists() -> Conflict:
    return Conflict(
        "office_exists",
        Text(
            id="Wilayah ini sudah mempunyai kantor jenis ini. Cari kantornya di daftar, lalu pakai yang itu.",
            en="This territory has an office of this kind already. Look it up in the list and use that one.",
        ),
    )


async def get_office(session: AsyncSession, *, act: Act, office_id: UUID) -> Office:
    """One office; raises `NotFound`."""
    act.actor.require(Permission.IDENTITY_READ)
    office = await session.scalar(select(Office).where(Office.id == office_id))
    if office is None:
        raise unknown(Text(id="Kantor ini", en="office"))
    return office


async def list_offices(
    session: AsyncSession,
    *,
    act: Act,
    kind: OfficeKind | None = None,
    region_code: str | None = None,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[Office], UUID | None]:
    """All offices, or those of a kind or with exactly that territory, one page of them."""
    act.actor.require(Permission.IDENTITY_READ)
    query = select(Office)
    if kind is not None:
        query = query.where(Office.kind == kind)
    if region_code is not None:
        query = query.where(Office.region_code == region_code)
    return await page_of(session, query, key=Office.id, after=after, limit=limit)
