"""Definitions kept as they were read, so that a process does not read and check unchanged files again.

Like the bytecode that Python keeps of a module: in `__pycache__` of the definition's folder, or wherever PYTHONPYCACHEPREFIX says. A kept definition counts only while the files are the same, byte for byte, and the contract that has judged them is the same. Where
nothing can be written, nothing is kept.
"""

from __future__ import annotations

import gc
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path

import msgspec

from ovop.contract.vocabulary import Definition

_FILES = ("*.toml", "guidance/*.md", "examples/*.toml")


def fingerprint(folder: Path) -> str:
    """What a definition depends on, as one number: the names and contents of its files, and the contract's own code."""
    found = hashlib.blake2b(_contract().encode(), digest_size=20)
    for path in sorted(path for pattern in _FILES for path in folder.glob(pattern)):
        content = path.read_bytes()
        found.update(f"\n{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def kept(folder: Path, mark: str) -> Definition | None:
    """The definition that was kept under this fingerprint, None where there is none."""
    try:
        head, _, content = _place(folder).read_bytes().partition(b"\n")
        if head != mark.encode():
            return None
        with _no_collection():
            return msgspec.json.decode(content, type=Definition)
    except (OSError, msgspec.DecodeError):
        return None


def keep(folder: Path, mark: str, content: bytes) -> None:
    """Keep a sound definition in its frozen form; whoever reads meanwhile sees the old file or the new one, never a half."""
    place = _place(folder)
    unfinished = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(mark.encode() + b"\n" + content)
        unfinished.replace(place)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing of a definition can be collected while it is made, but looking for it would take as long as making it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _place(folder: Path) -> Path:
    return Path(cache_from_source(str(folder.absolute() / "definition.py"))).with_suffix(".json")


@cache
def _contract() -> str:
    """The state of the code that judges definitions, by the sizes and times of its files."""
    here = Path(__file__).parent
    states = ((path, path.stat()) for path in sorted(here.rglob("*.py")))
    return "\n".join(
        f"{path.relative_to(here)} {state.st_size} {state.st_mtime_ns}" for path, state in states
    )
