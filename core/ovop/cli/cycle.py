"""Cycles from the machine's own console: `ovop cycle`. The ministry manages them through the API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.cli.common import data_option, json_option, print_json, print_table, run, settings_for
from ovop.clock import wib
from ovop.contract.hooks.asking import Hooks
from ovop.contract.hooks.terms import Limits
from ovop.contract.registry import Registry
from ovop.cycles import service
from ovop.cycles.models import Cycle
from ovop.cycles.modes import Mode
from ovop.cycles.replay import FrozenHooks
from ovop.database import Database
from ovop.settings import Settings
from ovop.submissions import correcting
from ovop.visibility import SYSTEM


@click.group()
def cycle() -> None:
    """Look at cycles and what they froze."""


@cycle.command("list")
@data_option
@json_option
def list_cycles(data: Path | None, as_json: bool) -> None:
    """All cycles with their window."""
    settings = settings_for(data)

    async def work(database: Database) -> list[dict[str, object]]:
        async with database.transaction(actor=SYSTEM) as session:
            return [
                {
                    "year": c.year,
                    "state": c.state,
                    "opens": wib(c.opens_at),
                    "closes": wib(c.closes_at),
                    "commodities": ", ".join(await service.commodities_of(session, c.id)),
                    "id": str(c.id),
                }
                for c in await service.list_cycles(session)
            ]

    rows = run(settings, work)
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows))


@cycle.command()
@click.argument("year", type=int)
@data_option
@json_option
def show(year: int, data: Path | None, as_json: bool) -> None:
    """The chain of a cycle and the definitions that it froze."""
    settings = settings_for(data)

    async def work(database: Database) -> dict[str, list[dict[str, object]]]:
        async with (
            frozen_hooks(settings, database) as hooks,
            database.session(read_only=True, actor=SYSTEM) as session,
        ):
            found = await _cycle_of(session, year)
            chain = service.chain_of(found)
            stages: list[dict[str, object]] = [
                {
                    "stage": stage.code,
                    "deadline": f"{stage.deadline_working_days} working days"
                    if stage.deadline_working_days
                    else "-",
                    "action": action.code if action else "(outcome)",
                    "by": ", ".join(action.by) if action else "-",
                    "to": action.to if action else "-",
                    "copies": ", ".join(action.copies) or "-" if action else "-",
                }
                for stage in chain.stages
                for action in stage.actions or (None,)
            ]
            frozen: list[dict[str, object]] = [
                {
                    "commodity": row.commodity_id,
                    "version": row.version,
                    "package": f"{row.distribution} {row.distribution_version}",
                    "sha256": row.sha256,
                    "examples": "ok" if row.examples["ok"] else "differ",
                    "mode": (await hooks.mode_of(row.id)).word,
                    "reason": _reason(await hooks.mode_of(row.id)),
                }
                for row in await service.frozen_of(session, found.id)
            ]
            return {"stages": stages, "definitions": frozen}

    content = run(settings, work)
    if as_json:
        print_json(content)
        return
    print_table(list(content["stages"]))
    click.echo("")
    print_table(list(content["definitions"]))


@cycle.command()
@data_option
@json_option
def replay(data: Path | None, as_json: bool) -> None:
    """Run the worked examples of every frozen commodity again, with the code that is installed. Exit with 1 where one runs data only."""
    settings = settings_for(data)

    async def work(database: Database) -> list[dict[str, object]]:
        async with frozen_hooks(settings, database) as hooks:
            return [
                {
                    "year": standing.year,
                    "commodity": standing.commodity,
                    "version": standing.version,
                    "mode": standing.mode.word,
                    "reason": _reason(standing.mode),
                }
                for standing in await hooks.replay_all()
            ]

    rows = run(settings, work)
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows))
    if any(row["mode"] == "data_only" for row in rows):
        raise SystemExit(1)


@cycle.command()
@click.argument("year", type=int)
@data_option
@json_option
def corrections(year: int, data: Path | None, as_json: bool) -> None:
    """The corrections of a cycle's commodities: what was proposed, what was decided, how many submissions that touches."""
    settings = settings_for(data)

    async def work(database: Database) -> list[dict[str, object]]:
        async with database.session(read_only=True, actor=SYSTEM) as session:
            found = await _cycle_of(session, year)
            return [
                {
                    "commodity": row.commodity_id,
                    "version": row.version,
                    "state": row.state,
                    "changes": len(correcting.changes_of(row)),
                    "touched": len(correcting.touched_of(row)),
                    "proposed": wib(row.proposed_at),
                    "decided": wib(row.decided_at) if row.decided_at else "-",
                    "reason": row.reason,
                    "id": str(row.id),
                }
                for row in await correcting.list_corrections(session, cycle_id=found.id)
            ]

    rows = run(settings, work)
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows))


@asynccontextmanager
async def frozen_hooks(settings: Settings, database: Database) -> AsyncIterator[FrozenHooks]:
    """The code of what is installed here, to be held against what cycles froze; its workers end with the block."""
    registry = Registry.discover(safe_mode=settings.safe_mode)
    hooks = Hooks(registry, limits=Limits(seconds=settings.hook_seconds, megabytes=settings.hook_megabytes))
    try:
        yield FrozenHooks(registry, hooks, database)
    finally:
        await asyncio.to_thread(hooks.close)


async def _cycle_of(session: AsyncSession, year: int) -> Cycle:
    found = [c for c in await service.list_cycles(session) if c.year == year]
    if not found:
        raise click.ClickException(f"there is no cycle for {year}")
    return found[0]


def _reason(mode: Mode) -> str:
    told = mode.detail or mode.reason
    return told.en if told is not None else ""
