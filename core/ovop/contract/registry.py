"""Finds the installed commodities without running any code of theirs.

A distribution announces its commodity by an entry point in the group `ovop.commodity`, named as the commodity's id; the top-level package of
its value holds the folder `definition/`. A value that names a module inside the package (`ovop_sample.plugin`) says where its hooks are; the
package alone (`ovop_sample`) means data only. The hooks are asked by `ovop.contract.hooks`, in a process of their own.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from ovop.contract import hookspecs
from ovop.contract.consistency import admits
from ovop.contract.derived import derived_fields
from ovop.contract.errors import DefinitionError
from ovop.contract.loader import load_definition, read_manifest
from ovop.contract.vocabulary import CONTRACT_VERSION, Definition, Text

GROUP = hookspecs.PROJECT
DEFINITION_FOLDER = "definition"


@dataclass(frozen=True)
class Commodity:
    """A commodity that can be used: its definition, where it came from, and the module of its hooks, empty for one that is data only."""

    definition: Definition
    folder: Path
    distribution: str
    version: str
    module: str = ""

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
class Registry:
    """The commodities that are installed and sound, and what was wrong with the others."""

    commodities: Mapping[str, Commodity] = field(default_factory=dict)
    problems: tuple[LoadProblem, ...] = ()
    safe_mode: bool = False

    @classmethod
    def discover(
        cls, *, safe_mode: bool = False, entry_points: Iterable[EntryPoint] | None = None
    ) -> Registry:
        """Read every installed commodity; one that fails is named in `problems` and stops no other. In safe mode
        every one is taken as data only."""
        found = sorted(
            _installed() if entry_points is None else entry_points, key=lambda e: (e.name, e.value)
        )
        sound: list[tuple[EntryPoint, Commodity]] = []
        problems: list[LoadProblem] = []
        for entry in found:
            try:
                commodity = _load(entry, safe_mode)
                _require_own_name(entry, commodity)
                if not safe_mode:
                    _require_code(commodity)
                sound.append((entry, commodity))
            except _Refused as refused:
                problems.append(_problem(entry, refused.reason))
            except Exception as error:  # a foreign file may make a reader stumble in ways that nobody foresaw
                problems.append(_problem(entry, _unreadable(error)))
        counts = Counter(commodity.id for _, commodity in sound)
        for entry, commodity in sound:
            if counts[commodity.id] > 1:
                others = sorted({c.distribution for _, c in sound if c.id == commodity.id})
                problems.append(_problem(entry, _duplicate(commodity.id, others)))
        unique = {c.id: c for _, c in sound if counts[c.id] == 1}
        return cls(commodities=unique, problems=tuple(problems), safe_mode=safe_mode)


class _Refused(Exception):
    def __init__(self, id_: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(id_, en)


def _installed() -> Iterable[EntryPoint]:
    return entry_points(group=GROUP)


def _problem(entry: EntryPoint, reason: Text) -> LoadProblem:
    return LoadProblem(entry.name, entry.dist.name if entry.dist else "", reason)


def _unreadable(error: Exception) -> Text:
    what = f"{type(error).__name__}: {error}"
    return Text(f"tidak dapat dibaca: {what}.", f"it cannot be read: {what}.")


def _duplicate(commodity_id: str, distributions: list[str]) -> Text:
    names = ", ".join(distributions)
    return Text(
        f"id komoditi `{commodity_id}` dipakai lebih dari sekali ({names}); tidak ada yang dimuat.",
        f"the commodity id `{commodity_id}` is used more than once ({names}); none of them is loaded.",
    )


def _require_own_name(entry: EntryPoint, commodity: Commodity) -> None:
    """One name for one thing: what an installer and `pip` call it is what cycles and rules call it."""
    if entry.name != commodity.id:
        raise _Refused(
            f"entry point bernama `{entry.name}`, tetapi id di commodity.toml `{commodity.id}`; samakan keduanya.",
            f"the entry point is named `{entry.name}`, but the id in commodity.toml is `{commodity.id}`; make them the same.",
        )


def _require_code(commodity: Commodity) -> None:
    """Refuse what is data only and yet leaves the values of computed fields to code."""
    if not commodity.module and (fields := derived_fields(commodity.definition)):
        names = ", ".join(field.id for field in fields)
        raise _Refused(
            f"isian terhitung tanpa `rule` ({names}) memerlukan kode; tulis `rule`, atau sebut modul di entry point.",
            f"computed fields without a `rule` ({names}) need code; write a `rule`, or name the module in the entry point.",
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
        module="" if safe_mode or "." not in entry.module else entry.module,
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
