"""Which installed commodities a cycle may freeze: code that works, and an id that still belongs to whom it belonged to."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.hooks.asking import Hooks
from ovop.contract.hooks.wire import Inspection
from ovop.contract.registry import Commodity
from ovop.contract.vocabulary import Finding, Text
from ovop.cycles.models import FrozenDefinition

_CHECK_IT = Text(
    id="Jalankan `ovop commodity check` dan perbaiki paketnya.",
    en="Run `ovop commodity check` and mend the package.",
)


async def admission_findings(
    session: AsyncSession, *, chosen: Mapping[str, Commodity], hooks: Hooks
) -> list[Finding]:
    """All that stands against freezing these commodities; waits until the code of each was looked at."""
    inspected = {name: await hooks.inspect(name) for name in chosen}
    return [*code_findings(inspected), *await owner_findings(session, chosen)]


def code_findings(inspected: Mapping[str, Inspection]) -> list[Finding]:
    """The commodities whose code cannot be used, each with the cause."""
    return [
        Finding(
            path=f"commodities.{name}",
            code="code_broken",
            message=Text(
                id=f"Kode komoditi “{name}” tidak dapat dipakai: {inspection.fault.id}",
                en=f"The code of the commodity “{name}” cannot be used: {inspection.fault.en}",
            ),
            remedy=Text(
                id="Perbaiki atau pasang ulang paketnya, lalu mulai ulang platform; atau hapus komoditi ini dari siklus.",
                en="Mend or reinstall its package and restart the platform; or take the commodity out of the cycle.",
            ),
        )
        for name, inspection in inspected.items()
        if inspection.fault is not None
    ]


async def owner_findings(session: AsyncSession, chosen: Mapping[str, Commodity]) -> list[Finding]:
    """The commodities whose id an earlier cycle froze from a distribution of another name.

    An id stands in submission numbers and in the history of every product, so another package may not take it over unnoticed. There is no
    way past it but the one the remedy names: a renamed package keeps its old distribution name, a new commodity gets a new id.
    """
    query = (
        select(FrozenDefinition.commodity_id, FrozenDefinition.distribution)
        .where(FrozenDefinition.commodity_id.in_(chosen))
        .order_by(FrozenDefinition.frozen_at)
    )
    owners = {row.commodity_id: row.distribution for row in await session.execute(query)}
    return [
        _owner_changed(name, owners[name], commodity.distribution)
        for name, commodity in chosen.items()
        if owners.get(name, commodity.distribution) != commodity.distribution
    ]


def example_findings(commodity_id: str, examples: Mapping[str, Any]) -> list[Finding]:
    """What the worked examples, as they are kept, say against freezing: one comes out otherwise than it states, or a hook fails on it."""
    wrong = [result["id"] for result in examples["results"] if not result["ok"]]
    failing = [
        f"{example}/{hook} ({record['failure']})"
        for example, records in examples["hooks"].items()
        for hook, record in records.items()
        if record["failure"]
    ]
    return [examples_differ(commodity_id, wrong)] * bool(wrong) + [_hooks_fail(commodity_id, failing)] * bool(
        failing
    )


def examples_differ(commodity_id: str, wrong: Sequence[str]) -> Finding:
    """What stands against freezing a commodity whose worked examples (`wrong`) do not come out as they say."""
    names = ", ".join(wrong)
    return Finding(
        path=f"commodities.{commodity_id}",
        code="examples_differ",
        message=Text(
            id=f"Contoh kerja komoditi “{commodity_id}” tidak menghasilkan yang dinyatakan: {names}.",
            en=f"Worked examples of the commodity “{commodity_id}” do not come out as stated: {names}.",
        ),
        remedy=_CHECK_IT,
    )


def _hooks_fail(commodity_id: str, failing: list[str]) -> Finding:
    names = ", ".join(failing)
    return Finding(
        path=f"commodities.{commodity_id}",
        code="hooks_fail",
        message=Text(
            id=f"Kode komoditi “{commodity_id}” gagal pada contoh kerjanya sendiri: {names}.",
            en=f"The code of the commodity “{commodity_id}” fails on its own worked examples: {names}.",
        ),
        remedy=_CHECK_IT,
    )


def _owner_changed(name: str, before: str, now: str) -> Finding:
    return Finding(
        path=f"commodities.{name}",
        code="owner_changed",
        message=Text(
            id=f"Komoditi “{name}” pada siklus terdahulu berasal dari paket “{before}”; yang terpasang sekarang “{now}”.",
            en=f"In an earlier cycle the commodity “{name}” came from the package “{before}”; what is installed now is “{now}”.",
        ),
        remedy=Text(
            id=f"Pasang kembali paket “{before}”, atau beri komoditi dari “{now}” id lain di commodity.toml.",
            en=f"Install the package “{before}” again, or give the commodity of “{now}” another id in its commodity.toml.",
        ),
    )
