"""What a page costs the server compared with the API call behind it: `python -m tests.benchmarks.pages` (goal: at most 3 times as much)."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from ovop.web import LOGIN_COOKIE
from tests.benchmarks.table import Measure, render
from tests.databases import build, sqlite_url
from tests.factories import World, make_world

GOAL = 3
TIMES = 25


def measure(world: World) -> list[Measure]:
    """The ratio of each page to its call, as medians of one run in which both take turns."""
    cycle = world.open_cycle()
    submission, draft = world.submitted(cycle), world.begin(cycle)["id"]
    pairs = (
        ("the list of submissions", "producer", "/submissions", "/submissions"),
        ("the task list", "producer", f"/submissions/{draft}", f"/submissions/{draft}/findings"),
        ("a section", "producer", f"/submissions/{draft}/sections/making", f"/submissions/{draft}/findings"),
        ("the queue", "officer", "/queue", "/queue"),
        (
            "the review",
            "officer",
            f"/submissions/{submission}/review",
            f"/submissions/{submission}/revisions/1",
        ),
        ("a cycle", "admin", f"/cycles/{cycle['id']}", f"/cycles/{cycle['id']}"),
    )
    found = []
    for name, caller, path, call in pairs:
        asked = world.callers[caller]
        pages, calls = [], []
        for _ in range(TIMES):
            pages.append(_seconds(partial(_bare, world, caller, path)))
            calls.append(_seconds(partial(asked.get, call)))
        found.append(
            Measure(
                name=f"{name}, of the API call behind it",
                value=median(pages) / median(calls),
                unit="×",
                goal=GOAL,
            )
        )
    return found


def _bare(world: World, caller: str, path: str) -> None:
    """A page as it comes from the server, not parsed."""
    token = world.callers[caller].token
    world.client.get(path, headers={"cookie": f"{LOGIN_COOKIE}={token}"}).raise_for_status()


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> None:
    """The command."""
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder) / "ovop.sqlite3")
        asyncio.run(build(url))
        with make_world(url, Path(folder)) as world:
            print(render(measure(world)))


if __name__ == "__main__":
    main()
