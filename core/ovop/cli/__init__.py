"""The command line `ovop`. One module a group of commands; this one only joins them."""

from importlib import import_module

import click

from ovop import __version__

MODULES = {
    "demo": "demo",
    "serve": "operate",
    "worker": "operate",
    "migrate": "operate",
    "user": "user",
    "cycle": "cycle",
    "commodity": "commodity",
    "audit": "audit",
    "openapi": "operate",
}
"""Command -> module of this package, in the order of the help."""


class Commands(click.Group):
    """Imports the module of a command only when it is asked for: a server starts faster and stays smaller without the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        command = getattr(import_module(f"ovop.cli.{MODULES[cmd_name]}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101  # what the table above says
        return command


@click.command(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="ovop")
def main() -> None:
    """One Village One Product: cycles, submissions and the approval chain."""
