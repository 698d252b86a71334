"""Finds the installed commodities, and asks one of them at a time.

A distribution announces its commodity by an entry point in the group `ovop.commodity`; the top-level package of its value holds the folder
`definition/`. That folder is read without running any code of the package. Code runs only if the entry point names a module inside the
package (`ovop_sample.plugin`; the value `ovop_sample` alone means data only), and not in safe mode.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import NewType

import pluggy

from ovop.contract import hookspecs
from ovop.contract.consistency import admits
from ovop.contract.errors import DefinitionError
from ovop.contract.loader import load_definition, read_manifest
from ovop.contract.vocabulary import CONTRACT_VERSION, Definition, Text

GROUP = hookspecs.PROJECT
DEFINITION_FOLDER = "definition"

Milliseconds = NewType("Milliseconds", float)


@dataclass(frozen=True)
class Commodity:
    """A commodity that can be used: its definition, where it came from, and its hooks if it has any."""

    definition: Definition
    folder: Path
    distribution: str
    version: str
    plugin_manager: pluggy.PluginManager | None = None

    @property
    def id(self) -> str:
        """The id of its manifest."""
        return self.definition.manifest.id


@dataclass(frozen=True)
class LoadProblem:
    """Why a commodity was left out: the name of its entry point, its distribution, and the reason."""

    name: str
    distribution: str
    reason: Text


@dataclass(frozen=True)
class HookAnswer:
    """What a hook returned, or why it did not. `value` is None where it has nothing to add or does not exist."""

    value: object = None
    failure: str = ""
    elapsed_ms: Milliseconds = Milliseconds(0.0)
    asked: bool = False
    budget_ms: int = 0

    @property
    def slow(self) -> bool:
        """Whether the hook took longer than its budget; kept apart from failure, because the answer is complete."""
        return self.elapsed_ms > self.budget_ms > 0


@dataclass(frozen=True)
class Registry:
    """The commodities that are installed and sound, and what was wrong with the others."""

    commodities: Mapping[str, Commodity] = field(default_factory=dict)
    problems: tuple[LoadProblem, ...] = ()
    safe_mode: bool = False

    @classmethod
    def discover(
        cls, *, safe_mode: bool = False, entry_points: Iterable[EntryPoint] | None = None
    ) -> Registry:
        """Read every installed commodity; one that fails is named in `problems` and stops no other. In safe mode no code of theirs runs."""
        found = sorted(
            _installed() if entry_points is None else entry_points, key=lambda e: (e.name, e.value)
        )
        sound: list[tuple[EntryPoint, Commodity]] = []
        problems: list[LoadProblem] = []
        for entry in found:
            try:
                sound.append((entry, _load(entry, safe_mode)))
            except _Refused as refused:
                problems.append(_problem(entry, refused.reason))
        counts = Counter(commodity.id for _, commodity in sound)
        for entry, commodity in sound:
            if counts[commodity.id] > 1:
                others = sorted({c.distribution for _, c in sound if c.id == commodity.id})
                problems.append(_problem(entry, _duplicate(commodity.id, others)))
        unique = {c.id: c for _, c in sound if counts[c.id] == 1}
        return cls(commodities=unique, problems=tuple(problems), safe_mode=safe_mode)

    def ask(self, commodity_id: str, hook: str, /, **arguments: object) -> HookAnswer:
        """Ask one commodity one hook. A failure is caught and told, never raised; unknown hooks raise KeyError, as does an unknown commodity."""
        budget = hookspecs.BUDGETS_MS[hook]
        manager = self.commodities[commodity_id].plugin_manager
        if manager is None or not getattr(manager.hook, hook).get_hookimpls():
            return HookAnswer(budget_ms=budget)
        started = perf_counter()
        try:
            value = getattr(manager.hook, hook)(**arguments)
            failure = ""
        except Exception as error:  # a plugin may raise anything; its commodity alone must suffer
            value, failure = None, f"{type(error).__name__}: {error}"
        elapsed = Milliseconds((perf_counter() - started) * 1000)
        return HookAnswer(value=value, failure=failure, elapsed_ms=elapsed, asked=True, budget_ms=budget)


class _Refused(Exception):
    def __init__(self, id_: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(id_, en)


def _installed() -> Iterable[EntryPoint]:
    return entry_points(group=GROUP)


def _problem(entry: EntryPoint, reason: Text) -> LoadProblem:
    return LoadProblem(entry.name, entry.dist.name if entry.dist else "", reason)


def _duplicate(commodity_id: str, distributions: list[str]) -> Text:
    names = ", ".join(distributions)
    return Text(
        f"id komoditi `{commodity_id}` dipakai lebih dari sekali ({names}); tidak ada yang dimuat.",
        f"the commodity id `{commodity_id}` is used more than once ({names}); none of them is loaded.",
    )


def _load(entry: EntryPoint, safe_mode: bool) -> Commodity:
    folder = definition_folder(entry)
    try:
        _require_contract(read_manifest(folder).contract)
        definition = load_definition(folder)
    except DefinitionError as error:
        raise _Refused(error.message.id, error.message.en) from error
    except OSError as error:
        raise _Refused(
            f"definisi tidak terbaca: {error}.", f"the definition cannot be read: {error}."
        ) from error
    return Commodity(
        definition=definition,
        folder=folder,
        distribution=entry.dist.name if entry.dist else "",
        version=entry.dist.version if entry.dist else "",
        plugin_manager=None if safe_mode else _plugin_manager(entry),
    )


def definition_folder(entry: EntryPoint) -> Path:
    """The folder `definition/` of an entry point's package, found without importing it."""
    package = entry.module.partition(".")[0]
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        spec = None
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / DEFINITION_FOLDER
        if folder.is_dir():
            return folder
    raise _Refused(
        f"paket `{package}` tidak ditemukan atau tidak mempunyai folder `{DEFINITION_FOLDER}`.",
        f"the package `{package}` is not found or has no folder `{DEFINITION_FOLDER}`.",
    )


