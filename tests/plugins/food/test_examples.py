"""Worked examples, and what changes in them when one answer changes. Line numbers in docstrings are those of section E of the domain file."""

import copy
from datetime import date
from pathlib import Path

import msgspec
import pytest

import ovop_food
from ovop.contract.checker import Checker, Evaluation
from ovop.contract.examples import run_example
from ovop.contract.scoring import ScoreMissing, score
from ovop.contract.vocabulary import Definition, EvidenceItem, Example, ExampleKind

NAMES = sorted(
    path.stem for path in (Path(ovop_food.__file__).parent / "definition" / "examples").glob("*.toml")
)
Row = dict[str, object]


def example_of(definition: Definition, name: str) -> Example:
    return next(example for example in definition.examples if example.id == name.replace("-", "_"))


class Case:
    """A copy of an example that a test may change."""

    def __init__(self, definition: Definition, checker: Checker, name: str) -> None:
        example = example_of(definition, name)
        self.checker = checker
        self.levels = dict(example.levels)
        self.answers: Row = copy.deepcopy(msgspec.to_builtins(example.answers))
        self.evidence: tuple[EvidenceItem, ...] = example.evidence
        self.facts = dict(example.facts)

    def rows(self, field: str, group: str = "") -> list[Row]:
        given = (self.group(group) if group else self.answers)[field]
        assert isinstance(given, list)
        return given

    def group(self, field: str) -> Row:
        given = self.answers[field]
        assert isinstance(given, dict)
        return given

    def evaluate(self) -> Evaluation:
        return self.checker.evaluate(self.answers, self.evidence, self.facts)

    def found(self) -> set[tuple[str, str, str]]:
        return {(f.path, f.code, f.severity.value) for f in self.evaluate().findings}

    def codes(self) -> set[str]:
        return {code for _, code, _ in self.found()}

    def gates(self) -> set[str]:
        return {gate.id for gate in self.evaluate().gates if gate.acts}

    def computed(self, path: str) -> object:
        return self.evaluate().computed.get(path)

    def level(self, criterion: str) -> int | None:
        levels = {"C10": 3, "C11": 3, "C13": 3, **self.levels}
        levels.pop(criterion, None)
        for other in ("C3", "C4", "C5", "C6"):
            if other != criterion:
                levels.setdefault(other, 3)
        result = score(self.checker, levels, self.answers, self.evidence, self.facts)
        return {one.id: one.level for one in result.criteria}[criterion]


@pytest.fixture
def snack(food: Definition, food_checker: Checker) -> Case:
    return Case(food, food_checker, "valid-snack")


@pytest.fixture
def drink(food: Definition, food_checker: Checker) -> Case:
    return Case(food, food_checker, "valid-drink")


@pytest.fixture
def exempt(food: Definition, food_checker: Checker) -> Case:
    return Case(food, food_checker, "scored-exempt")


@pytest.mark.parametrize("name", NAMES)
def test_example_gives_what_it_states(food: Definition, food_checker: Checker, name: str) -> None:
    result = run_example(food_checker, example_of(food, name))
    assert result.differences == ()


def test_every_kind_and_every_gate_has_its_example(food: Definition) -> None:
    assert {example.kind for example in food.examples} == set(ExampleKind)
    stated = {finding.code for example in food.examples for finding in example.findings}
    stated |= {f"gate_{gate}" for example in food.examples for gate in example.gates}
    assert {f"gate_{gate.id}" for gate in food.gates} <= stated


def test_full_example_has_no_finding_at_all(snack: Case) -> None:
    assert snack.found() == set()


