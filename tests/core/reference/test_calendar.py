from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.contract.vocabulary import Text
from ovop.reference.calendar import (
    HolidayKind,
    HolidayRow,
    add_working_days,
    estimated_holidays,
    is_working_day,
    working_days_between,
)

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
HOLIDAYS = st.sets(st.dates(date(2024, 1, 1), date(2029, 12, 31)), max_size=60)
COUNTS = st.integers(0, 120)


def test_independence_day_is_a_national_holiday_with_both_names() -> None:
    rows = {row.day: row for row in estimated_holidays([2026])}
    assert rows[date(2026, 8, 17)] == HolidayRow(
        date(2026, 8, 17),
        Text("Hari Kemerdekaan Republik Indonesia", "Independence Day"),
        HolidayKind.NATIONAL,
    )


def test_collective_leave_of_2026_has_the_eight_days_of_the_joint_decree() -> None:
    leave = [row.day for row in estimated_holidays([2026]) if row.kind is HolidayKind.COLLECTIVE_LEAVE]
    assert leave == [
        date(2026, 2, 16),
        date(2026, 3, 18),
        date(2026, 3, 20),
        date(2026, 3, 23),
        date(2026, 3, 24),
        date(2026, 5, 15),
        date(2026, 5, 28),
        date(2026, 12, 24),
    ]


def test_uncertain_date_says_so_in_both_languages() -> None:
    eid = [row.name for row in estimated_holidays([2030]) if "Idul Adha" in row.name.id]
    assert eid == [Text("Hari Raya Idul Adha (perkiraan)", "Eid al-Adha (estimated)")]


def test_rows_are_one_a_day_in_order_over_all_years_asked() -> None:
    rows = estimated_holidays([2027, 2026, 2026])
    days = [row.day for row in rows]
    assert days == sorted(set(days))
    assert {day.year for day in days} == {2026, 2027}
    assert rows == estimated_holidays([2026]) + estimated_holidays([2027])


def test_no_years_give_no_rows() -> None:
    assert estimated_holidays([]) == []


def test_deadline_skips_weekend_nyepi_and_eid_with_its_leave() -> None:
    off = {row.day for row in estimated_holidays([2026])}
    assert add_working_days(date(2026, 3, 17), 1, off) == date(2026, 3, 25)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2026, 7, 3), 0, date(2026, 7, 3)),
        (date(2026, 7, 3), 1, date(2026, 7, 6)),
        (date(2026, 7, 4), 0, date(2026, 7, 4)),
        (date(2026, 7, 4), 1, date(2026, 7, 6)),
        (date(2026, 7, 6), 5, date(2026, 7, 13)),
    ],
)
def test_working_days_are_counted_from_the_day_after_the_start(
    start: date, days: int, expected: date
) -> None:
    assert add_working_days(start, days, ()) == expected


def test_negative_number_of_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        add_working_days(date(2026, 7, 3), -1, ())


@given(DAYS, COUNTS, HOLIDAYS)
def test_counting_back_gives_the_number_that_was_added(start: date, days: int, holidays: set[date]) -> None:
    assert working_days_between(start, add_working_days(start, days, holidays), holidays) == days


@given(DAYS, st.integers(1, 120), HOLIDAYS)
def test_deadline_falls_on_a_working_day(start: date, days: int, holidays: set[date]) -> None:
    due = add_working_days(start, days, holidays)
    assert due.weekday() < 5
    assert due not in holidays


@given(DAYS, COUNTS, COUNTS, HOLIDAYS)
def test_adding_twice_is_adding_the_sum(start: date, first: int, second: int, holidays: set[date]) -> None:
    twice = add_working_days(add_working_days(start, first, holidays), second, holidays)
    assert twice == add_working_days(start, first + second, holidays)


@given(DAYS, COUNTS, HOLIDAYS, DAYS)
def test_one_more_holiday_never_brings_a_deadline_forward(
    start: date, days: int, holidays: set[date], extra: date
) -> None:
    assert add_working_days(start, days, holidays | {extra}) >= add_working_days(start, days, holidays)


@given(DAYS, DAYS, DAYS, HOLIDAYS)
def test_counts_over_adjoining_spans_add_up_in_any_order(
    a: date, b: date, c: date, holidays: set[date]
) -> None:
    whole = working_days_between(a, c, holidays)
    assert whole == working_days_between(a, b, holidays) + working_days_between(b, c, holidays)


@given(DAYS, HOLIDAYS)
def test_a_day_counts_exactly_when_it_is_a_working_day(day: date, holidays: set[date]) -> None:
    assert working_days_between(day - timedelta(days=1), day, holidays) == is_working_day(day, holidays)


@given(DAYS, st.integers(0, 52))
def test_a_week_without_holidays_has_five_working_days(start: date, weeks: int) -> None:
    assert working_days_between(start, start + timedelta(weeks=weeks), ()) == 5 * weeks
