"""Servers as processes of their own: start to first answer, and the memory of a worker."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.load import ask
from tests.servers import free_ports

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which a server that does not answer counts as broken."""


class Server:
    """A running server: its process, its port, and when it was started."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        (self.port,) = free_ports(1)
        self.log = log
        self.started = time.perf_counter()
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                cwd=ROOT,
                env=dict(environment),
                stdout=output,
                stderr=output,
            )

    async def first_answer(self, request: bytes) -> float:
        """Ask until the answer is there; returns the seconds since the process was started."""
        while True:
            try:
                await ask(self.port, request)
                return time.perf_counter() - self.started
            except (OSError, asyncio.IncompleteReadError):
                if self.process.poll() is not None or time.perf_counter() - self.started > PATIENCE:
                    raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-2000:]}") from None
                await asyncio.sleep(0.005)

    def worker_megabytes(self) -> float:
        """The proportional set size (PSS) of the one worker process, in megabytes of 10^6 bytes."""
        pid = self.process.pid
        (worker,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for line in Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines():
            name, _, amount = line.partition(":")
            if name == "Pss":
                return int(amount.split()[0]) * 1024 / 1e6
        raise RuntimeError("the kernel tells no PSS")

    def stop(self) -> None:
        """End it and wait for that."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _script(name: str) -> str:
    return str(Path(sys.executable).parent / name)


@contextmanager
def platform_server(environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    """`ovop serve` with one worker."""
    server = Server([_script("ovop"), "serve", "--workers", "1"], environment, log)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def floor_server(environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    """The floor on the same server program, with one worker."""
    command = [_script("granian"), "--interface", "asgi", "--factory", "--workers", "1", "--no-access-log"]
    server = Server([*command, "tests.benchmarks.floor:application"], environment, log)
    try:
        yield server
    finally:
        server.stop()
