"""How a cycle runs a commodity, in full or with its data only, and the reasons for the latter. Pure."""

from collections.abc import Sequence
from math import inf
from uuid import UUID

import msgspec

from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Text

NAMED = 3
"""How many differing examples a reason names."""


class Mode(msgspec.Struct, frozen=True):
    """How a cycle runs one of its commodities: in full, or, for the reason told, with its data only.

    `detail` is for operators alone: the text of an error may tell of the machine.
    """

    reason: Text | None = None
    detail: Text | None = None

    @property
    def data_only(self) -> bool:
        """Whether the commodity's code is left out."""
        return self.reason is not None

    @property
    def word(self) -> str:
        """`full` or `data_only`."""
        return "data_only" if self.data_only else "full"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen definition and how it is run. `again_at` (monotonic seconds): when to look again, where code was there but did not answer."""

    cycle_id: UUID
    year: int
    commodity: str
    version: str
    mode: Mode
    hooks: tuple[str, ...] = ()
    again_at: float = inf


def not_installed(registry: Registry, commodity_id: str, version: str, distribution: str) -> Text | None:
    """Why the code of a frozen version cannot be the one that is installed here; None where it is there."""
    if registry.safe_mode:
        return Text(
            "Platform berjalan dalam mode aman: kode komoditi tidak dijalankan.",
            "The platform runs in safe mode: no commodity's code is run.",
        )
    installed = registry.commodities.get(commodity_id)
    if installed is None:
        return Text(
            f"Paket komoditi “{commodity_id}” tidak terpasang atau tidak dapat dimuat. Pasang versi {version} lagi.",
            f"The package of the commodity “{commodity_id}” is not installed or cannot be loaded. Install version {version} again.",
        )
    if installed.distribution != distribution:
        return Text(
            f"Komoditi “{commodity_id}” dibekukan dari paket {distribution}, tetapi yang terpasang {installed.distribution}.",
            f"The commodity “{commodity_id}” was frozen from the package {distribution}, but {installed.distribution} is installed.",
        )
    now = installed.definition.manifest.version
    if now != version:
        return Text(
            f"Siklus ini membekukan versi {version}, tetapi yang terpasang versi {now}: kodenya tidak dipakai.",
            f"This cycle froze version {version}, but version {now} is installed: its code is not used.",
        )
    return None


def code_broken() -> Text:
    """The code is there, but cannot be used."""
    return Text(
        "Kode komoditi yang terpasang tidak dapat dipakai; sebabnya: `ovop commodity list`.",
        "The commodity's installed code cannot be used; for the cause: `ovop commodity list`.",
    )


def hooks_gone(names: Sequence[str]) -> Text:
    """The code is there without hooks that it had."""
    gone = ", ".join(names)
    return Text(
        f"Hook yang ada saat dibekukan sudah tidak ada: {gone}.",
        f"Hooks that were there when it was frozen are gone: {gone}.",
    )


def _some(names: Sequence[str]) -> str:
    more = f" (+{len(names) - NAMED})" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def unreadable() -> Text:
    """The frozen data do not fit today's vocabulary."""
    return Text(
        "Definisi yang dibekukan tidak dapat dibaca oleh versi platform ini.",
        "The frozen definition cannot be read by this version of the platform.",
    )


def examples_changed(names: Sequence[str]) -> Text:
    """These worked examples come out otherwise."""
    return Text(
        f"Contoh kerja tidak lagi menghasilkan yang sama seperti saat dibekukan: {_some(names)}.",
        f"Worked examples no longer come out as they did when it was frozen: {_some(names)}.",
    )


def code_answers_otherwise(names: Sequence[str]) -> Text:
    """The code answers otherwise, as `example/hook`."""
    return Text(
        f"Kode komoditi menjawab lain daripada saat dibekukan, pada contoh: {_some(names)}.",
        f"The commodity's code answers otherwise than when it was frozen, on the examples: {_some(names)}.",
    )
