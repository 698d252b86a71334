import copy
from pathlib import Path

import msgspec
import pytest

import ovop_gerabah
from ovop.contract.checker import Checker
from ovop.contract.examples import run_example
from ovop.contract.scoring import Score, ScoreMissing, score
from ovop.contract.vocabulary import Definition, EvidenceItem, Example, ExampleKind

NAMES = sorted(
    path.stem for path in (Path(ovop_gerabah.__file__).parent / "definition" / "examples").glob("*.toml")
)
Row = dict[str, object]
LEVELS = {"C3": 4, "C7": 4, "C8": 4, "C9": 5, "C10": 4, "C14": 5}


class Case:
    """An example whose answers a test may change."""

    def __init__(self, definition: Definition, checker: Checker, name: str) -> None:
        self.checker = checker
        self.example: Example = next(one for one in definition.examples if one.id == name)
        self.answers: dict[str, object] = copy.deepcopy(msgspec.to_builtins(self.example.answers))
        self.evidence = list(self.example.evidence)

    def rows(self, field: str) -> list[Row]:
        given = self.answers[field]
        assert isinstance(given, list)
        return given

    def part(self, field: str) -> Row:
        given = self.answers[field]
        assert isinstance(given, dict)
        return given

    def test_row(self, parameter: str) -> Row:
        return next(row for row in self.rows("lab_tests") if row["parameter"] == parameter)

    def without(self, *evidence: str) -> None:
        self.evidence = [item for item in self.evidence if item.evidence not in evidence]

    def computed(self, path: str) -> object:
        evaluation = self.checker.evaluate(self.answers, self.evidence, self.example.facts)
        return evaluation.computed.get(path)

    def visible(self) -> frozenset[str]:
        return self.checker.evaluate(self.answers, self.evidence, self.example.facts).visible

    def acting(self) -> set[str]:
        evaluation = self.checker.evaluate(self.answers, self.evidence, self.example.facts)
        return {gate.id for gate in evaluation.gates if gate.acts}

    def found(self) -> set[tuple[str, str]]:
        findings = self.checker.check(self.answers, self.evidence, self.example.facts)
        return {(finding.path, finding.code) for finding in findings}

    def score(self, **levels: int) -> Score:
        return score(self.checker, LEVELS | levels, self.answers, self.evidence, self.example.facts)

    def level(self, criterion: str) -> int | None:
        return {one.id: one.level for one in self.score().criteria}[criterion]


@pytest.fixture
def bowl(gerabah: Definition, gerabah_checker: Checker) -> Case:
    return Case(gerabah, gerabah_checker, "valid_food_bowl")


@pytest.fixture
def vase(gerabah: Definition, gerabah_checker: Checker) -> Case:
    return Case(gerabah, gerabah_checker, "valid_vase")


@pytest.mark.parametrize("name", NAMES)
def test_example_gives_what_it_states(gerabah: Definition, gerabah_checker: Checker, name: str) -> None:
    example = next(one for one in gerabah.examples if one.id == name.replace("-", "_"))
    assert run_example(gerabah_checker, example).differences == ()


def test_every_kind_and_every_gate_has_its_example(gerabah: Definition) -> None:
    assert {example.kind for example in gerabah.examples} == set(ExampleKind)
    stated = {finding.code for example in gerabah.examples for finding in example.findings}
    stated |= {f"gate_{gate}" for example in gerabah.examples for gate in example.gates}
    assert {"gate_K1", "gate_K2", "gate_K3"} <= stated


@pytest.mark.parametrize(
    ("functions", "expected"),
    [
        (["hias"], False),
        (["alat_makan_minum"], True),
        (["alat_masak"], True),
        (["simpan_pangan"], True),
        (["pot_tanaman", "taman_arsitektur", "suvenir"], False),
        (["hias", "simpan_pangan"], True),
    ],
)
def test_food_contact_follows_from_the_function(bowl: Case, functions: list[str], expected: bool) -> None:
    """Section E: one computed boolean (food_contact) switches fields."""
    bowl.answers["product_function"] = functions
    assert bowl.computed("food_contact") is expected
    assert ("market_set" in bowl.visible()) is expected
    assert ("vessel_class_eu" in bowl.visible()) is expected


