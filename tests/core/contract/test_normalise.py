"""Answers on the wire become stored values, or flaws; one case per kind of field and fault."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from ovop.contract.reading.flaws import Context, Flawed
from ovop.contract.reading.normalise import compile_reader, identifier_parts
from ovop.contract.vocabulary import CodeList, EvidenceItem, Field, IdentifierField
from tests.core.contract.invented import TODAY, Data, field, option, options, text

GRAMS = [{"code": "kg"}, {"code": "g", "factor": 0.001}]
COUNTS = [
    {"code": "tex"},
    {"code": "Ne", "factor": 590.5, "inverse": True},
    {"code": "Nm", "factor": 1000, "inverse": True},
]
CODES = msgspec.convert({"id": "codes", "version": "1", "item": options("c1", "c2")}, CodeList)
SIZE = field(
    "dimensions",
    "size",
    parts=[{"id": "length", "label": text("l"), "minimum": 0.5}, {"id": "width", "label": text("w")}],
    units=[{"code": "m"}, {"code": "cm", "factor": 0.01}],
)
READING = field(
    "reading", "lead", units=[{"code": "mg"}, {"code": "ug", "factor": 0.001}], categories=options("negative")
)
SAMPLE = field("sample", "taste", minimum_count=2, perishable=True)
CONTEXT = Context(
    TODAY,
    {
        "f1": EvidenceItem(evidence="", id="f1", media_type="image/png"),
        "f2": EvidenceItem(evidence="", id="f2", media_type="text/html"),
    },
)


def read(spec: Data, raw: object) -> object:
    """The stored value, or the list of (code, place) of its flaws."""
    reader = compile_reader(msgspec.convert(spec, Field), {"codes": CODES})
    assert reader is not None
    value = reader(raw, CONTEXT)
    return [(flaw.code, flaw.at) for flaw in value.flaws] if isinstance(value, Flawed) else value


@pytest.mark.parametrize(
    ("spec", "raw", "stored"),
    [
        (field("text", "a"), "  kain  ", "kain"),
        (field("text", "a"), "   ", None),
        (field("longtext", "a"), "dua\nbaris", "dua\nbaris"),
        (field("integer", "a"), 5, 5),
        (field("integer", "a"), 5.0, 5),
        (field("money", "a"), 150000, 150000),
        (field("decimal", "a"), 2, 2.0),
        (field("decimal", "a", units=[{"code": "cm"}]), 2.5, 2.5),
        (field("decimal", "a", units=GRAMS), {"value": 250, "unit": "g"}, 0.25),
        (field("decimal", "a", units=GRAMS), {"value": None, "unit": "g"}, None),
        (field("decimal", "a", units=COUNTS), {"value": 20, "unit": "Ne"}, 29.525),
        (field("decimal", "a", units=COUNTS), {"value": 40, "unit": "Nm"}, 25.0),
        (field("percent", "a"), 12.5, 12.5),
        (field("date", "a"), "2026-10-17", datetime(2026, 10, 17, tzinfo=UTC)),
        (field("duration", "a"), {"value": 2, "unit": "week"}, 14.0),
        (field("duration", "a"), {"value": 1, "unit": "year"}, 365.25),
        (field("boolean", "a"), False, False),
        (field("declaration", "a", statement=text("s")), True, True),
        (field("select", "a", options=options("x", "y")), "y", "y"),
        (field("select", "a", options=options("x")), "", None),
        (field("multiselect", "a", options=options("x", "y")), ["y", "x", "y"], ["y", "x"]),
        (field("multiselect", "a", options=options("x")), [], None),
        (field("checklist", "a", options=options("x")), [], []),
        (field("code", "a", code_list="codes"), "c2", "c2"),
        (field("grade", "a"), "3-4", 3.5),
        (field("grade", "a", scale=["C", "B", "A"]), "A", 3.0),
        (SIZE, {"length": 250, "width": 110, "unit": "cm"}, {"length": 2.5, "width": 1.1}),
        (SIZE, {"unit": "cm"}, None),
        (field("location", "a"), {"region": "52.01"}, {"region": "52.01"}),
        (
            field("location", "a"),
            {"region": "5201", "latitude": -8.6, "longitude": 116},
            {"region": "5201", "latitude": -8.6, "longitude": 116.0},
        ),
        (field("series", "a", unit={"code": "cm"}), [1, 2.5], [1.0, 2.5]),
        (
            READING,
            {"operator": "<", "value": 10, "unit": "ug"},
            {"operator": "<", "unit": "mg", "value": 0.01},
        ),
        (
            READING,
            {"operator": "nd", "unit": "mg", "detection_limit": 0.02},
            {"operator": "nd", "unit": "mg", "detection_limit": 0.02},
        ),
        (READING, {"operator": "nd"}, {"operator": "nd", "unit": "mg"}),
        (READING, {"category": "negative"}, {"category": "negative"}),
        (field("identifier", "a", pattern=r"[A-Z]{2}\d{3}", example="AB123"), " AB123 ", "AB123"),
        (field("file", "a"), "f1", "f1"),
        (
            SAMPLE,
            {"count": 3, "lot": "L1", "expires_on": "2026-11-01"},
            {"count": 3, "lot": "L1", "expires_on": datetime(2026, 11, 1, tzinfo=UTC)},
        ),
        (field("reference", "a", to="enterprise"), "e-1", "e-1"),
    ],
)
def test_answer_stored_in_the_base_unit(spec: Data, raw: object, stored: object) -> None:
    assert read(spec, raw) == stored


@pytest.mark.parametrize(
    ("spec", "raw", "flaws"),
    [
        (field("text", "a"), 5, [("wrong_type", "")]),
        (field("text", "a"), "\ud800", [("wrong_type", "")]),
        (field("text", "a"), "a\x00b", [("wrong_type", "")]),
        (field("text", "a", min_length=3), " ab ", [("too_short", "")]),
        (field("text", "a", max_length=3), "abcd", [("too_long", "")]),
        (field("text", "a", pattern=r"\d+"), "12a", [("pattern", "")]),
        (field("integer", "a"), 5.5, [("wrong_type", "")]),
        (field("integer", "a"), True, [("wrong_type", "")]),
        (field("integer", "a"), 10**400, [("too_large", "")]),
        (field("integer", "a", minimum=2), 1, [("too_small", "")]),
        (field("money", "a"), -1, [("too_small", "")]),
        (field("decimal", "a"), "5", [("wrong_type", "")]),
        (field("decimal", "a"), float("nan"), [("wrong_type", "")]),
        (field("decimal", "a", maximum=4), 5, [("too_large", "")]),
        (field("decimal", "a", units=GRAMS, minimum=1), {"value": 999, "unit": "g"}, [("too_small", "")]),
        (field("decimal", "a", units=GRAMS), {"value": 1, "unit": "lb"}, [("unknown_unit", ".unit")]),
        (field("decimal", "a", units=GRAMS), {"value": 1}, [("unknown_unit", ".unit")]),
        (field("decimal", "a", units=GRAMS), {"value": 1, "unit": "g", "x": 1}, [("unknown_part", "")]),
        (field("decimal", "a", units=GRAMS), 5, [("wrong_type", "")]),
        (field("decimal", "a", units=COUNTS), {"value": 0, "unit": "Ne"}, [("too_small", ".value")]),
        (field("percent", "a"), 100.5, [("too_large", "")]),
        (field("date", "a"), "18-10-2026", [("date_format", "")]),
        (field("date", "a"), "2026-02-30", [("date_format", "")]),
        (field("date", "a"), "20261018", [("date_format", "")]),
        (field("date", "a", not_after_today=True), "2026-10-19", [("after_today", "")]),
        (field("date", "a", not_before_today=True), "2026-10-17", [("before_today", "")]),
        (field("duration", "a"), {"value": 2, "unit": "hour"}, [("unknown_unit", ".unit")]),
        (field("duration", "a", minimum_days=30), {"value": 2, "unit": "week"}, [("too_small", "")]),
        (field("boolean", "a"), 1, [("wrong_type", "")]),
        (field("declaration", "a", statement=text("s")), False, [("not_accepted", "")]),
        (field("select", "a", options=options("x")), "z", [("unknown_option", "")]),
        (field("select", "a", options=options("x")), ["x"], [("wrong_type", "")]),
        (
            field("multiselect", "a", options=options("x")),
            ["x", "z", 4],
            [("unknown_option", "[1]"), ("wrong_type", "[2]")],
        ),
        (
            field("multiselect", "a", options=[option("x"), option("none", exclusive=True)]),
            ["x", "none"],
            [("exclusive_option", "")],
        ),
        (field("multiselect", "a", options=options("x", "y"), min_items=2), ["x"], [("too_few", "")]),
        (field("multiselect", "a", options=options("x", "y"), max_items=1), ["x", "y"], [("too_many", "")]),
        (field("code", "a", code_list="codes"), "c9", [("unknown_option", "")]),
        (field("grade", "a"), "3.5", [("unknown_option", "")]),
        (SIZE, {"length": 1, "unit": "m"}, [("required", ".width")]),
        (SIZE, {"length": 10, "width": 5, "unit": "cm"}, [("too_small", ".length")]),
        (
            SIZE,
            {"length": 1, "width": "x", "height": 2, "unit": "m"},
            [("unknown_part", ""), ("wrong_type", ".width")],
        ),
        (
            field("location", "a"),
            {"latitude": 91, "longitude": 0},
            [("required", ".region"), ("too_large", ".latitude")],
        ),
        (field("location", "a"), {"region": "52.01", "latitude": 5}, [("required", ".longitude")]),
        (field("location", "a"), {"region": "Lombok"}, [("pattern", ".region")]),
        (
            field("series", "a", unit={"code": "cm"}, min_items=2, maximum=9),
            [10],
            [("too_large", "[0]"), ("too_few", "")],
        ),
        (field("series", "a", unit={"code": "cm"}, max_items=1), [1, 2], [("too_many", "")]),
        (field("series", "a", unit={"code": "cm"}), [1, None], [("wrong_type", "[1]")]),
        (READING, {"operator": "~", "value": 1, "unit": "mg"}, [("unknown_option", ".operator")]),
        (READING, {"operator": "<", "unit": "mg"}, [("required", ".value")]),
        (READING, {"operator": "nd", "value": 1, "unit": "mg"}, [("unknown_part", "")]),
        (READING, {"category": "maybe"}, [("unknown_option", ".category")]),
        (READING, {"category": "negative", "value": 1}, [("unknown_part", "")]),
        (READING, {"operator": "=", "value": 1, "unit": "lb"}, [("unknown_unit", ".unit")]),
        (field("identifier", "a", pattern=r"[A-Z]{2}\d{3}", example="AB123"), "AB1234", [("pattern", "")]),
        (field("file", "a"), "f9", [("unknown_file", "")]),
        (field("file", "a"), "f2", [("evidence_media", "")]),
        (
            SAMPLE,
            {"count": 1, "lot": 5},
            [("too_small", ".count"), ("wrong_type", ".lot"), ("required", ".expires_on")],
        ),
        (SAMPLE, {"count": 2, "expires_on": "2026-10-01"}, [("before_today", ".expires_on")]),
    ],
)
def test_flaws_named_with_their_place(spec: Data, raw: object, flaws: object) -> None:
    assert read(spec, raw) == flaws


def test_grades_ordered_by_half_steps() -> None:
    scale = ["1", "1-2", "2", "2-3", "3", "3-4", "4", "4-5", "5"]
    numbers = [read(field("grade", "a"), code) for code in scale]
    assert numbers == [1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]


def test_identifier_parts_decoded_and_blank_when_optional_group_is_absent() -> None:
    spec = msgspec.convert(
        field(
            "identifier",
            "a",
            pattern=r"(?:P-)?([1-8])(\d{2})(?:/(\d{2}))?",
            example="101",
            parts={"pack": 1, "kind": 2, "year": 3},
        ),
        IdentifierField,
    )
    assert identifier_parts(spec, "P-315/27") == {"pack": "3", "kind": "15", "year": "27"}
    assert identifier_parts(spec, "315") == {"pack": "3", "kind": "15", "year": ""}
