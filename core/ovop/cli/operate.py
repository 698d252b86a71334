"""Running an installation: serve, worker, migrate, openapi."""

import os
from pathlib import Path

import click
import msgspec

from ovop.cli.common import data_option, run, settings_for
from ovop.clock import utc_now
from ovop.files import make_store
from ovop.migrations import migrate as run_migrations


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on."
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Number of processes."
)
@data_option
def serve(host: str, port: int, workers: int, data: Path | None) -> None:
    """Serve the API. Run `ovop migrate` before, and `ovop worker` beside it."""
    settings = settings_for(data)
    click.echo(f"Serving at http://{host}:{port} (stop with Ctrl-C).", err=True)
    serve_forever(settings.data, host=host, port=port, workers=workers)


def serve_forever(data: Path, *, host: str, port: int, workers: int = 1) -> None:
    """Serve until stopped. Each process makes its own application from the environment."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ["OVOP_DATA"] = str(data)
    Granian(
        "ovop.asgi:application",
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.ASGI,
        factory=True,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()


@click.command()
@click.option("--once", is_flag=True, help="Send what is due, then stop.")
@data_option
def worker(once: bool, data: Path | None) -> None:
    """Send notices from the event log, and tidy up stored files."""
    from ovop.notices.worker import work_until_told

    settings = settings_for(data)
    run(
        settings,
        lambda database: work_until_told(
            database=database, settings=settings, store=make_store(settings), clock=utc_now, once=once
        ),
    )


@click.command()
@data_option
def migrate(data: Path | None) -> None:
    """Bring the database to the newest revision and load the reference data."""
    settings = settings_for(data)
    run(settings, lambda database: run_migrations(database, progress=click.echo))
    click.echo("The database is up to date.")


@click.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write (default: standard output).",
)
def openapi(output: Path | None) -> None:
    """Print the API document (OpenAPI 3.1)."""
    text = document()
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"Written: {output}")


def document() -> str:
    """The OpenAPI document as it is committed: sorted, indented, one line break at the end."""
    from ovop.app import create_app
    from ovop.contract.registry import Registry
    from ovop.settings import Settings

    app = create_app(
        Settings(database_url="sqlite+aiosqlite://"), registry=Registry.discover(entry_points=())
    )
    content = msgspec.json.encode(app.openapi_schema.to_schema(), order="sorted")
    return msgspec.json.format(content, indent=2).decode() + "\n"