def test_food_contact_switches_documents(bowl: Case) -> None:
    """Section E: food_contact switches documents."""
    bowl.without("sni_certificate", "metal_report", "eu_declaration", "glaze_sds")
    missing = {path for path, code in bowl.found() if code == "evidence_missing"}
    assert missing == {
        "evidence.sni_certificate",
        "evidence.metal_report",
        "evidence.eu_declaration",
        "evidence.glaze_sds",
    }
    bowl.answers |= {"product_function": ["hias"], "food_denial": True}
    assert {path for path, code in bowl.found() if code == "evidence_missing"} == set()


def test_weight_of_food_safety_is_spread_over_clay_and_firing(vase: Case) -> None:
    """Section E: N/A must redistribute weight; the 10 points go to G1 and G2 in proportion, not to G4 and G5."""
    result = vase.score(C5=3, C12=2)
    assert [(group.id, group.weight) for group in result.groups] == [
        ("G1", 30.0),
        ("G2", 30.0),
        ("G3", 0.0),
        ("G4", 22.0),
        ("G5", 18.0),
    ]
    weights = {one.id: one.weight for one in result.criteria}
    assert (weights["C1"], weights["C6"], weights["C8"]) == (9.6, 0.0, 8.0)


def test_untested_food_ware_scores_zero_which_is_not_the_same_as_not_applicable(bowl: Case) -> None:
    bowl.answers["lab_tests"] = [row for row in bowl.rows("lab_tests") if row["parameter"] != "kadmium"]
    result = bowl.score()
    assert {one.id: (one.applies, one.level) for one in result.criteria}["C6"] == (True, 0)
    assert [group.weight for group in result.groups] == [25, 25, 10, 22, 18]


def test_same_bowl_falls_in_a_different_class_in_each_market(bowl: Case) -> None:
    """Section E: the class itself is computed differently per market."""
    classes = [bowl.computed(f"vessel_class_{market}") for market in ("id", "eu", "us")]
    assert classes == ["flat", "fillable", "small_hollow"]


@pytest.mark.parametrize(
    ("changes", "dims", "expected"),
    [
        ({}, {"height": 36}, ("small_hollow", "fillable", "small_hollow")),
        ({}, {"inner_depth": 25}, ("flat", "flat", "flat")),
        ({}, {"inner_depth": 25.1}, ("flat", "fillable", "small_hollow")),
        ({}, {"height": 90, "capacity": 1099}, ("small_hollow", "fillable", "small_hollow")),
        ({}, {"height": 90, "capacity": 1100}, ("large_hollow", "fillable", "large_hollow")),
        ({"shape": "cangkir"}, {"height": 90}, ("small_hollow", "fillable", "cup_mug_pitcher")),
        ({"product_function": ["alat_masak"]}, {}, ("flat", "cook_storage", "cook_storage")),
        (
            {"product_function": ["simpan_pangan"]},
            {"height": 200, "capacity": 3000},
            ("large_hollow", "fillable", "large_hollow"),
        ),
        (
            {"product_function": ["simpan_pangan"]},
            {"height": 200, "capacity": 3001},
            ("large_hollow", "cook_storage", "large_hollow"),
        ),
    ],
)
def test_vessel_class_at_its_bounds(
    bowl: Case, changes: Row, dims: dict[str, float], expected: tuple[str, str, str]
) -> None:
    bowl.answers |= changes
    for key, value in dims.items():
        bowl.part("dims")[key] = {"value": value, "unit": "ml" if key == "capacity" else "mm"}
    classes = tuple(bowl.computed(f"vessel_class_{market}") for market in ("id", "eu", "us"))
    assert classes == expected


def test_vessel_class_reads_litres_and_centimetres(bowl: Case) -> None:
    bowl.part("dims")["height"] = {"value": 9, "unit": "cm"}
    bowl.part("dims")["capacity"] = {"value": 1.2, "unit": "l"}
    assert bowl.computed("vessel_class_us") == "large_hollow"


def test_result_passes_one_market_and_fails_another(gerabah: Definition, gerabah_checker: Checker) -> None:
    """Section E: a result can pass one market and fail another; dropping the market clears the gate."""
    case = Case(gerabah, gerabah_checker, "invalid_lead")
    assert case.computed("lab_tests[1].market_verdicts") == ["eu:pass", "us:pass", "california:fail"]
    assert case.acting() == {"K1"}
    case.answers["market_set"] = ["eu", "us"]
    assert case.acting() == set()