# ------------------------------------------------------------------------------------------------------- line 1: scheme
@pytest.mark.parametrize(
    ("change", "scheme"),
    [
        ({}, "spp_irt"),
        ({"process_flags": ["sterilisasi"]}, "md"),
        ({"process_flags": ["kemas_ulang"]}, "md"),
        ({"separate_factory": True}, "md"),
        ({"storage": "dingin"}, "md"),
        ({"shelf_life": {"value": 6, "unit": "day"}}, "bebas"),
        ({"shelf_life": {"value": 6, "unit": "day"}, "ready_to_eat": False}, "md"),
        ({"shelf_life": {"value": 7, "unit": "day"}}, "spp_irt"),
        ({"food_type_code": None}, "md"),
    ],
)
def test_suggested_scheme_follows_from_type_process_shelf_life_and_factory(
    snack: Case, change: Row, scheme: str
) -> None:
    """Line 1."""
    snack.answers.update(change)
    assert snack.computed("suggested_licence") == scheme


def test_barred_process_blocks_spp_irt_and_not_md(snack: Case, drink: Case) -> None:
    snack.answers["process_flags"] = ["pembekuan"]
    assert snack.gates() == {"K2"}
    drink.answers["process_flags"] = ["pembekuan"]
    assert drink.gates() == set()


def test_exemption_holds_only_where_it_is_suggested(exempt: Case) -> None:
    assert exempt.gates() == set()
    exempt.answers["ready_to_eat"] = False
    assert exempt.computed("permit_state") == "missing"
    assert exempt.gates() == {"K1"}


def test_points_of_the_permit_spread_over_the_others_when_exempt(food_checker: Checker, exempt: Case) -> None:
    """OPEN 15."""
    result = score(food_checker, exempt.levels, exempt.answers, exempt.evidence, exempt.facts)
    lines = {one.id: one for one in result.criteria}
    assert not lines["C1"].applies
    assert lines["C3"].weight == pytest.approx(10 * 100 / 92)


# ------------------------------------------------------------------------------------------------ line 1: permit number
@pytest.mark.parametrize(
    "number",
    ["2145201010001-28", "P-IRT 214520101000128", "PIRT No. 2145201010001 28", "P-IRT No.2145201010001-28"],
)
def test_p_irt_number_may_be_written_in_several_ways(snack: Case, number: str) -> None:
    snack.group("licence")["pirt_number"] = number
    assert snack.found() == set()
    assert snack.computed("pirt_parts") == "2 · 14 · 5201 · 01 · 0001 · 2028"


@pytest.mark.parametrize("number", ["21452010100-28", "2145201010001", "2145201010001-2", "A145201010001-28"])
def test_p_irt_number_of_another_shape_is_an_error(snack: Case, number: str) -> None:
    """OPEN 2: shorter than 15 digits."""
    snack.group("licence")["pirt_number"] = number
    assert snack.found() == {("licence.pirt_number", "pattern", "error")}


@pytest.mark.parametrize(
    ("number", "finding"),
    [
        ("P-IRT 9145201010001-28", ("pirt_pack_mismatch", "warning")),
        ("P-IRT 2155201010001-28", ("pirt_type_mismatch", "warning")),
        ("P-IRT 2145202010001-28", ("pirt_place_mismatch", "warning")),
        ("P-IRT 2145201010001-29", ("pirt_year_mismatch", "warning")),
        ("P-IRT 2145201010001-2801", ("pirt_longer", "warning")),
    ],
)
def test_digits_of_the_p_irt_number_that_do_not_fit_warn(
    snack: Case, number: str, finding: tuple[str, str]
) -> None:
    """Line 1, OPEN 2: never refused on meaning alone."""
    snack.group("licence")["pirt_number"] = number
    assert snack.found() == {("licence", *finding)}


def test_end_year_in_the_past_is_an_error(snack: Case) -> None:
    """OPEN 2: the running year itself is not past."""
    snack.group("licence")["pirt_number"] = "2145201010001-25"
    assert ("licence", "pirt_year_past", "error") in snack.found()
    snack.group("licence")["pirt_number"] = "2145201010001-26"
    assert "pirt_year_past" not in snack.codes()


