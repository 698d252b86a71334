"""What several commands share: settings, output, and running asynchronous work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from ovop.contract.errors import DefinitionError
from ovop.database import Database
from ovop.errors import OvopError
from ovop.logs import configure_logs
from ovop.settings import Settings, read_settings

T = TypeVar("T")

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the embedded database and the files (default: OVOP_DATA, or .ovop).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")


def settings_for(data: Path | None) -> Settings:
    """The settings of the environment, with another data folder where one was given; the folder is made."""
    try:
        settings = read_settings()
    except msgspec.ValidationError as error:
        raise click.ClickException(f"a setting in the environment is not valid: {error}") from None
    if data is not None:
        settings = msgspec.structs.replace(settings, data=data)
    settings.data.mkdir(parents=True, exist_ok=True)
    configure_logs(level=settings.log_level, as_json=settings.log_json)
    return settings


def run(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Run asynchronous work on the database of the settings; the platform's own errors become a plain message."""

    async def whole() -> T:
        database = Database(settings.database)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(whole())
    except OvopError as error:
        raise click.ClickException(explain(error)) from None


def explain(error: OvopError) -> str:
    """An error with all its findings, in both languages."""
    lines = [f"{error.message.en}\n       {error.message.id}"]
    lines += [f"  - {f.path}: {f.message.en} {f.remedy.en}" for f in error.findings]
    if isinstance(error, DefinitionError):
        lines.append(str(error))
    return "\n".join(lines)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_table(rows: list[Mapping[str, object]]) -> None:
    """Rows under their column names, aligned."""
    if not rows:
        click.echo("(none)")
        return
    columns = list(rows[0])
    cells = [columns, *([str(row[c]) for c in columns] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    for number, line in enumerate(cells):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if number == 0:
            click.echo("  ".join("-" * width for width in widths))
