"""What commodities are called, also those that are installed no longer."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Text
from ovop.errors import NotFound
from ovop.guidance.service import definition_for


async def commodity_names(session: AsyncSession, registry: Registry, used: Iterable[str]) -> dict[str, Text]:
    """The names of the installed commodities and of those used, by id. One that is gone is called as a cycle last froze it."""
    names = {name: found.definition.manifest.name for name, found in registry.commodities.items()}
    for gone in sorted(set(used) - names.keys()):
        try:
            names[gone] = (await definition_for(session, registry=registry, commodity=gone)).manifest.name
        except NotFound:
            names[gone] = Text(gone, gone)
    return names
