"""Uploaded files: told by their bytes, refused when damaged or disguised, and rid of what they say about place and device."""

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from ovop.errors import Invalid
from ovop.submissions import images
from ovop.submissions.sniffing import EXTENSIONS, Inspected, inspect_file, media_type_of, safe_name

ALL = tuple(EXTENSIONS)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n" + b" " * 3000 + b"startxref\n0\n%%EOF\n"
GPS = 0x8825
ORIENTATION = 0x0112
SECRET = b"Jalan Rahasia 12"


def picture(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Left half dark red, right half light, so that a turn can be seen."""
    image = Image.new("RGB", size, (250, 240, 200))
    image.paste((120, 10, 10), (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def telling_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Merek Telepon"
    exif[0x9C9C] = SECRET
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "S", 2: (7.0, 33.0, 12.0), 3: "E", 4: (110.0, 49.0, 5.0)}
    return exif


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    output = io.BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def photo(kind: str, *, orientation: int = 1, image: Image.Image | None = None) -> bytes:
    """A picture with place, device, XMP and comment, as its format can carry them."""
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    options: dict[str, object] = {"exif": telling_exif(orientation)}
    if kind in ("JPEG", "WEBP"):
        options["xmp"] = xmp
    if kind == "JPEG":
        options["comment"] = SECRET
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", SECRET.decode())
        notes.add_itxt("XML:com.adobe.xmp", xmp.decode())
        notes.add_text("Author", SECRET.decode(), zip=True)
        options["pnginfo"] = notes
    return encoded(image or picture(), kind, **options)


def inspect(content: bytes, name: str = "", accepted: tuple[str, ...] = ALL) -> Inspected:
    return inspect_file(io.BytesIO(content), name, accepted=accepted)


def reopened(inspected: Inspected) -> Image.Image:
    assert isinstance(inspected.content, bytes)
    image = Image.open(io.BytesIO(inspected.content))
    image.load()
    return image


def code_of(content: bytes, name: str = "", accepted: tuple[str, ...] = ALL) -> str:
    with pytest.raises(Invalid) as caught:
        inspect(content, name, accepted)
    assert [f.path for f in caught.value.findings] == ["file"]
    assert caught.value.findings[0].code == caught.value.code
    return caught.value.code


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def movie(
    *, brand: bytes = b"isom", scale: int = 600, duration: int = 7500, notes: bytes = b"", version: int = 0
) -> bytes:
    if version:
        header = struct.pack(">B3xQQIQ", 1, 0, 0, scale, duration)
        track = (
            struct.pack(">B3xQQIIQ", 1, 0, 0, 1, 0, duration)
            + bytes(52)
            + struct.pack(">II", 1920 << 16, 1080 << 16)
        )
    else:
        header = struct.pack(">B3xIIII", 0, 0, 0, scale, duration)
        track = (
            struct.pack(">B3xIIIII", 0, 0, 0, 1, 0, duration)
            + bytes(52)
            + struct.pack(">II", 1920 << 16, 1080 << 16)
        )
    tracks = box(b"trak", box(b"tkhd", track) + box(b"mdia", b"x" * 20)) + box(
        b"trak", box(b"tkhd", bytes(84))
    )
    inner = box(b"mvhd", header + bytes(80)) + tracks + notes
    return box(b"ftyp", brand + b"\0\0\2\0isommp42") + box(b"moov", inner) + box(b"mdat", b"frames" * 50)


WEBM = b"\x1a\x45\xdf\xa3\x93\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm\x42\x87\x81\x04" + b"x" * 100


# What it is


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PDF, "application/pdf"),
        (photo("JPEG"), "image/jpeg"),
        (photo("PNG"), "image/png"),
        (photo("WEBP"), "image/webp"),
        (movie(), "video/mp4"),
        (movie(brand=b"iso5"), "video/mp4"),
        (movie(brand=b"qt  "), "video/quicktime"),
        (WEBM, "video/webm"),
    ],
)
def test_each_of_the_seven_kinds_is_told_by_its_bytes_without_a_name(content: bytes, expected: str) -> None:
    assert inspect(content).media_type == expected


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0" + bytes(200),
        b"<html><script>alert(1)</script></html>",
        b"just some words",
        b"GIF89a" + bytes(100),
        b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(50),
        b"\0\0\0\x18ftypM4A \0\0\0\0isommp42" + bytes(50),
        b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska" + bytes(50),
        b"\n" + PDF,
        b"PK\3\4" + PDF,
    ],
)
def test_everything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert code_of(content, "surat.pdf") == "evidence_media"
    assert code_of(content, "foto.jpg") == "evidence_media"


def test_a_kind_that_the_evidence_does_not_take_is_refused_and_the_message_names_those_it_takes() -> None:
    with pytest.raises(Invalid) as caught:
        inspect(PDF, accepted=("image/jpeg", "image/png"))
    assert "JPG, PNG" in caught.value.message.en
    assert "application/pdf" in caught.value.message.id


def test_the_message_names_what_a_refused_file_seems_to_be() -> None:
    with pytest.raises(Invalid) as caught:
        inspect(b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(50), "IMG_1.HEIC")
    assert "image/heif" in caught.value.message.en


@pytest.mark.parametrize(
    ("content", "name"),
    [(PDF, "foto.jpg"), (photo("JPEG"), "surat.PDF"), (movie(), "x.png"), (photo("PNG"), "x.mp4")],
)
def test_refused_when_the_name_claims_another_kind(content: bytes, name: str) -> None:
    assert code_of(content, name) == "file_name_mismatch"


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (photo("PNG"), "kain.jpg", "kain.png"),
        (photo("WEBP"), "kain.jpeg", "kain.webp"),
        (photo("JPEG"), "kain", "kain.jpg"),
        (photo("JPEG"), "kain.exe", "kain.jpg"),
        (movie(), "proses.mov", "proses.mp4"),
    ],
)
def test_accepted_with_the_ending_corrected_when_the_name_claims_a_sibling_or_nothing_known(
    content: bytes, name: str, expected: str
) -> None:
    assert safe_name(name, inspect(content, name).media_type) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Sari\\SK sentra.pdf", "SK sentra.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', 'a"bSet-Cookie: x.pdf'),
        ("‮fdp.exe", "fdp.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("..", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("sertifikat tenun.é.pdf", "sertifikat tenun.é.pdf"),
    ],
)
def test_safe_name_drops_folders_and_control_characters(name: str, expected: str) -> None:
    assert safe_name(name, "application/pdf") == expected


def test_an_empty_file_is_refused() -> None:
    assert code_of(b"") == "file_empty"


def test_media_type_of_never_fails_on_a_few_bytes() -> None:
    starts = [PDF, photo("JPEG"), photo("PNG"), photo("WEBP"), movie(), WEBM]
    assert {media_type_of(start[:length]) for start in starts for length in range(3)} == {None}


# Photos


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photos_keep_nothing_about_place_device_or_owner(kind: str) -> None:
    original = photo(kind)
    before = Image.open(io.BytesIO(original))
    assert before.getexif().get_ifd(GPS)
    assert SECRET in original

    cleaned = inspect(original)
    after = reopened(cleaned)
    assert isinstance(cleaned.content, bytes)
    assert not dict(after.getexif())
    assert not after.getexif().get_ifd(GPS)
    assert not {"exif", "xmp", "comment", "XML:com.adobe.xmp", "Comment", "Author"} & set(after.info)
    for trace in (
        SECRET,
        b"Merek Telepon",
        b"Exif",
        b"eXIf",
        b"xmp",
        b"tEXt",
        b"zTXt",
        b"iTXt",
        b"http://ns.adobe.com",
    ):
        assert trace not in cleaned.content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_turned_upright_and_measured_as_shown(kind: str, orientation: int) -> None:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = picture().transpose(turns[orientation]) if orientation in turns else picture()
    cleaned = inspect(photo(kind, orientation=orientation, image=stored))
    after = reopened(cleaned).convert("RGB")
    assert (cleaned.width_px, cleaned.height_px) == after.size == (60, 40)
    for spot in ((5, 5), (5, 35), (55, 5), (55, 35)):
        wanted, found = picture().getpixel(spot), after.getpixel(spot)
        assert isinstance(wanted, tuple)
        assert isinstance(found, tuple)
        assert max(abs(a - b) for a, b in zip(wanted, found, strict=True)) < 30


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_keeps_every_pixel_in_every_mode(mode: str) -> None:
    image = Image.new("I;16", (20, 10), 4000) if mode == "I;16" else picture((20, 10)).convert(mode)
    after = reopened(inspect(encoded(image, "PNG")))
    assert (
        after.convert("RGBA").tobytes()
        == Image.open(io.BytesIO(encoded(image, "PNG"))).convert("RGBA").tobytes()
    )
    assert after.mode == image.mode


def test_png_keeps_a_transparent_colour() -> None:
    image = picture((20, 10), "P")
    content = encoded(image, "PNG", transparency=image.getpixel((0, 0)))
    corner = reopened(inspect(content)).convert("RGBA").getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[3] == 0


def test_lossless_webp_stays_lossless() -> None:
    image = Image.effect_noise((40, 40), 90).convert("RGB")
    after = reopened(inspect(encoded(image, "WEBP", lossless=True)))
    assert after.convert("RGB").tobytes() == image.tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg_keeps_its_mode_and_colour_profile(mode: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"icc_profile": profile} if mode == "RGB" else {}
    after = reopened(inspect(encoded(picture(mode=mode), "JPEG", **options)))
    assert after.mode == mode
    assert after.info.get("icc_profile") == (profile if mode == "RGB" else None)


@pytest.mark.parametrize("quality", [50, 75, 98])
def test_jpeg_does_not_grow_when_it_is_written_anew(quality: int) -> None:
    noise = Image.effect_noise((400, 300), 60).convert("RGB")
    original = encoded(noise, "JPEG", quality=quality)
    assert inspect(original).size_bytes <= len(original) * 1.01


def test_hash_and_size_are_those_of_the_cleaned_photo() -> None:
    cleaned = inspect(photo("JPEG"))
    assert isinstance(cleaned.content, bytes)
    assert cleaned.sha256 == hashlib.sha256(cleaned.content).hexdigest()
    assert cleaned.size_bytes == len(cleaned.content)


def test_the_same_photo_gives_the_same_bytes_every_time() -> None:
    assert inspect(photo("JPEG")).sha256 == inspect(photo("JPEG")).sha256


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.9])
def test_a_cut_off_photo_is_refused(kind: str, part: float) -> None:
    content = encoded(Image.effect_noise((200, 200), 60), kind)
    assert code_of(content[: int(len(content) * part)]) == "image_unreadable"


def test_a_damaged_photo_is_refused() -> None:
    assert code_of(b"\xff\xd8\xff\xe0" + bytes(500)) == "image_unreadable"


def bomb(width: int, height: int) -> bytes:
    """A tiny PNG that claims a huge picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(9000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(8001, 8000), (12_000, 9_000), (60_000, 60_000), (1, 70_000_000)])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unpacked(_self: object) -> None:
        raise AssertionError("the picture was unpacked")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", unpacked)
    assert code_of(bomb(*size)) == "image_too_many_pixels"