def test_failing_row_blocks_although_another_market_has_no_limit(bowl: Case) -> None:
    bowl.answers["market_set"] = ["id", "us"]
    bowl.test_row("timbal")["measured"] = {"operator": "=", "value": 2.1}
    assert bowl.computed("release_state") == "fail"
    assert bowl.acting() == {"K1"}


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        ({"operator": "=", "value": 2.0}, "pass"),
        ({"operator": "=", "value": 2.01}, "fail"),
        ({"operator": "<", "value": 0.01}, "pass"),
        ({"operator": "<", "value": 2.5}, "undecided"),
        ({"operator": ">", "value": 2.5}, "fail"),
        ({"operator": ">", "value": 1.0}, "undecided"),
        ({"operator": "nd", "detection_limit": 0.05}, "pass"),
        ({"operator": "nd", "detection_limit": 2.5}, "undecided"),
        ({"operator": "nd"}, "undecided"),
    ],
)
def test_operator_of_a_result_decides_against_the_limit(bowl: Case, measured: Row, verdict: str) -> None:
    """Section E: values carry operators. OPEN 11: what does not decide is a warning and a check by hand, never a pass."""
    bowl.answers["market_set"] = ["us"]
    bowl.test_row("timbal")["measured"] = measured
    assert bowl.computed("lab_tests[1].market_verdicts") == [f"us:{verdict}"]
    open_finding = ("lead_open_markets", "lead_by_hand") in bowl.found()
    assert open_finding is (verdict == "undecided")
    assert bowl.acting() == ({"K1"} if verdict == "fail" else set())


@pytest.mark.parametrize("market", ["id", "jp", "lainnya"])
def test_market_without_limits_is_checked_by_hand_and_gives_no_level(bowl: Case, market: str) -> None:
    """OPEN 6: rows of SNI 7275:2018 are unknown, so nothing is passed in silence."""
    bowl.answers |= {"market_set": ["eu", "us", market], "market_set_other": "Pasar contoh"}
    assert bowl.computed("lab_tests[1].market_verdicts") == ["eu:pass", "us:pass", f"{market}:no_limit"]
    assert bowl.computed("lead_open_markets") == [market]
    assert bowl.computed("release_state") == "by_hand"
    assert {
        ("lead_open_markets", "lead_by_hand"),
        ("cadmium_open_markets", "cadmium_by_hand"),
    } <= bowl.found()
    with pytest.raises(ScoreMissing) as missing:
        bowl.score()
    assert missing.value.codes == ("C6",)
    assert bowl.score(C6=3).total == pytest.approx(89.8)


def test_plate_for_two_markets_needs_lead_in_both_units(bowl: Case) -> None:
    """Section E: units depend on another field. OPEN 7: EU flat ware is mg/dm2, US flat ware mg/l."""
    bowl.part("dims")["inner_depth"] = {"value": 20, "unit": "mm"}
    assert {("lead_open_markets", "lead_unit_missing"), ("cadmium_open_markets", "cadmium_unit_missing")} <= (
        bowl.found()
    )
    for metal in ("timbal", "kadmium"):
        bowl.rows("lab_tests").append(bowl.test_row(metal) | {"result_unit": "mg_per_dm2"})
    assert bowl.found() == {("firings", "check_by_hand")}
    assert bowl.computed("release_state") == "pass"


def test_each_row_of_a_plate_is_held_against_the_limit_of_its_unit(bowl: Case) -> None:
    bowl.part("dims")["inner_depth"] = {"value": 20, "unit": "mm"}
    bowl.rows("lab_tests").append(
        bowl.test_row("timbal") | {"result_unit": "mg_per_dm2", "measured": {"operator": "=", "value": 0.9}}
    )
    assert bowl.computed("lab_tests[9].market_verdicts") == ["eu:fail", "us:no_limit"]
    assert bowl.acting() == {"K1"}


@pytest.mark.parametrize(
    ("lead", "level"),
    [(0.4, 4), (0.41, 3), (1.0, 3), (1.01, 2), (2.0, 2), (2.01, 0)],
)
def test_food_safety_is_scored_by_the_strictest_market(bowl: Case, lead: float, level: int) -> None:
    """The US limit of 2.0 mg/l is the strictest of the EU (4.0) and the US."""
    bowl.test_row("timbal")["measured"] = {"operator": "=", "value": lead}
    assert bowl.level("C6") == level


