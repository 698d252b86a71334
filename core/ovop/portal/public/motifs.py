"""The drawn pattern that stands for a commodity. The patterns are general; none is drawn for a commodity that is known here."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

PATTERNS = 8
"""How many there are: `static/motifs/1.svg` to `8.svg`."""


def motifs(commodities: Iterable[str]) -> dict[str, str]:
    """The file of each commodity's pattern. A hash of the id proposes it; where two meet, the next free one is taken, as long as there is one."""
    chosen: dict[str, int] = {}
    for name in sorted(set(commodities)):
        number = crc32(name.encode()) % PATTERNS
        if len(chosen) < PATTERNS:
            while number in chosen.values():
                number = (number + 1) % PATTERNS
        chosen[name] = number
    return {name: f"motifs/{number + 1}.svg" for name, number in chosen.items()}
