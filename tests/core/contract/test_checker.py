"""The checker against invented forms: every finding code, and the cases that a plain form engine gets wrong."""

from __future__ import annotations

from datetime import date

import pytest

from ovop.contract.checker import compile_checker
from ovop.contract.errors import DefinitionError
from ovop.contract.vocabulary import Finding, IntegerField, Severity, Text
from tests.core.contract.invented import (
    TODAY,
    checker,
    definition,
    field,
    findings,
    found,
    gate,
    option,
    options,
    rule,
    section,
)

KIND = field("select", "kind", options=options("plain", "patterned", "both"))


def only(items: list[Finding]) -> Finding:
    assert len(items) == 1, items
    return items[0]


# --- presence -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [{}, {"a": None}, {"a": ""}, {"a": "  "}])
def test_required_when_unanswered(answer: dict[str, object]) -> None:
    made = checker(field("text", "a"))
    finding = only(findings(made, answer))
    assert (finding.path, finding.code, finding.section) == ("a", "required", "main")
    assert finding.message == Text("a (id) belum diisi.", "a is not filled in.")
    assert finding.remedy == Text("Isi bagian ini.", "Fill it in.")


def test_not_required_when_optional_or_rule_does_not_hold() -> None:
    made = checker(KIND, field("text", "a", required=False), field("text", "b", required="kind == 'both'"))
    assert found(made, {"kind": "plain"}) == []
    assert found(made, {"kind": "both"}) == [("b", "required")]
    assert found(made, {}) == [("kind", "required")]


def test_all_findings_listed_in_form_order_with_unknown_fields_last() -> None:
    made = checker(field("text", "a"), field("integer", "b"), field("date", "c"), field("boolean", "d"))
    answers = {"zzz": 1, "d": "yes", "c": "soon", "b": 1.5}
    assert found(made, answers) == [
        ("a", "required"),
        ("b", "wrong_type"),
        ("c", "date_format"),
        ("d", "wrong_type"),
        ("zzz", "unknown_field"),
    ]


def test_partial_leaves_out_only_what_is_missing() -> None:
    made = checker(
        field("text", "a"),
        field("declaration", "b", statement={"id": "x", "en": "y"}),
        field("rows", "c", fields=[field("integer", "n"), field("integer", "m")], min_rows=2),
        field("multiselect", "d", options=options("x", "y"), min_items=2),
        field("select", "e", options=[option("odd", other=True)]),
        field("integer", "f"),
        evidence=[{"id": "paper", "label": {"id": "k", "en": "p"}, "section": "main", "asks": ["number"]}],
        checks=[rule("sum(c.map(r, double(r.n))) == 100.0")],
    )
    answers = {"b": False, "c": [{"n": 1}], "d": ["x"], "e": "odd", "f": "many"}
    assert found(made, answers, partial=True) == [("f", "wrong_type"), ("", "broken")]
    assert found(made, {}, partial=True) == []
    assert ("a", "required") in found(made, answers)


def test_not_accepted_when_declaration_is_absent_or_false() -> None:
    made = checker(field("declaration", "agree", statement={"id": "x", "en": "y"}))
    assert found(made, {}) == found(made, {"agree": False}) == [("agree", "not_accepted")]
    assert found(made, {"agree": True}) == []


def test_computed_field_never_sent() -> None:
    made = checker(field("integer", "a"), field("computed", "double_a", result="integer", rule="a * 2"))
    finding = only(findings(made, {"a": 1, "double_a": 5}))
    assert (finding.path, finding.code) == ("double_a", "unknown_field")
    assert finding.message.en == "double_a follows from other answers."


# --- conditions ----------------------------------------------------------------------------------------------------------


def test_several_branches_open_at_once_when_the_condition_is_contains() -> None:
    made = checker(
        field("multiselect", "techniques", options=options("dip", "press", "fold")),
        field("integer", "dip_count", show_if="'dip' in techniques"),
        field("integer", "press_count", show_if="'press' in techniques"),
        field("integer", "fold_count", show_if="'fold' in techniques"),
    )
    assert found(made, {"techniques": ["dip", "press"]}) == [
        ("dip_count", "required"),
        ("press_count", "required"),
    ]


