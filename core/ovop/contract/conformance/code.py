"""The commodity's own code, if it has any, asked as the platform asks it: in a guarded worker process."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path

from msgspec.structs import replace

from ovop.contract import hookspecs
from ovop.contract.conformance.subject import Case
from ovop.contract.derived import PREFIX
from ovop.contract.hooks.answers import HookAnswer
from ovop.contract.hooks.asking import Hooks
from ovop.contract.registry import Commodity, Registry
from ovop.contract.vocabulary import Definition, Fact, SubmissionView, Text


class Code:
    """The hooks of one commodity. Close it when done."""

    def __init__(self, definition: Definition, folder: Path, module: str) -> None:
        self._id = definition.manifest.id
        known = Commodity(definition=definition, folder=folder, distribution="", version="", module=module)
        self._hooks = Hooks(Registry(commodities={self._id: known}))
        self._inspection = self._hooks.inspect_now(self._id)

    @property
    def problem(self) -> Text | None:
        """Why the code cannot be asked at all; None where it can."""
        return self._inspection.fault

    @property
    def names(self) -> Sequence[str]:
        """The hooks that it implements."""
        return self._inspection.implemented

    def ask(self, hook: str, arguments: Mapping[str, object]) -> HookAnswer:
        """Ask one hook; a failure is told, never raised."""
        return self._hooks.ask_now(self._id, hook, **arguments)

    def close(self) -> None:
        """End its worker."""
        self._hooks.close()


@contextmanager
def code_of(definition: Definition, folder: Path) -> Iterator[Code | None]:
    """The code of the commodity whose definition lies in a folder, installed or not; None for one that is data only."""
    folder = folder.resolve()  # a worker has another working folder
    module = module_of(folder)
    if not module:
        yield None
        return
    with closing(Code(definition, folder, module)) as code:
        yield code


def module_of(folder: Path) -> str:
    """The module with the hooks, as the `pyproject.toml` beside the package or the installed distribution names it; "" for data only."""
    package = folder.parent.name
    for value in (*_written(folder.parent.parent / "pyproject.toml"), *_installed()):
        if value.partition(".")[0] == package:
            return value if "." in value else ""
    return ""


def view_of(definition: Definition, case: Case) -> SubmissionView:
    """A case as hooks are shown it."""
    manifest = definition.manifest
    return SubmissionView(
        commodity=manifest.id,
        version=manifest.version,
        answers=case.answers,  # type: ignore[arg-type]  # JSON, which Answers describes more narrowly
        evidence=case.evidence,
        facts={name: _fact(name, value) for name, value in case.facts.items()},  # type: ignore[misc]  # likewise
        product_name="Produk",
    )


def arguments_for(hook: str, view: SubmissionView, levels: Mapping[str, int]) -> dict[str, object]:
    """What a hook is asked with. `derive_fields` is not told what it is to find out; for `upcast` the answers stand for older ones."""
    match hook:
        case "upcast":
            return {"answers": view.answers, "from_version": "1.0"}
        case "advise":
            return {"submission": view, "levels": dict(levels)}
        case "derive_fields":
            known = {name: value for name, value in view.facts.items() if not name.startswith(PREFIX)}
            return {"submission": replace(view, facts=known)}
        case _:
            return {"submission": view}


def _fact(name: str, value: object) -> object:
    return date.fromisoformat(value) if name == Fact.TODAY and isinstance(value, str) else value


def _written(pyproject: Path) -> Iterator[str]:
    if pyproject.is_file():
        project = tomllib.loads(pyproject.read_text(encoding="utf-8")).get("project", {})
        yield from project.get("entry-points", {}).get(hookspecs.PROJECT, {}).values()


def _installed() -> Iterator[str]:
    yield from (entry.value for entry in entry_points(group=hookspecs.PROJECT))
