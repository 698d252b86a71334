"""Enterprises (IKM): registering and changing."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.contract.vocabulary import Finding, Text
from ovop.database import new_id
from ovop.errors import NotAllowed
from ovop.identities.actor import Act, Power, own_first, stale
from ovop.identities.enums import EnterpriseSize, Permission, Role
from ovop.identities.identifiers import normalise_npwp, strip_separators
from ovop.identities.models import Enterprise, IndustryCentre
from ovop.identities.queries import add_unique, known_regions, page_of
from ovop.identities.rules import (
    enterprise_findings,
    fault,
    managing_power,
    refuse_errors,
    unknown,
)
from ovop.identities.schemas import EnterpriseChange, Kbli, NewEnterprise

OWN_FIELDS = frozenset({"address", "phone"})
"""What a producer may change of their own enterprise; the rest stands in documents that the office has seen."""


class Saved(Struct, frozen=True, kw_only=True):
    """An enterprise as saved and what should be looked at again."""

    enterprise: Enterprise
    warnings: tuple[Finding, ...]


async def register_enterprise(session: AsyncSession, *, act: Act, new: NewEnterprise) -> Saved:
    """Register an enterprise in the actor's territory. Raises `Invalid` with every faulty field, `NotAllowed` outside the territory."""
    act.actor.require(Permission.IDENTITY_MANAGE)
    warnings = await _checked(session, new)
    power = managing_power(act.actor, strip_separators(new.region_code))
    enterprise = Enterprise(id=new_id(), created_at=act.at, version=1, **_columns(new))
    await add_unique(session, enterprise, _NIB_TAKEN)
    await events.append(
        session,
        stream=f"enterprise/{enterprise.id}",
        type="enterprise.registered",
        at=act.at,
        by=act.by(power),
        payload={
            "name": enterprise.name,
            "region_code": enterprise.region_code,
            "size": enterprise.size,
            "kbli": enterprise.kbli,
            "centre": enterprise.centre_id,
        },
    )
    return Saved(enterprise=enterprise, warnings=warnings)


async def _checked(session: AsyncSession, new: NewEnterprise) -> tuple[Finding, ...]:
    regions = await known_regions(session, [strip_separators(new.region_code)])
    found = enterprise_findings(new, regions=regions)
    found += await _centre_findings(session, new)
    return refuse_errors(found)


async def _centre_findings(session: AsyncSession, new: NewEnterprise) -> list[Finding]:
    if new.centre_id is None:
        return []
    region_code = await session.scalar(
        select(IndustryCentre.region_code).where(IndustryCentre.id == new.centre_id)
    )
    if region_code is None:
        return [_CENTRE_UNKNOWN]
    here = strip_separators(new.region_code).startswith(region_code)
    return [] if here else [_CENTRE_ELSEWHERE]


_NIB_TAKEN = fault(
    "nib",
    "nib_taken",
    Text(id="NIB ini sudah dipakai IKM lain.", en="This NIB is used by another enterprise."),
    Text(
        id="Cari dulu IKM-nya di daftar, atau periksa NIB-nya.",
        en="Look the enterprise up in the list first, or check the NIB.",
    ),
)
_CENTRE_UNKNOWN = fault(
    "centre_id",
    "centre_unknown",
    Text(id="Sentra ini tidak terdaftar.", en="This industry centre is not registered."),
    Text(
        id="Pilih sentra dari daftar, atau daftarkan dulu dengan SK-nya.",
        en="Choose a centre from the list, or register it with its decree first.",
    ),
)
_CENTRE_ELSEWHERE = fault(
    "centre_id",
    "centre_elsewhere",
    Text(
        id="Sentra ini berada di kab/kota lain daripada IKM-nya.",
        en="This industry centre lies in another regency than the enterprise.",
    ),
    Text(
        id="Pilih sentra di kab/kota tempat IKM berproduksi.",
        en="Choose a centre of the regency where the enterprise produces.",
    ),
)


class _Columns(Struct, frozen=True, kw_only=True):
    """An enterprise's columns, in the form in which they are stored."""

    name: str
    owner_name: str
    size: str
    region_code: str
    address: str
    nib: str | None
    npwp: str | None
    kbli: list[str]
    phone: str | None
    is_anchor: bool
    centre_id: UUID | None


def _columns(new: NewEnterprise) -> dict[str, object]:
    stored = _Columns(
        name=new.name.strip(),
        owner_name=new.owner_name.strip(),
        size=new.size.value,
        region_code=strip_separators(new.region_code),
        address=new.address.strip(),
        nib=None if new.nib is None else strip_separators(new.nib),
        npwp=None if new.npwp is None else normalise_npwp(new.npwp),
        kbli=[f"{k.edition}:{strip_separators(k.code)}" for k in new.kbli],
        phone=new.phone,
        is_anchor=new.is_anchor,
        centre_id=new.centre_id,
    )
    return msgspec.structs.asdict(stored)


