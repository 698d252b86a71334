"""When a hook that keeps failing is left alone: a circuit breaker as a pure state machine.

Closed: the hook is asked. After `failures` failures in a row it opens: the hook is not asked for `rest_seconds`. Then one call is let through
as a trial; if it succeeds the breaker closes, if it fails the rest begins anew.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace


class Turn(StrEnum):
    """What a result changed."""

    NONE = "none"
    OPENED = "opened"
    CLOSED = "closed"


class Breaker(Struct, frozen=True, kw_only=True):
    """The state of one hook of one commodity. Instants are seconds of a monotonic clock."""

    failures: int = 3
    rest_seconds: float = 60.0
    failed_in_a_row: int = 0
    resting_until: float | None = None

    @property
    def open(self) -> bool:
        """Whether the hook failed too often and has not answered since."""
        return self.resting_until is not None

    def admits(self, now: float) -> bool:
        """Whether the hook may be asked: always while closed, and once the rest is over."""
        return self.resting_until is None or now >= self.resting_until

    def succeeded(self) -> tuple[Breaker, Turn]:
        """The state after an answer."""
        turn = Turn.CLOSED if self.open else Turn.NONE
        return replace(self, failed_in_a_row=0, resting_until=None), turn

    def failed(self, now: float) -> tuple[Breaker, Turn]:
        """The state after a failure. A trial that fails prolongs the rest and is no new opening."""
        count = self.failed_in_a_row + 1
        if not self.open and count < self.failures:
            return replace(self, failed_in_a_row=count), Turn.NONE
        turn = Turn.NONE if self.open else Turn.OPENED
        return replace(self, failed_in_a_row=count, resting_until=now + self.rest_seconds), turn
