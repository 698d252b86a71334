"""`ovop commodity new` and `update`: the package of a commodity, made from the template and brought up to date with it."""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from ovop.cli import commodity_template as template

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
ANSWERS_FILE = ".copier-answers.yml"


@click.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder in which the package's folder is made (default: here).",
)
@click.option("--name-id", help="Name in Bahasa Indonesia (default: NAME).")
@click.option("--name-en", help="Name in English (default: as in Bahasa Indonesia).")
@click.option("--code", help="Three capital letters for submission numbers (default: from NAME).")
@click.option("--kbli", help="Business classification code of KBLI 2020.")
@click.option(
    "--python", "with_python", is_flag=True, help="With a module for hooks; data is nearly always enough."
)
def new(
    name: str,
    into: Path,
    name_id: str | None,
    name_en: str | None,
    code: str | None,
    kbli: str | None,
    with_python: bool,
) -> None:
    """Make the package of a new commodity, which passes `check` at once. NAME is its id, such as `kopi`."""
    if not _NAME.fullmatch(name):
        raise click.UsageError(
            f"{name!r}: lower-case letters, digits and underscore, beginning with a letter"
        )
    if not name_en and " " in (name_id or name).replace("_", " "):
        raise click.UsageError("a name of several words needs --name-id and --name-en")
    folder = into / name
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is there already; choose another NAME or --into")
    answers: dict[str, str | None] = {
        "name": name,
        "name_id": name_id,
        "name_en": name_en,
        "code": code,
        "kbli": kbli,
        "python": str(with_python).lower(),
        "workspace": str(_in_workspace(into)).lower(),
    }
    data = [part for key, value in answers.items() if value for part in ("--data", f"{key}={value}")]
    _copier("copy", "--defaults", "--quiet", *data, template.SOURCE, str(folder))
    click.echo(f"{folder} is made. Next: ovop commodity check {folder}")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def update(folder: Path) -> None:
    """Bring a package up to date with the template. FOLDER must lie in a git repository, with everything committed.

    What you changed is kept; where you and the template changed the same lines, both stand there between conflict marks.
    """
    if not (folder / ANSWERS_FILE).is_file():
        raise click.ClickException(f"{folder} has no {ANSWERS_FILE}; it was not made by `ovop commodity new`")
    _copier("update", "--defaults", "--quiet", "--conflict", "inline", str(folder))
    click.echo(f"{folder} is at template {template.versions()[-1]}. Look at it with: git diff")


def _in_workspace(into: Path) -> bool:
    """Whether the folder above is the root of a uv workspace."""
    root = into.resolve().parent / "pyproject.toml"
    return root.is_file() and "[tool.uv.workspace]" in root.read_text(encoding="utf-8")


def _copier(*arguments: str) -> None:
    """Run copier as its own program, since it changes folder and environment; its own message tells what went wrong."""
    if find_spec("copier") is None:
        raise click.ClickException("copier is not installed; install the kit: pip install 'ovop-core[kit]'")
    if shutil.which("git") is None:
        raise click.ClickException("git is not installed; the template is merged with it")
    with template.repository() as environment:
        command = [sys.executable, "-m", "copier", *arguments]
        done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603  # copier
    if done.returncode:
        raise click.ClickException(done.stderr.strip() or f"copier ended with {done.returncode}")