def _as_asked(enterprise: Enterprise) -> NewEnterprise:
    """The enterprise as a request that would register it; a change is laid over it and checked as a whole."""
    return NewEnterprise(
        name=enterprise.name,
        owner_name=enterprise.owner_name,
        size=EnterpriseSize(enterprise.size),
        region_code=enterprise.region_code,
        address=enterprise.address,
        nib=enterprise.nib,
        npwp=enterprise.npwp,
        kbli=tuple(Kbli(edition=k.partition(":")[0], code=k.partition(":")[2]) for k in enterprise.kbli),
        phone=enterprise.phone,
        is_anchor=enterprise.is_anchor,
        centre_id=enterprise.centre_id,
    )


async def update_enterprise(
    session: AsyncSession, *, act: Act, enterprise_id: UUID, version: int, change: EnterpriseChange
) -> Saved:
    """Change what `change` names, by whoever manages identities in the territory; a producer may change address and phone of their own.

    `version` is the one that the writer saw. Raises `Stale`, `Invalid` with every faulty field, `NotFound`, `NotAllowed`.
    """
    enterprise = await session.scalar(
        select(Enterprise).where(Enterprise.id == enterprise_id).with_for_update()
    )
    if enterprise is None:
        raise unknown(Text(id="IKM ini", en="enterprise"))
    given = {f: getattr(change, f) for f in change.__struct_fields__ if getattr(change, f) is not UNSET}
    power = _changing_power(act, enterprise, frozenset(given))
    if enterprise.version != version:
        raise stale(version, enterprise.version)
    asked = msgspec.structs.replace(_as_asked(enterprise), **given)
    warnings: tuple[Finding, ...] = ()
    if power.role is not Role.PRODUCER:
        warnings = await _checked(session, asked)
        managing_power(act.actor, strip_separators(asked.region_code))
    changed = await _store(session, enterprise, _columns(asked))
    if changed:
        await events.append(
            session,
            stream=f"enterprise/{enterprise.id}",
            type="enterprise.updated",
            at=act.at,
            by=act.by(power),
            payload={"changed": changed, "version": enterprise.version},
        )
    return Saved(enterprise=enterprise, warnings=warnings)


def _changing_power(act: Act, enterprise: Enterprise, fields: frozenset[str]) -> Power:
    own = own_first(
        p
        for p in act.actor.powers_with(Permission.SUBMISSION_WRITE)
        if p.role is Role.PRODUCER and p.enterprise_id == enterprise.id
    )
    if own and not act.actor.may(Permission.IDENTITY_MANAGE):
        if fields <= OWN_FIELDS:
            return own
        raise NotAllowed(
            "field_not_yours",
            Text(
                id="Anda dapat mengubah alamat dan telepon saja. Untuk yang lain, hubungi dinas kab/kota Anda.",
                en="You can change the address and the phone only. For the rest, ask your regency office.",
            ),
        )
    return managing_power(act.actor, enterprise.region_code)


async def _store(session: AsyncSession, enterprise: Enterprise, columns: dict[str, object]) -> list[str]:
    changed = sorted(name for name, value in columns.items() if getattr(enterprise, name) != value)
    if not changed:
        return []
    try:
        async with session.begin_nested():
            for name in changed:
                setattr(enterprise, name, columns[name])
            enterprise.version += 1
    except IntegrityError:
        refuse_errors([_NIB_TAKEN])
    return changed


async def get_enterprise(session: AsyncSession, *, act: Act, enterprise_id: UUID) -> Enterprise:
    """One enterprise that the actor may see; raises `NotFound`."""
    act.actor.require(Permission.IDENTITY_READ)
    enterprise = await session.scalar(select(Enterprise).where(Enterprise.id == enterprise_id))
    if enterprise is None:
        raise unknown(Text(id="IKM ini", en="enterprise"))
    return enterprise


async def list_enterprises(
    session: AsyncSession,
    *,
    act: Act,
    region_code: str = "",
    centre_id: UUID | None = None,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[Enterprise], UUID | None]:
    """The enterprises that the actor may see, in a region or a centre if asked, one page of them."""
    act.actor.require(Permission.IDENTITY_READ)
    query = select(Enterprise)
    if region_code:
        query = query.where(Enterprise.region_code.startswith(region_code, autoescape=True))
    if centre_id is not None:
        query = query.where(Enterprise.centre_id == centre_id)
    return await page_of(session, query, key=Enterprise.id, after=after, limit=limit)
