"""A worker as its host sees it: a pool of one process, asked with a deadline."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

import msgspec
from pebble import CONSTS, ProcessExpired, ProcessPool

from ovop.contract.hooks import worker
from ovop.contract.hooks.context import Context
from ovop.contract.hooks.wire import Inspection, Reply, Setup

T = TypeVar("T")

CONSTS.sleep_unit = (
    0.05  # how soon a deadline or a death is noticed; the library's 0.1 s is long beside a hook's budget
)
CONSTS.term_timeout = 0.2  # then a process that does not heed the polite signal is killed
GRACE_SECONDS = 2.0
"""How long the host waits past a deadline for the pool to act on it, before it gives the pool up."""


class Late(Exception):
    """The worker did not answer in time."""


class Gone(Exception):
    """The worker ended without an answer, or answered what is no answer."""


class Worker:
    """One process for one commodity's code. Not for two threads at once, but for `kill`."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._future: Future[bytes] | None = None
        # Sets come in the same order in every worker, so that the same question gets the same answer; it concerns child processes only.
        os.environ.setdefault("PYTHONHASHSEED", "0")
        context = Context()
        context.set_forkserver_preload([worker.__name__, "pebble.pool.process"])
        self._pool = ProcessPool(1, initializer=worker.prepare, initargs=(setup,), context=context)

    @property
    def usable(self) -> bool:
        """Whether the pool can be asked; a process that died while nobody asked it breaks it."""
        return self._pool.active

    def inspect(self) -> Inspection:
        """Have the module loaded, and say what was found. Raises `Late` or `Gone`."""
        return _read(self._run(worker.inspect, (), self._setup.start_seconds), Inspection)

    def ask(self, question: bytes) -> Reply:
        """The reply to one question. Raises `Late` or `Gone`, after which the worker is of no more use."""
        return _read(self._run(worker.ask, (question,), self._setup.seconds), Reply)

    def kill(self) -> None:
        """Give up what is being asked; any thread may."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # the library has types, but none for this one
        if self._future is not None:
            self._future.cancel()

    def end(self) -> None:
        """End the process and let go of it."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # the library has types, but none for this one
        self._pool.join()

    def _run(self, work: Callable[..., bytes], arguments: tuple[bytes, ...], seconds: float) -> bytes:
        try:
            self._future = self._pool.schedule(work, args=arguments, timeout=seconds)
            return self._future.result(seconds + GRACE_SECONDS)
        except TimeoutError as error:
            raise Late from error
        except ProcessExpired as error:
            raise Gone(f"exit status {error.exitcode}") from error
        except (CancelledError, BrokenProcessPool, RuntimeError) as error:
            raise Gone(type(error).__name__) from error


def _read(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, TypeError) as error:
        raise Gone("unreadable") from error
