"""A line between a browser and the server that can be cut, as on a road without a mast."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """Carries bytes both ways until `cut()`; `mend()` lets new connections through again. `after` cuts by itself behind so many bytes sent."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.after: int | None = None
        self._whole = True
        self._open: set[socket.socket] = set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The address of this end."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Break every connection, and refuse new ones."""
        self._whole = False
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let new connections through."""
        self.after = None
        self._whole = True

    def close(self) -> None:
        """End it."""
        self.cut()
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if not self._whole:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            self._open |= {near, far}
            threading.Thread(target=self._carry, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, False), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, outward: bool) -> None:
        with suppress(OSError):
            while block := source.recv(16384):
                if outward and self.after is not None:
                    self.after -= len(block)
                    if self.after <= 0:
                        sink.sendall(block[: len(block) // 2])
                        self.cut()
                        break
                sink.sendall(block)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open -= {source, sink}


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line to the server at an address."""
    line = Line(int(url.rpartition(":")[2]))
    try:
        yield line
    finally:
        line.close()
