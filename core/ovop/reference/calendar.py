"""Holidays of Indonesia as a first proposal for the holiday table, and the arithmetic of working days.

The dates here are estimates: the joint decree (SKB) of three ministers fixes national holidays and collective leave (cuti bersama)
year by year, and later Islamic dates depend on the sighting of the moon. The table that the ministry keeps wins over these rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from ovop.contract.vocabulary import Text


class HolidayKind(StrEnum):
    """`national` is a national holiday, `collective_leave` a cuti bersama, on which government offices are closed too."""

    NATIONAL = "national"
    COLLECTIVE_LEAVE = "collective_leave"


class HolidayRow(Struct, frozen=True):
    """One day off. The name says "(perkiraan)" or "(estimated)" where the date itself is not certain yet."""

    day: date
    name: Text
    kind: HolidayKind


_CATEGORIES = (("government", HolidayKind.COLLECTIVE_LEAVE), ("public", HolidayKind.NATIONAL))


def estimated_holidays(years: Iterable[int]) -> list[HolidayRow]:
    """The days off of `years`, one row a day in order of date; on a day that is both, the national holiday stands.

    Collective leave is known for decreed years only, so a later year has national holidays alone. Years outside 1946 to 2100
    give no rows. Source: the `holidays` library, categories public and government.
    """
    # Imported here because it takes a quarter of a second, which every start of the program would pay.
    from holidays import country_holidays

    wanted = sorted(set(years))
    rows: dict[date, HolidayRow] = {}
    for category, kind in _CATEGORIES:
        indonesian = country_holidays("ID", years=wanted, categories=(category,), language="id")
        english = country_holidays("ID", years=wanted, categories=(category,), language="en_US")
        for day, name in indonesian.items():
            rows[day] = HolidayRow(day, Text(id=name, en=english[day]), kind)
    return [rows[day] for day in sorted(rows)]


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Whether offices work on `day`: not a Saturday, not a Sunday, not among `holidays`."""
    return day.weekday() < 5 and day not in holidays


def add_working_days(start: date, days: int, holidays: Collection[date]) -> date:
    """The day on which the given number of working days after `start` is complete; `start` itself is not counted.

    0 gives `start`, whatever day it is. Raises ValueError for a negative number, OverflowError past the year 9999.
    """
    if days < 0:
        raise ValueError(f"a number of working days is 0 or more, not {days}")
    off = frozenset(holidays)
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, off)
    return day


def working_days_between(start: date, end: date, holidays: Collection[date]) -> int:
    """How many working days lie after `start` up to and including `end`; negative where `end` is the earlier one.

    The counterpart of `add_working_days`: between(start, add(start, n)) is n.
    """
    if end < start:
        return -working_days_between(end, start, holidays)
    off = frozenset(holidays)
    span = (end - start).days
    return sum(is_working_day(start + timedelta(days=offset), off) for offset in range(1, span + 1))