def test_hidden_field_is_neither_asked_nor_judged_and_rules_on_it_are_undetermined() -> None:
    made = checker(
        KIND,
        field("decimal", "offset", show_if="kind != 'plain'", maximum=5),
        field("text", "reason", show_if="offset > 1.0"),
        checks=[rule("offset < 3.0")],
    )
    assert found(made, {"kind": "plain", "offset": 99}) == []
    assert found(made, {"kind": "both", "offset": 4}) == [("reason", "required"), ("", "broken")]


def test_hidden_section_hides_its_fields_and_its_evidence() -> None:
    made = compile_checker(
        definition(
            section("first", KIND),
            section("second", field("text", "a"), show_if="kind == 'both'"),
            evidence=[{"id": "paper", "label": {"id": "k", "en": "p"}, "section": "second"}],
        )
    )
    assert found(made, {"kind": "plain"}) == []
    assert found(made, {"kind": "both"}) == [("a", "required"), ("evidence.paper", "evidence_missing")]


def test_visibility_follows_fields_that_stand_later() -> None:
    made = checker(
        field("text", "a", show_if="size_class == 'big'"),
        field("integer", "n"),
        field("computed", "size_class", result="text", rule="n > 10 ? 'big' : 'small'"),
    )
    assert found(made, {"n": 5}) == []
    assert found(made, {"n": 50}) == [("a", "required")]


def test_circle_of_conditions_refused() -> None:
    with pytest.raises(DefinitionError):
        checker(field("text", "a", show_if="b == 'x'"), field("text", "b", show_if="a == 'x'"))


# --- choices ------------------------------------------------------------------------------------------------------------


def test_other_text_missing_when_an_open_option_is_chosen() -> None:
    odd = [option("plain"), option("odd", other=True)]
    made = checker(
        field("select", "a", options=odd),
        field("multiselect", "b", options=odd),
        field("text", "c", show_if="a_other == 'x'"),
    )
    assert found(made, {"a": "odd", "b": ["plain", "odd"]}) == [
        ("a_other", "other_missing"),
        ("b_other", "other_missing"),
    ]
    assert found(made, {"a": "odd", "a_other": "x", "b": ["plain"], "c": "there"}) == []
    assert found(made, {"a": "odd", "a_other": 7, "b": ["plain"]}) == [("a_other", "wrong_type")]


def test_grey_scale_grades_compare_as_half_steps_and_the_worst_counts() -> None:
    made = checker(
        field("grade", "rub"), field("grade", "wash"), checks=[rule("worst([rub, wash]) >= grade('3-4')")]
    )
    assert found(made, {"rub": "4-5", "wash": "3-4"}) == []
    assert found(made, {"rub": "4-5", "wash": "3"}) == [("", "broken")]


# --- groups and rows -----------------------------------------------------------------------------------------------------


def test_optional_group_left_out_is_not_judged_but_a_begun_one_is() -> None:
    made = checker(
        field(
            "group",
            "course",
            required=False,
            fields=[field("text", "number"), field("integer", "mark", maximum=100)],
            checks=[rule("mark >= 60")],
        ),
    )
    assert found(made, {}) == found(made, {"course": {}}) == []
    assert found(made, {"course": {"mark": 50}}) == [("course.number", "required"), ("course", "broken")]
    assert found(made, {"course": {"number": "x", "mark": 101}}) == [("course.mark", "too_large")]
    assert found(made, {"course": "x"}) == [("course", "wrong_type")]


def test_group_with_only_unknown_or_computed_parts_is_not_begun() -> None:
    made = checker(
        field(
            "group",
            "course",
            required=False,
            fields=[field("text", "number"), field("computed", "one", result="integer", rule="1")],
        )
    )
    assert found(made, {"course": {}}) == []
    assert found(made, {"course": {"mark": 1}}) == [("course.mark", "unknown_field")]


def test_group_fields_read_from_outside_by_their_dotted_name() -> None:
    made = checker(
        field("group", "course", fields=[field("integer", "mark")]),
        field("text", "excuse", show_if="course.mark < 60"),
    )
    assert found(made, {"course": {"mark": 50}}) == [("excuse", "required")]
    assert found(made, {"course": {"mark": 70}}) == []


