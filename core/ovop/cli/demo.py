"""A picture to look at, or the main job played from end to end: `ovop demo`."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import click
import httpx

from ovop.app import create_app
from ovop.audit import AuditReport, audit
from ovop.cli.audit import summary_of
from ovop.cli.common import settings_for
from ovop.clock import day_in_jakarta, utc_now
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Definition
from ovop.database import Database
from ovop.demo.accounts import FILE_NAME, Account, load_accounts, players, save_accounts
from ovop.demo.picture import paint
from ovop.demo.player import UnexpectedAnswer
from ovop.demo.walkthrough import Walk, installed
from ovop.migrations import migrate
from ovop.settings import Settings

DEMO_FOLDER = Path(".ovop") / "demo"


@click.command()
@click.option(
    "--walkthrough", is_flag=True, help="Play the whole main job over HTTP, print each step, and stop."
)
@click.option(
    "--commodity", help="Which commodity the walkthrough plays with (default: the first installed)."
)
@click.option("--fresh", is_flag=True, help="Throw the demo's data away and begin anew.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on."
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Data folder (default: {DEMO_FOLDER}; for --walkthrough a temporary one).",
)
def demo(
    walkthrough: bool, commodity: str | None, fresh: bool, host: str, port: int, data: Path | None
) -> None:
    """Migrate, seed offices of three provinces, centres, enterprises and an open cycle, print the accounts, and serve."""
    if walkthrough:
        _walk(data, commodity)
        return
    folder = data or DEMO_FOLDER
    if fresh and folder.exists():
        _throw_away(folder)
    settings = settings_for(folder)
    url = f"http://{host}:{port}"
    _print_accounts(_seeded(settings, url), folder, url)
    _become_server(settings, host, port)


def _become_server(settings: Settings, host: str, port: int) -> None:
    """Replace this process: the server forks its workers, and what painting started (threads of the file store) does not survive a fork."""
    command = [
        sys.executable,
        "-m",
        "ovop.cli",
        "serve",
        "--host",
        host,
        "--port",
        str(port),
        "--data",
        str(settings.data),
    ]
    os.execv(sys.executable, command)  # noqa: S606  # our own program with our own arguments


def _walk(data: Path | None, commodity: str | None) -> None:
    with tempfile.TemporaryDirectory(prefix="ovop-") as temporary:
        settings = settings_for(data or Path(temporary))
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        accounts = _seeded(settings, url)
        definition = _definition(commodity)
        click.echo(f"\nPlaying the main job with the commodity “{definition.manifest.id}” at {url}\n")
        with _server(settings, port):
            try:
                asyncio.run(_play(url, accounts, definition))
            except UnexpectedAnswer as error:
                raise click.ClickException(str(error)) from None
        report = asyncio.run(_audit(settings))
        click.echo(f"\n10 ovop audit verify: {summary_of(report)}")
        if not report.ok:
            raise SystemExit(1)


def _definition(commodity: str | None) -> Definition:
    try:
        return installed(commodity)
    except LookupError as error:
        raise click.ClickException(str(error)) from None


async def _play(url: str, accounts: list[Account], definition: Definition) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        await Walk(
            client, players(accounts, definition.manifest.id), today=day_in_jakarta(utc_now()), say=click.echo
        ).play(definition)


def _seeded(settings: Settings, url: str) -> list[Account]:
    """The demo's accounts; the picture is painted the first time."""
    accounts = load_accounts(settings.data)
    if accounts:
        return accounts
    click.echo("Preparing the database and the picture (once).", err=True)
    accounts = asyncio.run(_paint(settings))
    save_accounts(settings.data, accounts, url=url)
    return accounts


async def _paint(settings: Settings) -> list[Account]:
    database = Database(settings.database)
    try:
        await migrate(database, progress=lambda line: click.echo(f"  {line}", err=True))
        registry = Registry.discover(safe_mode=settings.safe_mode)
        if not registry.commodities:
            raise click.ClickException("no commodity is installed; `ovop commodity list` tells why")
        app = create_app(settings, registry=registry, database=database)
        transport = httpx.ASGITransport(
            app=cast(Any, app)
        )  # Litestar types the protocol more narrowly than httpx
        async with httpx.AsyncClient(transport=transport, base_url="http://ovop") as client:
            return await paint(
                client,
                database,
                registry,
                now=utc_now(),
                progress=lambda line: click.echo(f"  {line}", err=True),
            )
    finally:
        await database.close()


async def _audit(settings: Settings) -> AuditReport:
    database = Database(settings.database)
    try:
        return await audit(database)
    finally:
        await database.close()


def _print_accounts(accounts: list[Account], folder: Path, url: str) -> None:
    click.echo(f"\n{'role':<18} {'place':<28} {'e-mail':<38} password")
    for account in accounts:
        click.echo(f"{account.role:<18} {account.place:<28} {account.email:<38} {account.password}")
    click.echo(f"\nAccounts with their API tokens: {folder / FILE_NAME}")
    click.echo(f"Portal: {url}/   API: {url}/api/v1   document and try-out page: {url}/docs\n")


def _throw_away(folder: Path) -> None:
    """Remove a demo's folder; one that holds anything but a demo is left alone."""
    if not (folder / FILE_NAME).is_file() and any(folder.iterdir()):
        raise click.ClickException(
            f"{folder} does not look like a demo's data folder (no {FILE_NAME}); remove it yourself"
        )
    shutil.rmtree(folder)


@contextmanager
def _server(settings: Settings, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "ovop.cli", "serve", "--port", str(port), "--data", str(settings.data)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603  # our own program with our own arguments
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if process.poll() is not None:
            raise click.ClickException(f"the server stopped with code {process.returncode}")
        try:
            if httpx.get(f"{url}/health/ready", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise click.ClickException("the server did not become ready within 30 seconds")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
