"""Instants and days. The ministry's day is that of Jakarta, wherever the server stands."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

Clock: TypeAlias = Callable[[], datetime]

JAKARTA = ZoneInfo("Asia/Jakarta")


def utc_now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)


def day_in_jakarta(instant: datetime) -> date:
    """The calendar day in Jakarta at an instant."""
    return instant.astimezone(JAKARTA).date()


def end_of_day(day: date) -> datetime:
    """The first instant after a calendar day in Jakarta, UTC."""
    return datetime.combine(day + timedelta(days=1), time(), JAKARTA).astimezone(UTC)


def wib(instant: datetime) -> str:
    """An instant as people in Jakarta write it: `2026-04-30 23:59:00 WIB`."""
    return f"{instant.astimezone(JAKARTA):%Y-%m-%d %H:%M:%S} WIB"