def test_food_safety_is_5_only_when_neither_metal_is_detected(bowl: Case) -> None:
    bowl.test_row("timbal")["measured"] = {"operator": "nd", "detection_limit": 0.05}
    assert bowl.level("C6") == 4
    bowl.test_row("kadmium")["measured"] = {"operator": "nd", "detection_limit": 0.01}
    assert bowl.level("C6") == 5


def test_worst_of_several_results_counts(bowl: Case) -> None:
    second = bowl.test_row("timbal") | {"measured": {"operator": "=", "value": 1.5}}
    bowl.rows("lab_tests").append(second)
    assert bowl.level("C6") == 2


@pytest.mark.parametrize(
    ("body", "measured", "state", "level"),
    [
        ("stoneware", {"operator": "=", "value": 1.0}, "inside", 5),
        ("stoneware", {"operator": "=", "value": 1.1}, "edge", 3),
        ("stoneware", {"operator": "=", "value": 1.5}, "near", 2),
        ("stoneware", {"operator": "=", "value": 1.6}, "far", 1),
        ("stoneware", {"operator": "<", "value": 0.1}, "inside", 5),
        ("porselin", {"operator": "=", "value": 0.7}, "near", 2),
        ("bone_china", {"operator": "=", "value": 0.1}, "far", 1),
        ("majolika", {"operator": "=", "value": 0.7}, "far", 1),
        ("majolika", {"operator": ">", "value": 16}, "inside", 5),
        ("gerabah_halus", {"operator": "=", "value": 9.0}, "edge", 3),
        ("gerabah_halus", {"operator": "=", "value": 8.9}, "near", 2),
        ("gerabah_halus", {"operator": "=", "value": 4.9}, "far", 1),
        ("semi_porselin", {"operator": "nd", "detection_limit": 0.1}, "undecided", None),
        ("stoneware", {"operator": "<", "value": 4}, "undecided", None),
    ],
)
def test_absorption_is_judged_by_the_class_of_the_body(
    bowl: Case, body: str, measured: Row, state: str, level: int | None
) -> None:
    """Section E: absorption is judged against a range chosen by body_type, and lower is not always better."""
    bowl.answers["body_type"] = body
    bowl.test_row("penyerapan_air")["measured"] = measured
    assert bowl.computed("absorption_state") == state
    assert (("absorption_state", "absorption_undecided") in bowl.found()) is (level is None)
    if level is not None:
        assert bowl.level("C4") == level


def test_absorption_of_unglazed_terracotta_has_no_class_and_is_checked_by_hand(bowl: Case) -> None:
    bowl.answers["body_type"] = "terakota"
    assert bowl.computed("absorption_state") is None
    assert ("absorption_state", "check_by_hand") in bowl.found()


def test_firing_maturity_is_5_only_with_three_logs_and_measured_temperature(bowl: Case) -> None:
    assert bowl.level("C4") == 5
    bowl.rows("firings")[0]["measured_by"] = "perkiraan_mata"
    assert bowl.level("C4") == 4
    bowl.rows("firings")[0]["measured_by"] = "pancang_suhu"
    bowl.without("firing_log")
    assert bowl.level("C4") == 4


@pytest.mark.parametrize(("peak", "below"), [(700, False), (699, True)])
def test_one_firing_reaches_the_minimum_of_the_body(vase: Case, peak: int, below: bool) -> None:
    """Section E: at least one firing must exceed the claimed body's minimum."""
    vase.rows("firings")[0]["peak"] = peak
    assert (("firings", "firing_below_minimum") in vase.found()) is below


def test_body_without_a_published_minimum_is_checked_by_hand(bowl: Case) -> None:
    assert ("firings", "check_by_hand") in bowl.found()


@pytest.mark.parametrize(
    ("stages", "codes"),
    [
        (["biskuit", "glasir", "dekorasi"], set()),
        (["biskuit", "biskuit", "glasir"], set()),
        (["glasir", "biskuit"], {"firing_order"}),
        (["biskuit", "dekorasi", "glasir"], {"decoration_order"}),
        (["bakar_tunggal"], set()),
        (["bakar_tunggal", "dekorasi"], {"single_firing_not_single"}),
        (["biskuit"], {"glaze_not_fired"}),
    ],
)
def test_firings_stand_in_the_order_of_work(bowl: Case, stages: list[str], codes: set[str]) -> None:
    """Section E: firings are ordered."""
    first = bowl.rows("firings")[0]
    bowl.answers["firings"] = [first | {"stage": stage} for stage in stages]
    assert {code for path, code in bowl.found() if path == "firings"} - {"check_by_hand"} == codes


