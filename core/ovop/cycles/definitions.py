"""Frozen definitions: made when a cycle opens, compiled once per process, and the only thing that a cycle's submissions are judged by."""

from collections import OrderedDict
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import hookspecs, loader
from ovop.contract.checker import Checker, compile_checker
from ovop.contract.examples import run_examples
from ovop.contract.registry import Commodity
from ovop.contract.vocabulary import CONTRACT_VERSION, Text
from ovop.cycles.models import Cycle, FrozenDefinition
from ovop.errors import NotFound

MOST_COMPILED = 256
_compiled: OrderedDict[UUID, "Compiled"] = OrderedDict()


class Compiled(msgspec.Struct, frozen=True):
    """What a submission is judged by: the compiled checker of a frozen definition, that definition's SHA-256, and the hooks its package had."""

    checker: Checker
    sha256: str
    hooks: tuple[str, ...]


def freeze(cycle: Cycle, commodity: Commodity, *, at: datetime) -> FrozenDefinition:
    """The row that a cycle keeps of a commodity: canonical bytes, hash, versions, and how each worked example came out."""
    content = loader.encode(commodity.definition)
    results = run_examples(commodity.definition)
    examples: list[dict[str, Any]] = [msgspec.to_builtins(result) for result in results]
    return FrozenDefinition(
        cycle_id=cycle.id,
        commodity_id=commodity.definition.manifest.id,
        version=commodity.definition.manifest.version,
        content=content,
        sha256=loader.digest(content),
        distribution=commodity.distribution,
        distribution_version=commodity.version,
        contract_version=CONTRACT_VERSION,
        hooks=implemented_hooks(commodity),
        examples={"ok": all(result.ok for result in results), "results": examples},
        frozen_at=at,
    )


def implemented_hooks(commodity: Commodity) -> list[str]:
    """Names of the hooks that a commodity's package implements, sorted."""
    manager = commodity.plugin_manager
    if manager is None:
        return []
    return sorted(name for name in hookspecs.BUDGETS_MS if getattr(manager.hook, name).get_hookimpls())


async def find_frozen(session: AsyncSession, *, cycle_id: UUID, commodity_id: str) -> FrozenDefinition:
    """The newest definition of a commodity in a cycle; raises `NotFound`."""
    query = (
        select(FrozenDefinition)
        .where(FrozenDefinition.cycle_id == cycle_id, FrozenDefinition.commodity_id == commodity_id)
        .order_by(FrozenDefinition.frozen_at.desc())
        .limit(1)
    )
    frozen = await session.scalar(query)
    if frozen is None:
        raise NotFound(
            "commodity_not_in_cycle",
            Text(
                id=f"Komoditi “{commodity_id}” tidak dibuka dalam siklus ini. Lihat daftar komoditi siklus.",
                en=f"The commodity “{commodity_id}” is not open in this cycle. See the cycle's list of commodities.",
            ),
        )
    return frozen


async def compiled_for(session: AsyncSession, definition_id: UUID) -> Compiled:
    """A frozen definition, compiled; rows never change, so it is read and compiled once per process."""
    if definition_id not in _compiled:
        query = select(FrozenDefinition.content, FrozenDefinition.sha256, FrozenDefinition.hooks)
        row = (await session.execute(query.where(FrozenDefinition.id == definition_id))).one_or_none()
        if row is None:
            raise LookupError(f"frozen definition {definition_id}")
        if (
            definition_id not in _compiled
        ):  # another request may have compiled it while this one waited for the row
            content, digest, hooks = row
            _compiled[definition_id] = Compiled(compile_checker(loader.decode(content)), digest, tuple(hooks))
            if len(_compiled) > MOST_COMPILED:
                _compiled.popitem(last=False)
    _compiled.move_to_end(definition_id)
    return _compiled[definition_id]


def forget_compiled() -> None:
    """Compile everything anew when it is next needed, as after a restart."""
    _compiled.clear()
