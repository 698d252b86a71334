"""Commodities on the command line: `ovop commodity`; this module lists and shows them, and joins the other commands."""

from contextlib import closing

import click
import msgspec

from ovop.cli.commodity_check import check
from ovop.cli.commodity_diff import diff
from ovop.cli.commodity_new import new, update
from ovop.cli.commodity_preview import preview
from ovop.cli.commodity_reference import reference
from ovop.cli.common import json_option, print_json, print_table
from ovop.contract.hooks.asking import Hooks
from ovop.contract.hooks.terms import Limits
from ovop.contract.hooks.wire import Inspection
from ovop.contract.registry import Commodity, Registry
from ovop.contract.vocabulary import Definition
from ovop.settings import read_settings


@click.group()
def commodity() -> None:
    """Look at commodities; make, check and describe them."""


for command in (new, check, preview, diff, update, reference):
    commodity.add_command(command)


@commodity.command("list")
@json_option
def list_commodities(as_json: bool) -> None:
    """What is installed, which packages could not be loaded, and whose code cannot be used."""
    settings = read_settings()
    registry = Registry.discover(safe_mode=settings.safe_mode)
    limits = Limits(seconds=settings.hook_seconds, megabytes=settings.hook_megabytes)
    with closing(Hooks(registry, limits=limits)) as hooks:
        inspected = {name: hooks.inspect_now(name) for name in registry.commodities}
        broken = [(p.commodity, registry.commodities[p.commodity], p.reason) for p in hooks.problems()]
    rows: list[dict[str, object]] = [
        {
            "id": c.definition.manifest.id,
            "version": c.definition.manifest.version,
            "name": c.definition.manifest.name.id,
            "package": f"{c.distribution} {c.version}",
            "code": _code(c, inspected[c.id]),
        }
        for c in registry.commodities.values()
    ]
    problems = [{"name": p.name, "package": p.distribution, "reason": p.reason.en} for p in registry.problems]
    quarantined = [{"name": n, "package": c.distribution, "reason": why.en} for n, c, why in broken]
    if as_json:
        found = {"commodities": rows, "problems": problems, "quarantined": quarantined}
        print_json({**found, "safe_mode": registry.safe_mode})
        return
    print_table(list(rows))
    for word, listed in (("LEFT OUT", problems), ("WITHOUT ITS CODE", quarantined)):
        for problem in listed:
            click.echo(f"{word} {problem['name']} ({problem['package']}): {problem['reason']}", err=True)


def _code(commodity: Commodity, inspection: Inspection) -> str:
    if not commodity.module:
        return "data only"
    return ", ".join(inspection.implemented) or "no hooks" if inspection.sound else "broken"


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
