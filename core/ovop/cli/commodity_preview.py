"""`ovop commodity preview`: see a commodity while writing it."""

import os
from pathlib import Path

import click

from ovop.cli.commodity_check import find_definition


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--port", default=8100, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on."
)
def preview(folder: Path, port: int) -> None:
    """Show a commodity's folder as a live page: form, findings, score sheet and guidance; it reloads when a file is saved."""
    try:
        from ovop.preview.app import FOLDER_VARIABLE
    except ImportError as error:
        raise click.ClickException(
            f"the preview needs more packages ({error.name} is missing). Install them: pip install 'ovop-core[kit]'"
        ) from None
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ[FOLDER_VARIABLE] = str(find_definition(folder).absolute())
    click.echo(f"Preview of {folder} at http://127.0.0.1:{port} (stop with Ctrl-C).", err=True)
    Granian(
        "ovop.preview.app:create_preview",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()