def test_compulsory_sni_gate_clears_when_the_function_is_edited(
    gerabah: Definition, gerabah_checker: Checker
) -> None:
    """Section E: a gate may be cleared by changing the product function, so gates are re-evaluated after every edit."""
    case = Case(gerabah, gerabah_checker, "invalid_no_sni")
    assert case.acting() == {"K2"}
    case.answers["product_function"] = ["hias"]
    assert case.acting() == set()
    assert ("food_denial", "not_accepted") in case.found()
    case.answers["food_denial"] = True
    assert ("food_denial", "not_accepted") not in case.found()
    case.answers["product_function"] = ["alat_makan_minum"]
    assert case.acting() == {"K2"}


def test_sni_scope_of_other_bodies_is_checked_by_hand(gerabah: Definition, gerabah_checker: Checker) -> None:
    case = Case(gerabah, gerabah_checker, "invalid_no_sni")
    case.answers["body_type"] = "majolika"
    assert case.acting() == set()
    assert ("", "check_by_hand") in case.found()
    assert ("evidence.sni_certificate", "evidence_missing") not in case.found()


@pytest.mark.parametrize(
    ("sides", "gates"),
    [(["luar", "alas"], set()), (["dalam"], {"K2"}), (["bibir", "luar"], {"K2"})],
)
def test_paint_blocks_only_on_a_food_side(bowl: Case, sides: list[str], gates: set[str]) -> None:
    bowl.answers |= {"surface": ["poles", "cat"], "coated_sides": sides}
    assert bowl.acting() == gates


def test_paint_inside_a_decorative_piece_is_allowed(vase: Case) -> None:
    vase.answers["coated_sides"] = ["dalam", "bibir", "luar"]
    assert vase.acting() == set()


def test_coated_sides_left_over_after_the_paint_was_dropped_do_not_block(bowl: Case) -> None:
    bowl.answers |= {"surface": ["poles"], "coated_sides": ["dalam"]}
    assert bowl.acting() == set()


@pytest.mark.parametrize(("result", "gates", "level"), [("kering", set(), 5), ("lembap", set(), 1)])
def test_damp_vessel_is_scored_low_but_not_capped(
    bowl: Case, result: str, gates: set[str], level: int
) -> None:
    bowl.part("leak_test")["leak_result"] = result
    assert bowl.acting() == gates
    assert bowl.level("C5") == level


def test_leaking_vessel_is_capped_until_it_is_no_vessel(
    gerabah: Definition, gerabah_checker: Checker
) -> None:
    case = Case(gerabah, gerabah_checker, "scored_leaking")
    assert (case.score().uncapped, case.score().total) == (82.8, 69.99)
    case.answers["holds_liquid"] = False
    assert case.acting() == set()


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({"kejut_suhu": 2}, 3),
        ({"pukul": 1.24}, 4),
        ({"pukul": 1.25}, 5),
        ({"kejut_suhu": 3, "pukul": 1.0}, 4),
    ],
)
def test_durability_climbs_with_shock_and_impact(bowl: Case, changes: dict[str, float], level: int) -> None:
    for parameter, value in changes.items():
        bowl.test_row(parameter)["measured"] = {"operator": "=", "value": value}
    assert bowl.level("C5") == level


def test_unproven_claim_is_an_error_and_lowers_durability(bowl: Case) -> None:
    bowl.answers["use_claims"] = ["microwave", "kompor"]
    assert ("use_claims", "claim_unproven") in bowl.found()
    assert bowl.level("C5") == 4


def test_none_stands_alone_among_use_claims(bowl: Case) -> None:
    """OPEN 19."""
    bowl.answers["use_claims"] = ["tidak_ada", "kompor"]
    assert ("use_claims", "exclusive_option") in bowl.found()


def test_body_without_glaze_cannot_be_glazed(vase: Case) -> None:
    """OPEN 19."""
    vase.answers["glaze_used"] = True
    assert ("body_type", "unglazed_with_glaze") in vase.found()


