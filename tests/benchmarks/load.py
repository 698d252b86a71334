"""A closed loop of requests over kept connections. As little HTTP as that takes: on two processors a heavier client would measure itself."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence

import msgspec

HOST = "127.0.0.1"


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What one round took: seconds from its first request to its last answer, and the seconds of each request."""

    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds


def request_bytes(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {HOST}", f"content-length: {len(body)}"]
    lines += ["content-type: application/json", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def drive(port: int, requests: Sequence[bytes], *, connections: int) -> Round:
    """Send all requests, each connection the next one as soon as it has its answer; RuntimeError for any answer but 200."""
    waiting = iter(requests)
    latencies: list[float] = []
    streams = [await asyncio.open_connection(HOST, port, limit=1 << 20) for _ in range(connections)]
    started = time.perf_counter()
    await asyncio.gather(*(_converse(reader, writer, waiting, latencies) for reader, writer in streams))
    seconds = time.perf_counter() - started
    for _, writer in streams:
        writer.close()
        await writer.wait_closed()
    return Round(seconds=seconds, latencies=latencies)


async def ask(port: int, request: bytes) -> bytes:
    """Send one request over a connection of its own; returns the body of an answer with status 200, OSError where nobody listens yet."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(request)
        return await _answer(reader)
    finally:
        writer.close()


async def _converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    waiting: Iterator[bytes],
    latencies: list[float],
) -> None:
    for request in waiting:
        sent = time.perf_counter()
        writer.write(request)
        await _answer(reader)
        latencies.append(time.perf_counter() - sent)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"\r\ncontent-length:" not in head:
        raise RuntimeError(f"an answer without a length: {head!r}")
    length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
    body = await reader.readexactly(int(length))
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(f"{head.partition(bytes([13]))[0]!r}: {body[:2000]!r}")
    return body