def test_rows_counted_and_typed() -> None:
    made = checker(field("rows", "dyes", fields=[field("text", "name")], min_rows=2, max_rows=3))
    row = {"name": "x"}
    assert found(made, {}) == [("dyes", "required")]
    assert found(made, {"dyes": "x"}) == [("dyes", "wrong_type")]
    assert found(made, {"dyes": [row]}) == [("dyes", "too_few")]
    assert found(made, {"dyes": [row] * 4}) == [("dyes", "too_many")]
    assert found(made, {"dyes": [row, 5]}) == [("dyes[1]", "wrong_type")]
    assert found(made, {"dyes": [row, {"name": "y", "hue": 1}]}) == [("dyes[1].hue", "unknown_field")]


def test_row_finding_names_the_row_from_one_and_the_value_with_its_unit() -> None:
    dose = field("decimal", "dose", maximum=10, units=[{"code": "gl", "label": {"id": "g/l", "en": "g/l"}}])
    made = checker(field("rows", "dyes", fields=[dose]))
    finding = only(findings(made, {"dyes": [{"dose": 1}, {"dose": 2}, {"dose": 1234.5}]}))
    assert finding.path == "dyes[2].dose"
    assert finding.message.id == "dyes (id), baris 3, dose (id): 1.234,5 g/l lebih dari 10 g/l."
    assert finding.message.en == "dyes, row 3, dose: 1,234.5 g/l is above 10 g/l."


def test_duplicate_row_named_with_the_first_one() -> None:
    made = checker(field("rows", "r", unique=["a", "b"], fields=[field("text", "a"), field("integer", "b")]))
    rows = [{"a": "x", "b": 1}, {"a": "x", "b": 2}, {"a": "X", "b": 1}]
    finding = only(findings(made, {"r": rows}))
    assert (finding.path, finding.code) == ("r[2]", "duplicate_row")
    assert finding.message.en == "r, row 3 repeats row 1."


def test_row_missing_for_each_option_without_one() -> None:
    part = field("select", "part", options=options("warp", "weft", "extra"))
    made = checker(field("rows", "r", one_per="part", fields=[part]))
    assert found(made, {"r": [{"part": "warp"}]}) == [("r", "row_missing"), ("r", "row_missing")]
    assert found(made, {"r": [{"part": "weft"}, {"part": "extra"}, {"part": "warp"}]}) == []


def test_condition_of_a_column_follows_its_own_row() -> None:
    made = checker(
        field(
            "rows",
            "steps",
            fields=[
                field("select", "step", options=options("soak", "dry")),
                field("decimal", "hours", show_if="step == 'soak'"),
                field("decimal", "degrees", show_if="step == 'dry'", required="hot"),
            ],
            ordered=True,
            row_checks=[rule("degrees <= 60.0", "too_hot")],
        ),
        field("boolean", "hot"),
    )
    answers = {"steps": [{"step": "soak"}, {"step": "dry"}, {"step": "dry", "degrees": 80}], "hot": True}
    assert found(made, answers) == [
        ("steps[0].hours", "required"),
        ("steps[1].degrees", "required"),
        ("steps[2]", "too_hot"),
    ]
    assert findings(made, answers)[2].message.en == "steps, row 3: too_hot message"
    assert found(made, {**answers, "hot": False}) == [("steps[0].hours", "required"), ("steps[2]", "too_hot")]


def test_file_required_in_one_row_only() -> None:
    made = checker(
        field(
            "rows",
            "motifs",
            fields=[
                field("boolean", "restricted"),
                field("file", "consent", required="restricted", show_if="restricted"),
            ],
        )
    )
    rows = [{"restricted": False}, {"restricted": True}, {"restricted": True, "consent": "lost"}]
    assert found(made, {"motifs": rows}) == [
        ("motifs[1].consent", "required"),
        ("motifs[2].consent", "unknown_file"),
    ]


SET_OF_SIZES = field(
    "rows",
    "sizes",
    fields=[
        field("text", "name"),
        field("series", "heights", unit={"code": "cm"}, min_items=2, show_if="measured"),
        field("rows", "handles", required=False, fields=[field("integer", "length")]),
    ],
    row_checks=[rule("spread(heights) <= 10.0", "uneven")],
)


