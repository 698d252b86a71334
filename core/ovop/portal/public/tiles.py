"""The tile map of the provinces: one tile each, with the number of published products."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

COLUMNS, ROWS = 15, 7
SOME, MANY = 1, 5
"""From how many products on a tile is drawn in the second and in the third manner."""


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a province stands: row and column from 1, and a name short enough for a tile."""

    code: str
    row: int
    column: int
    name: str


class Tile(Struct, frozen=True, kw_only=True):
    """One province on the map: its place, official name, number of products, and how it is drawn (`none`, `some`, `many`)."""

    place: Place
    name: str
    count: int
    manner: str


class _Layout(Struct, frozen=True, forbid_unknown_fields=True):
    tile: tuple[Place, ...]


@cache
def layout() -> tuple[Place, ...]:
    """The places of all provinces in the order of their codes, read from `tiles.toml`."""
    text = (files("ovop.portal.public") / "tiles.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Layout).tile


def tiles(names: Mapping[str, str], counts: Mapping[str, int]) -> tuple[Tile, ...]:
    """The map. `names` are the official names by code, `counts` the products; a province without either has its short name and none."""
    return tuple(
        Tile(
            place=place,
            name=names.get(place.code, place.name),
            count=counts.get(place.code, 0),
            manner=_manner(counts.get(place.code, 0)),
        )
        for place in layout()
    )


def _manner(count: int) -> str:
    return "many" if count >= MANY else "some" if count >= SOME else "none"
