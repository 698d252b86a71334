"""Use cases of cycles: create, amend, extend, close. Only the ministry acts here; opening has a module of its own."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from ovop.contract.vocabulary import Finding, Text
from ovop.cycles import rules
from ovop.cycles.chain import Chain
from ovop.cycles.models import Cycle, CycleCommodity, CycleExtension, FrozenDefinition
from ovop.cycles.rules import CycleRules, CycleState
from ovop.errors import Conflict, Invalid, NotFound
from ovop.events import append
from ovop.identities.actor import Act, Power, stale
from ovop.identities.enums import Permission
from ovop.identities.rules import ministry_power


def stream_of(cycle_id: UUID) -> str:
    """The event stream of a cycle."""
    return f"cycle/{cycle_id}"


@lru_cache(maxsize=64)
def _decode_chain(text: bytes) -> Chain:
    return msgspec.json.decode(text, type=Chain)


def chain_of(cycle: Cycle) -> Chain:
    """The approval chain of a cycle."""
    return _decode_chain(msgspec.json.encode(cycle.chain, order="sorted"))


def rules_of(cycle: Cycle) -> CycleRules:
    """The rules of a cycle."""
    return msgspec.convert(cycle.rules, CycleRules)


async def get_cycle(session: AsyncSession, cycle_id: UUID) -> Cycle:
    """The cycle of that id; raises `NotFound`."""
    cycle = await session.get(Cycle, cycle_id)
    if cycle is None:
        raise NotFound("cycle_unknown", Text(id="Siklus ini tidak ada.", en="There is no such cycle."))
    return cycle


async def list_cycles(session: AsyncSession) -> Sequence[Cycle]:
    """All cycles, the newest year first; there are few."""
    return (await session.scalars(select(Cycle).order_by(Cycle.year.desc()))).all()


async def commodities_of(session: AsyncSession, cycle_id: UUID) -> list[str]:
    """Ids of the commodities enabled in a cycle."""
    return (await commodities_by_cycle(session, [cycle_id]))[cycle_id]


async def commodities_by_cycle(session: AsyncSession, cycle_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Ids of the commodities enabled in each of these cycles, in one query."""
    query = select(CycleCommodity.cycle_id, CycleCommodity.commodity_id)
    rows = await session.execute(
        query.where(CycleCommodity.cycle_id.in_(cycle_ids)).order_by(CycleCommodity.commodity_id)
    )
    found: dict[UUID, list[str]] = {cycle_id: [] for cycle_id in cycle_ids}
    for cycle_id, commodity_id in rows:
        found[cycle_id].append(commodity_id)
    return found


async def frozen_of(session: AsyncSession, cycle_id: UUID) -> Sequence[FrozenDefinition]:
    """The frozen definitions of a cycle, those of one commodity in the order in which they were frozen."""
    query = select(FrozenDefinition).where(FrozenDefinition.cycle_id == cycle_id)
    return (
        await session.scalars(
            query.order_by(FrozenDefinition.commodity_id, FrozenDefinition.frozen_at, FrozenDefinition.id)
        )
    ).all()


class FrozenHead(msgspec.Struct, frozen=True):
    """As much of a frozen definition as tells which one it is."""

    id: UUID
    commodity: str
    version: str


async def heads_by_cycle(session: AsyncSession, cycle_ids: Collection[UUID]) -> dict[UUID, list[FrozenHead]]:
    """What each of these cycles froze, those of one commodity in the order in which they were frozen; in one query."""
    of = FrozenDefinition
    rows = await session.execute(
        select(of.cycle_id, of.id, of.commodity_id, of.version)
        .where(of.cycle_id.in_(cycle_ids))
        .order_by(of.commodity_id, of.frozen_at, of.id)
    )
    found: dict[UUID, list[FrozenHead]] = {cycle_id: [] for cycle_id in cycle_ids}
    for cycle_id, definition_id, commodity, version in rows:
        found[cycle_id].append(FrozenHead(definition_id, commodity, version))
    return found


async def create_cycle(
    session: AsyncSession,
    *,
    act: Act,
    year: int,
    name: Text,
    opens_at: datetime,
    closes_at: datetime,
    cycle_rules: CycleRules | None = None,
    chain: Chain | None = None,
) -> Cycle:
    """A cycle in draft. Without rules or chain it begins with the defaults, to be amended until it opens."""
    power = managing_power(act)
    raise_if(rules.window_faults(opens_at, closes_at))
    cycle = Cycle(
        year=year,
        name_id=name.id,
        name_en=name.en,
        state=CycleState.DRAFT,
        opens_at=opens_at,
        closes_at=closes_at,
        rules=msgspec.to_builtins(cycle_rules or rules.default_rules()),
        chain=msgspec.to_builtins(chain or rules.default_chain()),
        version=1,
        created_at=act.at,
        updated_at=act.at,
    )
    await _add_in_free_year(session, cycle)
    await append(
        session,
        stream=stream_of(cycle.id),
        type="cycle.created",
        at=act.at,
        by=act.by(power),
        payload={"year": year},
    )
    return cycle


