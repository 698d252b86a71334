"""Proving the log: `ovop audit verify`."""

from pathlib import Path

import click

from ovop.audit import AuditReport
from ovop.audit import audit as run_audit
from ovop.cli.common import data_option, json_option, print_json, run, settings_for


@click.group()
def audit() -> None:
    """Prove that the log is whole."""


@audit.command()
@click.option("--stream", help="Only this stream, such as submission/<id>.")
@data_option
@json_option
def verify(stream: str | None, data: Path | None, as_json: bool) -> None:
    """Recompute every hash chain and every stage; exit with 1 and name each fault if anything was altered, removed or reordered."""
    settings = settings_for(data)

    def progress(checked: int) -> None:
        click.echo(f"\r{checked} events checked", nl=False, err=True)

    report = run(settings, lambda database: run_audit(database, stream=stream, progress=progress))
    click.echo("\r", nl=False, err=True)
    if as_json:
        print_json(report)
    else:
        for fault in report.faults:
            click.echo(
                f"FAULT {fault.stream} #{fault.position or '-'} (event {fault.event_id or '-'}): {fault.fault}"
            )
        click.echo(summary_of(report))
    if report.faults:
        raise SystemExit(1)


def summary_of(report: AuditReport) -> str:
    """One line: what was checked, and how many faults."""
    return (
        f"{report.events} events, {report.submissions} submissions, {report.revisions} revisions, {report.copies} copies and "
        f"{report.definitions} definitions checked: {len(report.faults)} faults."
    )