def test_as_many_pixels_as_allowed_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 60 * 40)
    assert inspect(photo("PNG")).width_px == 60


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_hides_behind_a_picture_is_gone(kind: str) -> None:
    for hidden in (b"<script>alert(1)</script>", b"PK\3\4secret.zip", PDF):
        cleaned = inspect(photo(kind) + hidden)
        assert isinstance(cleaned.content, bytes)
        assert hidden not in cleaned.content


# PDF and video


def test_pdf_is_stored_as_it_is() -> None:
    found = inspect(PDF, "SK sentra.pdf")
    assert not isinstance(found.content, bytes)
    assert found.content.read() == PDF
    assert (found.size_bytes, found.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())


def test_a_cut_off_pdf_is_refused() -> None:
    assert code_of(PDF[:-10]) == "pdf_unreadable"


def test_pdf_with_its_end_mark_far_from_the_end_is_refused() -> None:
    assert code_of(PDF + b"<script>" * 1000) == "pdf_unreadable"


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("brand", [b"isom", b"qt  "])
def test_video_length_and_size_are_read_from_its_boxes(version: int, brand: bytes) -> None:
    found = inspect(movie(version=version, brand=brand))
    assert (found.seconds, found.width_px, found.height_px) == (12.5, 1920, 1080)


@pytest.mark.parametrize(("version", "unknown"), [(0, 2**32 - 1), (1, 2**64 - 1)])
def test_video_length_is_zero_when_the_header_says_unknown(version: int, unknown: int) -> None:
    assert inspect(movie(version=version, duration=unknown)).seconds == 0
    assert inspect(movie(version=version, scale=0)).seconds == 0


