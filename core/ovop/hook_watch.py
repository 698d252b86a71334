"""Watches how commodities' code behaves: meters, the process's log, and the platform's event log.

The event log gets one event when a hook is quarantined and one when it answers again, on the stream of the commodity. It is written in a
transaction of its own: it must neither be lost with a request that is rolled back nor make one fail.
"""

import asyncio

import structlog
from structlog.typing import FilteringBoundLogger

from ovop.clock import Clock
from ovop.contract.hooks.answers import Outcome
from ovop.contract.hooks.terms import Asked, Incident
from ovop.database import Database
from ovop.events import By, append
from ovop.metrics import Meters

log: FilteringBoundLogger = structlog.get_logger("ovop.commodities")


def stream_of(commodity_id: str) -> str:
    """The event stream of a commodity."""
    return f"commodity/{commodity_id}"


class HookWatch:
    """Hears of every call (from whatever thread) and keeps what operators need to know."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self.meters = Meters()
        self._database = database
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writing: set[asyncio.Task[None]] = set()
        self._told: set[tuple[str, str, Outcome]] = set()

    def start(self) -> None:
        """From now on incidents are written, in the running event loop."""
        self._loop = asyncio.get_running_loop()

    async def finish(self) -> None:
        """Wait for what is being written."""
        await asyncio.sleep(0)  # what other threads handed over last becomes a task first
        await asyncio.gather(*self._writing)
        self._loop = None

    def __call__(self, event: Asked | Incident) -> None:
        """Take in one call or incident."""
        self.meters.count(event)
        if isinstance(event, Asked):
            self._tell(event)
            return
        _warn_of(event)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._begin_writing, event)

    def _tell(self, event: Asked) -> None:
        """Log each kind of failure once per process, since a hook is asked at every save. The exception's text stays out: it may quote answers."""
        answer = event.answer
        told = (event.commodity, event.hook, answer.outcome)
        if answer.outcome is Outcome.ANSWERED or told in self._told:
            return
        self._told.add(told)
        log.warning(
            "hook_slow" if answer.slow else "hook_failed",
            commodity=event.commodity,
            hook=event.hook,
            outcome=answer.outcome.value,
            error=answer.cause,
            elapsed_ms=round(answer.elapsed_ms),
            budget_ms=answer.budget_ms,
        )

    def _begin_writing(self, incident: Incident) -> None:
        task = asyncio.ensure_future(self._write(incident))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, incident: Incident) -> None:
        try:
            async with self._database.transaction() as session:
                await append(
                    session,
                    stream=stream_of(incident.commodity),
                    type="hook_quarantined" if incident.quarantined else "hook_restored",
                    at=self._clock(),
                    by=By(),
                    payload={"hook": incident.hook, "cause": incident.cause},
                )
        except Exception as error:  # the database may be away; the process's log has it all the same
            log.error("hook incident not recorded", commodity=incident.commodity, error=type(error).__name__)


def _warn_of(incident: Incident) -> None:
    log.warning(
        "hook_quarantined" if incident.quarantined else "hook_restored",
        commodity=incident.commodity,
        hook=incident.hook,
        cause=incident.cause,
    )
