"""The portal's own scripts: modules that import each other, all under one address that carries a mark of their content."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files

ENDING = ".js"
FOLDER = "live"


@cache
def scripts() -> dict[str, bytes]:
    """The modules by name."""
    folder = files("ovop.portal") / "static" / FOLDER
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(ENDING)}


@cache
def mark_of_scripts() -> str:
    """A mark of all modules together: one that changed changes the address of those that import it."""
    digest = sha256()
    for name, content in sorted(scripts().items()):
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()[:10]


def script(name: str) -> str:
    """The address of a module, which a browser may keep for good."""
    return f"/scripts/{mark_of_scripts()}/{name}"
