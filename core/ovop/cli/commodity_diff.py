"""What changed between two versions of a commodity, in words: `ovop commodity diff`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from ovop.cli.commodity_check import find_definition
from ovop.cli.common import data_option, json_option, print_json, print_table, run, settings_for
from ovop.contract import diff as differ
from ovop.contract import loader
from ovop.contract.checker import compile_checker
from ovop.contract.errors import DefinitionError
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Definition
from ovop.database import Database
from ovop.settings import read_settings

if TYPE_CHECKING:
    from ovop.submissions.touched import Touched

HEADINGS = {
    differ.Impact.BREAKING: "Isian dapat menjadi tidak sah, atau nilai berubah / Answers may become invalid, or scores change",
    differ.Impact.WIDENING: "Yang benar tetap benar / What was right stays right",
    differ.Impact.WORDING: "Hanya kata-kata / Words only",
}


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--cycle", "year", type=int, help="Compare what the cycle of this year uses with what is installed."
)
@data_option
@json_option
def diff(old: str, new: str | None, year: int | None, data: Path | None, as_json: bool) -> None:
    """What changed between two versions, and which step of the version that asks for.

    OLD and NEW are folders or ids of installed commodities. With --cycle, OLD is a commodity of that cycle and NEW what is installed
    (or the folder named); the submissions that the new version would touch are listed as well.
    """
    touched: list[Touched] = []
    if year is None:
        if new is None:
            raise click.ClickException("name two versions, or one commodity and --cycle YEAR")
        before, after = _definition(old), _definition(new)
    else:
        after = _definition(new or old)
        before, touched = _of_cycle(year, old, after, data)
    changes = differ.changes(before, after)
    if as_json:
        print_json(
            {
                "old": before.manifest.version,
                "new": after.manifest.version,
                "suggests": differ.step_for(changes),
                "changes": msgspec.to_builtins(changes),
                "touched": msgspec.to_builtins(touched),
            }
        )
        return
    _print_changes(before, after, changes)
    if year is not None:
        _print_touched(touched)


def _definition(name: str) -> Definition:
    """The definition in a folder, or of an installed commodity."""
    folder = Path(name)
    if folder.is_dir():
        try:
            return loader.load_definition(find_definition(folder))
        except DefinitionError as error:
            raise click.ClickException(f"{name} is not sound:\n{error.message.en}") from None
    registry = Registry.discover(safe_mode=read_settings().safe_mode)
    if name not in registry.commodities:
        known = ", ".join(registry.commodities) or "none"
        raise click.ClickException(
            f"{name!r} is neither a folder nor an installed commodity; installed: {known}"
        )
    return registry.commodities[name].definition


def _of_cycle(
    year: int, commodity_id: str, after: Definition, data: Path | None
) -> tuple[Definition, list["Touched"]]:
    """What new drafts of the cycle are given, and whom the other version would touch."""
    # Imported here: two folders are compared without a database, and in half the time.
    from ovop.cycles.definitions import find_frozen
    from ovop.cycles.service import list_cycles
    from ovop.submissions.touched import touched_by
    from ovop.visibility import SYSTEM

    settings = settings_for(data)

    async def work(database: Database) -> tuple[Definition, list["Touched"]]:
        async with database.session(read_only=True, actor=SYSTEM) as session:
            found = [cycle for cycle in await list_cycles(session) if cycle.year == year]
            if not found:
                raise click.ClickException(f"there is no cycle for {year}")
            frozen = await find_frozen(session, cycle_id=found[0].id, commodity_id=commodity_id)
            touched = await touched_by(
                session, cycle=found[0], commodity_id=commodity_id, new=compile_checker(after)
            )
            return loader.decode(frozen.content), touched

    return run(settings, work)


def _print_changes(before: Definition, after: Definition, changes: Sequence[differ.DefinitionChange]) -> None:
    step = differ.step_for(changes)
    name, versions = after.manifest.id, f"{before.manifest.version} -> {after.manifest.version}"
    if not changes:
        click.echo(f"{name} {versions}: tidak ada perubahan / no change.")
        return
    click.echo(f"{name} {versions}: {len(changes)} perubahan / changes; saran versi / suggests: {step}.")
    for impact, heading in HEADINGS.items():
        of_impact = [change for change in changes if change.impact is impact]
        if of_impact:
            click.echo(f"\n{heading}")
        for change in of_impact:
            click.echo(f"  - {change.text.id}\n    {change.text.en}\n    {change.path}")


def _print_touched(touched: Sequence["Touched"]) -> None:
    click.echo(f"\nUsulan yang tersentuh / submissions touched: {len(touched)}")
    if touched:
        print_table(
            [
                {
                    "submission": one.number or str(one.submission_id),
                    "stage": one.stage,
                    "why": ", ".join(one.why),
                    "after a correction": "goes over" if one.moves else "keeps its version",
                }
                for one in touched
            ]
        )
