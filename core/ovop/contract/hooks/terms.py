"""Under which limits commodities' code is asked, and what is told of how it behaves. Pure, and light to import."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from ovop.contract.hooks.answers import HookAnswer

LOADING = "(module)"
"""Stands for the hook where the module itself cannot be loaded."""


class Limits(Struct, frozen=True, kw_only=True):
    """How far a commodity's code may go before it is stopped, and how long it is left alone after that.

    `seconds` ends one call, ten times as much the loading of the module; `megabytes` bounds the worker's memory; after `calls` a worker is
    replaced, so that nothing piles up in it; `failures` in a row make a hook rest for `rest_seconds`.
    """

    seconds: float = 1.0
    megabytes: int = 256
    calls: int = 1000
    failures: int = 3
    rest_seconds: float = 60.0

    @property
    def start_seconds(self) -> float:
        """How long loading the module may take."""
        return self.seconds * 10


class Incident(Struct, frozen=True, kw_only=True):
    """A hook was given up for a while (`quarantined`), or answers again. `cause` never quotes an answer."""

    commodity: str
    hook: str
    quarantined: bool
    cause: str = ""


class Asked(Struct, frozen=True, kw_only=True):
    """One call, for those who measure: its answer, and how long its sender waited from the moment it was put."""

    commodity: str
    hook: str
    answer: HookAnswer
    seconds: float


Observe: TypeAlias = Callable[[Asked | Incident], None]