def test_each_size_of_a_set_has_its_own_series_and_nested_rows() -> None:
    made = checker(field("boolean", "measured"), SET_OF_SIZES)
    answers = {
        "measured": True,
        "sizes": [
            {"name": "small", "heights": [10, 10.5]},
            {"name": "large", "heights": [10, 20], "handles": [{"length": 3}, {"length": "x"}]},
            {"name": "huge", "heights": [10]},
        ],
    }
    assert found(made, answers) == [
        ("sizes[1].handles[1].length", "wrong_type"),
        ("sizes[1]", "uneven"),
        ("sizes[2].heights", "too_few"),
    ]
    nested = findings(made, answers)[0]
    assert nested.message.en == "sizes, row 2, handles, row 2, length has to be a whole number."
    assert found(made, {**answers, "measured": False}) == [("sizes[1].handles[1].length", "wrong_type")]


# --- numbers ------------------------------------------------------------------------------------------------------------


def test_shares_sum_to_hundred_within_the_tolerance() -> None:
    made = checker(
        field(
            "rows",
            "mix",
            fields=[field("percent", "share")],
            checks=[rule("sum(mix.map(m, m.share)) >= 99.5 && sum(mix.map(m, m.share)) <= 100.5", "sum")],
        )
    )
    assert found(made, {"mix": [{"share": 60}, {"share": 40.5}]}) == []
    assert found(made, {"mix": [{"share": 60}, {"share": 41}]}) == [("mix", "sum")]


def test_checks_of_an_optional_field_skipped_when_it_is_unanswered_or_faulty() -> None:
    made = checker(
        field(
            "rows",
            "mix",
            required=False,
            fields=[field("percent", "share")],
            checks=[rule("sum(mix.map(m, m.share)) == 100.0", "sum")],
        )
    )
    assert found(made, {}) == []
    assert found(made, {"mix": [{"share": 60}, {"share": "rest"}]}) == [("mix[1].share", "wrong_type")]


def test_yarn_count_normalised_from_inverse_scales_in_each_row() -> None:
    count = field(
        "decimal",
        "count",
        units=[
            {"code": "tex"},
            {"code": "Ne", "factor": 590.5, "inverse": True},
            {"code": "Nm", "factor": 1000, "inverse": True},
            {"code": "den", "factor": 0.1111111111},
        ],
    )
    made = checker(
        field(
            "rows",
            "yarns",
            fields=[
                count,
                field("integer", "ply"),
                field("computed", "resultant", result="decimal", rule="count * double(ply)"),
            ],
        )
    )
    evaluation = made.evaluate(
        {
            "yarns": [
                {"count": {"value": 20, "unit": "Ne"}, "ply": 2},
                {"count": {"value": 40, "unit": "Nm"}, "ply": 1},
                {"count": {"value": 90, "unit": "den"}},
            ]
        }
    )
    assert evaluation.computed == pytest.approx({"yarns[0].resultant": 59.05, "yarns[1].resultant": 25.0})


def test_computed_fields_follow_each_other_and_read_rows() -> None:
    made = checker(
        field("computed", "grade_of_share", result="text", rule="local_share >= 80.0 ? 'high' : 'low'"),
        field("computed", "local_share", result="decimal", rule="share_of(dyes.map(d, d.local))"),
        field("computed", "names", result="list", rule="dyes.filter(d, d.local).map(d, d.name)"),
        field("computed", "next_day", result="date", rule="made_on + duration('24h')"),
        field("date", "made_on"),
        field("rows", "dyes", fields=[field("text", "name"), field("boolean", "local")]),
    )
    dyes = [{"name": "a", "local": True}, {"name": "b", "local": True}, {"name": "c", "local": False}]
    evaluation = made.evaluate({"dyes": dyes, "made_on": "2026-10-17"})
    assert evaluation.computed == {
        "local_share": pytest.approx(66.6667, abs=1e-4),
        "grade_of_share": "low",
        "names": ["a", "b"],
        "next_day": "2026-10-18",
    }


def test_series_mean_and_spread_in_rules() -> None:
    made = checker(
        field("series", "width", unit={"code": "cm"}, min_items=3),
        checks=[rule("mean(width) >= 100.0", "narrow"), rule("spread(width) <= 5.0", "uneven")],
    )
    assert found(made, {"width": [100, 102, 101]}) == []
    assert found(made, {"width": [90, 102, 99]}) == [("", "narrow"), ("", "uneven")]


# --- lookup and laboratory -----------------------------------------------------------------------------------------------