@pytest.mark.parametrize(("share", "wrong"), [(29.5, False), (29.4, True), (30.5, False), (30.6, True)])
def test_clay_and_additives_add_up_within_half_a_percent(bowl: Case, share: float, wrong: bool) -> None:
    """OPEN 10."""
    bowl.rows("additives")[0]["additive_share"] = share
    assert (("mix_total", "mix_sum") in bowl.found()) is wrong


def test_unevenness_is_range_over_mean(bowl: Case) -> None:
    """OPEN 8: (6 - 4) / 5 = 40 %."""
    bowl.answers["wall"] = [4, 6, 5, 5]
    assert bowl.computed("wall_spread") == 40.0
    assert bowl.level("C2") == 2


@pytest.mark.parametrize(
    ("losses", "level"),
    [
        ({"firing_loss": 5}, 5),
        ({"firing_loss": 5.1}, 4),
        ({"firing_loss": 30}, 2),
        ({"firing_loss": 4, "drying_loss": 60, "transport_loss": 40}, 5),
        ({"losses_recorded": False}, 0),
    ],
)
def test_repeatability_is_scored_by_firing_losses(bowl: Case, losses: Row, level: int) -> None:
    """OPEN 9: the other losses are shown only."""
    bowl.part("loss_rates").update(losses)
    assert bowl.level("C11") == level


def test_top_level_of_repeatability_needs_even_sizes(bowl: Case) -> None:
    bowl.rows("size_series")[0]["piece_height"] = 36
    assert bowl.computed("size_spread") == 6.4
    assert bowl.level("C11") == 4


@pytest.mark.parametrize(
    ("shape", "functions", "asked"),
    [
        ("piring", ["hias"], True),
        ("mangkuk", ["suvenir"], True),
        ("cangkir", ["hias"], True),
        ("vas", ["hias"], False),
        ("vas", ["lainnya"], True),
        ("piring", ["alat_makan_minum"], False),
    ],
)
def test_not_for_food_statement_is_asked_by_shape_and_function(
    vase: Case, shape: str, functions: list[str], asked: bool
) -> None:
    vase.answers |= {"shape": shape, "product_function": functions, "product_function_other": "Lain"}
    assert ("food_denial" in vase.visible()) is asked


def test_figure_needs_no_photo_of_inside_and_rim(vase: Case) -> None:
    vase.evidence = [item for item in vase.evidence if item.role not in ("inside", "rim", "scale")]
    vase.answers["shape"] = "figur"
    missing = {path for path, code in vase.found() if code == "evidence_missing"}
    assert missing - {"evidence.lab_report", "evidence.clay_consent", "evidence.firing_log"} == {
        "evidence.photos[scale]"
    }


def test_sds_may_be_attached_to_the_row_of_its_glaze(bowl: Case) -> None:
    bowl.without("glaze_sds")
    assert ("glazes", "glaze_sds_count") in bowl.found()
    bowl.rows("glazes")[0]["sds_file"] = "sds-1"
    bowl.evidence.append(EvidenceItem(evidence="sds_file", id="sds-1", media_type="application/pdf"))
    assert bowl.found() == {("firings", "check_by_hand")}


def test_absorption_in_milligrams_is_refused(bowl: Case) -> None:
    bowl.test_row("penyerapan_air")["result_unit"] = "mg_per_l"
    assert ("lab_tests[0]", "unit_of_test") in bowl.found()


@pytest.mark.parametrize("number", ["LP-1-IDN", "LP-1234-IDN"])
def test_laboratory_number_has_its_pattern(bowl: Case, number: str) -> None:
    bowl.test_row("timbal")["laboratory_accreditation"] = number
    assert ("lab_tests[1].laboratory_accreditation", "pattern") not in bowl.found()
    bowl.test_row("timbal")["laboratory_accreditation"] = number.removesuffix("-IDN")
    assert ("lab_tests[1].laboratory_accreditation", "pattern") in bowl.found()


def test_draft_of_a_few_answers_has_no_finding(gerabah_checker: Checker) -> None:
    draft = {"product_function": ["alat_makan_minum"], "glaze_used": True, "body_type": "stoneware"}
    findings = gerabah_checker.check(draft, (), {"today": "2026-05-18", "kbli": ["2020:23932"]}, partial=True)
    assert findings == []
