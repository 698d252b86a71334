"""Files that a demo hands in: small, real of their kind, and made on the spot. Pure but for Pillow."""

from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO
from struct import pack
from typing import Any

import msgspec
from PIL import Image, ImageDraw

from ovop.contract.vocabulary import (
    Definition,
    Evidence,
    EvidenceItem,
    EvidenceKind,
    Example,
    ExampleKind,
    Fact,
)


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One file with what is typed in beside it."""

    item: EvidenceItem
    file_name: str
    media_type: str
    content: bytes


def best_example(definition: Definition) -> Example:
    """The fullest example that a commodity calls valid: what its demo hands in."""
    valid = [e for e in definition.examples if e.kind is ExampleKind.VALID]
    if not valid:
        raise LookupError(f"the commodity {definition.manifest.id} has no valid example to show")
    return max(valid, key=lambda e: (len(e.answers), len(e.evidence)))


def moved_to(example: Example, today: date) -> Example:
    """The example as if it were filled in today: every day in it is moved by as much as its own `today` lies back."""
    stated = example.facts[Fact.TODAY]
    then = stated if isinstance(stated, date) else date.fromisoformat(str(stated))
    by = today - then
    return msgspec.structs.replace(
        example,
        facts={**example.facts, Fact.TODAY: today},
        answers={name: _moved(value, by) for name, value in example.answers.items()},
        evidence=tuple(
            msgspec.structs.replace(
                item,
                issued_on=item.issued_on + by if item.issued_on else None,
                expires_on=item.expires_on + by if item.expires_on else None,
            )
            for item in example.evidence
        ),
    )


def with_files(answers: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The answers with the ids of uploaded files (`given`, by the ids that the example has) wherever a row names one."""
    return {name: _named(value, given) for name, value in answers.items()}


def _named(value: Any, given: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return given.get(value, value)
    if isinstance(value, list | tuple):
        return [_named(item, given) for item in value]
    return with_files(value, given) if isinstance(value, Mapping) else value


def samples_of(definition: Definition, example: Example) -> list[Sample]:
    """A file for every piece of evidence of an example."""
    declared = {e.id: e for e in definition.form.evidence}
    return [
        sample_for(declared.get(item.evidence), item, number)
        for number, item in enumerate(example.evidence, 1)
    ]


def sample_for(declared: Evidence | None, item: EvidenceItem, number: int) -> Sample:
    """A file that fits what the evidence asks for. `number` makes each file different from the others."""
    kind = declared.kind if declared else EvidenceKind.DOCUMENT
    if item.media_type.startswith("video/") or kind is EvidenceKind.VIDEO:
        seconds = max(int(item.seconds), declared.min_seconds if declared else 0, 1)
        return Sample(
            item=item,
            file_name=f"{item.evidence}-{number}.mp4",
            media_type="video/mp4",
            content=mp4(seconds, number),
        )
    if item.media_type.startswith("image/") or kind is EvidenceKind.PHOTO:
        side = max(declared.min_pixels if declared else 0, 640)
        label = f"{item.evidence} {item.role}".strip()
        return Sample(
            item=item,
            file_name=f"{item.evidence}-{number}.jpg",
            media_type="image/jpeg",
            content=jpeg(side, label, number),
        )
    text = f"{item.evidence} {item.number} ({number})"
    return Sample(
        item=item, file_name=f"{item.evidence}-{number}.pdf", media_type="application/pdf", content=pdf(text)
    )


def pdf(text: str) -> bytes:
    """A one-page PDF that says the text (ASCII)."""
    safe = text.encode("ascii", "replace").decode().replace("\\", "").replace("(", "[").replace(")", "]")
    stream = f"BT /F1 14 Tf 72 720 Td ({safe}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def jpeg(side: int, label: str, number: int) -> bytes:
    """A square picture with a woven ground and a label; `side` in pixels."""
    ground = (94 + number * 7 % 60, 52 + number * 11 % 60, 36 + number * 5 % 60)
    image = Image.new("RGB", (side, side), ground)
    draw = ImageDraw.Draw(image)
    step = max(side // 16, 1)
    for offset in range(0, side, step):
        draw.line((offset, 0, side - offset, side), fill=(214, 180, 120), width=max(step // 12, 1))
    draw.text((side // 10, side // 2), label, fill=(255, 255, 255))
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def mp4(seconds: int, number: int) -> bytes:
    """The smallest film that states its length: file type, movie header, and a little data."""
    header = pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + pack(">IH", 0x00010000, 0x0100) + bytes(10)
    header += pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) + bytes(24) + pack(">I", 2)
    return (
        _box(b"ftyp", b"isom" + pack(">I", 512) + b"isomiso2mp41")
        + _box(b"moov", _box(b"mvhd", header))
        + _box(b"mdat", number.to_bytes(4) * 64)
    )


def _box(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content) + 8) + kind + content


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, Mapping):
        return {k: _moved(v, by) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(v, by) for v in value]
    if isinstance(value, date):
        return (value + by).isoformat()
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return (date.fromisoformat(value) + by).isoformat()
        except ValueError:
            return value
    return value
