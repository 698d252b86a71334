"""Use cases of cycles: create, amend, enable commodities, open, extend, close. Only the ministry acts here."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from ovop.contract.registry import Commodity
from ovop.contract.vocabulary import Finding, Text
from ovop.cycles import chain as chains
from ovop.cycles import rules
from ovop.cycles.chain import Chain
from ovop.cycles.definitions import freeze
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
    """The frozen definitions of a cycle."""
    query = select(FrozenDefinition).where(FrozenDefinition.cycle_id == cycle_id)
    return (
        await session.scalars(query.order_by(FrozenDefinition.commodity_id, FrozenDefinition.frozen_at))
    ).all()


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
    power = _manager(act)
    _raise_if(rules.window_faults(opens_at, closes_at))
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
    power = _manager(act)
    cycle = await _draft_cycle(session, cycle_id, version)
    _raise_if(rules.window_faults(opens_at or cycle.opens_at, closes_at or cycle.closes_at))
    if name is not None:
        cycle.name_id, cycle.name_en = name.id, name.en
    cycle.opens_at = opens_at or cycle.opens_at
    cycle.closes_at = closes_at or cycle.closes_at
    if cycle_rules is not None:
        cycle.rules = msgspec.to_builtins(cycle_rules)
    if chain is not None:
        cycle.chain = msgspec.to_builtins(chain)
    _touch(cycle, act)
    await session.flush()
    await append(session, stream=stream_of(cycle.id), type="cycle.amended", at=act.at, by=act.by(power))
    return cycle


async def choose_commodities(
    session: AsyncSession,
    *,
    act: Act,
    cycle_id: UUID,
    version: int,
    commodity_ids: Sequence[str],
    installed: Mapping[str, Commodity],
) -> Cycle:
    """Say which commodities the cycle will open with; every one must be installed."""
    power = _manager(act)
    cycle = await _draft_cycle(session, cycle_id, version)
    _raise_if(
        [_not_installed(number, name) for number, name in enumerate(commodity_ids) if name not in installed]
    )
    chosen = {row.commodity_id: row for row in await session.scalars(_choice(cycle_id))}
    for name in chosen.keys() - set(commodity_ids):
        await session.delete(chosen[name])
    for name in set(commodity_ids) - chosen.keys():
        session.add(CycleCommodity(cycle_id=cycle_id, commodity_id=name, enabled_at=act.at))
    _touch(cycle, act)
    await session.flush()
    await append(
        session,
        stream=stream_of(cycle.id),
        type="cycle.commodities_chosen",
        at=act.at,
        by=act.by(power),
        payload={"commodities": sorted(set(commodity_ids))},
    )
    return cycle


async def open_cycle(
    session: AsyncSession, *, act: Act, cycle_id: UUID, version: int, installed: Mapping[str, Commodity]
) -> Cycle:
    """Open a cycle: check its chain and rules, freeze every commodity, and from now on read the frozen rows only."""
    power = _manager(act)
    cycle = await _draft_cycle(session, cycle_id, version)
    names = await commodities_of(session, cycle_id)
    findings = [*chains.faults(chain_of(cycle)), *rules.star_faults(rules_of(cycle).stars)]
    if not names:
        findings.append(_no_commodity())
    findings += [_not_installed(number, name) for number, name in enumerate(names) if name not in installed]
    frozen = [freeze(cycle, installed[name], at=act.at) for name in names if name in installed]
    findings += [_examples_differ(row) for row in frozen if not row.examples["ok"]]
    _raise_if(findings)
    session.add_all(frozen)
    cycle.state = CycleState.OPEN
    cycle.opened_at = act.at
    _touch(cycle, act)
    await session.flush()
    hashes = {row.commodity_id: {"version": row.version, "sha256": row.sha256} for row in frozen}
    await append(
        session,
        stream=stream_of(cycle.id),
        type="cycle.opened",
        at=act.at,
        by=act.by(power),
        payload={"year": cycle.year, "definitions": hashes},
    )
    return cycle


async def extend_cycle(
    session: AsyncSession, *, act: Act, cycle_id: UUID, version: int, closes_at: datetime, reason: str
) -> Cycle:
    """Move the closing instant of an open cycle to a later one, with the reason on record."""
    power = _manager(act)
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
    _touch(cycle, act)
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
    power = _manager(act)
    cycle = await _open_cycle(session, cycle_id, version)
    cycle.state = CycleState.CLOSED
    cycle.closed_at = act.at
    _touch(cycle, act)
    await session.flush()
    await append(
        session, stream=stream_of(cycle.id), type="cycle.closed", at=act.at, by=act.by(power), reason=reason
    )
    return cycle


def _manager(act: Act) -> Power:
    return ministry_power(act.actor, Permission.CYCLE_MANAGE)


async def _draft_cycle(session: AsyncSession, cycle_id: UUID, version: int) -> Cycle:
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


def _touch(cycle: Cycle, act: Act) -> None:
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


def _choice(cycle_id: UUID) -> Select[CycleCommodity]:
    return select(CycleCommodity).where(CycleCommodity.cycle_id == cycle_id)


def _raise_if(findings: Sequence[Finding]) -> None:
    if findings:
        raise Invalid(
            "cycle_not_valid",
            Text(
                id="Data siklus belum benar. Perbaiki semua temuan di bawah.",
                en="The cycle's data are not right yet. Correct all findings below.",
            ),
            findings=findings,
        )


def _not_installed(number: int, name: str) -> Finding:
    return Finding(
        path=f"commodities[{number}]",
        code="commodity_not_installed",
        message=Text(
            id=f"Komoditi “{name}” tidak terpasang.", en=f"The commodity “{name}” is not installed."
        ),
        remedy=Text(
            id="Pasang paketnya, atau hapus dari daftar; `ovop commodity list` menunjukkan yang terpasang.",
            en="Install its package, or take it off the list; `ovop commodity list` shows what is installed.",
        ),
    )


def _no_commodity() -> Finding:
    return Finding(
        path="commodities",
        code="no_commodity",
        message=Text(id="Siklus belum mempunyai komoditi.", en="The cycle has no commodity yet."),
        remedy=Text(id="Pilih sedikitnya satu komoditi.", en="Choose at least one commodity."),
    )


def _examples_differ(row: FrozenDefinition) -> Finding:
    wrong = ", ".join(r["id"] for r in row.examples["results"] if not r["ok"])
    return Finding(
        path=f"commodities.{row.commodity_id}",
        code="examples_differ",
        message=Text(
            id=f"Contoh kerja komoditi “{row.commodity_id}” tidak menghasilkan yang dinyatakan: {wrong}.",
            en=f"Worked examples of the commodity “{row.commodity_id}” do not come out as stated: {wrong}.",
        ),
        remedy=Text(
            id="Jalankan `ovop commodity check` dan perbaiki paketnya.",
            en="Run `ovop commodity check` and mend the package.",
        ),
    )
