"""What an uploaded file really is: judged by its bytes, never by what its sender calls it.

Only seven kinds are taken, each told by a signature at its first byte; the sender's file name may not claim another kind.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO

import msgspec
import puremagic

from ovop.contract.vocabulary import Finding, Text
from ovop.errors import Invalid
from ovop.files import Source
from ovop.submissions.images import FORMATS, clean_image
from ovop.submissions.videos import clean_video

PDF = "application/pdf"
EXTENSIONS = {
    PDF: "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
"""The kinds that the platform takes, with the ending of their file names."""
CLAIMS = {
    **{ending: kind for kind, ending in EXTENSIONS.items()},
    "jpeg": "image/jpeg",
    "m4v": "video/mp4",
    "qt": "video/quicktime",
}
MP4_BRANDS = re.compile(rb"iso[m2-9]|mp4[12]|M4V[ HP]|avc1|dash|MSNV|mmp4|3gp[4-9]")
HEAD = 4096
PDF_TAIL = 2048
"""How far before its end a PDF must have its end mark; readers tolerate about as much behind it."""
BLOCK = 1024 * 1024
NAME_LENGTH = 100


class Inspected(msgspec.Struct, frozen=True, kw_only=True):
    """A file that passed: what it is, what was found in it, and what to store (a cleaned copy for photos, else the file itself)."""

    media_type: str
    content: Source
    size_bytes: int
    sha256: str
    width_px: int = 0
    height_px: int = 0
    seconds: float = 0.0


def inspect_file(file: IO[bytes], file_name: str, *, accepted: Collection[str]) -> Inspected:
    """Decide what a file is, check and clean it; blocking, so call it in a thread. The file is left at its start.

    Raises `Invalid` with a finding on `file`: `file_empty`, `evidence_media` (not one of the accepted kinds), `file_name_mismatch`,
    or that the file is damaged (`pdf_unreadable`, `image_unreadable`, `image_too_many_pixels`, `video_unreadable`).
    """
    try:
        return _inspect(file, file_name, accepted)
    except Invalid as fault:
        raise Invalid(fault.code, fault.message, findings=fault.findings or [_on_file(fault)]) from fault


def media_type_of(head: bytes) -> str | None:
    """The media type that the first bytes of a file prove, if it is one of the seven."""
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"\x42\x82\x84webm" in head[:64]:
        return "video/webm"
    if head[4:8] == b"ftyp":
        if head[8:12] == b"qt  ":
            return "video/quicktime"
        return "video/mp4" if MP4_BRANDS.match(head, 8) else None
    return None


def safe_name(file_name: str, media_type: str) -> str:
    """The sender's file name without folders and control characters, at most 100 characters, with the ending that its content has."""
    last = PureWindowsPath(PurePosixPath(file_name).name).name
    visible = "".join(
        c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] not in "CZ" or c == " "
    )
    stem = visible.rpartition(".")[0] or visible.strip(".")
    ending = EXTENSIONS.get(media_type, "bin")
    return f"{stem.strip(' .')[: NAME_LENGTH - len(ending) - 1] or 'file'}.{ending}"


def _inspect(file: IO[bytes], file_name: str, accepted: Collection[str]) -> Inspected:
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Invalid(
            "file_empty",
            Text(
                id="Berkas kosong (0 byte). Pilih berkas yang berisi.",
                en="The file is empty (0 bytes). Choose one with content.",
            ),
        )
    media_type = media_type_of(head)
    if media_type is None or media_type not in accepted:
        raise _not_accepted(media_type or _guess(head), accepted)
    _check_claim(file_name, media_type)
    if media_type in FORMATS:
        image = clean_image(file, media_type)
        return Inspected(
            media_type=media_type,
            content=image.content,
            size_bytes=len(image.content),
            sha256=hashlib.sha256(image.content).hexdigest(),
            width_px=image.width_px,
            height_px=image.height_px,
        )
    width = height = 0
    seconds = 0.0
    if media_type == PDF:
        _check_pdf(file)
    elif media_type != "video/webm":  # a WebM states its length in a form of its own: unknown here, so 0
        video = clean_video(file)
        seconds, width, height = video.seconds, video.width_px, video.height_px
    size, digest = _measure(file)
    return Inspected(
        media_type=media_type,
        content=file,
        size_bytes=size,
        sha256=digest,
        width_px=width,
        height_px=height,
        seconds=seconds,
    )


def _check_claim(file_name: str, media_type: str) -> None:
    """A name that claims another kind of thing is refused. One photo kind for another is not: phones and messengers do that to people."""
    claimed = CLAIMS.get(file_name.rpartition(".")[2].lower())
    if claimed is None or claimed.partition("/")[0] == media_type.partition("/")[0]:
        return
    raise Invalid(
        "file_name_mismatch",
        Text(
            id=f"Nama berkas berakhiran .{EXTENSIONS[claimed]}, tetapi isinya {media_type}. "
            "Periksa apakah berkasnya benar, perbaiki akhiran namanya, lalu unggah lagi.",
            en=f"The file's name ends in .{EXTENSIONS[claimed]}, but its content is {media_type}. "
            "Check that it is the right file, correct the ending of its name, then upload it again.",
        ),
    )


def _check_pdf(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    file.seek(max(0, size - PDF_TAIL))
    if b"%%EOF" in file.read():
        return
    raise Invalid(
        "pdf_unreadable",
        Text(
            id="PDF terpotong: tanda akhirnya tidak ada. Simpan atau pindai ulang sebagai PDF, lalu unggah lagi.",
            en="The PDF is cut off: its end mark is missing. Save or scan it as PDF again, then upload it again.",
        ),
    )


def _measure(file: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
        size += len(block)
    file.seek(0)
    return size, digest.hexdigest()


def _guess(head: bytes) -> str:
    """What a refused file seems to be, to help its sender; empty when nobody knows."""
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return next((str(guess.mime_type) for guess in guesses if guess.mime_type), "")


def _not_accepted(found: str, accepted: Collection[str]) -> Invalid:
    names = ", ".join(sorted({EXTENSIONS[kind].upper() for kind in accepted if kind in EXTENSIONS}))
    is_id, is_en = (f" ({found})", f" ({found})") if found else ("", "")
    return Invalid(
        "evidence_media",
        Text(
            id=f"Jenis berkas ini{is_id} tidak diterima di sini. Simpan atau ekspor sebagai {names}, lalu unggah lagi.",
            en=f"This kind of file{is_en} is not accepted here. Save or export it as {names}, then upload it again.",
        ),
    )


def _on_file(fault: Invalid) -> Finding:
    return Finding(
        path="file",
        code=fault.code,
        message=fault.message,
        remedy=Text(id="Perbaiki berkasnya, lalu unggah lagi.", en="Correct the file, then upload it again."),
    )
