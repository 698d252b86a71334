"""Packages of commodities as an author has them on disk, and the commands that he gives."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from ovop.cli import main

ROOT = Path(__file__).parents[3]
UV = ROOT / ".uv" / "bin" / "uv"


def commodity(*arguments: str) -> Result:
    """`ovop commodity …` in this process."""
    return CliRunner().invoke(main, ["commodity", *arguments], catch_exceptions=False)


def run(*arguments: str) -> str:
    """The same for what must succeed; returns what was printed."""
    result = commodity(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def definition_of(package: Path) -> Path:
    """The definition folder inside a package's folder."""
    (found,) = package.glob("*/definition")
    return found


def edit(file: Path, old: str, new: str) -> None:
    """Replace what must stand in a file."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def command(*words: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Another program, with its output."""
    env: Mapping[str, str] = {**os.environ, **environment}
    return subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120)


def python(*words: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Python as the tests use it."""
    return command(sys.executable, *words, cwd=cwd, **environment)


def git(*words: str, cwd: Path) -> str:
    """git with an author of its own; must succeed."""
    who = {
        f"GIT_{role}_{what}": "penulis@ovop.example"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    done = command("git", *words, cwd=cwd, **who)
    assert done.returncode == 0, done.stderr
    return done.stdout
