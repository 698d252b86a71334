"""Frozen definitions: made when a cycle opens, compiled once per process, and the only thing that a cycle's submissions are judged by."""

from collections import OrderedDict
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import loader
from ovop.contract.checker import Checker, compile_checker
from ovop.contract.examples import ExampleResult, run_examples
from ovop.contract.hooks.asking import Hooks
from ovop.contract.registry import Commodity
from ovop.contract.vocabulary import CONTRACT_VERSION, Text
from ovop.cycles.hook_records import HookRecord, hook_records
from ovop.cycles.models import Cycle, FrozenDefinition
from ovop.errors import NotFound

MOST_COMPILED = 256
_compiled: OrderedDict[UUID, "Compiled"] = OrderedDict()


class Compiled(msgspec.Struct, frozen=True):
    """What a submission is judged by: the compiled checker of a frozen definition, that definition's SHA-256, and the hooks its package had."""

    checker: Checker
    sha256: str
    hooks: tuple[str, ...]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A commodity as it is installed now, in the columns that a frozen definition keeps."""

    commodity_id: str
    version: str
    content: bytes
    sha256: str
    distribution: str
    distribution_version: str
    contract_version: str
    hooks: list[str]
    examples: dict[str, Any]


class KeptExamples(msgspec.Struct, frozen=True, kw_only=True):
    """How the worked examples came out when a definition was frozen: by its data alone, and by the hooks of its package."""

    ok: bool
    results: tuple[ExampleResult, ...]
    hooks: dict[str, dict[str, HookRecord]] = {}


async def snapshot(commodity: Commodity, hooks: Hooks) -> Snapshot:
    """What there is to freeze of an installed commodity: canonical bytes, hash, versions, and how each worked example comes out."""
    definition = commodity.definition
    content = loader.encode(definition)
    results = run_examples(definition)
    implemented = (await hooks.inspect(commodity.id)).implemented
    kept = KeptExamples(
        ok=all(result.ok for result in results),
        results=tuple(results),
        hooks={name: dict(one) for name, one in (await hook_records(hooks, definition, implemented)).items()},
    )
    return Snapshot(
        commodity_id=commodity.id,
        version=definition.manifest.version,
        content=content,
        sha256=loader.digest(content),
        distribution=commodity.distribution,
        distribution_version=commodity.version,
        contract_version=CONTRACT_VERSION,
        hooks=list(implemented),
        examples=msgspec.to_builtins(kept),
    )


async def freeze(cycle: Cycle, commodity: Commodity, *, at: datetime, hooks: Hooks) -> FrozenDefinition:
    """The row that a cycle keeps of an installed commodity."""
    taken = await snapshot(commodity, hooks)
    return FrozenDefinition(cycle_id=cycle.id, frozen_at=at, **msgspec.structs.asdict(taken))


async def find_frozen(
    session: AsyncSession, *, cycle_id: UUID, commodity_id: str, sha256: str | None = None
) -> FrozenDefinition:
    """The newest definition of a commodity in a cycle, or the one of that hash; raises `NotFound`."""
    query = (
        select(FrozenDefinition)
        .where(FrozenDefinition.cycle_id == cycle_id, FrozenDefinition.commodity_id == commodity_id)
        .order_by(FrozenDefinition.frozen_at.desc(), FrozenDefinition.id.desc())
        .limit(1)
    )
    if sha256 is not None:
        query = query.where(FrozenDefinition.sha256 == sha256)
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


def known_hooks(definition_id: UUID) -> tuple[str, ...] | None:
    """The hooks of a frozen definition, if it is compiled already."""
    compiled = _compiled.get(definition_id)
    return None if compiled is None else compiled.hooks


def forget_compiled() -> None:
    """Compile everything anew when it is next needed, as after a restart."""
    _compiled.clear()
