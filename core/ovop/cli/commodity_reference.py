"""`ovop commodity reference`: the description of everything that a definition may say, written from the vocabulary itself."""

from pathlib import Path

import click

from ovop.contract.conformance import reference as written


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def reference(output: Path | None) -> None:
    """Print the reference of fields, rules, findings and tiers as Markdown."""
    text = written.reference()
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