LIMITS = {
    "id": "limits",
    "name": {"id": "batas", "en": "limits"},
    "version": "1",
    "keys": ["market", "shape"],
    "row": [{"key": ["home", "flat"], "maximum": 0.8}, {"key": ["home", "hollow"], "maximum": 2.0}],
}
LEAD = field("reading", "lead", units=[{"code": "mg"}])
LAB = (
    field("select", "market", options=options("home", "abroad")),
    field("select", "shape", options=options("flat", "hollow")),
    LEAD,
)
OVER = "lead.operator != '<' && lead.operator != 'nd' && lead.value > limit_max('limits', [market, shape])"


def test_limit_chosen_by_other_answers_and_absent_row_never_passes_silently() -> None:
    made = checker(
        *LAB,
        limit_tables=[LIMITS],
        checks=[rule("lead.value <= limit_max('limits', [market, shape])", "over")],
    )
    one = {"lead": {"operator": "=", "value": 1, "unit": "mg"}, "market": "home"}
    assert found(made, {**one, "shape": "hollow"}) == []
    assert found(made, {**one, "shape": "flat"}) == [("", "over")]
    by_hand = only(findings(made, {**one, "shape": "flat", "market": "abroad"}))
    assert (by_hand.code, by_hand.severity) == ("check_by_hand", Severity.WARNING)


def test_computed_limit_that_the_table_lacks_is_reported_where_it_is_computed() -> None:
    limit = field("computed", "limit", result="decimal", rule="limit_max('limits', [market, shape])")
    made = checker(*LAB, limit, limit_tables=[LIMITS], checks=[rule("lead.value <= limit", "over")])
    lead = {"lead": {"operator": "=", "value": 1, "unit": "mg"}, "shape": "flat"}
    assert found(made, {**lead, "market": "home"}) == [("", "over")]
    assert found(made, {**lead, "market": "abroad"}) == [("limit", "check_by_hand")]
    assert found(made, {**lead}) == [("market", "required")]


def test_operators_of_a_reading_decide_and_a_gate_reports_an_absent_limit() -> None:
    made = checker(*LAB, limit_tables=[LIMITS], gates=[gate("K4", OVER)])
    place = {"market": "home", "shape": "flat"}
    assert found(made, {**place, "lead": {"operator": "<", "value": 0.01, "unit": "mg"}}) == []
    assert found(made, {**place, "lead": {"operator": "nd", "detection_limit": 0.05, "unit": "mg"}}) == []
    high = {"lead": {"operator": "=", "value": 5, "unit": "mg"}}
    assert found(made, {**place, **high}) == [("", "gate_K4")]
    assert found(made, {**place, **high, "market": "abroad"}) == [("", "check_by_hand")]


def test_reading_not_detected_has_no_value_for_rules() -> None:
    made = checker(
        LEAD, checks=[rule("lead.value < 1.0", "value"), rule("lead.detection_limit <= 0.1", "limit")]
    )
    assert found(made, {"lead": {"operator": "nd", "detection_limit": 0.5, "unit": "mg"}}) == [("", "limit")]


def test_parts_of_a_number_cross_checked() -> None:
    permit = field(
        "identifier",
        "permit",
        pattern=r"(\d)(\d{2})-(\d{2})",
        example="101-27",
        parts={"pack": 1, "year": 3},
        checks=[
            rule("permit_parts.pack == pack", "pack_differs", severity="warning"),
            rule("int(permit_parts.year) >= 26", "past"),
        ],
    )
    made = checker(permit, field("select", "pack", options=options("1", "2")))
    assert found(made, {"permit": "101-27", "pack": "1"}) == []
    assert found(made, {"permit": "101-25", "pack": "2"}) == [("permit", "pack_differs"), ("permit", "past")]
    finding = only(findings(made, {"permit": "10-27", "pack": "2"}))
    assert finding.code == "pattern"
    assert "101-27" in finding.remedy.en


# --- gates and time ------------------------------------------------------------------------------------------------------


