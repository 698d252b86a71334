"""A commodity knows the contract and nothing else of ours; the core knows no commodity at all."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

import grimp
import pytest

import ovop

CORE = Path(ovop.__file__).parent.parent
PROGRAMME = {"anyaman", "batik", "gerabah", "tenun"}
"""The programme's commodities. The fifth, food, is an everyday word: only its package names can be told (`ovop_food`)."""

TEXT = {
    ".css",
    ".html",
    ".js",
    ".json",
    ".mako",
    ".md",
    ".po",
    ".py",
    ".svg",
    ".toml",
    ".txt",
    ".webmanifest",
}
FOREIGN = {CORE / "ovop" / "static" / "scalar"}
"""What others wrote. The region table is compressed and so not among the texts: villages may bear any name."""


def installed() -> list[EntryPoint]:
    return sorted(entry_points(group="ovop.commodity"))


@cache
def graph_of(package: str) -> grimp.ImportGraph:
    return grimp.build_graph(package, "ovop", cache_dir=None)


def imports_of_ours(graph: grimp.ImportGraph, package: str) -> Iterator[tuple[str, str]]:
    for module in sorted({package, *graph.find_descendants(package)}):
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            if imported == "ovop" or imported.startswith("ovop."):
                yield module, imported


def is_contract(module: str) -> bool:
    return module == "ovop.contract" or module.startswith("ovop.contract.")


def test_there_are_commodities_to_check() -> None:
    assert installed()


@pytest.mark.parametrize("entry_point", installed(), ids=lambda entry_point: entry_point.name)
def test_commodity_imports_only_the_contract(entry_point: EntryPoint) -> None:
    package = entry_point.module.partition(".")[0]
    found = list(imports_of_ours(graph_of(package), package))
    assert [pair for pair in found if not is_contract(pair[1])] == []


@pytest.mark.parametrize("entry_point", installed(), ids=lambda entry_point: entry_point.name)
def test_commodity_imports_no_other_commodity(entry_point: EntryPoint) -> None:
    own = entry_point.module.partition(".")[0]
    others = {other.module.partition(".")[0] for other in installed()} - {own}
    assert names_imported_below(folder_of(own)) & others == set()


def folder_of(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def names_imported_below(folder: Path) -> set[str]:
    """The top-level packages that the Python files below a folder import, wherever in the file they do."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def forbidden_words() -> re.Pattern[str]:
    entries = installed()
    packages = {entry.module.partition(".")[0] for entry in entries} | {"ovop_food"}
    distributions = {package.replace("_", "-") for package in packages}
    names = PROGRAMME | {entry.name for entry in entries} - {"food"}
    return re.compile("|".join(map(re.escape, sorted(packages | distributions | names))), re.IGNORECASE)


def texts_of_the_core() -> list[Path]:
    return sorted(
        path
        for path in CORE.rglob("*")
        if path.suffix in TEXT and path.is_file() and FOREIGN.isdisjoint(path.parents)
    )


def test_core_names_no_commodity() -> None:
    words = forbidden_words()
    found = [
        f"{path.relative_to(CORE)}:{number}: {line.strip()}"
        for path in texts_of_the_core()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if words.search(line)
    ]
    assert found == []


def test_core_imports_no_commodity() -> None:
    packages = {entry.module.partition(".")[0] for entry in installed()}
    assert names_imported_below(CORE) & packages == set()