@pytest.mark.parametrize(
    ("number", "right"),
    [("MD 214528001001", True), ("BPOM RI MD 214528001001123", True), ("MD 21452800100", False)],
)
def test_md_number_has_12_to_15_digits(drink: Case, number: str, right: bool) -> None:
    drink.group("licence")["md_number"] = number
    assert (("licence.md_number", "pattern", "error") not in drink.found()) is right


def test_spp_irt_needs_a_food_type_and_the_course(snack: Case) -> None:
    del snack.answers["food_type_code"], snack.answers["pkp"]
    found = snack.found()
    assert ("food_type_code", "required", "error") in found
    assert ("pkp.pkp_score", "required", "error") in found


@pytest.mark.parametrize(("value", "failed"), [(59, True), (60, False)])
def test_course_is_passed_at_60(snack: Case, value: int, failed: bool) -> None:
    snack.group("pkp")["pkp_score"] = value
    assert ("pkp_failed" in snack.codes()) is failed


# -------------------------------------------------------------------------------------------------------- line 2: dates
@pytest.mark.parametrize(("today", "gates"), [("2028-05-14", set()), ("2028-05-15", {"K1"})])
def test_permit_is_judged_on_the_day_of_the_decision(snack: Case, today: str, gates: set[str]) -> None:
    """Line 2: valid on the last day, expired on the next, with the same answers."""
    snack.facts["today"] = today
    assert snack.gates() == gates


@pytest.mark.parametrize(
    ("size", "today", "gates"),
    [
        ("micro", "2026-10-17", {"K5b"}),
        ("micro", "2026-10-18", {"K5"}),
        ("small", "2026-10-17", {"K5b"}),
        ("small", "2026-10-18", {"K5"}),
        ("medium", "2024-10-17", {"K5b"}),
        ("medium", "2024-10-18", {"K5"}),
        ("large", "2024-10-18", {"K5"}),
    ],
)
def test_halal_duty_begins_by_size_of_the_enterprise(
    snack: Case, size: str, today: str, gates: set[str]
) -> None:
    """Line 2, OPEN 1."""
    snack.answers["halal"] = {"halal_status": "belum"}
    snack.facts |= {"enterprise_size": size, "today": today}
    assert snack.gates() == gates


def test_halal_duty_is_checked_by_hand_when_the_size_is_not_known_or_not_in_the_table(snack: Case) -> None:
    snack.answers["halal"] = {"halal_status": "belum"}
    snack.facts["enterprise_size"] = "cooperative"
    assert ("halal_duty", "check_by_hand", "warning") in snack.found()
    del snack.facts["enterprise_size"]
    assert ("halal", "enterprise_size_unknown", "warning") in snack.found()


def test_product_declared_not_halal_meets_the_duty(snack: Case) -> None:
    snack.answers["halal"] = {"halal_status": "tidak_halal"}
    assert snack.gates() == set()
    assert snack.level("C2") == 5


@pytest.mark.parametrize(("until", "gates"), [("2026-11-24", set()), ("2026-11-23", {"K5"})])
def test_halal_certificate_with_an_end_lapses(snack: Case, until: str, gates: set[str]) -> None:
    snack.group("halal")["halal_expires_on"] = until
    assert snack.gates() == gates


def test_old_mui_number_counts_as_expired_and_a_kh_number_is_none(snack: Case) -> None:
    snack.group("halal")["halal_number"] = "00010012345678"
    assert ("halal", "halal_number_old", "error") in snack.found()
    assert snack.gates() == {"K5"}
    snack.group("halal")["halal_number"] = "KH-12345/2023"
    assert ("halal.halal_number", "pattern", "error") in snack.found()


@pytest.mark.parametrize(("tasting", "late"), [("2027-01-31", False), ("2027-02-01", True)])
def test_sample_has_to_expire_after_the_tasting(snack: Case, tasting: str, late: bool) -> None:
    """Lines 2 and 8."""
    snack.answers["tasting_on"] = tasting
    assert (("sample", "sample_expires_before_tasting", "error") in snack.found()) is late