def test_webm_is_accepted_with_an_unknown_length() -> None:
    assert inspect(WEBM).seconds == 0


def test_video_notes_about_place_and_device_are_blanked_without_moving_anything() -> None:
    place = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7-7.5533+110.8181/"))
    keys = box(b"meta", b"com.apple.quicktime.location.ISO6709-7.5533+110.8181/")
    original = movie(notes=place + keys) + box(b"uuid", b"\xbe\x7a\xcf\xcb" + bytes(12) + SECRET)
    found = inspect(original)
    assert not isinstance(found.content, bytes)
    cleaned = found.content.read()
    for trace in (b"7.5533", b"110.8181", SECRET, b"quicktime.location"):
        assert trace in original
        assert trace not in cleaned
    assert len(cleaned) == len(original)
    assert cleaned.index(b"mdat") == original.index(b"mdat")
    assert inspect(cleaned).seconds == 12.5
    assert found.sha256 == hashlib.sha256(cleaned).hexdigest()


@pytest.mark.parametrize("cut", [40, 150, 400])
def test_a_cut_off_video_is_refused(cut: int) -> None:
    assert code_of(movie()[:cut]) == "video_unreadable"
    assert code_of(movie()[:-cut]) == "video_unreadable"


def test_a_video_without_a_movie_header_is_refused() -> None:
    assert code_of(box(b"ftyp", b"isom\0\0\0\0") + box(b"mdat", bytes(100))) == "video_unreadable"


def test_a_video_of_endless_empty_boxes_is_refused(tmp_path: Path) -> None:
    assert code_of(box(b"ftyp", b"isom\0\0\0\0") + box(b"free", b"") * 30_000) == "video_unreadable"
    assert (
        code_of(box(b"ftyp", b"isom\0\0\0\0") + struct.pack(">I4s", 3, b"moov") + bytes(50))
        == "video_unreadable"
    )
