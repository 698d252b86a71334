"""What CEL does otherwise than Python: numbers of 64 bits, division, conditions of which one side has no result.

The functions here are called by rules that were turned into Python. A rule without a result raises one of FAILURES; its text is the reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

_T = TypeVar("_T")

FAILURES = (ValueError, ArithmeticError, LookupError)
"""What a rule raises that has no result for the values given."""

_LEAST, _MOST = -(2**63), 2**63 - 1


def whole(value: int) -> int:
    """A whole number that fits into 64 bits; OverflowError otherwise."""
    if _LEAST <= value <= _MOST:
        return value
    raise OverflowError("integer overflow")


def quotient(dividend: int, divisor: int) -> int:
    """Division of whole numbers, rounded towards zero."""
    if divisor == 0:
        raise ZeroDivisionError("divide by zero")
    result = abs(dividend) // abs(divisor)
    return whole(result if (dividend < 0) == (divisor < 0) else -result)


def remainder(dividend: int, divisor: int) -> int:
    """What is left of a division of whole numbers; it has the sign of the dividend."""
    if divisor == 0:
        raise ZeroDivisionError("modulus by zero")
    return dividend - divisor * quotient(dividend, divisor)


def ratio(dividend: float, divisor: float) -> float:
    """Division of decimal numbers, which always has a result: infinite, or not a number, for a divisor of zero."""
    if divisor != 0.0:
        return dividend / divisor
    if dividend == 0.0 or math.isnan(dividend):
        return math.nan
    return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)


def truncated(value: float) -> int:
    """`int(1.9)`: towards zero; OverflowError where it does not fit into 64 bits."""
    if _LEAST < value < _MOST:
        return int(value)
    raise OverflowError("integer overflow")


def item(values: Sequence[_T], place: int) -> _T:
    """One element of a list, counted from 0; IndexError outside of it."""
    if 0 <= place < len(values):
        return values[place]
    raise IndexError(f"Index error: {place} is not in a list of {len(values)}")


def both(left: Callable[[], bool], right: Callable[[], bool]) -> bool:
    """`left && right` where the left side may fail: a right side that is false decides all the same."""
    try:
        held = left()
    except FAILURES:
        if right():
            raise
        return False
    return held and right()


def either(left: Callable[[], bool], right: Callable[[], bool]) -> bool:
    """`left || right` where the left side may fail: a right side that is true decides all the same."""
    try:
        held = left()
    except FAILURES:
        if right():
            return True
        raise
    return held or right()


def every(condition: Callable[[_T], bool], values: Iterable[_T]) -> bool:
    """`values.all(...)` where the condition may fail: one element that is false decides."""
    return not some(lambda value: not condition(value), values)


def some(condition: Callable[[_T], bool], values: Iterable[_T]) -> bool:
    """`values.exists(...)` where the condition may fail: one element that is true decides."""
    failure: Exception | None = None
    for value in values:
        try:
            if condition(value):
                return True
        except FAILURES as error:
            failure = failure or error
    if failure is not None:
        raise failure
    return False