def test_sample_is_asked_once_the_tasting_is_announced_and_keeps_its_lot(snack: Case) -> None:
    """Line 8: a sample is counted, has a lot and an expiry date; its custody is the kernel's."""
    snack.group("sample")["lot"] = "261101-2-B"
    assert snack.found() == {("lab_tests", "tested_lot_not_sample", "warning")}
    del snack.answers["sample"]
    assert snack.found() == {("sample", "required", "error")}
    del snack.answers["tasting_on"]
    assert snack.found() == set()


# -------------------------------------------------------------------------------------------------- line 3: ingredients
def test_ingredients_feed_allergens_local_share_and_the_label(snack: Case) -> None:
    """Line 3."""
    assert snack.computed("allergens") == ["susu", "kedelai"]
    assert snack.computed("local_share") == pytest.approx(97.08)
    listed = snack.computed("ingredient_list")
    assert isinstance(listed, list)
    assert listed[:2] == ["Pisang kepok", "Minyak kelapa"]
    snack.rows("ingredients")[0]["allergen"] = ["gluten"]
    assert snack.computed("allergens") == ["gluten", "susu", "kedelai"]


def test_allergen_statement_is_asked_only_where_there_are_allergens(snack: Case) -> None:
    snack.rows("ingredients")[2]["allergen"] = ["tidak_ada"]
    assert "allergen_statement" not in snack.evaluate().visible
    assert snack.computed("allergens") == []


@pytest.mark.parametrize(("share", "wrong"), [(77.6, False), (77.5, True), (78.5, False), (78.6, True)])
def test_ingredients_add_up_within_half_a_percent(snack: Case, share: float, wrong: bool) -> None:
    """OPEN 10."""
    snack.rows("ingredients")[0]["share"] = share
    assert ("ingredient_sum" in snack.codes()) is wrong


@pytest.mark.parametrize("place", [0, 6, 7, 8, 9, 20])
def test_ingredients_out_of_order_are_found_wherever_they_stand(snack: Case, place: int) -> None:
    first = snack.rows("ingredients")[0]
    shares = [4.3 - 0.1 * number for number in range(24)]
    snack.answers["ingredients"] = [
        {**first, "ingredient_name": f"Bahan {number}", "share": round(share, 2)}
        for number, share in enumerate(shares)
    ]
    assert "ingredient_order" not in snack.codes()
    rows = snack.rows("ingredients")
    rows[place]["share"], rows[place + 1]["share"] = rows[place + 1]["share"], rows[place]["share"]
    assert ("ingredients", "ingredient_order", "error") in snack.found()


@pytest.mark.parametrize(
    ("local", "origin", "level"),
    [
        (100, "warisan_daerah", 5),
        (100, "keluarga", 4),
        (80, "warisan_daerah", 3),
        (80, "baru", 2),
        (79, "warisan_daerah", 1),
        (0, "warisan_daerah", 0),
    ],
)
def test_uniqueness_follows_local_share_and_recipe(snack: Case, local: int, origin: str, level: int) -> None:
    first = snack.rows("ingredients")[0]
    parts = sorted(((local, "kabupaten"), (100 - local, "impor")), reverse=True)
    snack.answers["ingredients"] = [
        {**first, "ingredient_name": place, "share": share, "origin": place}
        for share, place in parts
        if share
    ]
    snack.answers["recipe_origin"] = origin
    assert snack.level("C7") == level


