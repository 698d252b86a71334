"""One invented form with a field of every type, and answers that fit it."""

from __future__ import annotations

from ovop.contract.vocabulary import Definition, EvidenceItem
from tests.core.contract.invented import definition, field, gate, option, options, rule, section, text

UNITS = [{"code": "cm"}, {"code": "inch", "factor": 2.54}]


def _columns(level: int) -> list[dict[str, object]]:
    inner = [field("rows", "parts", required=False, fields=_columns(1))] if level == 0 else []
    return [
        field("text", f"name{level}", required=f"amount{level} > 1.0"),
        field("decimal", f"amount{level}", units=UNITS, required=False),
        field(
            "series",
            f"spots{level}",
            unit={"code": "cm"},
            show_if=f"amount{level} > 2.0",
            checks=[rule(f"spread(spots{level}) < 50.0")],
        ),
        field("file", f"proof{level}", required=False),
        field("computed", f"twice{level}", result="decimal", rule=f"amount{level} * 2.0"),
        *inner,
    ]


def definition_of_every_type(**more: object) -> Definition:
    """A definition whose form has every field type, nested rows, conditions, checks, evidence and gates."""
    return definition(
        section(
            "first",
            field("text", "title", pattern="[A-Za-z ]+", max_length=40),
            field("longtext", "story", required=False),
            field("integer", "pieces", minimum=1, maximum=1000),
            field("decimal", "mass", units=[{"code": "kg"}], minimum=0),
            field("decimal", "width", units=UNITS),
            field("money", "price"),
            field("percent", "share"),
            field("date", "made_on", not_after_today=True),
            field("duration", "shelf", minimum_days=1),
            field("boolean", "edible"),
            field("select", "kind", options=[*options("plain", "fine"), option("odd", other=True)]),
            field("multiselect", "ways", options=[*options("a", "b"), option("none", exclusive=True)]),
            field("code", "colour", code_list="colours"),
            field("grade", "fastness"),
        ),
        section(
            "second",
            field(
                "dimensions",
                "extent",
                units=UNITS,
                parts=[{"id": "length", "label": text("length"), "maximum": 900}],
            ),
            field("declaration", "agreed", statement=text("statement")),
            field("checklist", "done", options=options("x", "y")),
            field("location", "place"),
            field("group", "course", required=False, fields=[field("text", "number"), field("date", "held")]),
            field(
                "rows", "items", fields=_columns(0), unique=["name0"], row_checks=[rule("amount0 < 100.0")]
            ),
            field("series", "spots", unit={"code": "cm"}, minimum=0),
            field("reading", "lead", units=[{"code": "mg"}], categories=options("negative")),
            field("identifier", "permit", pattern=r"(\d)(\d{2})", example="101", parts={"pack": 1}),
            field("file", "drawing", required=False),
            field("computed", "average", result="decimal", rule="mean(spots)"),
            field("computed", "names", result="list", rule="items.map(i, i.name0)"),
            field("sample", "taste", perishable=True),
            field("reference", "earlier", to="submission", required="edible && mass > 1.0"),
            show_if="pieces > 0",
        ),
        evidence=[
            {
                "id": "paper",
                "label": text("paper"),
                "section": "first",
                "asks": ["number", "expires_on"],
                "number_pattern": r"N-\d+",
                "max_age_months": 12,
                "required": "edible",
            },
        ],
        checks=[
            rule("sum(items.map(i, i.amount0)) < 1000.0", "sum"),
            rule("permit_parts.pack == '1' || kind_other == 'x'", "pack"),
            rule("made_on <= facts.today && lead.value < 5.0", "dates"),
            rule("extent.length > width && size(ways) > 0", "extent"),
        ],
        gates=[
            gate("K1", "evidence.paper.exists(p, p.number == '')"),
            gate("K2", "edible && average > 2.0", "cap", cap_points=50),
        ],
        code_lists=[{"id": "colours", "version": "2026", "item": options("red", "blue")}],
        **more,
    )  # type: ignore[arg-type]  # passed on


ANSWERS: dict[str, object] = {
    "title": "A title",
    "pieces": 5,
    "mass": 0.5,
    "width": {"value": 2, "unit": "inch"},
    "price": 150000,
    "share": 40.5,
    "made_on": "2026-10-01",
    "shelf": {"value": 2, "unit": "month"},
    "edible": True,
    "kind": "odd",
    "kind_other": "x",
    "ways": ["a", "b"],
    "colour": "red",
    "fastness": "3-4",
    "extent": {"length": 8, "unit": "cm"},
    "agreed": True,
    "done": [],
    "place": {"region": "52.01", "latitude": -8.6, "longitude": 116.1},
    "course": {"number": "12", "held": "2026-01-01"},
    "items": [
        {
            "name0": "one",
            "amount0": {"value": 3, "unit": "cm"},
            "spots0": [1, 1.2],
            "parts": [{"name1": "p"}],
        },
        {"name0": "two"},
    ],
    "spots": [1, 1.5],
    "lead": {"operator": "<", "value": 0.01, "unit": "mg"},
    "permit": "101",
    "taste": {"count": 2, "lot": "L1", "expires_on": "2026-12-01"},
}

EVIDENCE = (EvidenceItem(evidence="paper", id="e1", number="N-1"),)
