"""Looking at commodities: `ovop commodity list|show|check`."""

from pathlib import Path

import click
import msgspec

from ovop.cli.common import json_option, print_json, print_table
from ovop.contract.errors import DefinitionError
from ovop.contract.examples import run_examples
from ovop.contract.loader import load_definition
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Definition
from ovop.settings import read_settings


@click.group()
def commodity() -> None:
    """Look at commodities and check their definitions."""


@commodity.command("list")
@json_option
def list_commodities(as_json: bool) -> None:
    """What is installed, and which packages could not be loaded."""
    registry = Registry.discover(safe_mode=read_settings().safe_mode)
    rows: list[dict[str, object]] = [
        {
            "id": c.definition.manifest.id,
            "version": c.definition.manifest.version,
            "name": c.definition.manifest.name.id,
            "package": f"{c.distribution} {c.version}",
            "code": "data only" if c.plugin_manager is None else "with hooks",
        }
        for c in registry.commodities.values()
    ]
    problems = [{"name": p.name, "package": p.distribution, "reason": p.reason.en} for p in registry.problems]
    if as_json:
        print_json({"commodities": rows, "problems": problems, "safe_mode": registry.safe_mode})
        return
    print_table(list(rows))
    for problem in problems:
        click.echo(f"LEFT OUT {problem['name']} ({problem['package']}): {problem['reason']}", err=True)


@commodity.command()
@click.argument("commodity_id")
@json_option
def show(commodity_id: str, as_json: bool) -> None:
    """The form, evidence, rubric and gates of an installed commodity."""
    registry = Registry.discover(safe_mode=read_settings().safe_mode)
    if commodity_id not in registry.commodities:
        known = ", ".join(registry.commodities) or "none"
        raise click.ClickException(f"there is no installed commodity {commodity_id!r}; installed: {known}")
    definition = registry.commodities[commodity_id].definition
    if as_json:
        print_json(msgspec.to_builtins(definition))
        return
    _print_definition(definition)


@commodity.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def check(folder: Path, as_json: bool) -> None:
    """Check a commodity's folder: every fault with file, line and remedy, then every worked example. Exit with 1 on any."""
    definition_folder = _definition_folder(folder)
    try:
        definition = load_definition(definition_folder)
        results = run_examples(definition)
    except DefinitionError as error:
        if as_json:
            print_json({"ok": False, "faults": [msgspec.to_builtins(f) for f in error.faults]})
        else:
            click.echo(str(error))
            click.echo(f"{len(error.faults)} fault(s).")
        raise SystemExit(1) from None
    failed = [r for r in results if not r.ok]
    if as_json:
        print_json({"ok": not failed, "faults": [], "examples": [msgspec.to_builtins(r) for r in results]})
    else:
        for result in results:
            click.echo(f"{'ok  ' if result.ok else 'FAIL'} example {result.id}")
            for difference in result.differences:
                click.echo(f"       {difference}")
        manifest = definition.manifest
        click.echo(f"{manifest.id} {manifest.version}: {len(results)} examples, {len(failed)} failed.")
    if failed:
        raise SystemExit(1)


def _definition_folder(folder: Path) -> Path:
    """The folder itself, or the one `definition` folder of the package inside it."""
    if (folder / "commodity.toml").is_file():
        return folder
    found = sorted(folder.glob("definition/commodity.toml")) + sorted(
        folder.glob("*/definition/commodity.toml")
    )
    if len(found) != 1:
        raise click.ClickException(
            f"{folder} holds {len(found)} folders with a commodity.toml; name the one to check"
        )
    return found[0].parent


def _print_definition(definition: Definition) -> None:
    manifest = definition.manifest
    click.echo(f"{manifest.name.id} / {manifest.name.en} ({manifest.id} {manifest.version}, {manifest.code})")
    click.echo(f"{manifest.summary.en}\n")
    for section in definition.form.sections:
        click.echo(f"[{section.id}] {section.title.id} / {section.title.en}")
        for field in section.fields:
            needed = "*" if field.required is True else "(*)" if field.required else ""
            click.echo(
                f"    {field.id}{needed}: {type(field).__struct_config__.tag} - {field.label.id} / {field.label.en}"
            )
    click.echo("\nEvidence")
    for evidence in definition.form.evidence:
        click.echo(f"    {evidence.id}: {evidence.kind} - {evidence.label.id} / {evidence.label.en}")
    click.echo("\nRubric")
    for group in definition.rubric.groups:
        click.echo(f"    {group.id} ({group.weight:g}) {group.name.id} / {group.name.en}")
        for criterion in group.criteria:
            click.echo(
                f"        {criterion.id} ({criterion.weight:g}) {criterion.name.id} / {criterion.name.en}"
            )
    click.echo("\nGates")
    for gate in definition.gates:
        click.echo(f"    {gate.id} ({gate.effect}) {gate.message.id} / {gate.message.en}")
