"""Checks of the numbers by which Indonesia knows persons, enterprises, activities and places.

Each check takes what a person typed and answers with findings; none judges whether a number is alive, which only its issuer knows.
Spaces, dots, dashes and slashes are ignored. Rules and severities: NIK (Dukcapil), NIB (PP 24/2018), NPWP (PMK 112/2022),
KBLI (BPS Regulation 7/2025), region codes (Kemendagri).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container
from datetime import date
from enum import StrEnum

from ovop.contract.vocabulary import Finding
from ovop.identities.identifier_texts import say
from ovop.reference.regions import RegionLevel, level_of

KBLI_EDITIONS = ("2020", "2025")
"""The editions a code can belong to: the same five digits may mean different things in each."""

_SEPARATORS = re.compile(r"[\s./\-\u2010-\u2015\u2212\u200b]+")
_REGION = re.compile(
    r"[1-9][0-9]"  # province
    r"(?:(?:0[1-9]|[1-6][0-9]|7[1-9]|[89][0-9])"  # 01-69 kabupaten, 71-99 kota
    r"(?:(?:0[1-9]|[1-9][0-9])"  # district
    r"(?:[1-3][0-9]{3})?)?)?"  # 1 kelurahan, 2 desa, 3 desa adat
)
_WOMAN = 40


class NpwpHolder(StrEnum):
    """Whose taxpayer number it is: that of a resident person is the NIK, that of a body is 0 and its old 15 digits."""

    PERSON = "person"
    BODY = "body"


def strip_separators(value: str) -> str:
    """What was typed, without the spaces, dots, dashes and slashes that people put between groups of digits."""
    return _SEPARATORS.sub("", value)


def mask(value: str, keep: int = 4) -> str:
    """The number with all but its last `keep` characters starred, for display; never shows more than half of it."""
    stripped = strip_separators(value)
    hidden = len(stripped) - max(0, min(keep, len(stripped) // 2))
    return "*" * hidden + stripped[hidden:]


def check_nik(
    value: str, *, field: str, birth_date: date | None = None, regions: Container[str]
) -> list[Finding]:
    """Faults of a NIK: 6 digits of region, day, month and year of birth (a woman's day + 40), 4 digits of serial from 0001.

    `regions` holds the district codes (6 digits) of the edition in force. An unknown one is a warning, for the number keeps the
    place of first registration; so it is never compared with today's address. A birth date other than `birth_date` is a warning,
    for the number is not reissued after a correction. Every fault of shape is an error; there is no check digit.
    """
    digits = strip_separators(value)
    codes = _nik_faults(digits)
    if not codes:
        if digits[:6] not in regions:
            codes.append("nik_region_unknown")
        if (
            birth_date is not None
            and f"{birth_date:%m%y}{birth_date.day}" != f"{digits[8:12]}{_birth_day(digits)}"
        ):
            codes.append("nik_birth_date_differs")
    return [say(code, field=field, typed=digits) for code in codes]


def check_nib(value: str, *, field: str) -> list[Finding]:
    """Faults of a business number (NIB): 13 digits without inner order. Whether it is alive, only OSS can tell."""
    digits = strip_separators(value)
    return [] if _has_digits(digits, 13) else [say("nib_length", field=field, typed=digits)]


def normalise_npwp(value: str) -> str:
    """The taxpayer number as stored: 15 digits become 16 with a 0 in front; 16 digits, and the 22 of a NITKU, stay.

    Anything else comes back as it is, without separators: `check_npwp` refuses it.
    """
    digits = strip_separators(value)
    return f"0{digits}" if _has_digits(digits, 15) else digits


def check_npwp(value: str, *, field: str, holder: NpwpHolder | None = None) -> list[Finding]:
    """Faults of an NPWP of 16 digits or the old 15, or of a NITKU of 22; to be stored as `normalise_npwp` gives it.

    A number that does not begin with 0 must be a NIK. One that does, of a person, or in the old form of an unknown `holder`, is a
    warning that asks for the NIK: a resident person's NPWP is the NIK, which does not follow from the old number.
    """
    digits = normalise_npwp(value)
    code = None
    if not (_has_digits(digits, 16) or _has_digits(digits, 22)):
        code = "npwp_length"
    elif digits[0] != "0":
        if holder is NpwpHolder.BODY:
            code = "npwp_not_of_body"
        elif _nik_faults(digits[:16]):
            code = "npwp_not_nik"
    elif holder is NpwpHolder.PERSON or (holder is None and _has_digits(strip_separators(value), 15)):
        code = "npwp_ask_nik"
    return [] if code is None else [say(code, field=field, typed=digits)]


def check_kbli(value: str, *, edition: str, field: str) -> list[Finding]:
    """Faults in the shape of an activity code: 5 digits, and a known `edition`, without which a code has no meaning."""
    digits = strip_separators(value)
    findings = []
    if not _has_digits(digits, 5):
        findings.append(say("kbli_length", field=field, typed=digits))
    if edition not in KBLI_EDITIONS:
        findings.append(say("kbli_edition_unknown", field=field))
    return findings


def check_region_code(
    value: str, *, field: str, regions: Container[str], levels: Collection[RegionLevel] | None = None
) -> list[Finding]:
    """Faults of a region code: its shape, its level if `levels` are given, and whether it is among `regions`.

    2, 4, 6 or 10 digits; digits 3-4 are 01-69 for a kabupaten and 71-99 for a kota; the last four of a village begin with 1
    (kelurahan), 2 (desa) or 3 (desa adat). `regions` holds the codes of the edition in force at the date that matters to the caller.
    """
    region = strip_separators(value)
    if not _REGION.fullmatch(region):
        return [say("region_shape", field=field)]
    if levels is not None and level_of(region) not in levels:
        return [say("region_level", field=field)]
    return [] if region in regions else [say("region_unknown", field=field)]


def _has_digits(text: str, count: int) -> bool:
    # isdigit alone would let superscripts and the digits of other scripts through.
    return len(text) == count and text.isascii() and text.isdigit()


def _nik_faults(digits: str) -> list[str]:
    """The codes of all faults in the shape of a NIK."""
    if not _has_digits(digits, 16):
        return ["nik_length"]
    codes = []
    if not _REGION.fullmatch(digits[:6]):
        codes.append("nik_region_shape")
    if not _is_birth_date(_birth_day(digits), int(digits[8:10]), int(digits[10:12])):
        codes.append("nik_birth_date_shape")
    if digits[12:] == "0000":
        codes.append("nik_serial")
    return codes


def _birth_day(nik: str) -> int:
    day = int(nik[6:8])
    return day - _WOMAN if day > _WOMAN else day


def _is_birth_date(day: int, month: int, year: int) -> bool:
    """Whether the day exists. The century is not told and need not be: any two-digit leap year is one after 2000 too."""
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True
