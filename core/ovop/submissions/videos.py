"""Videos in the boxes of ISO base media (MP4, QuickTime): how long, how large, and without the notes that a phone adds.

A small reader of our own: no library of the platform reads these boxes, and a video is neither decoded nor encoded here.
Source of the layout: ISO/IEC 14496-12 (a box is a 32-bit length, four letters, and its content).
"""

import struct
from collections.abc import Iterator
from typing import IO

import msgspec

from ovop.contract.vocabulary import Text
from ovop.errors import Invalid

MAX_BOXES = 20_000
HEADER = 8
BLOCK = 1024 * 1024
CONTAINERS = (b"moov", b"trak")
NOTES = (b"udta", b"meta", b"uuid")
"""Where phones write place, device and comments (`©xyz`, `com.apple.quicktime.location`, XMP)."""


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """One box: its four letters, where it and its content begin, and where it ends."""

    kind: bytes
    start: int
    content: int
    end: int


class CleanVideo(msgspec.Struct, frozen=True, kw_only=True):
    """What the boxes say: seconds (0 when unknown, as in a fragmented video), and the largest track in pixels before rotation."""

    seconds: float
    width_px: int
    height_px: int


def clean_video(file: IO[bytes]) -> CleanVideo:
    """Read an MP4 or QuickTime video and blank its notes where they stand, so that nothing moves; blocking, so call it in a thread.

    Raises `Invalid` (`video_unreadable`) when a box is cut off or the movie header is missing.
    """
    size = file.seek(0, 2)
    try:
        boxes = list(_walk(file, 0, size, budget=[MAX_BOXES]))
        seconds = next((_seconds(_content(file, box)) for box in boxes if box.kind == b"mvhd"), None)
        sizes = [_pixels(_content(file, box)) for box in boxes if box.kind == b"tkhd"]
    except (struct.error, EOFError):
        raise _unreadable() from None
    if seconds is None:
        raise _unreadable()
    for box in boxes:
        if box.kind in NOTES:
            _blank(file, box)
    width, height = max(sizes, key=lambda s: s[0] * s[1], default=(0, 0))
    return CleanVideo(seconds=seconds, width_px=width, height_px=height)


def _walk(file: IO[bytes], start: int, end: int, *, budget: list[int]) -> Iterator[Box]:
    """All boxes between two places, and those inside the movie and its tracks; a box that reaches beyond its parent is a cut-off file."""
    while end - start >= HEADER:  # QuickTime may end a list of boxes by a zero of 32 bits
        budget[0] -= 1
        box = _box(file, start, end)
        if budget[0] < 0 or box.end > end or box.end < box.content:
            raise EOFError
        yield box
        if box.kind in CONTAINERS:
            yield from _walk(file, box.content, box.end, budget=budget)
        start = box.end


def _box(file: IO[bytes], start: int, end: int) -> Box:
    file.seek(start)
    length, kind = struct.unpack(">I4s", file.read(8))
    if length == 1:
        (length,) = struct.unpack(">Q", file.read(8))
        return Box(kind=kind, start=start, content=start + 16, end=start + length)
    return Box(kind=kind, start=start, content=start + 8, end=start + length if length else end)


def _content(file: IO[bytes], box: Box) -> bytes:
    file.seek(box.content)
    return file.read(min(box.end - box.content, 200))


def _seconds(header: bytes) -> float:
    """Duration / time scale of a movie header; all ones mean unknown."""
    if header[:1] == b"\1":
        scale, duration = struct.unpack_from(">IQ", header, 20)
        unknown = (1 << 64) - 1
    else:
        scale, duration = struct.unpack_from(">II", header, 12)
        unknown = (1 << 32) - 1
    return 0.0 if not scale or duration == unknown else round(duration / scale, 3)


def _pixels(header: bytes) -> tuple[int, int]:
    """Width and height of a track header, 16.16 fixed point; (0, 0) for sound."""
    width, height = struct.unpack_from(">II", header, 88 if header[:1] == b"\1" else 76)
    return width >> 16, height >> 16


def _blank(file: IO[bytes], box: Box) -> None:
    file.seek(box.start + 4)
    file.write(b"free")
    file.seek(box.content)
    left = box.end - box.content
    while left > 0:
        left -= file.write(bytes(min(left, BLOCK)))


def _unreadable() -> Invalid:
    return Invalid(
        "video_unreadable",
        Text(
            id="Video rusak atau terpotong: keterangan panjangnya tidak ditemukan. Rekam atau ekspor ulang sebagai MP4, lalu unggah lagi.",
            en="The video is damaged or cut off: its length is not stated. Record or export it again as MP4, then upload it again.",
        ),
    )
