"""A folder that stands for `site-packages`: distributions are put into it as an installer would, and found by the standard library."""

from __future__ import annotations

import importlib
from importlib.metadata import EntryPoint, distributions
from pathlib import Path

import pytest

from ovop.contract.hookspecs import PROJECT
from ovop.contract.registry import Registry
from tests.core.contract.factories import CRITERIA, FORM, MANIFEST, write_definition


def manifest_of(commodity_id: str) -> str:
    """The manifest of the invented commodity under another id."""
    return MANIFEST.replace('id = "sample"', f'id = "{commodity_id}"')


class Site:
    """Where distributions are installed; the folder is on the path until the test ends."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.syspath_prepend(str(folder))

    def install(
        self,
        name: str,
        *,
        code: str | None = None,
        manifest: str | None = None,
        form: str = FORM,
        criteria: str = CRITERIA,
        definition: bool = True,
        entry: str = "",
    ) -> Path:
        """A distribution `ovop-<name>` 1.2 with the package `ovop_<name>`, whose entry point is called `entry` (its name unless given).

        Without `code` it is data only and has no Python at all; with it, the module `plugin` holds the code. Returns the package's folder.
        """
        package = self.folder / f"ovop_{name}"
        package.mkdir()
        if definition:
            chosen = manifest_of(entry or name) if manifest is None else manifest
            write_definition(package / "definition", manifest=chosen, form=form, criteria=criteria)
        if code is not None:
            (package / "__init__.py").write_text("", encoding="utf-8")
            (package / "plugin.py").write_text(code, encoding="utf-8")
        value = f"ovop_{name}" if code is None else f"ovop_{name}.plugin"
        info = self.folder / f"ovop_{name}-1.2.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: ovop-{name}\nVersion: 1.2\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[{PROJECT}]\n{entry or name} = {value}\n", encoding="utf-8")
        importlib.invalidate_caches()
        return package

    def entry_points(self) -> list[EntryPoint]:
        """The entry points of what is installed here."""
        return [
            e for d in distributions(path=[str(self.folder)]) for e in d.entry_points if e.group == PROJECT
        ]

    def registry(self, *, safe_mode: bool = False) -> Registry:
        """What discovery finds of it."""
        return Registry.discover(safe_mode=safe_mode, entry_points=self.entry_points())
