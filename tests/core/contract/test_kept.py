"""Definitions that are kept as they were read: used while nothing has changed, and never instead of what is there now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ovop.contract import kept, loader
from ovop.contract.errors import DefinitionError
from ovop.contract.loader import load_definition
from tests.core.contract.factories import CRITERIA, FORM, MANIFEST


@pytest.fixture(autouse=True)
def kept_in_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.pycache_prefix", None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("commodity", MANIFEST), ("form", FORM), ("criteria", CRITERIA)):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders whose files were read and checked."""
    read: list[Path] = []
    original = loader._read

    def counted(files: loader._Files) -> object:
        read.append(files.folder)
        return original(files)

    monkeypatch.setattr(loader, "_read", counted)
    return read


def test_unchanged_definition_is_read_once_and_stays_the_same(folder: Path, readings: list[Path]) -> None:
    first = load_definition(folder)
    assert load_definition(folder) == first
    assert len(readings) == 1


def test_changed_file_is_read_again_even_at_the_same_time_and_size(
    folder: Path, readings: list[Path]
) -> None:
    load_definition(folder)
    form = folder / "form.toml"
    state = form.stat()
    form.write_text(FORM.replace("Weight", "Height"), encoding="utf-8")
    os.utime(form, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert "Height" in str(load_definition(folder).form)
    assert len(readings) == 2


def test_faulty_definition_is_not_kept(folder: Path, readings: list[Path]) -> None:
    (folder / "form.toml").write_text("section = 5\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(DefinitionError):
            load_definition(folder)
    assert len(readings) == 2


def test_definition_that_became_faulty_is_refused_although_a_sound_one_is_kept(folder: Path) -> None:
    load_definition(folder)
    (folder / "criteria.toml").unlink()
    with pytest.raises(DefinitionError):
        load_definition(folder)


@pytest.mark.parametrize("content", [b"", b"half", b"\xff\xff\n{"])
def test_kept_file_that_is_damaged_is_not_used(folder: Path, readings: list[Path], content: bytes) -> None:
    load_definition(folder)
    (place,) = (folder / "__pycache__").iterdir()
    place.write_bytes(content or kept.fingerprint(folder).encode() + b"\n{}")
    load_definition(folder)
    assert len(readings) == 2


def test_definition_loads_where_nothing_can_be_written(folder: Path, readings: list[Path]) -> None:
    (folder / "__pycache__").write_text("no folder", encoding="utf-8")
    load_definition(folder)
    load_definition(folder)
    assert len(readings) == 2