# --------------------------------------------------------------------------------------------------- line 4: laboratory
@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        ({"operator": "=", "value": 1.0}, "pass"),
        ({"operator": "=", "value": 1.01}, "fail"),
        ({"operator": "<", "value": 1.0}, "pass"),
        ({"operator": "<", "value": 2}, "undecided"),
        ({"operator": ">", "value": 1.0}, "fail"),
        ({"operator": "nd", "detection_limit": 0.02}, "pass"),
        ({"operator": "nd", "detection_limit": 2}, "undecided"),
        ({"operator": "nd"}, "undecided"),
    ],
)
def test_lead_is_held_against_its_limit_with_its_sign(snack: Case, measured: Row, verdict: str) -> None:
    """Line 4, OPEN 11."""
    snack.rows("lab_tests")[5]["measured"] = measured
    assert snack.computed("lab_tests[5].limit_verdict") == verdict
    assert ("K4" in snack.gates()) is (verdict == "fail")
    assert (("lab_tests[5]", "limit_undecided", "warning") in snack.found()) is (verdict == "undecided")


def test_unit_of_the_row_decides_the_limit(snack: Case) -> None:
    """Line 4, OPEN 7: 1400 µg/kg is above 1000 µg/kg; 1400 CFU/g of lead has no limit and is checked by hand."""
    row = snack.rows("lab_tests")[5]
    row |= {"measured": {"operator": "=", "value": 900}, "measured_unit": "ug_kg"}
    assert snack.gates() == set()
    row["measured"] = {"operator": "=", "value": 1400}
    assert snack.gates() == {"K4"}
    row["measured_unit"] = "cfu_g"
    assert snack.gates() == set()
    assert snack.found() == {("lab_tests[5]", "limit_by_hand", "warning")}


@pytest.mark.parametrize(("category", "gates"), [("negatif", set()), ("positif", {"K4"})])
def test_salmonella_is_a_category(snack: Case, category: str, gates: set[str]) -> None:
    """Line 4."""
    snack.rows("lab_tests")[4]["measured"] = {"category": category}
    assert snack.gates() == gates


@pytest.mark.parametrize("parameter", ["kadar_air", "asam_lemak_bebas", "peroksida"])
def test_quality_above_its_limit_warns_and_does_not_block(snack: Case, parameter: str) -> None:
    """OPEN 14: only safety parameters meet K4."""
    snack.rows("lab_tests")[0] |= {
        "parameter": parameter,
        "test_standard": "sni_lain",
        "stated_limit": 5,
        "measured": {"operator": "=", "value": 6},
    }
    assert snack.gates() == set()
    assert ("lab_tests", "quality_over_limit", "warning") in snack.found()
    assert snack.level("C4") == 0


@pytest.mark.parametrize(("value", "gates"), [(20, set()), (21, {"K4"})])
def test_limit_of_the_report_counts_where_the_table_has_none(
    snack: Case, value: int, gates: set[str]
) -> None:
    """OPEN 6: within it the row is still checked by hand, and no level is given by itself."""
    snack.rows("lab_tests").append(
        {
            **snack.rows("lab_tests")[0],
            "parameter": "aflatoksin",
            "measured": {"operator": "=", "value": value},
            "measured_unit": "ug_kg",
            "test_standard": "sni_lain",
            "stated_limit": 20,
        }
    )
    assert snack.gates() == gates
    assert ("lab_tests[14]", "limit_by_hand", "warning") in snack.found()
    if not gates:
        with pytest.raises(ScoreMissing, match="C4"):
            snack.level("C4")


def test_level_of_the_tests_follows_lots_standard_and_required_parameters(snack: Case) -> None:
    assert snack.level("C4") == 5
    snack.answers["lab_tests"] = snack.rows("lab_tests")[:7]
    assert snack.level("C4") == 4
    snack.answers["full_standard_tested"] = False
    assert snack.level("C4") == 3
    del snack.rows("lab_tests")[1]
    assert snack.computed("lab_state") == "by_hand"
    del snack.answers["lab_tests"]
    assert snack.level("C4") == 1


def test_drink_needs_a_metal_among_its_tests(drink: Case) -> None:
    assert drink.computed("required_tests_done") is True
    del drink.rows("lab_tests")[3]
    assert drink.computed("required_tests_done") is False


