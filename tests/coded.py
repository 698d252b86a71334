"""Commodities with code, for tests: a package on disk as an installer would put it, whose module the platform's workers load.

Every package has a module name of its own, so that no test meets another's. The code may read `answer.json` beside it (package data), which
is how a test changes what a hook answers while the platform runs.
"""

from itertools import count
from pathlib import Path

from ovop.contract.registry import Commodity, Registry
from ovop.contract.vocabulary import Definition
from tests.factories import sample_definition

_numbers = count(1)


def coded_commodity(
    folder: Path, code: str, *, definition: Definition | None = None, distribution: str = "ovop-sample"
) -> Commodity:
    """A commodity (the invented one unless another is given) whose module `plugin` holds this code."""
    chosen = definition or sample_definition()
    package = f"ovop_coded_{chosen.manifest.id}_{next(_numbers)}"
    place = folder / "packages" / package
    (place / "definition").mkdir(parents=True)
    (place / "__init__.py").touch()
    (place / "plugin.py").write_text(code, encoding="utf-8")
    return Commodity(
        definition=chosen,
        folder=place / "definition",
        distribution=distribution,
        version="1.0.0",
        module=f"{package}.plugin",
    )


def coded_registry(folder: Path, code: str, *, definition: Definition | None = None) -> Registry:
    """A registry in which only that commodity is installed."""
    commodity = coded_commodity(folder, code, definition=definition)
    return Registry(commodities={commodity.id: commodity})