def test_gate_effects_and_a_gate_cleared_by_an_edit() -> None:
    made = checker(
        field("select", "use", options=options("food", "show")),
        field("boolean", "leaks"),
        gates=[
            gate("K1", "use == 'food' && leaks", "block", sections=["main"]),
            gate("K2", "leaks", "cap", cap_points=70),
            gate("K3", "use == 'food' && leaks", "return"),
        ],
    )
    before = findings(made, {"use": "food", "leaks": True})
    assert [(f.code, f.severity, f.section) for f in before] == [
        ("gate_K1", Severity.ERROR, "main"),
        ("gate_K2", Severity.WARNING, ""),
        ("gate_K3", Severity.ERROR, ""),
    ]
    assert found(made, {"use": "show", "leaks": True}) == [("", "gate_K2")]
    states = {g.id: (g.acts, g.determined) for g in made.evaluate({"leaks": True}).gates}
    assert states == {"K1": (False, False), "K2": (True, True), "K3": (False, False)}


def test_law_start_date_by_enterprise_size() -> None:
    duty = "enterprise == '' || facts.today <= (facts.enterprise_size in ['micro', 'small'] ? day('2026-10-17') : day('2024-10-17'))"
    made = checker(field("text", "enterprise"), checks=[rule(duty, "due")])
    answers = {"enterprise": "x"}
    assert [
        f.code for f in made.check(answers, (), {"today": date(2026, 10, 17), "enterprise_size": "micro"})
    ] == []
    assert [f.code for f in made.check(answers, (), {"today": "2026-10-18", "enterprise_size": "micro"})] == [
        "due"
    ]
    assert [
        f.code for f in made.check(answers, (), {"today": date(2026, 1, 1), "enterprise_size": "large"})
    ] == ["due"]
    assert [f.code for f in made.check(answers, (), {"today": TODAY})] == []


# --- what else the checker answers ----------------------------------------------------------------------------------------


def test_section_and_field_of_a_path() -> None:
    made = compile_checker(
        definition(
            section("first", field("rows", "dyes", fields=[field("integer", "dose")])),
            section("second", field("select", "kind", options=[option("odd", other=True)])),
            evidence=[{"id": "photos", "label": {"id": "f", "en": "p"}, "section": "second"}],
        )
    )
    paths = ("dyes[2].dose", "kind_other", "evidence.photos[label]", "evidence.photos[#1]", "nothing", "")
    assert [made.section_of(path) for path in paths] == ["first", "second", "second", "second", "", ""]
    dose = made.field("dyes[2].dose")
    assert isinstance(dose, IntegerField)
    assert dose.id == "dose"
    assert made.field("dyes[0].hue") is None
    assert made.field("evidence.photos") is None


def test_diff_lists_changes_in_form_order() -> None:
    made = checker(
        field("text", "a"),
        field("group", "g", fields=[field("integer", "n")]),
        field("rows", "r", fields=[field("text", "x"), field("integer", "y")]),
        field("boolean", "b"),
    )
    old = {"a": "one", "g": {"n": 1}, "r": [{"x": "p", "y": 1}, {"x": "q"}], "b": True}
    new = {"a": "two", "g": {"n": 1.0}, "r": [{"x": "p", "y": 2}], "b": 1, "zzz": 5}
    assert [(c.path, c.old, c.new, c.section) for c in made.diff(old, new)] == [
        ("a", "one", "two", "main"),
        ("r[0].y", 1, 2, "main"),
        ("r[1]", {"x": "q"}, None, "main"),
        ("b", True, 1, "main"),
    ]
    assert made.diff({"a": ""}, {}) == made.diff(old, old) == []


def test_evaluation_tells_what_is_shown_and_required() -> None:
    made = checker(
        KIND,
        field("text", "a", show_if="kind == 'both'"),
        field("text", "b", required="kind == 'plain'"),
        field("rows", "r", required=False, fields=[field("text", "x")]),
        evidence=[
            {
                "id": "photos",
                "label": {"id": "f", "en": "p"},
                "section": "main",
                "roles": [{"id": "back", "label": {"id": "b", "en": "b"}, "required": "kind == 'both'"}],
            }
        ],
    )
    plain = made.evaluate({"kind": "plain", "r": [{}]}, (), {"today": TODAY})
    assert plain.visible == {"kind", "b", "r", "r[0].x", "evidence.photos"}
    assert plain.required == {"kind", "b", "r[0].x", "evidence.photos"}
    both = made.evaluate({"kind": "both"}, (), {"today": TODAY})
    assert "a" in both.visible
    assert "evidence.photos[back]" in both.required
