"""What the import layers in pyproject.toml cannot say, because it goes by a module's name."""

from functools import cache

import grimp

LAYERED = (
    "ovop.app",
    "ovop.asgi",
    "ovop.cli",
    "ovop.demo",
    "ovop.health",
    "ovop.openapi",
    "ovop.portal",
    "ovop.web",
)
"""What stands above the features."""


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("ovop", cache_dir=None, exclude_type_checking_imports=True)


def is_surface(module: str) -> bool:
    name = module.rpartition(".")[2]
    return name == "api" or name.endswith("_api")


def is_above(module: str) -> bool:
    return any(module == layer or module.startswith(f"{layer}.") for layer in LAYERED)


def test_surfaces_are_imported_by_the_application_and_other_surfaces_only() -> None:
    surfaces = [module for module in graph().modules if is_surface(module)]
    found = [
        (importer, surface)
        for surface in surfaces
        for importer in sorted(graph().find_modules_that_directly_import(surface))
        if not is_surface(importer) and not is_above(importer)
    ]
    assert surfaces
    assert found == []


def test_only_surfaces_know_requests_and_their_documentation() -> None:
    for shared in ("ovop.web", "ovop.openapi", "ovop.problems"):
        importers = sorted(graph().find_modules_that_directly_import(shared))
        assert [name for name in importers if not is_surface(name) and not is_above(name)] == []


def test_rules_are_pure() -> None:
    """A `rules` module decides from values: it neither queries, nor serves, nor reads files."""
    outside = grimp.build_graph("ovop", cache_dir=None, include_external_packages=True)
    rules = [module for module in outside.modules if module.endswith(".rules")]
    io = {
        "sqlalchemy",
        "litestar",
        "httpx",
        "aiosmtplib",
        "obstore",
        "ovop.database",
        "ovop.files",
        "ovop.web",
    }
    found = {module: outside.find_modules_directly_imported_by(module) & io for module in rules}
    assert rules
    assert {module: names for module, names in found.items() if names} == {}
