"""What is looked at in a file that was handed in: a few tests, made once for each evidence of a definition."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from ovop.contract.judging.messages import Arguments
from ovop.contract.reading.values import pattern_flaw
from ovop.contract.vocabulary import Evidence, EvidenceItem, EvidenceKind, Severity, Text

MEGABYTE: Final = 1_000_000

MEDIA: Final = {
    EvidenceKind.DOCUMENT: ("application/pdf", "image/jpeg", "image/png", "image/webp"),
    EvidenceKind.PHOTO: ("image/jpeg", "image/png", "image/webp"),
    EvidenceKind.VIDEO: ("video/mp4", "video/webm", "video/quicktime"),
}
"""Media types taken where the definition names none."""

ASKS: Final = {
    "number": Text("nomor", "the number"),
    "issuer": Text("penerbit", "the issuer"),
    "issued_on": Text("tanggal terbit", "the date of issue"),
    "expires_on": Text("tanggal berakhir", "the expiry date"),
}


class FileFault(NamedTuple):
    """Something wrong with a file, still without words."""

    code: str
    arguments: Arguments
    variant: str = ""
    severity: Severity = Severity.ERROR


FileTest: TypeAlias = "Callable[[EvidenceItem, date | None], tuple[FileFault, ...]]"
"""Looks at a file on the day given, and mostly finds nothing; without a day, nothing is too old."""


def file_tests(spec: Evidence, *, in_draft: bool) -> tuple[FileTest, ...]:
    """The tests of a file in the order in which their findings are told; in a draft, things may still have to be typed in."""
    asked = {*spec.asks, *(["issued_on"] if spec.max_age_months is not None else [])}
    tests = [_kind_test(spec)]
    if asked and not in_draft:
        tests.append(_asked_test({ask: label for ask, label in ASKS.items() if ask in asked}))
    if spec.number_pattern:
        tests.append(_number_test(spec, spec.number_pattern))
    return (*tests, _date_test(spec.max_age_months))


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year >= date.max.year:
        return date.max
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _is_older(issued: date, months: int, today: date) -> bool:
    passed = (today.year - issued.year) * 12 + today.month - issued.month
    return passed >= months and months_later(issued, months) < today


def _kind_test(spec: Evidence) -> FileTest:
    """Its role, what kind of file it is, and how large."""
    roles = frozenset(role.id for role in spec.roles)
    media = spec.media or MEDIA[spec.kind]
    most, pixels = spec.max_megabytes * MEGABYTE, spec.min_pixels
    seconds = spec.min_seconds if spec.kind is EvidenceKind.VIDEO else 0

    def kind(item: EvidenceItem, today: date | None) -> tuple[FileFault, ...]:
        faults: tuple[FileFault, ...] = ()
        if roles and item.role and item.role not in roles:
            faults += (FileFault("unknown_option", {"actual": item.role}, "role"),)
        if item.media_type and item.media_type not in media:
            shown = {"actual": item.media_type, "media": ", ".join(media)}
            faults += (FileFault("evidence_media", shown),)
        if item.size_bytes > most:
            size = {"actual": round(item.size_bytes / MEGABYTE, 1), "bound": spec.max_megabytes}
            faults += (FileFault("too_large", size, "file"),)
        if pixels and 0 < (side := max(item.width_px, item.height_px)) < pixels:
            faults += (FileFault("evidence_pixels", {"actual": side, "minimum": pixels}),)
        if 0 < item.seconds < seconds:
            length = {"actual": round(item.seconds, 1), "minimum": seconds}
            faults += (FileFault("evidence_seconds", length),)
        return faults

    return kind


def _asked_test(asked: Mapping[str, Text]) -> FileTest:
    """What has to be typed in beside a file; its date of issue also where only its age is limited."""

    pairs = tuple(asked.items())

    def typed_in(item: EvidenceItem, today: date | None) -> tuple[FileFault, ...]:
        faults: tuple[FileFault, ...] = ()
        for ask, label in pairs:
            if not getattr(item, ask):
                faults += (FileFault("evidence_asks", {"ask": label}),)
        return faults

    return typed_in


def _number_test(spec: Evidence, pattern: str) -> FileTest:
    matches = re.compile(pattern).fullmatch

    def number(item: EvidenceItem, today: date | None) -> tuple[FileFault, ...]:
        given = item.number.strip()
        if not given or matches(given):
            return ()
        flaw = pattern_flaw("evidence_number", given, spec.number_example)
        return (FileFault(flaw.code, flaw.arguments, flaw.variant, spec.number_severity),)

    return number


def _date_test(months: int | None) -> FileTest:
    def dates(item: EvidenceItem, today: date | None) -> tuple[FileFault, ...]:
        issued, expires = item.issued_on, item.expires_on
        faults: tuple[FileFault, ...] = ()
        if today is None:
            return faults
        if issued is not None and issued > today:
            faults += (FileFault("after_today", {"actual": issued}),)
        if issued is not None and months is not None and _is_older(issued, months, today):
            faults += (FileFault("evidence_too_old", {"issued_on": issued, "months": months}),)
        if expires is not None and expires < today:
            faults += (FileFault("evidence_expired", {"expires_on": expires}),)
        return faults

    return dates
