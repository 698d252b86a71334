"""Cycles from the machine's own console: `ovop cycle`. The ministry manages them through the API."""

from pathlib import Path

import click

from ovop.cli.common import data_option, json_option, print_json, print_table, run, settings_for
from ovop.clock import wib
from ovop.cycles import service
from ovop.database import Database
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
        async with database.transaction(actor=SYSTEM) as session:
            found = [c for c in await service.list_cycles(session) if c.year == year]
            if not found:
                raise click.ClickException(f"there is no cycle for {year}")
            chain = service.chain_of(found[0])
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
                }
                for row in await service.frozen_of(session, found[0].id)
            ]
            return {"stages": stages, "definitions": frozen}

    content = run(settings, work)
    if as_json:
        print_json(content)
        return
    print_table(list(content["stages"]))
    click.echo("")
    print_table(list(content["definitions"]))
