"""How workers come to be, and the pipes between them and their host, through which only the pool's own messages come.

The pool's messages are pickles, and reading a pickle can run whatever its sender names. A commodity's code could write to its worker's pipe
past the pool, so the reading end takes nothing but the messages that the pool sends, with bytes in them.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.reduction import DupFd, ForkingPickler
from threading import Lock
from types import ModuleType
from typing import Any

ADMITTED = frozenset(
    {
        ("pebble.pool.process", "WorkerTask"),
        ("pebble.pool.process", "Acknowledgement"),
        ("pebble.pool.process", "TaskResult"),
        ("pebble.pool.base_pool", "TaskPayload"),
        ("pebble.common.types", "Result"),
        ("pebble.common.types", "ResultStatus"),
        ("ovop.contract.hooks.worker", "inspect"),
        ("ovop.contract.hooks.worker", "ask"),
    }
)
MOST_BYTES = 4 * 1024 * 1024
"""The largest message that is read."""
_starting = Lock()
_received: list[Pipe] = []
"""In a worker: the ends that it got from its host."""


def close_all_but_pipes() -> None:
    """In a worker: let go of every other descriptor, through which it could disturb the server process that all workers come from."""
    first = 3
    for kept in sorted(end.fileno() for end in _received if not end.closed):
        os.closerange(first, kept)
        first = kept + 1
    os.closerange(first, os.sysconf("SC_OPEN_MAX"))


class _Messages(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ADMITTED:
            raise TypeError(
                f"no message of the pool: {module}.{name}"
            )  # the pool takes it for a broken worker
        return super().find_class(module, name)


class Pipe(Connection):
    """One end of a pipe whose `recv` knows the pool's messages alone."""

    def recv(self) -> Any:
        """The next message. Raises `TypeError` for anything else, `OSError` for one that is too large."""
        content = self.recv_bytes(MOST_BYTES)
        try:
            return _Messages(io.BytesIO(content)).load()
        except (pickle.UnpicklingError, ValueError, IndexError, KeyError) as error:
            raise TypeError("no pickle") from error


class Process(ForkServerProcess):
    """A process that knows nothing of the program that starts it: the standard library would run that program's main module in it anew."""

    def start(self) -> None:
        """Start it."""
        with _starting:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                super().start()
            finally:
                sys.modules["__main__"] = main


class Context(ForkServerContext):
    """Starts workers from a small server process, because the host has threads; with pipes that let nothing else through."""

    Process = Process

    def Pipe(self, duplex: bool = True) -> Any:  # noqa: N802  # its name in the standard library
        """A pair of connected ends."""
        return tuple(_ours(end) for end in super().Pipe(duplex))


def _ours(end: Connection) -> Pipe:
    readable, writable = end.readable, end.writable
    descriptor = os.dup(end.fileno())
    end.close()
    return Pipe(descriptor, readable, writable)


def _rebuild(duplicate: Any, readable: bool, writable: bool) -> Pipe:
    end = Pipe(duplicate.detach(), readable, writable)
    _received.append(end)
    return end


def _reduce(end: Pipe) -> Any:
    return _rebuild, (DupFd(end.fileno()), end.readable, end.writable)


ForkingPickler.register(Pipe, _reduce)
