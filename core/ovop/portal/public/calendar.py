"""Which cycle the public is told of. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ovop.contract.vocabulary import Text
from ovop.cycles.models import Cycle
from ovop.cycles.rules import CycleState


class Standing(StrEnum):
    """How a cycle's window stands to now. `planned`: the ministry has not opened the cycle yet, so its dates may change."""

    RUNNING = "running"
    UPCOMING = "upcoming"
    PLANNED = "planned"
    OVER = "over"


class Window(Struct, frozen=True, kw_only=True):
    """The window of one cycle."""

    year: int
    name: Text
    opens_at: datetime
    closes_at: datetime
    standing: Standing


def window_to_tell(cycles: Sequence[Cycle], at: datetime) -> Window | None:
    """The window in which proposals are taken now; else the next one; else the last that is over; `None` when there never was any."""
    told = [(standing, cycle) for cycle in cycles if (standing := _standing(cycle, at)) is not None]
    for standing in (Standing.RUNNING, Standing.UPCOMING, Standing.PLANNED):
        coming = [cycle for found, cycle in told if found is standing]
        if coming:
            return _window(min(coming, key=lambda cycle: cycle.opens_at), standing)
    over = [cycle for found, cycle in told if found is Standing.OVER]
    return _window(max(over, key=lambda cycle: cycle.closes_at), Standing.OVER) if over else None


def _standing(cycle: Cycle, at: datetime) -> Standing | None:
    if cycle.state == CycleState.DRAFT:
        return Standing.PLANNED if cycle.opens_at > at else None
    if cycle.state == CycleState.CLOSED or cycle.closes_at < at:
        return Standing.OVER
    return Standing.UPCOMING if cycle.opens_at > at else Standing.RUNNING


def _window(cycle: Cycle, standing: Standing) -> Window:
    return Window(
        year=cycle.year,
        name=Text(cycle.name_id, cycle.name_en),
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        standing=standing,
    )
