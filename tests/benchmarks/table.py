"""The measurements as one table."""

import os
import platform
from collections.abc import Sequence

import msgspec


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what was measured, its value in `unit`, and the goal with the side on which it is reached (`at_least`: not below it)."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def reached(self) -> bool | None:
        """Whether the goal is met; None without one."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


def render(measures: Sequence[Measure]) -> str:
    """Plain text, four columns."""
    rows = [("measure", "value", "goal", "reached"), *(_row(m) for m in measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        f"{name:<{widths[0]}}  {value:>{widths[1]}}  {goal:>{widths[2]}}  {reached}".rstrip()
        for name, value, goal, reached in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*lines, "", _machine()])


def as_json(measures: Sequence[Measure]) -> str:
    """For a script."""
    items = [{**msgspec.to_builtins(m), "reached": m.reached} for m in measures]
    return msgspec.json.format(
        msgspec.json.encode({"machine": _machine(), "measures": items}), indent=2
    ).decode()


def _row(measure: Measure) -> tuple[str, str, str, str]:
    goal = ""
    if measure.goal is not None:
        goal = f"{'≥' if measure.at_least else '≤'} {measure.goal:g} {measure.unit}"
    reached = {None: "", True: "yes", False: "NO"}[measure.reached]
    return measure.name, f"{_number(measure.value)} {measure.unit}", goal, reached


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _machine() -> str:
    one, five, _ = os.getloadavg()
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} processors, "
        f"load {one:.1f} at the end ({five:.1f} over five minutes)"
    )
