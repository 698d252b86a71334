"""`ovop commodity check`: every fault of a definition, then the published rules, the tier, and what is missing for the next one."""

from pathlib import Path

import click
import msgspec

from ovop.cli.common import json_option, print_json
from ovop.contract.conformance import Problem, PublishedRule, Report, Tier, judge, published_rules
from ovop.contract.conformance.code import code_of
from ovop.contract.errors import DefinitionError, Fault
from ovop.contract.examples import ExampleResult, run_examples
from ovop.contract.loader import load_definition

MOST_SHOWN = 5
"""Problems of one rule that are printed; `--all` prints every one."""


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--tier",
    "wanted",
    type=click.Choice([tier.value for tier in Tier]),
    default=Tier.BRONZE.value,
    help="Tier that must be reached for success (default: bronze).",
)
@click.option("--language", type=click.Choice(["id", "en"]), default="en", help="Language of the messages.")
@click.option("--all", "show_all", is_flag=True, help="Print every problem, also those of later tiers.")
@json_option
def check(folder: Path, wanted: str, language: str, show_all: bool, as_json: bool) -> None:
    """Check a commodity's folder: every fault with file, line and remedy, the worked examples, and the tier.

    Exit status: 0 where the tier asked for is reached, 1 where it is not, 2 where the folder cannot be found.
    """
    definition_folder = find_definition(folder)
    try:
        definition = load_definition(definition_folder)
        examples = run_examples(definition)
    except DefinitionError as error:
        _print_faults(error.faults, language, as_json)
        raise SystemExit(1) from None
    with code_of(definition, definition_folder) as code:
        report = judge(definition, folder=definition_folder, code=code)
    if as_json:
        print_json(_as_data(report, examples, Tier(wanted)))
    else:
        _print_examples(examples)
        _print_report(report, language, show_all)
    if not _reaches(report, Tier(wanted)):
        raise SystemExit(1)


def find_definition(folder: Path) -> Path:
    """The folder itself, or the one `definition` folder of the package inside it."""
    if (folder / "commodity.toml").is_file():
        return folder
    found = sorted(folder.glob("definition/commodity.toml")) + sorted(
        folder.glob("*/definition/commodity.toml")
    )
    if len(found) != 1:
        raise click.UsageError(
            f"{folder} holds {len(found)} folders with a commodity.toml; name the one to check"
        )
    return found[0].parent


def _reaches(report: Report, wanted: Tier) -> bool:
    tiers = list(Tier)
    return report.tier is not None and tiers.index(report.tier) >= tiers.index(wanted)


def _print_faults(faults: tuple[Fault, ...], language: str, as_json: bool) -> None:
    if as_json:
        print_json({"ok": False, "tier": None, "faults": [msgspec.to_builtins(fault) for fault in faults]})
        return
    for fault in faults:
        click.echo(fault.in_language(language))
    click.echo(f"{len(faults)} fault(s). The definition cannot be loaded, so nothing else was judged.")


def _print_examples(results: list[ExampleResult]) -> None:
    for result in results:
        click.echo(f"{'ok  ' if result.ok else 'FAIL'} example {result.id}")
        for difference in result.differences:
            click.echo(f"       {difference}")


def _print_report(report: Report, language: str, show_all: bool) -> None:
    shown = report.problems if show_all else report.missing
    for rule in published_rules():
        found = [problem for problem in shown if problem.rule == rule.id]
        if found:
            _print_rule(rule, found, language, show_all)
    failed = len({problem.path for problem in report.problems if problem.rule == "examples_reproduce"})
    click.echo(
        f"\n{report.commodity} {report.version}: {_summary(report)}"
        + (f" {failed} example(s) fail." if failed else "")
    )


def _print_rule(rule: PublishedRule, found: list[Problem], language: str, show_all: bool) -> None:
    click.echo(f"\n[{rule.tier}] {rule.title.in_language(language)}. {rule.why.in_language(language)}")
    for problem in found if show_all else found[:MOST_SHOWN]:
        click.echo(f"  {problem.place}{problem.reason.in_language(language)}")
    if not show_all and len(found) > MOST_SHOWN:
        click.echo(f"  … and {len(found) - MOST_SHOWN} more (--all)")
    click.echo(f"  -> {rule.remedy.in_language(language)}")


def _summary(report: Report) -> str:
    reached = f"tier {report.tier}." if report.tier else "no tier yet."
    if report.following is None:
        return f"{reached} Nothing is missing."
    if report.missing:
        return f"{reached} For {report.following}: {len(report.missing)} point(s) above."
    return f"{reached} For {report.following}: install `ovop-core[kit]`, which judges {', '.join(report.unjudged)}."


def _as_data(report: Report, examples: list[ExampleResult], wanted: Tier) -> dict[str, object]:
    return {
        "ok": _reaches(report, wanted),
        "commodity": report.commodity,
        "version": report.version,
        "tier": report.tier,
        "next": report.following,
        "missing": [msgspec.to_builtins(problem) for problem in report.missing],
        "problems": [msgspec.to_builtins(problem) for problem in report.problems],
        "unjudged": report.unjudged,
        "faults": [],
        "examples": [msgspec.to_builtins(result) for result in examples],
    }
