"""Use cases that lead to an open cycle: choose its commodities, then open it, which freezes them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.hooks.asking import Hooks
from ovop.contract.registry import Commodity
from ovop.contract.vocabulary import Finding, Text
from ovop.cycles import chain as chains
from ovop.cycles import rules
from ovop.cycles.admission import admission_findings, example_findings
from ovop.cycles.definitions import freeze
from ovop.cycles.models import Cycle, CycleCommodity
from ovop.cycles.rules import CycleState
from ovop.cycles.service import (
    chain_of,
    commodities_of,
    draft_cycle,
    managing_power,
    raise_if,
    rules_of,
    stream_of,
    touch,
)
from ovop.events import append
from ovop.identities.actor import Act


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
    power = managing_power(act)
    cycle = await draft_cycle(session, cycle_id, version)
    raise_if(
        [_not_installed(number, name) for number, name in enumerate(commodity_ids) if name not in installed]
    )
    chosen = {row.commodity_id: row for row in await session.scalars(_choice(cycle_id))}
    for name in chosen.keys() - set(commodity_ids):
        await session.delete(chosen[name])
    for name in set(commodity_ids) - chosen.keys():
        session.add(CycleCommodity(cycle_id=cycle_id, commodity_id=name, enabled_at=act.at))
    touch(cycle, act)
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
    session: AsyncSession,
    *,
    act: Act,
    cycle_id: UUID,
    version: int,
    installed: Mapping[str, Commodity],
    hooks: Hooks,
) -> Cycle:
    """Open a cycle: check its chain and rules, freeze every commodity, and from now on read the frozen rows only."""
    power = managing_power(act)
    cycle = await draft_cycle(session, cycle_id, version)
    names = await commodities_of(session, cycle_id)
    findings = [*chains.faults(chain_of(cycle)), *rules.star_faults(rules_of(cycle).stars)]
    if not names:
        findings.append(_no_commodity())
    findings += [_not_installed(number, name) for number, name in enumerate(names) if name not in installed]
    chosen = {name: installed[name] for name in names if name in installed}
    findings += await admission_findings(session, chosen=chosen, hooks=hooks)
    frozen = [await freeze(cycle, one, at=act.at, hooks=hooks) for one in chosen.values()]
    findings += [f for row in frozen for f in example_findings(row.commodity_id, row.examples)]
    raise_if(findings)
    session.add_all(frozen)
    cycle.state = CycleState.OPEN
    cycle.opened_at = act.at
    touch(cycle, act)
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


def _choice(cycle_id: UUID) -> Select[CycleCommodity]:
    return select(CycleCommodity).where(CycleCommodity.cycle_id == cycle_id)


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
