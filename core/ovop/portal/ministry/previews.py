"""A cycle's commodity as its users will see it, and what changed since the last cycle."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from enum import StrEnum
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import diff, loader, vocabulary
from ovop.contract.aims import AIM_NAMES, aims_served
from ovop.contract.vocabulary import Definition, Field
from ovop.cycles import service
from ovop.cycles.definitions import find_frozen
from ovop.cycles.models import Cycle, FrozenDefinition
from ovop.cycles.modes import Mode
from ovop.cycles.rules import CycleState
from ovop.errors import NotFound
from ovop.identities.enums import Permission
from ovop.portal.language import mark
from ovop.portal.ministry import words
from ovop.portal.ministry.openings import results_of
from ovop.portal.page import GivenReader, render
from ovop.web import ApiRequest, GivenSession, platform_of


class Part(StrEnum):
    """What of a commodity a page shows."""

    FORM = "form"
    EVIDENCE = "evidence"
    RUBRIC = "rubric"
    LIMITS = "limits"
    GUIDANCE = "guidance"
    EXAMPLES = "examples"


PARTS = {
    Part.FORM: mark("Formulir"),
    Part.EVIDENCE: mark("Bukti"),
    Part.RUBRIC: mark("Rubrik dan syarat"),
    Part.LIMITS: mark("Tabel batas"),
    Part.GUIDANCE: mark("Panduan"),
    Part.EXAMPLES: mark("Contoh kerja"),
}


class Shown(Struct, frozen=True):
    """A definition as a cycle has it or would freeze it, and how it is run."""

    definition: Definition
    frozen: bool
    mode: Mode


class Row(Struct, frozen=True):
    """A field in its place: how deep it stands in groups and rows, and its type's name."""

    field: Field
    depth: int
    type: str
    options: tuple[vocabulary.Option, ...]


class PreviewPages(Controller):
    """Previews; who may read cycles may see them."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/cycles/{cycle_id:uuid}/commodities/{commodity:str}")
    async def preview(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
        part: FromQuery[Part] = Part.FORM,
    ) -> Response[str]:
        reader.act.actor.require(Permission.CYCLE_READ)
        cycle = await service.get_cycle(session, cycle_id)
        shown = await _shown(request, session, cycle, commodity)
        definition = shown.definition
        return render(
            request,
            reader,
            "ministry_preview.html",
            cycle=cycle,
            shown=shown,
            definition=definition,
            part=part,
            parts=PARTS,
            rows={section.id: list(_rows(section.fields)) for section in definition.form.sections},
            aims=aims_served(definition.rubric) if part is Part.RUBRIC else (),
            aim_names=AIM_NAMES,
            results={one.id: one for one in await results_of(definition)} if part is Part.EXAMPLES else {},
            words=words,
        )

    @get("/cycles/{cycle_id:uuid}/commodities/{commodity:str}/changes")
    async def changes(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
    ) -> Response[str]:
        reader.act.actor.require(Permission.CYCLE_READ)
        cycle = await service.get_cycle(session, cycle_id)
        shown = await _shown(request, session, cycle, commodity)
        before = await _before(session, cycle, commodity)
        found = None
        if before is not None:
            old = loader.decode(before.content)
            found = await asyncio.to_thread(diff.changes, old, shown.definition)
        return render(
            request,
            reader,
            "ministry_changes.html",
            cycle=cycle,
            definition=shown.definition,
            before=before,
            changes=found,
            step=diff.step_for(found) if found is not None else None,
            words=words,
        )


async def _shown(request: ApiRequest, session: AsyncSession, cycle: Cycle, commodity: str) -> Shown:
    """What the cycle froze; before its opening, what is installed. Raises `NotFound`."""
    platform = platform_of(request)
    if cycle.state != CycleState.DRAFT:
        frozen = await find_frozen(session, cycle_id=cycle.id, commodity_id=commodity)
        definition = await asyncio.to_thread(loader.decode, frozen.content)
        return Shown(definition, True, await platform.frozen_hooks.mode_of(frozen.id))
    installed = platform.registry.commodities.get(commodity)
    if installed is None:
        raise NotFound(
            "commodity_unknown",
            vocabulary.Text(
                f"Komoditi “{commodity}” tidak terpasang.", f"The commodity “{commodity}” is not installed."
            ),
        )
    return Shown(installed.definition, False, Mode())


async def _before(session: AsyncSession, cycle: Cycle, commodity: str) -> FrozenDefinition | None:
    """The commodity as the last cycle before this one had it in the end."""
    query = (
        select(FrozenDefinition)
        .join(Cycle, Cycle.id == FrozenDefinition.cycle_id)
        .where(Cycle.year < cycle.year, FrozenDefinition.commodity_id == commodity)
        .order_by(Cycle.year.desc(), FrozenDefinition.frozen_at.desc())
        .limit(1)
    )
    return await session.scalar(query)


def _rows(fields: tuple[Field, ...], depth: int = 0) -> Iterator[Row]:
    for field in fields:
        options = getattr(field, "options", ())
        yield Row(field, depth, str(type(field).__struct_config__.tag), options)
        yield from _rows(getattr(field, "fields", ()), depth + 1)
