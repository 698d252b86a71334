"""What a commodity's code may not do, refused at the moment it tries: an audit hook of the interpreter, and limits of the system.

It stops mistakes and careless code: a forgotten `print`, a request to a web service, a file read for convenience. It is no prison for an
attacker, since compiled extension modules do not announce what they do; who may install a package decides about that. What such code could
reach is small all the same: no variable of the host's environment, no open file or connection of the host, no right to write a file.
"""

from __future__ import annotations

import _thread
import io
import os
import resource
import sys
import sysconfig
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

REFUSED = (
    "_thread.", "ctypes.", "fcntl.", "ftplib.", "gc.", "http.client.", "imaplib.", "nntplib.", "os.chflags", "os.chmod", "os.chown", "os.exec",
    "os.fork", "os.kill", "os.link", "os.lockf", "os.mkdir", "os.posix_spawn", "os.putenv", "os.remove", "os.rename", "os.rmdir",
    "os.setxattr", "os.spawn", "os.startfile", "os.symlink", "os.system", "os.truncate", "os.unsetenv", "os.utime", "poplib.", "pty.",
    "resource.", "shutil.", "signal.", "smtplib.", "socket.", "sqlite3.", "subprocess.", "syslog.", "telnetlib.", "tempfile.", "urllib.",
    "webbrowser.",
)  # fmt: skip
"""Beginnings of audit events that are refused. Source: table of audit events of the Python documentation."""

FOREIGN = ("ovop", "psycopg", "psycopg_binary", "psycopg_c", "obstore")
"""Packages that a commodity does not use: what is ours beside the contract, and drivers that reach the network without announcing it."""
OURS = ("ovop.contract", "ovop.errors")

CODE_SUFFIXES = (".py", ".pyc", ".so", ".pth", ".zip")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
PRINTED_CHARACTERS = 2000
TIME_ZONES = "/usr/share/zoneinfo"


class Forbidden(PermissionError):
    """A commodity's code tried what it may not do."""


class Sink(io.TextIOBase):
    """Takes what is printed: the beginning is kept for the author, the rest is dropped."""

    def __init__(self) -> None:
        self.kept = ""

    def write(self, text: str, /) -> int:
        """Keep what there is room for."""
        self.kept += text[: PRINTED_CHARACTERS - len(self.kept)]
        return len(text)

    def take(self) -> str:
        """What was printed since the last time."""
        kept, self.kept = self.kept, ""
        return kept


class Guard:
    """Refuses, and remembers what it refused: code that swallows the refusal has tried all the same."""

    def __init__(self, folders: Iterable[str]) -> None:
        self._data = (*_absolute(folders), *_absolute(_libraries()), TIME_ZONES)
        self._code = _absolute(sys.path)
        self._refused = ""

    def install(self) -> None:
        """Stand guard from now on; there is no way back."""
        sys.addaudithook(self._judge)
        # Before Python 3.12 the start of a thread is no audit event, and a thread would outlive the answer.
        for module, name in (
            (_thread, "start_new_thread"),
            (_thread, "start_new"),
            (threading, "_start_new_thread"),
        ):
            setattr(module, name, self._refuse_thread)

    def take(self) -> str:
        """The first thing refused since the last time, or nothing."""
        refused, self._refused = self._refused, ""
        return refused

    def _judge(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if not self._may_read(path) or (isinstance(flags, int) and flags & WRITING):
                self._refuse("open")
        elif event == "import":
            if _foreign(str(arguments[0])):
                self._refuse(f"import {arguments[0]}")
        elif event in ("os.listdir", "os.scandir"):
            if not _within(arguments[0], (*self._code, *self._data)):
                self._refuse(event)
        elif event.startswith(REFUSED):
            self._refuse(event)

    def _refuse_thread(self, *_arguments: object) -> NoReturn:
        self._refuse("_thread.start_new_thread")

    def _may_read(self, path: object) -> bool:
        if _within(path, self._data):
            return True
        return str(path).endswith(CODE_SUFFIXES) and _within(path, self._code)

    def _refuse(self, what: str) -> NoReturn:
        self._refused = self._refused or what
        raise Forbidden(f"a commodity's code may not do this: {what}")


def limit_resources(megabytes: int) -> None:
    """Bound the memory of this process, and take from it files, children and core dumps. Where memory runs short, the system ends it first."""
    with suppress(OSError):  # not on every system; the limit below holds everywhere
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_AS, megabytes * 1024 * 1024),
    ):
        resource.setrlimit(what, (most, most))


def _foreign(module: str) -> bool:
    if module.partition(".")[0] not in FOREIGN or module == "ovop":
        return False
    return not any(module == ours or module.startswith(f"{ours}.") for ours in OURS)


def _libraries() -> Sequence[str]:
    """Where the standard library and the installed packages lie: their data may be read."""
    return [
        path for name in ("stdlib", "platstdlib", "purelib", "platlib") if (path := sysconfig.get_path(name))
    ]


def _absolute(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(os.path.realpath(path) for path in paths)


def _within(path: object, folders: Sequence[str]) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return False  # a bare descriptor says nothing of what it reads
    real = os.path.realpath(os.fsdecode(path))
    return any(real == folder or real.startswith(folder + os.sep) for folder in folders)