def _require_contract(contract: str) -> None:
    """Refuse a range that leaves out our contract before anything else is judged; an unreadable one is a fault of the definition."""
    try:
        fits = admits(contract)
    except ValueError:
        return
    if not fits:
        raise _Refused(
            f"ditulis untuk kontrak `{contract}`, sedangkan platform ini memakai versi {CONTRACT_VERSION}.",
            f"written for the contract `{contract}`, while this platform has version {CONTRACT_VERSION}.",
        )


def _plugin_manager(entry: EntryPoint) -> pluggy.PluginManager | None:
    """The hooks of a commodity, in a manager of its own so that no other is ever asked; None for one that is data only."""
    if "." not in entry.module:
        return None
    try:
        module = importlib.import_module(entry.module)
    except (Exception, SystemExit) as error:  # importing runs foreign code, which may raise anything
        raise _Refused(
            f"modul `{entry.module}` gagal dimuat: {type(error).__name__}: {error}.",
            f"the module `{entry.module}` cannot be imported: {type(error).__name__}: {error}.",
        ) from error
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(module)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise _Refused(*_misfit(module, manager, error)) from error
    return manager


def _misfit(
    module: ModuleType, manager: pluggy.PluginManager, error: pluggy.PluginValidationError
) -> tuple[str, str]:
    known = ", ".join(hookspecs.BUDGETS_MS)
    unknown = [
        name
        for name, function in inspect.getmembers(module, inspect.isroutine)
        if manager.parse_hookimpl_opts(module, name) is not None and name not in hookspecs.BUDGETS_MS
    ]
    if unknown:
        names = ", ".join(unknown)
        return (
            f"hook `{names}` tidak ada; yang ada: {known}.",
            f"there is no hook `{names}`; there are: {known}.",
        )
    return f"hook tidak sesuai: {error}", f"a hook does not fit: {error}"
