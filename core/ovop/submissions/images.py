"""Photos: opened to the last pixel, turned upright, and written anew without anything but their pixels and colours.

Writing anew removes what a phone adds (place, time, device, owner, comments, preview pictures) and whatever else hides behind a picture.
"""

import io
import threading
import warnings
from typing import IO

import msgspec
from PIL import Image, ImageOps

from ovop.contract.vocabulary import Text
from ovop.errors import Invalid

MAX_PIXELS = 64_000_000
"""Larger pictures are refused: one needs 4 bytes a pixel and more while it is cleaned."""
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
QUALITY = 90
_AT_ONCE = threading.BoundedSemaphore(2)
"""Two pictures at a time in one process; the others wait, so that many uploads cannot exhaust its memory."""

REMEDY = Text(
    id="Ambil atau ekspor ulang fotonya, buka untuk memastikan gambarnya utuh, lalu unggah lagi.",
    en="Take or export the photo again, open it to see that it is whole, then upload it again.",
)


class CleanImage(msgspec.Struct, frozen=True, kw_only=True):
    """A picture without metadata: its bytes, and its size in pixels as it is shown (upright)."""

    content: bytes
    width_px: int
    height_px: int


def clean_image(file: IO[bytes], media_type: str) -> CleanImage:
    """Read a JPEG, PNG or WebP picture from the start of a file and write it anew; blocking, so call it in a thread.

    JPEG and lossy WebP at quality 90 or as they came, PNG and lossless WebP without loss; the first frame of an animation. The colour
    profile stays, because the colours of a product matter. Raises `Invalid`: `image_too_many_pixels` above 64 million,
    `image_unreadable` when damaged or cut off.
    """
    with _AT_ONCE:
        try:
            lossless = media_type == "image/webp" and _is_lossless(file)
            size = file.seek(0, 2)
            return _rewrite(_load(file, media_type), media_type, lossless=lossless, original_size=size)
        except (Invalid, MemoryError):
            raise
        except Exception as fault:  # a damaged picture makes the decoders raise almost anything: OSError, SyntaxError, struct.error …
            raise Invalid(
                "image_unreadable",
                Text(
                    id="Foto rusak atau terpotong sehingga tidak dapat dibuka sampai selesai. " + REMEDY.id,
                    en="The photo is damaged or cut off and cannot be opened to its end. " + REMEDY.en,
                ),
            ) from fault


def _load(file: IO[bytes], media_type: str) -> Image.Image:
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(file, formats=(FORMATS[media_type],))
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    # The header alone says how large the picture will become; nothing has been unpacked yet.
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    image.load()
    return image


def _rewrite(image: Image.Image, media_type: str, *, lossless: bool, original_size: int) -> CleanImage:
    ImageOps.exif_transpose(image, in_place=True)
    upright = _plain(image, media_type)
    content = _encode(upright, media_type, lossless=lossless, original_size=original_size)
    return CleanImage(content=content, width_px=upright.width, height_px=upright.height)


def _encode(image: Image.Image, media_type: str, *, lossless: bool, original_size: int) -> bytes:
    """The picture in its format; never at a finer quality than it came with, which would only make the file larger."""
    profile = image.info.get("icc_profile")
    image.info.clear()
    content = b""
    for options in _attempts(image, media_type, lossless=lossless):
        output = io.BytesIO()
        image.save(output, FORMATS[media_type], icc_profile=profile, **options)
        content = output.getvalue()
        if len(content) <= original_size:
            break
    return content


def _attempts(image: Image.Image, media_type: str, *, lossless: bool) -> list[dict[str, object]]:
    if media_type == "image/png":
        return [{}, {"optimize": True}]
    if media_type == "image/webp":
        return [{"lossless": True}] if lossless else [{"quality": q} for q in (QUALITY, 80, 70)]
    attempts: list[dict[str, object]] = [{"quality": QUALITY}]
    if image.format == "JPEG":  # not converted, so it still knows the tables that it came with
        attempts.append({"quality": "keep"})
    return attempts


def _plain(image: Image.Image, media_type: str) -> Image.Image:
    """The picture in a mode that its format can hold without the side notes that are about to be dropped (a transparent colour)."""
    if "transparency" in image.info:
        return image.convert("RGBA")
    if media_type == "image/jpeg" and image.mode not in ("L", "RGB", "CMYK"):
        return image.convert("RGB")
    return image


def _is_lossless(file: IO[bytes]) -> bool:
    """Whether a WebP file holds its picture without loss: told by the first chunk that carries pixels."""
    file.seek(12)
    while len(header := file.read(8)) == 8:
        kind, size = header[:4], int.from_bytes(header[4:], "little")
        if kind in (b"VP8L", b"VP8 ", b"ANMF"):
            return kind == b"VP8L"
        file.seek(size + size % 2, 1)
    return False


def _too_many_pixels() -> Invalid:
    limit = MAX_PIXELS // 1_000_000
    return Invalid(
        "image_too_many_pixels",
        Text(
            id=f"Foto memuat lebih dari {limit} juta piksel. Pilih resolusi lebih kecil di kamera, atau perkecil fotonya, lalu unggah lagi.",
            en=f"The photo has more than {limit} million pixels. Choose a smaller resolution or shrink it, then upload it again.",
        ),
    )
