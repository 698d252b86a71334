"""The other side: a process that loads one commodity's hooks and answers one question at a time.

The pool runs `prepare` when the process starts, then `inspect` once, then `ask` for every question. A question that is not answered in
time is the host's to end; should the host be gone, an alarm of the system ends the process.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from time import perf_counter

import msgspec
import pluggy

from ovop.contract.hooks import inspecting
from ovop.contract.hooks.context import close_all_but_pipes
from ovop.contract.hooks.guard import Guard, Sink, limit_resources
from ovop.contract.hooks.wire import Reply, Setup

ALARM_GRACE_SECONDS = 5.0
KEPT_VARIABLES = ("LD_LIBRARY_PATH",)
"""Of the host's environment, which holds its secrets, only what an interpreter may need."""


class _Side:
    """What this process holds between questions."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.sink = Sink()
        self.guard = Guard(setup.folders)
        self.manager: pluggy.PluginManager | None = None


_sides: list[_Side] = []


def prepare(setup: Setup) -> None:
    """Make this process poor: no environment, no open file, little memory, and a guard at every door."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # ended at once, even within compiled code
    for name in os.environ.keys() - set(KEPT_VARIABLES):
        del os.environ[name]
    os.environ["TZ"] = "UTC"
    os.chdir("/")
    close_all_but_pipes()
    _silence()
    for folder in setup.folders:  # the host may have found the package in another way than by its path
        if (place := os.path.dirname(folder)) not in sys.path:
            sys.path.append(place)
    side = _Side(setup)
    sys.dont_write_bytecode = True
    sys.stdout = sys.stderr = side.sink
    limit_resources(setup.megabytes)
    side.guard.install()
    _sides.append(side)


def inspect() -> bytes:
    """Load the commodity's module, and say what was found (an `Inspection` as JSON)."""
    (side,) = _sides
    _alarm(side.setup.start_seconds)
    side.manager, inspection = inspecting.load(side.setup.module, refused=side.guard.take)
    _alarm(0)
    return msgspec.json.encode(msgspec.structs.replace(inspection, printed=side.sink.take()))


def ask(content: bytes) -> bytes:
    """Answer one `question` (a `Reply` as JSON)."""
    (side,) = _sides
    assert side.manager is not None  # noqa: S101  # the host asks only what it found sound
    hook, arguments = pickle.loads(content)  # noqa: S301  # from the host, which is trusted
    _alarm(side.setup.seconds)
    started = perf_counter()
    try:
        value = getattr(side.manager.hook, hook)(**arguments)
        elapsed = perf_counter() - started
        encoded, error, detail = msgspec.Raw(msgspec.json.encode(value)), "", ""
    except BaseException as raised:  # the code is foreign: it may raise anything, SystemExit too
        elapsed = perf_counter() - started
        encoded, error, detail = msgspec.Raw(b"null"), type(raised).__name__, inspecting.text_of(raised)
    _alarm(0)
    reply = Reply(
        value=encoded,
        error=error,
        detail=detail,
        forbidden=side.guard.take(),
        printed=side.sink.take(),
        elapsed_ms=elapsed * 1000,
    )
    return msgspec.json.encode(reply)


def _silence() -> None:
    """Point the standard streams nowhere: compiled code may write to them past Python."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _alarm(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds + ALARM_GRACE_SECONDS if seconds else 0)
