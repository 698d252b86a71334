"""Industry centres (sentra) and the decrees that established them."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Finding, Text
from ovop.database import new_id
from ovop.identities.actor import Act, stale
from ovop.identities.enums import Permission
from ovop.identities.identifiers import strip_separators
from ovop.identities.models import IndustryCentre
from ovop.identities.queries import add_unique, known_regions, page_of
from ovop.identities.rules import centre_findings, fault, managing_power, refuse_errors, unknown
from ovop.identities.schemas import CentreChange, NewCentre


class Saved(Struct, frozen=True, kw_only=True):
    """A centre as saved and what should be looked at again."""

    centre: IndustryCentre
    warnings: tuple[Finding, ...]


async def register_centre(session: AsyncSession, *, act: Act, new: NewCentre) -> Saved:
    """Register a centre in the actor's territory. Raises `Invalid` with every faulty field, `NotAllowed` outside the territory."""
    act.actor.require(Permission.IDENTITY_MANAGE)
    warnings = await _checked(session, act, new)
    power = managing_power(act.actor, strip_separators(new.region_code))
    centre = IndustryCentre(id=new_id(), created_at=act.at, version=1, **_columns(new))
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
    return Saved(centre=centre, warnings=warnings)


async def _checked(session: AsyncSession, act: Act, new: NewCentre) -> tuple[Finding, ...]:
    region_code = strip_separators(new.region_code)
    return refuse_errors(
        centre_findings(
            region_code=region_code,
            members=new.members,
            decree_date=new.decree_date,
            today=day_in_jakarta(act.at),
            regions=await known_regions(session, [region_code]),
        )
    )


def _columns(new: NewCentre) -> dict[str, object]:
    """The columns of a centre, in the form in which they are stored; they are named as the fields of the request."""
    given = msgspec.structs.asdict(new) | {"region_code": strip_separators(new.region_code)}
    return {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}


async def update_centre(
    session: AsyncSession, *, act: Act, centre_id: UUID, version: int, change: CentreChange
) -> Saved:
    """Change what `change` names, by whoever manages identities in the territory; `version` is the one that the writer saw.

    Raises `Stale`, `Invalid` with every faulty field, `NotFound`, `NotAllowed`.
    """
    act.actor.require(Permission.IDENTITY_MANAGE)
    centre = await session.scalar(
        select(IndustryCentre).where(IndustryCentre.id == centre_id).with_for_update()
    )
    if centre is None:
        raise unknown(CENTRE)
    power = managing_power(act.actor, centre.region_code)
    if centre.version != version:
        raise stale(version, centre.version)
    given = {f: getattr(change, f) for f in change.__struct_fields__ if getattr(change, f) is not UNSET}
    current = NewCentre(**{f: getattr(centre, f) for f in NewCentre.__struct_fields__})
    asked = msgspec.structs.replace(current, **given)
    warnings = await _checked(session, act, asked)
    changed = await _store(session, centre, _columns(asked))
    if changed:
        await events.append(
            session,
            stream=f"industry-centre/{centre.id}",
            type="industry_centre.updated",
            at=act.at,
            by=act.by(power),
            payload={"changed": changed, "version": centre.version},
        )
    return Saved(centre=centre, warnings=warnings)


async def _store(session: AsyncSession, centre: IndustryCentre, columns: dict[str, object]) -> list[str]:
    changed = sorted(name for name, value in columns.items() if getattr(centre, name) != value)
    if not changed:
        return []
    try:
        async with session.begin_nested():
            for name in changed:
                setattr(centre, name, columns[name])
            centre.version += 1
    except IntegrityError:
        refuse_errors([_DECREE_TAKEN])
    return changed


CENTRE = Text(id="Sentra ini", en="industry centre")
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
        raise unknown(CENTRE)
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
