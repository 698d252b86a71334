"""`Hooks`: what the platform, the command line and the conformance kit ask commodities by."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from msgspec import Struct

from ovop.contract.hooks.answers import HookAnswer
from ovop.contract.hooks.terms import LOADING, Asked, Incident, Limits, Observe
from ovop.contract.hooks.wire import Inspection as Inspection
from ovop.contract.hooks.wire import question
from ovop.contract.hookspecs import BUDGETS_MS
from ovop.contract.registry import Commodity, Registry
from ovop.contract.vocabulary import Text

if TYPE_CHECKING:
    from ovop.contract.hooks.lane import Lane

DATA_ONLY = Inspection()


class HookProblem(Struct, frozen=True, kw_only=True):
    """A hook, or the whole code of a commodity, that is not asked at present, and why."""

    commodity: str
    hook: str
    reason: Text


def _ignore(_event: Asked | Incident) -> None: ...


class Hooks:
    """Asks the installed commodities, each through a worker of its own that starts when it is first asked.

    A commodity that is data only costs nothing. Every method may be called from any thread; `observe` is called in the one that asks.
    Close it when done: workers end, and who waits for one gets a failure.
    """

    def __init__(
        self, registry: Registry, *, limits: Limits | None = None, observe: Observe = _ignore
    ) -> None:
        self._registry = registry
        self._limits = limits or Limits()
        self._observe = observe
        self._lanes: dict[str, Lane] = {}
        self._making = Lock()
        self._closed = False

    def installed(self, commodity_id: str) -> Commodity | None:
        """The commodity as it is installed here, if it is."""
        return self._registry.commodities.get(commodity_id)

    async def ask(self, commodity_id: str, hook: str, /, **arguments: object) -> HookAnswer:
        """Ask one commodity one hook. A failure is told, never raised; an unknown hook or commodity raises KeyError."""
        lane = self._lane(commodity_id, hook)
        if lane is None:
            return HookAnswer(budget_ms=BUDGETS_MS[hook])
        content = question(hook, arguments)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(lane.executor, lane.ask, hook, content, monotonic())

    def ask_now(self, commodity_id: str, hook: str, /, **arguments: object) -> HookAnswer:
        """The same, for callers without an event loop: it blocks."""
        lane = self._lane(commodity_id, hook)
        if lane is None:
            return HookAnswer(budget_ms=BUDGETS_MS[hook])
        return lane.ask(hook, question(hook, arguments), monotonic())

    async def inspect(self, commodity_id: str) -> Inspection:
        """What a commodity's code is: the hooks that it implements, or why it cannot be used. Looked at once."""
        lane = self._lane(commodity_id)
        if lane is None:
            return DATA_ONLY
        return await asyncio.get_running_loop().run_in_executor(lane.executor, lane.inspect)

    def inspect_now(self, commodity_id: str) -> Inspection:
        """The same, for callers without an event loop: it blocks."""
        lane = self._lane(commodity_id)
        return DATA_ONLY if lane is None else lane.inspect()

    async def inspect_all(self) -> Mapping[str, Inspection]:
        """What every installed commodity's code is; those with code are loaded side by side."""
        names = list(self._registry.commodities)
        return dict(zip(names, await asyncio.gather(*map(self.inspect, names)), strict=True))

    def problems(self) -> tuple[HookProblem, ...]:
        """What is not asked at present, as far as it is known: code that cannot be loaded, hooks that failed too often."""
        return tuple(
            _problem(commodity, hook, cause, lane.known)
            for commodity, lane in sorted(self._lanes.items())
            for hook, cause in sorted(lane.quarantined().items())
        )

    def close(self) -> None:
        """End all workers."""
        with self._making:
            self._closed = True
        for lane in self._lanes.values():
            lane.close()

    def _lane(self, commodity_id: str, hook: str = "") -> Lane | None:
        if hook:
            BUDGETS_MS[hook]
        commodity = self._registry.commodities[commodity_id]
        if not commodity.module:
            return None
        with self._making:
            if self._closed:
                raise RuntimeError("the hooks are closed")
            if commodity_id not in self._lanes:
                from ovop.contract.hooks.lane import (
                    Lane,  # with all that worker processes need, for whoever needs them
                )

                self._lanes[commodity_id] = Lane(commodity, self._limits, self._observe)
            return self._lanes[commodity_id]


def _problem(commodity: str, hook: str, cause: str, known: Inspection | None) -> HookProblem:
    if hook == LOADING and known is not None and known.fault is not None:
        return HookProblem(commodity=commodity, hook="", reason=known.fault)
    reason = Text(
        f"hook `{hook}` gagal berkali-kali dan untuk sementara tidak ditanya ({cause}).",
        f"the hook `{hook}` failed several times and is not asked for a while ({cause}).",
    )
    return HookProblem(commodity=commodity, hook=hook, reason=reason)
