"""What a cycle looks like on its page, and everything that stands in the way of opening it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.examples import ExampleResult, run_examples
from ovop.contract.hooks.asking import Hooks
from ovop.contract.registry import Commodity
from ovop.contract.vocabulary import Definition, Finding, Text
from ovop.cycles import chain as chains
from ovop.cycles import rules, service
from ovop.cycles.admission import admission_findings, examples_differ
from ovop.cycles.models import Cycle, CycleExtension, FrozenDefinition
from ovop.cycles.modes import Mode
from ovop.cycles.replay import FrozenHooks
from ovop.portal.language import mark

MOST_KEPT = 32
_examples: OrderedDict[int, tuple[Definition, list[ExampleResult]]] = OrderedDict()


class Point(Struct, frozen=True, kw_only=True):
    """One line of the check-list: what must be so, and what is found against it."""

    text: str
    findings: tuple[Finding, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


class Line(Struct, frozen=True, kw_only=True):
    """A commodity in a cycle: as it is frozen, or (before the opening) as it is installed; `version` is empty where it is neither.

    `earlier` is the version of the last cycle before that had it, and that cycle's year.
    """

    id: str
    name: Text
    owner: Text | None = None
    version: str = ""
    distribution: str = ""
    distribution_version: str = ""
    frozen_at: datetime | None = None
    sha256: str = ""
    mode: Mode | None = None
    data_only: bool = False
    earlier: tuple[str, int] | None = None


async def lines_of(
    session: AsyncSession, cycle: Cycle, *, installed: Mapping[str, Commodity], hooks: FrozenHooks
) -> list[Line]:
    """The commodities of a cycle, in the order of their ids."""
    chosen = await service.commodities_of(session, cycle.id)
    before = await _earlier(session, cycle)
    if cycle.state == rules.CycleState.DRAFT:
        return [_installed_line(name, installed.get(name), before.get(name)) for name in chosen]
    rows = {row.commodity_id: row for row in await service.frozen_of(session, cycle.id)}
    found = []
    for name in chosen:
        row, here = rows[name], installed.get(name)
        found.append(
            Line(
                id=name,
                name=here.definition.manifest.name if here else Text(name, name),
                owner=here.definition.manifest.owner if here else None,
                version=row.version,
                distribution=row.distribution,
                distribution_version=row.distribution_version,
                frozen_at=row.frozen_at,
                sha256=row.sha256,
                mode=hooks.known_mode(row.id),
                data_only=not row.hooks,
                earlier=before.get(name),
            )
        )
    return found


def _installed_line(name: str, commodity: Commodity | None, earlier: tuple[str, int] | None) -> Line:
    if commodity is None:
        return Line(id=name, name=Text(name, name), earlier=earlier)
    manifest = commodity.definition.manifest
    return Line(
        id=name,
        name=manifest.name,
        owner=manifest.owner,
        version=manifest.version,
        distribution=commodity.distribution,
        distribution_version=commodity.version,
        data_only=not commodity.module,
        earlier=earlier,
    )


async def _earlier(session: AsyncSession, cycle: Cycle) -> dict[str, tuple[str, int]]:
    """The version and year in which an earlier cycle had each commodity last."""
    query = (
        select(FrozenDefinition.commodity_id, FrozenDefinition.version, Cycle.year)
        .join(Cycle, Cycle.id == FrozenDefinition.cycle_id)
        .where(Cycle.year < cycle.year)
        .order_by(Cycle.year, FrozenDefinition.frozen_at)
    )
    return {row.commodity_id: (row.version, row.year) for row in await session.execute(query)}


async def extensions_of(session: AsyncSession, cycle_id: UUID) -> Sequence[CycleExtension]:
    """The extensions of a cycle, the first one first."""
    query = select(CycleExtension).where(CycleExtension.cycle_id == cycle_id)
    return (await session.scalars(query.order_by(CycleExtension.decided_at, CycleExtension.id))).all()


async def check_list(
    session: AsyncSession, cycle: Cycle, *, installed: Mapping[str, Commodity], hooks: Hooks, at: datetime
) -> list[Point]:
    """All that opening the cycle asks for, each with what is found against it; the same functions that the opening itself asks."""
    names = await service.commodities_of(session, cycle.id)
    chosen = {name: installed[name] for name in names if name in installed}
    absent = [_absent(name) for name in names if name not in installed]
    admission = await admission_findings(session, chosen=chosen, hooks=hooks)
    wrong = [await _example_finding(commodity) for commodity in chosen.values()]
    return [
        Point(
            text=mark("Jadwal: penutupan setelah pembukaan"),
            findings=tuple(rules.window_faults(cycle.opens_at, cycle.closes_at)),
        ),
        Point(text=mark("Jadwal: penutupan belum lewat"), findings=_past(cycle, at)),
        Point(
            text=mark("Rantai persetujuan utuh dan setiap tahap ada pelakunya"),
            findings=tuple(chains.faults(service.chain_of(cycle))),
        ),
        Point(
            text=mark("Kelas bintang tersusun dari yang tertinggi"),
            findings=tuple(rules.star_faults(service.rules_of(cycle).stars)),
        ),
        Point(text=mark("Sedikitnya satu komoditi dipilih"), findings=() if names else (NO_COMMODITY,)),
        Point(text=mark("Semua komoditi terpasang"), findings=tuple(absent)),
        Point(text=mark("Kode dan pemilik setiap komoditi dapat dipercaya"), findings=tuple(admission)),
        Point(
            text=mark("Contoh kerja setiap komoditi memberi hasil yang dinyatakan"),
            findings=tuple(finding for finding in wrong if finding is not None),
        ),
    ]


async def results_of(definition: Definition) -> list[ExampleResult]:
    """How the worked examples of a definition come out; worked out once, in a thread."""
    key = id(definition)
    if key not in _examples or _examples[key][0] is not definition:
        _examples[key] = (definition, await asyncio.to_thread(run_examples, definition))
        if len(_examples) > MOST_KEPT:
            _examples.popitem(last=False)
    return _examples[key][1]


async def _example_finding(commodity: Commodity) -> Finding | None:
    results = await results_of(commodity.definition)
    wrong = [result.id for result in results if not result.ok]
    return examples_differ(commodity.id, wrong) if wrong else None


NO_COMMODITY = Finding(
    path="commodities",
    code="no_commodity",
    message=Text("Siklus belum mempunyai komoditi.", "The cycle has no commodity yet."),
    remedy=Text("Pilih sedikitnya satu komoditi.", "Choose at least one commodity."),
)


def _absent(name: str) -> Finding:
    return Finding(
        path="commodities",
        code="commodity_not_installed",
        message=Text(f"Komoditi “{name}” tidak terpasang.", f"The commodity “{name}” is not installed."),
        remedy=Text("Pasang paketnya, atau hapus dari pilihan.", "Install its package, or take it out."),
    )


def _past(cycle: Cycle, at: datetime) -> tuple[Finding, ...]:
    if cycle.closes_at > at:
        return ()
    return (
        Finding(
            path="closes_at",
            code="window_past",
            message=Text("Waktu penutupan sudah lewat.", "The closing instant has passed."),
            remedy=Text(
                "Siklus tetap dapat dibuka, tetapi usulan baru akan terlambat. Ubah jadwalnya.",
                "The cycle can still be opened, but new submissions will be late. Change the window.",
            ),
        ),
    )