def test_md_needs_tests_and_their_report_while_spp_irt_is_only_told(drink: Case, snack: Case) -> None:
    for case in (drink, snack):
        case.evidence = tuple(item for item in case.evidence if item.evidence != "lab_report")
        del case.answers["lab_tests"]
    assert {("lab_tests", "required", "error"), ("", "md_needs_lab_report", "error")} <= drink.found()
    assert snack.found() == {("evidence.lab_report", "evidence_missing", "info")}


@pytest.mark.parametrize(("issued", "old"), [("2025-11-24", False), ("2025-11-23", True)])
def test_laboratory_report_is_at_most_twelve_months_old(snack: Case, issued: str, old: bool) -> None:
    """OPEN 10: counted to the day that `today` states."""
    day = date.fromisoformat(issued)
    snack.evidence = tuple(
        msgspec.structs.replace(item, issued_on=day) if item.id == "lab-report-1" else item
        for item in snack.evidence
    )
    assert (("evidence.lab_report[#1]", "evidence_too_old", "error") in snack.found()) is old


def test_certified_system_states_its_scope_and_has_its_own_paper(drink: Case) -> None:
    del drink.answers["safety_scope"]
    drink.evidence = tuple(item for item in drink.evidence if item.role != "haccp")
    found = drink.found()
    assert ("safety_scope", "required", "error") in found
    assert ("evidence.safety_certificate[haccp]", "evidence_missing", "error") in found


# -------------------------------------------------------------------------------------------------------- line 5: panel
@pytest.mark.parametrize(
    ("kind", "size", "level"),
    [("konsumen", 30, 4), ("konsumen", 29, None), ("terlatih", 6, 4), ("terlatih", 5, None)],
)
def test_taste_is_scored_from_a_panel_that_is_large_enough(
    snack: Case, kind: str, size: int, level: int | None
) -> None:
    """Line 5: mean and size count; a smaller panel leaves the level to the assessors."""
    snack.group("sensory")["panel_kind"] = kind
    for row in snack.rows("scores", "sensory"):
        row["panel_size"] = size
    if level is None:
        assert ("sensory.scores[0]", "panel_too_small", "warning") in snack.found()
        with pytest.raises(ScoreMissing, match="C5"):
            snack.level("C5")
    else:
        assert snack.level("C5") == level


@pytest.mark.parametrize(("mean", "level"), [(3.9, 0), (4, 1), (5, 2), (6, 3), (7, 4), (8, 5)])
def test_taste_bands(snack: Case, mean: float, level: int) -> None:
    snack.rows("scores", "sensory")[2]["mean_score"] = mean
    assert snack.level("C5") == level


def test_look_aroma_and_texture_are_averaged(snack: Case) -> None:
    assert snack.computed("look_mean") == pytest.approx((7.4 + 7.2 + 7.8) / 3)
    assert snack.level("C6") == 4


def test_panel_needs_all_four_attributes_and_a_blind_code(snack: Case) -> None:
    """Line 5."""
    del snack.rows("scores", "sensory")[1]
    snack.group("sensory")["blind_code"] = "Keripik"
    assert snack.found() == {
        ("sensory.scores", "row_missing", "error"),
        ("sensory.blind_code", "pattern", "error"),
    }
    assert snack.computed("taste_mean") is None


