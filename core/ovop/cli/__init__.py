"""The command line `ovop`. One module a group of commands; this one only joins them."""

import click

from ovop import __version__
from ovop.cli.audit import audit
from ovop.cli.commodity import commodity
from ovop.cli.cycle import cycle
from ovop.cli.demo import demo
from ovop.cli.operate import migrate, openapi, serve, worker
from ovop.cli.user import user


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="ovop")
def main() -> None:
    """One Village One Product: cycles, submissions and the approval chain."""


for command in (demo, serve, worker, migrate, user, cycle, commodity, audit, openapi):
    main.add_command(command)