async def amend_cycle(
    session: AsyncSession,
    *,
    act: Act,
    cycle_id: UUID,
    version: int,
    name: Text | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    cycle_rules: CycleRules | None = None,
    chain: Chain | None = None,
) -> Cycle:
    """Change a cycle that has not opened yet; what is not given stays."""
    power = managing_power(act)
    cycle = await draft_cycle(session, cycle_id, version)
    raise_if(rules.window_faults(opens_at or cycle.opens_at, closes_at or cycle.closes_at))
    if name is not None:
        cycle.name_id, cycle.name_en = name.id, name.en
    cycle.opens_at = opens_at or cycle.opens_at
    cycle.closes_at = closes_at or cycle.closes_at
    if cycle_rules is not None:
        cycle.rules = msgspec.to_builtins(cycle_rules)
    if chain is not None:
        cycle.chain = msgspec.to_builtins(chain)
    touch(cycle, act)
    await session.flush()
    await append(session, stream=stream_of(cycle.id), type="cycle.amended", at=act.at, by=act.by(power))
    return cycle


async def extend_cycle(
    session: AsyncSession, *, act: Act, cycle_id: UUID, version: int, closes_at: datetime, reason: str
) -> Cycle:
    """Move the closing instant of an open cycle to a later one, with the reason on record."""
    power = managing_power(act)
    cycle = await _open_cycle(session, cycle_id, version)
    if closes_at <= cycle.closes_at:
        raise Invalid(
            "extension_not_later",
            Text(
                id="Perpanjangan harus lebih akhir daripada waktu penutupan sekarang. Isi waktu yang lebih akhir.",
                en="An extension must come after the present closing instant. Give a later one.",
            ),
        )
    session.add(
        CycleExtension(
            cycle_id=cycle.id,
            previous_closes_at=cycle.closes_at,
            closes_at=closes_at,
            reason=reason,
            decided_by=act.actor.person_id,
            decided_at=act.at,
        )
    )
    cycle.closes_at = closes_at
    touch(cycle, act)
    await session.flush()
    await append(
        session,
        stream=stream_of(cycle.id),
        type="cycle.extended",
        at=act.at,
        by=act.by(power),
        reason=reason,
        payload={"closes_at": closes_at, "year": cycle.year},
    )
    return cycle


async def close_cycle(session: AsyncSession, *, act: Act, cycle_id: UUID, version: int, reason: str) -> Cycle:
    """Close an open cycle for new submissions; what is in the chain goes on."""
    power = managing_power(act)
    cycle = await _open_cycle(session, cycle_id, version)
    cycle.state = CycleState.CLOSED
    cycle.closed_at = act.at
    touch(cycle, act)
    await session.flush()
    await append(
        session, stream=stream_of(cycle.id), type="cycle.closed", at=act.at, by=act.by(power), reason=reason
    )
    return cycle


def managing_power(act: Act) -> Power:
    """The power by which the actor manages cycles; raises `NotAllowed`."""
    return ministry_power(act.actor, Permission.CYCLE_MANAGE)


async def draft_cycle(session: AsyncSession, cycle_id: UUID, version: int) -> Cycle:
    """The cycle, not opened yet, under a lock. Raises `Stale` for another version, `Conflict` in another state."""
    return await _cycle_in_state(session, cycle_id, version, CycleState.DRAFT)


async def _open_cycle(session: AsyncSession, cycle_id: UUID, version: int) -> Cycle:
    return await _cycle_in_state(session, cycle_id, version, CycleState.OPEN)


async def _cycle_in_state(session: AsyncSession, cycle_id: UUID, version: int, state: CycleState) -> Cycle:
    """The cycle under a lock, so that a second writer waits and then finds another version."""
    await get_cycle(session, cycle_id)
    lock = select(Cycle).where(Cycle.id == cycle_id).with_for_update()
    cycle = (await session.scalars(lock.execution_options(populate_existing=True))).one()
    if cycle.version != version:
        raise stale(version, cycle.version)
    if cycle.state != state:
        raise Conflict(
            "cycle_state",
            Text(
                id=f"Siklus berstatus “{cycle.state}”; tindakan ini hanya untuk siklus “{state}”.",
                en=f"The cycle is “{cycle.state}”; this is only for a cycle that is “{state}”.",
            ),
        )
    return cycle


def touch(cycle: Cycle, act: Act) -> None:
    """Count a change of the cycle in its version."""
    cycle.updated_at = act.at
    flag_modified(cycle, "updated_at")  # the version also counts a second change at the same instant


async def _add_in_free_year(session: AsyncSession, cycle: Cycle) -> None:
    """The table has one row a year, so that of two writers at once the second one is refused as well."""
    try:
        async with session.begin_nested():
            session.add(cycle)
            await session.flush()
    except IntegrityError:
        raise Conflict(
            "cycle_year_taken",
            Text(
                id=f"Siklus tahun {cycle.year} sudah ada. Ubah siklus itu, atau pilih tahun lain.",
                en=f"There is a cycle for {cycle.year} already. Amend it, or choose another year.",
            ),
        ) from None


def raise_if(findings: Sequence[Finding]) -> None:
    """Raises `Invalid` with the findings, if there are any."""
    if findings:
        raise Invalid(
            "cycle_not_valid",
            Text(
                id="Data siklus belum benar. Perbaiki semua temuan di bawah.",
                en="The cycle's data are not right yet. Correct all findings below.",
            ),
            findings=findings,
        )