# ------------------------------------------------------------------------------------------------------ line 6: hygiene
@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ((0, 0, 0, 0), "I"),
        ((1, 1, 0, 0), "I"),
        ((1, 2, 0, 0), "II"),
        ((0, 3, 0, 0), "II"),
        ((0, 4, 0, 0), "III"),
        ((9, 9, 1, 0), "III"),
        ((0, 0, 4, 0), "III"),
        ((0, 0, 5, 0), "IV"),
        ((0, 0, 0, 1), "IV"),
        ((2, 0, 0, 0), None),
        ((2, 3, 0, 0), None),
    ],
)
def test_facility_level_comes_from_the_counts_by_a_table(
    snack: Case, counts: tuple[int, int, int, int], level: str | None
) -> None:
    """Line 6: a combination without a row is checked by hand."""
    snack.group("hygiene").update(zip(("minor", "major", "serious", "critical"), counts, strict=True))
    assert snack.computed("hygiene_level") == level
    assert (("hygiene_level", "check_by_hand", "warning") in snack.found()) is (level is None)
    assert snack.gates() == ({"K3"} if counts[3] else set())


def test_hygiene_may_be_left_out_and_is_then_judged_by_the_assessor(snack: Case) -> None:
    """OPEN 18: needed from 70 points, not at submission."""
    del snack.answers["hygiene"]
    snack.evidence = tuple(item for item in snack.evidence if item.evidence != "inspection_sheet")
    assert snack.found() == {("evidence.inspection_sheet", "evidence_missing", "info")}
    with pytest.raises(ScoreMissing, match="C3"):
        snack.level("C3")


@pytest.mark.parametrize(("roles", "level"), [(("cppob", "haccp"), 5), (("cppob",), 4)])
def test_hygiene_of_an_md_maker_follows_its_certificates(
    drink: Case, roles: tuple[str, ...], level: int
) -> None:
    drink.evidence = tuple(
        item for item in drink.evidence if item.evidence != "safety_certificate" or item.role in roles
    )
    assert drink.level("C3") == level


# ----------------------------------------------------------------------------------------------------- line 7: variants
@pytest.mark.parametrize(
    ("change", "gates", "level"),
    [
        ({"variant_permit": "utama"}, set(), 4),
        ({"variant_permit": "proses"}, set(), 3),
        ({"variant_permit": "belum"}, {"K1"}, 3),
        (
            {
                "variant_permit": "sendiri",
                "own_permit_number": "P-IRT 2145201020001-29",
                "own_permit_expires_on": "2029-03-01",
            },
            set(),
            4,
        ),
        (
            {
                "variant_permit": "sendiri",
                "own_permit_number": "P-IRT 2145201020001-26",
                "own_permit_expires_on": "2026-03-01",
            },
            {"K1"},
            3,
        ),
    ],
)
def test_gate_looks_at_the_permit_of_every_variant(
    snack: Case, change: Row, gates: set[str], level: int
) -> None:
    """Line 7."""
    snack.rows("variants")[1].update(change)
    assert snack.gates() == gates
    assert snack.level("C1") == level


def test_net_content_of_a_liquid_is_a_volume(drink: Case) -> None:
    assert "variants[0].net_volume" in drink.evaluate().required
    assert "variants[0].net_weight" not in drink.evaluate().visible


# ----------------------------------------------------------------------------------------------------- label and claims
@pytest.mark.parametrize(
    ("missing", "level"),
    [
        (0, 5),
        (1, 3),
        (2, 2),
        (3, 1),
        (4, 1),
        (5, 0),
    ],
)
def test_label_level_follows_from_the_items_missing(snack: Case, missing: int, level: int) -> None:
    """OPEN 17."""
    ticked = snack.answers["label_check"]
    assert isinstance(ticked, list)
    snack.answers["label_check"] = ticked[missing:]
    assert snack.level("C9") == level


def test_label_items_that_do_not_apply_are_not_counted(exempt: Case, snack: Case) -> None:
    """OPEN 17: no permit number when exempt, origin only where it must be named, halal only once it is settled."""
    assert exempt.computed("label_missing") == 0
    snack.answers["origin_statement_needed"] = True
    assert snack.computed("label_missing") == 1
    snack.answers["origin_statement_needed"] = False
    snack.answers["label_check"] = ["nama", "bahan", "berat_isi", "produsen", "kode_produksi", "kedaluwarsa"]
    assert snack.computed("label_missing") == 2
    snack.answers["halal"] = {"halal_status": "proses", "halal_route": "reguler"}
    assert snack.computed("label_missing") == 1


