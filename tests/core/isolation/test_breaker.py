"""The circuit breaker: pure steps from state to state."""

from hypothesis import given
from hypothesis import strategies as st

from ovop.contract.hooks.breaker import Breaker, Turn

FRESH = Breaker(failures=3, rest_seconds=60.0)


def after_failures(count: int, now: float = 0.0) -> Breaker:
    breaker = FRESH
    for _ in range(count):
        breaker, _turn = breaker.failed(now)
    return breaker


def test_breaker_stays_closed_below_the_number_of_failures() -> None:
    breaker = after_failures(2)
    assert not breaker.open
    assert breaker.admits(0.0)


def test_breaker_opens_at_the_number_of_failures_and_says_so_once() -> None:
    breaker, turn = after_failures(2).failed(10.0)
    assert (turn, breaker.open) == (Turn.OPENED, True)
    assert not breaker.admits(69.9)
    assert breaker.failed(10.0)[1] is Turn.NONE


def test_success_in_between_begins_the_count_anew() -> None:
    breaker, turn = after_failures(2).succeeded()
    assert (breaker, turn) == (FRESH, Turn.NONE)


def test_trial_is_admitted_after_the_rest_and_its_success_closes() -> None:
    breaker = after_failures(3, now=10.0)
    assert breaker.admits(70.0)
    assert breaker.succeeded() == (FRESH, Turn.CLOSED)


def test_trial_that_fails_prolongs_the_rest_without_a_new_opening() -> None:
    breaker, turn = after_failures(3, now=10.0).failed(70.0)
    assert turn is Turn.NONE
    assert not breaker.admits(129.9)
    assert breaker.admits(130.0)


@given(st.lists(st.booleans(), max_size=60))
def test_openings_and_closings_alternate_whatever_happens(results: list[bool]) -> None:
    breaker, turns = FRESH, []
    for now, success in enumerate(results):
        if breaker.admits(now * 20.0):
            breaker, turn = breaker.succeeded() if success else breaker.failed(now * 20.0)
            turns += [turn] if turn is not Turn.NONE else []
    assert turns == [Turn.OPENED, Turn.CLOSED] * (len(turns) // 2) + [Turn.OPENED] * (len(turns) % 2)
    assert breaker.open == (len(turns) % 2 == 1)
