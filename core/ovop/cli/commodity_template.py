"""The template of a commodity's package, one folder a version, and how copier is given it.

A version is never changed once it is released. `copier update` merges three ways, so it needs the version that a package was made from;
it takes a template from a git repository only. `repository` therefore puts all versions, each a tagged commit, into a repository of its
own for the time of one command, and git is told that this is where `ovop://template` lies: no machine's path enters the package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

VERSIONS = Path(__file__).parents[1] / "template"
SOURCE = "git+ovop://template"
"""The template as a package's `.copier-answers.yml` names it."""

_AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "ovop"), ("EMAIL", "ovop@ovop.example"), ("DATE", "2026-01-01T00:00:00Z"))
}


def versions() -> list[str]:
    """The versions of the template, oldest first."""
    found = [path.parent.name for path in VERSIONS.glob("*/copier.yml")]
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")])


@contextmanager
def repository() -> Iterator[Mapping[str, str]]:
    """The environment in which git and copier find the template with all its versions."""
    with TemporaryDirectory(prefix="ovop-template-") as name:
        place = Path(name) / "template"
        place.mkdir()
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        environment = {**os.environ, **_AUTHOR, **alone}
        _git(place, environment, "init", "--quiet", "--initial-branch=main")
        for version in versions():
            _replace(place, VERSIONS / version)
            _git(place, environment, "add", "--all", "--force")
            _git(place, environment, "commit", "--quiet", "--message", version)
            _git(place, environment, "tag", f"v{version}")
        yield {
            **os.environ,
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{place.as_posix()}.insteadOf",
            "GIT_CONFIG_VALUE_0": SOURCE.removeprefix("git+"),
            "COPIER_CACHE_DIR": str(Path(name) / "cache"),
        }


def _replace(place: Path, version: Path) -> None:
    for old in place.iterdir():
        if old.name != ".git":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(version, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))


def _git(place: Path, environment: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=place, env=environment, check=True)  # noqa: S603, S607  # git, with arguments of ours