@pytest.mark.parametrize(
    ("size", "asked"), [("micro", False), ("small", False), ("medium", True), ("large", True)]
)
def test_nutrition_facts_are_compulsory_by_size(snack: Case, size: str, asked: bool) -> None:
    del snack.answers["nutrition"]
    snack.facts["enterprise_size"] = size
    assert (("nutrition.serving_size", "required", "error") in snack.found()) is asked
    assert snack.level("C9") == 4


def test_exempt_kinds_need_no_nutrition_facts(snack: Case) -> None:
    del snack.answers["nutrition"]
    snack.answers["nutrition_exemption"] = "rempah"
    snack.facts["enterprise_size"] = "large"
    assert snack.found() == set()
    assert snack.level("C9") == 5


@pytest.mark.parametrize(("printed", "wrong"), [(8, False), (10, False), (7, True), (11, True)])
def test_percentage_on_the_label_may_differ_by_one(snack: Case, printed: int, wrong: bool) -> None:
    """6 g of fat are 9 % of 67 g."""
    snack.rows("nutrients", "nutrition")[1]["label_percent"] = printed
    assert (("nutrition.nutrients[1]", "daily_percent_mismatch", "warning") in snack.found()) is wrong
    assert snack.level("C9") == (4 if wrong else 5)


@pytest.mark.parametrize(
    ("claims", "gates", "warned"),
    [
        (["gizi"], {"K6"}, False),
        (["kesehatan"], {"K6"}, False),
        (["tanpa_pengawet"], set(), True),
    ],
)
def test_only_health_and_nutrition_claims_return_an_spp_irt_product(
    snack: Case, drink: Case, claims: list[str], gates: set[str], warned: bool
) -> None:
    """OPEN 14; an MD product may carry them."""
    for case in (snack, drink):
        case.answers |= {"claims": claims, "claim_text": "Bunyi klaim"}
    assert snack.gates() == gates
    assert ("claim_on_pirt" in snack.codes()) is warned
    assert drink.gates() == set()
    assert "claim_on_pirt" not in drink.codes()


def test_shelf_life_over_three_months_needs_its_report(snack: Case) -> None:
    snack.evidence = tuple(item for item in snack.evidence if item.evidence != "shelf_life_report")
    assert snack.found() == {("evidence.shelf_life_report", "evidence_missing", "error")}
    assert snack.level("C8") == 3
    snack.answers["shelf_life"] = {"value": 3, "unit": "month"}
    assert snack.found() == set()


@pytest.mark.parametrize(("hours", "drill", "level"), [(4, True, 5), (4.5, True, 3), (4, False, 3)])
def test_traceability_is_full_with_a_fast_trace_and_a_drill(
    snack: Case, hours: float, drill: bool, level: int
) -> None:
    snack.group("traceability")["trace_back_hours"] = hours
    if not drill:
        del snack.group("traceability")["recall_drill_on"]
    assert snack.level("C12") == level


def test_cap_before_the_halal_duty_lowers_a_higher_total(food: Definition, food_checker: Checker) -> None:
    example = example_of(food, "scored-capped-halal")
    result = score(food_checker, example.levels, example.answers, example.evidence, example.facts)
    assert result.uncapped == pytest.approx(96.2)
    assert result.total == pytest.approx(89.99)


def test_nothing_answered_is_asked_for_and_blocks_nothing(food_checker: Checker) -> None:
    evaluation = food_checker.evaluate({}, (), {"today": "2026-11-24", "enterprise_size": "micro"})
    assert [gate.id for gate in evaluation.gates if gate.acts] == []
    assert ("licence.scheme", "required") in {(f.path, f.code) for f in evaluation.findings}
