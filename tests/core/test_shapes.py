"""Faults of a shape, and their words."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import pytest
from msgspec import UNSET, Meta, Struct, UnsetType

from ovop.shapes import faults, unusable, worded_fault


class Row(Struct, kw_only=True, forbid_unknown_fields=True):
    step: Annotated[str, Meta(min_length=2, max_length=5)]
    days: Annotated[int, Meta(ge=1, le=9)] = 1


class Sheet(Struct, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(pattern="^[a-z]+$")]
    rows: Annotated[tuple[Row, ...], Meta(min_length=1)] | UnsetType = UNSET
    first: Row | None = None
    owner: UUID | None = None
    day: date | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None
    rest: dict[str, Any] = {}


def _found(**value: Any) -> dict[str, str]:
    return {f.path: f.message.en for f in faults(Sheet, value)}


def test_what_fits_has_no_fault() -> None:
    assert (
        faults(Sheet, {"name": "a", "rows": [{"step": "ab"}], "day": "2026-04-15", "rest": {"a": [1]}}) == []
    )


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        (
            {"rows": [{"step": "ab"}, {"step": "a"}]},
            "rows[1].step",
            "“rows[1].step” is too short: at least 2.",
        ),
        ({"rows": [{"step": "abcdef"}]}, "rows[0].step", "“rows[0].step” is too long: at most 5."),
        ({"rows": [{"step": "ab", "days": 0}]}, "rows[0].days", "“rows[0].days” must be >= 1."),
        ({"rows": []}, "rows", "“rows” is too short: at least 1."),
        ({"rows": 5}, "rows", "“rows” must be a list [ … ], not a whole number."),
        ({"first": {"step": "ab", "extra": 1}}, "first.extra", "“first.extra” is unknown."),
        ({"first": 5}, "first", "“first” must be an object { … } or null, not a whole number."),
        ({"owner": "x"}, "owner", "“owner” is no UUID."),
        ({"day": "2026-02-30"}, "day", "“day” is no date that exists."),
        ({"at": "2026-02-20T00:00:00"}, "at", "“at” is no date and time with a time zone."),
        ({"name": "A{}"}, "name", "“name” does not have the form asked for ('^[a-z]+$')."),
    ],
)
def test_fault_is_named_where_it_stands(value: dict[str, Any], path: str, message: str) -> None:
    assert _found(**{"name": "a", **value}) == {path: message}


def test_faults_are_named_together() -> None:
    assert set(_found(rows=[{"step": 1, "days": "x"}, {}], colour=1)) == {
        "name", "rows[0].step", "rows[0].days", "rows[1].step", "colour",
    }  # fmt: skip


def test_wording_has_both_languages_and_a_remedy_for_any_message() -> None:
    known, unknown = worded_fault("a", "Invalid UUID"), worded_fault("", "Something new in a later version")
    assert (known.message.id, known.message.en) == ("“a” bukan UUID.", "“a” is no UUID.")
    assert unknown.message.id == "Isi permintaan tidak sesuai dokumen API."
    assert unknown.remedy.id
    assert unknown.remedy.en


@pytest.mark.parametrize(
    "value",
    [
        {"a": ["x", {"b": "\x00"}]},
        {"\x00": 1},
        Sheet(name="a", rows=(Row(step="a\x00"),)),
        Sheet(name="a", day=date(1, 1, 1)),
        Sheet(name="a", at=datetime(9999, 12, 31)),  # noqa: DTZ001  # only the year counts
    ],
)
def test_what_cannot_be_stored_is_found(value: object) -> None:
    found = unusable(value)
    assert found is not None
    assert "\x00" not in found.path + found.message.id


def test_nesting_has_an_end() -> None:
    value: list[Any] = []
    for _ in range(5000):
        value = [value]
    found = unusable(value)
    assert found is not None
    assert len(found.path) <= 200
    assert unusable({"a": [[[1, "x", None]]]}) is None
