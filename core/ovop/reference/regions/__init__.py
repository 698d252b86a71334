"""The administrative regions of Indonesia, read from the data file beside this module (its licence: see NOTICE there).

A code is 2 digits for a province, 4 for a kabupaten or kota, 6 for a district and 10 for a village, without dots; each begins
with the code of its parent, so a territory is a prefix.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Collection, Iterator
from enum import StrEnum
from importlib.resources import files
from typing import NamedTuple

EDITION = "kepmendagri-300.2.2-2138-2025"
"""The decree whose codes and names the data file holds. A code without its edition says little: regions split and are renamed."""


class RegionLevel(StrEnum):
    """The four levels; `regency` stands for both kabupaten and kota (see `is_city`)."""

    PROVINCE = "province"
    REGENCY = "regency"
    DISTRICT = "district"
    VILLAGE = "village"


class RegionRow(NamedTuple):
    """One region of the edition: code without dots, official name with its kind ("Kabupaten Bantul"), level."""

    code: str
    name: str
    level: RegionLevel


CODE_LENGTHS = {
    2: RegionLevel.PROVINCE,
    4: RegionLevel.REGENCY,
    6: RegionLevel.DISTRICT,
    10: RegionLevel.VILLAGE,
}
"""Number of digits -> level."""


def read_regions(levels: Collection[RegionLevel] | None = None) -> Iterator[RegionRow]:
    """All regions of the edition, or those of `levels`, sorted by code: a parent comes before its children."""
    with (
        files(__package__).joinpath("regions.csv.gz").open("rb") as packed,
        gzip.open(packed, "rt", encoding="utf-8", newline="") as text,
    ):
        rows = csv.reader(text)
        next(rows)
        for code, name in rows:
            level = CODE_LENGTHS[len(code)]
            if levels is None or level in levels:
                yield RegionRow(code, name, level)


def level_of(code: str) -> RegionLevel:
    """The level that the number of digits tells. Raises ValueError if it is not 2, 4, 6 or 10 ASCII digits."""
    if code.isascii() and code.isdigit() and len(code) in CODE_LENGTHS:
        return CODE_LENGTHS[len(code)]
    raise ValueError(f"a region code has 2, 4, 6 or 10 digits, not {code!r}")


def is_city(code: str) -> bool:
    """Whether a kabupaten/kota code, or one below it, is of a kota: digits 3 and 4 from 71 to 99, a kabupaten has 01 to 69.

    Raises ValueError as `level_of`, and for a province, which is neither.
    """
    if level_of(code) is RegionLevel.PROVINCE:
        raise ValueError(f"a province is neither kabupaten nor kota: {code!r}")
    return "71" <= code[2:4] <= "99"
