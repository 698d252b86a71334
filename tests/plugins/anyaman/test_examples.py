import copy
from pathlib import Path

import msgspec
import pytest

import ovop_anyaman
from ovop.contract.checker import Checker, compile_checker
from ovop.contract.examples import run_example
from ovop.contract.scoring import Score, score
from ovop.contract.vocabulary import Definition, EvidenceItem, Example, ExampleKind, LimitRow

NAMES = sorted(
    path.stem for path in (Path(ovop_anyaman.__file__).parent / "definition" / "examples").glob("*.toml")
)
Row = dict[str, object]
Answers = dict[str, object]
KETAK = "valid-ketak-set"
BOBOKO = "valid-food-container"
LAMP = "valid-lamp"


def example_of(definition: Definition, name: str) -> Example:
    return next(example for example in definition.examples if example.id == name.replace("-", "_"))


def case(definition: Definition, name: str) -> tuple[Example, Answers]:
    """An example, and a copy of its answers that a test may change."""
    example = example_of(definition, name)
    return example, copy.deepcopy(msgspec.to_builtins(example.answers))


def rows(answers: Answers, field: str) -> list[Row]:
    given = answers[field]
    assert isinstance(given, list)
    return given


def part(answers: Answers, field: str) -> Row:
    given = answers[field]
    assert isinstance(given, dict)
    return given


def computed(checker: Checker, example: Example, answers: Answers, path: str) -> object:
    return checker.evaluate(answers, example.evidence, example.facts).computed.get(path)


def found(
    checker: Checker, example: Example, answers: Answers, evidence: tuple[EvidenceItem, ...] | None = None
) -> set[tuple[str, str]]:
    items = example.evidence if evidence is None else evidence
    return {(f.path, f.code) for f in checker.check(answers, items, example.facts)}


def acting(checker: Checker, example: Example, answers: Answers) -> set[str]:
    evaluation = checker.evaluate(answers, example.evidence, example.facts)
    return {gate.id for gate in evaluation.gates if gate.acts}


def scored(
    checker: Checker,
    example: Example,
    answers: Answers,
    evidence: tuple[EvidenceItem, ...] | None = None,
    **levels: int,
) -> Score:
    given = dict.fromkeys(("C2", "C4", "C5", "C8", "C9", "C10", "C11", "C12"), 3) | levels
    items = example.evidence if evidence is None else evidence
    return score(checker, given, answers, items, example.facts)


def level_of(result: Score, code: str) -> int | None:
    return next(line.level for line in result.criteria if line.id == code)


@pytest.mark.parametrize("name", NAMES)
def test_example_gives_what_it_states(anyaman: Definition, anyaman_checker: Checker, name: str) -> None:
    assert run_example(anyaman_checker, example_of(anyaman, name)).differences == ()


def test_every_kind_and_every_gate_has_its_example(anyaman: Definition) -> None:
    assert {example.kind for example in anyaman.examples} == set(ExampleKind)
    assert {gate for example in anyaman.examples for gate in example.gates} == {"K1", "K2", "K3"}


def test_full_example_has_no_finding_at_all(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, KETAK)
    assert found(anyaman_checker, example, answers) == set()


# ------------------------------------------------------------------------- origin, papers and gate K1 (section E, line 1)


@pytest.mark.parametrize(
    ("source", "proof", "fits"),
    [
        ("budi_daya", "nota_penjual", True),
        ("kebun", "pernyataan_pemilik", True),
        ("kebun", "izin_pungut", False),
        ("hutan", "dokumen_angkutan", True),
        ("hutan", "nota_penjual", False),
        ("liar", "izin_adat", True),
        ("liar", "pernyataan_pemilik", False),
        ("hutan", "izin_konservasi", True),
    ],
)
def test_origin_proof_of_a_row_depends_on_its_source(
    anyaman: Definition, anyaman_checker: Checker, source: str, proof: str, fits: bool
) -> None:
    example, answers = case(anyaman, KETAK)
    rows(answers, "materials")[1] |= {"source_type": source, "proof_kind": proof}
    assert (("materials[1]", "proof_does_not_fit") not in found(anyaman_checker, example, answers)) is fits


def test_missing_origin_proof_is_a_finding_and_no_gate(anyaman: Definition, anyaman_checker: Checker) -> None:
    """Reading 14."""
    example, answers = case(anyaman, KETAK)
    del rows(answers, "materials")[0]["proof_file"]
    assert found(anyaman_checker, example, answers) == {("materials[0].proof_file", "required")}
    without = tuple(item for item in example.evidence if item.evidence != "origin_proof")
    assert ("evidence.origin_proof", "evidence_missing") in found(anyaman_checker, example, answers, without)
    assert acting(anyaman_checker, example, answers) == set()


@pytest.mark.parametrize(
    ("change", "gates"),
    [
        ({"harvest_right": "tanpa_izin"}, {"K1"}),
        ({"protected_status": "dilindungi_tanpa_izin"}, {"K1"}),
        ({"harvest_right": "tidak_diketahui"}, set()),
        ({"protected_status": "dilindungi_berizin", "proof_kind": "izin_konservasi"}, set()),
    ],
)
def test_k1_acts_on_one_illegal_row(
    anyaman: Definition, anyaman_checker: Checker, change: Row, gates: set[str]
) -> None:
    example, answers = case(anyaman, KETAK)
    rows(answers, "materials")[1] |= change
    assert acting(anyaman_checker, example, answers) == gates


def test_unknown_right_to_harvest_scores_zero_on_material(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    example, answers = case(anyaman, KETAK)
    rows(answers, "materials")[1]["harvest_right"] = "tidak_diketahui"
    assert level_of(scored(anyaman_checker, example, answers), "C1") == 0


def test_only_material_of_the_own_regency_counts_as_local(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    example, answers = case(anyaman, KETAK)
    assert computed(anyaman_checker, example, answers, "local_share") == 100.0
    rows(answers, "materials")[1]["origin"] = {"region": "5203"}
    assert computed(anyaman_checker, example, answers, "local_share") == 78.0
    assert level_of(scored(anyaman_checker, example, answers), "C1") == 1


@pytest.mark.parametrize(("share", "wrong"), [(21.5, False), (21.4, True), (22.5, False), (22.6, True)])
def test_shares_add_up_within_half_a_percent(
    anyaman: Definition, anyaman_checker: Checker, share: float, wrong: bool
) -> None:
    example, answers = case(anyaman, KETAK)
    rows(answers, "materials")[1]["share"] = share
    assert (("materials", "share_sum") in found(anyaman_checker, example, answers)) is wrong


def test_rattan_alone_asks_for_defects(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, KETAK)
    del answers["material_defects"]
    assert ("material_defects", "required") in found(anyaman_checker, example, answers)
    other, without_rattan = case(anyaman, BOBOKO)
    visible = anyaman_checker.evaluate(without_rattan, other.evidence, other.facts).visible
    assert "material_defects" not in visible


# -------------------------------------------------------------------------------------------- export papers by market


def test_export_papers_are_asked_only_for_export(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, LAMP)
    papers = {
        "evidence.timber_legality",
        "evidence.fumigation_certificate",
        "evidence.phytosanitary_certificate",
    }
    evaluation = anyaman_checker.evaluate(answers, example.evidence, example.facts)
    assert not papers & evaluation.visible
    answers |= {"exports": True, "hs_code": "4602.11", "phytosanitary_needed": True, "wood_packing": False}
    evaluation = anyaman_checker.evaluate(answers, example.evidence, example.facts)
    assert papers <= evaluation.required
    assert "evidence.ispm15_mark" not in evaluation.visible


@pytest.mark.parametrize(
    ("hs_code", "wood", "duty"),
    [
        ("4602.11", True, "wajib"),
        ("4602.12", True, "wajib"),
        ("4602.19", False, "tidak_wajib"),
        ("4602.11", False, None),
        ("4602.12", False, None),
    ],
)
def test_timber_duty_without_a_row_is_checked_by_hand(
    anyaman: Definition, anyaman_checker: Checker, hs_code: str, wood: bool, duty: str | None
) -> None:
    """Reading 6: pure rattan or bamboo has no row, and that is never a silent pass."""
    example, answers = case(anyaman, "valid-bamboo-export")
    answers["hs_code"] = hs_code
    part(answers, "construction")["frame"] = "kayu" if wood else "bambu"
    assert computed(anyaman_checker, example, answers, "timber_duty") == duty
    by_hand = ("timber_duty", "check_by_hand") in found(anyaman_checker, example, answers)
    assert by_hand is (duty is None)
    asked = ("evidence.timber_legality", "evidence_missing") in found(anyaman_checker, example, answers)
    assert asked is (duty == "wajib")


@pytest.mark.parametrize(("days", "expired"), [(7, False), (6, True)])
def test_fumigation_is_valid_for_days(
    anyaman: Definition, anyaman_checker: Checker, days: int, expired: bool
) -> None:
    """Section E: the certificate was issued 7 days before today."""
    example, answers = case(anyaman, KETAK)
    part(answers, "fumigation")["valid_days"] = days
    assert (("fumigation", "fumigation_expired") in found(anyaman_checker, example, answers)) is expired
    assert computed(anyaman_checker, example, answers, "quarantine_ready") is not expired
    assert level_of(scored(anyaman_checker, example, answers), "C14") == (3 if expired else 5)


# ------------------------------------------------------------------------------------------- preparation, strip, sizes


@pytest.mark.parametrize(
    ("step", "visible", "hidden"),
    [
        ("boraks_asam_borat", {"process_time", "concentration"}, {"temperature", "softener"}),
        ("oven", {"process_time", "temperature"}, {"concentration", "softener"}),
        ("pelunak", {"process_time", "concentration", "softener"}, {"temperature"}),
        ("kupas_belah", set(), {"process_time", "concentration", "temperature", "softener"}),
    ],
)
def test_each_preparation_step_has_its_own_parameters(
    anyaman: Definition, anyaman_checker: Checker, step: str, visible: set[str], hidden: set[str]
) -> None:
    """Section E: fields conditional on the row's step."""
    example, answers = case(anyaman, KETAK)
    rows(answers, "preparation")[0]["step"] = step
    shown = anyaman_checker.evaluate(answers, example.evidence, example.facts).visible
    assert {f"preparation[0].{column}" for column in visible} <= shown
    assert not {f"preparation[0].{column}" for column in hidden} & shown


@pytest.mark.parametrize(
    ("time", "long_enough"),
    [
        ({"value": 3, "unit": "month"}, True),
        ({"value": 90, "unit": "day"}, True),
        ({"value": 2159, "unit": "hour"}, False),
    ],
)
def test_soaking_time_is_judged_in_hours_whatever_its_unit(
    anyaman: Definition, anyaman_checker: Checker, time: Row, long_enough: bool
) -> None:
    example, answers = case(anyaman, BOBOKO)
    rows(answers, "preparation")[0] = {
        "step": "rendam_air_mengalir",
        "treated_fibre": "bambu",
        "process_time": time,
    }
    assert computed(anyaman_checker, example, answers, "preparation[0].long_enough") is long_enough
    short = ("preparation[0]", "preservation_too_short") in found(anyaman_checker, example, answers)
    assert short is not long_enough


def test_right_method_without_a_log_is_level_3_and_weak_boron_is_not_right(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    example, answers = case(anyaman, KETAK)
    assert computed(anyaman_checker, example, answers, "treatment_class") == "tepat"
    levels = dict.fromkeys(("C4", "C5", "C8", "C10", "C11", "C12"), 3)
    unlogged = tuple(item for item in example.evidence if item.evidence != "treatment_log")
    for evidence, level in ((example.evidence, 5), (unlogged, 3)):
        result = score(anyaman_checker, levels, answers, evidence, example.facts)
        assert level_of(result, "C2") == level
    answers["preparation"] = [
        {
            "step": "boraks_asam_borat",
            "treated_fibre": "bambu",
            "process_time": {"value": 5, "unit": "day"},
            "concentration": 9,
        }
    ]
    assert computed(anyaman_checker, example, answers, "treatment_class") == "diperiksa"
    answers["preparation"] = rows(case(anyaman, LAMP)[1], "preparation")
    assert computed(anyaman_checker, example, answers, "treatment_class") == "jemur"


@pytest.mark.parametrize(
    ("narrowest", "splinters", "level"),
    [(3.0, False, 5), (3.0, True, 4), (2.6, False, 4), (2.5, False, 3), (2.3, False, 2), (2.0, False, 1)],
)
def test_strip_evenness_follows_the_relative_spread(
    anyaman: Definition, anyaman_checker: Checker, narrowest: float, splinters: bool, level: int
) -> None:
    """Section E: strip evenness uses relative spread; nine strips of 3 mm and one narrower."""
    example, answers = case(anyaman, KETAK)
    part(answers, "strip_size")["strip_width"] = [3.0] * 9 + [narrowest]
    answers["splinters"] = splinters
    assert level_of(scored(anyaman_checker, example, answers), "C3") == level


def test_each_aggregate_is_that_of_its_field(anyaman: Definition, anyaman_checker: Checker) -> None:
    """Section E: the maximum for moisture, relative spread for strips, spread per row for sizes."""
    example, answers = case(anyaman, KETAK)
    values = anyaman_checker.evaluate(answers, example.evidence, example.facts).computed
    assert values["moisture_max"] == 11.8
    assert values["strip_spread"] == 6.7
    assert [values[f"sizes[{row}].worst_spread"] for row in range(3)] == [1.0, 1.07, 1.65]
    assert values["sizes[2].size_series[0].series_spread"] == 0.83
    assert values["size_spread_worst"] == 1.65


def test_one_size_that_was_not_measured_makes_the_set_unmeasured(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    example, answers = case(anyaman, KETAK)
    del rows(answers, "sizes")[1]["size_series"]
    assert computed(anyaman_checker, example, answers, "size_spread_worst") == -1.0
    assert level_of(scored(anyaman_checker, example, answers), "C13") == 0


def test_nested_set_needs_sizes_that_differ(anyaman: Definition, anyaman_checker: Checker) -> None:
    """Section E: one product is often a nested set."""
    example, answers = case(anyaman, KETAK)
    outer = rows(answers, "sizes")[1]["outer"]
    assert isinstance(outer, dict)
    outer["diameter"] = 36
    assert ("sizes", "nested_sizes_equal") in found(anyaman_checker, example, answers)
    answers["nested_set"] = False
    assert ("sizes", "nested_sizes_equal") not in found(anyaman_checker, example, answers)


def test_wet_and_dry_size_give_the_shrinkage(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, KETAK)
    assert computed(anyaman_checker, example, answers, "sizes[2].drying_shrinkage") == 2.2
    rows(answers, "sizes")[2]["wet_dry"] = {"wet": 36, "dry": 36.1}
    assert ("sizes[2].wet_dry", "dry_larger_than_wet") in found(anyaman_checker, example, answers)


def test_mass_in_kilograms_is_stored_in_grams(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, KETAK)
    rows(answers, "sizes")[2]["mass"] = {"value": 101, "unit": "kg"}
    assert ("sizes[2].mass", "too_large") in found(anyaman_checker, example, answers)
    rows(answers, "sizes")[2]["mass"] = {"value": 99, "unit": "kg"}
    assert found(anyaman_checker, example, answers) == set()


# ----------------------------------------------------------------------------- load test and the criterion left out (C6)


def test_load_test_is_asked_of_baskets_bags_and_furniture(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    example, answers = case(anyaman, BOBOKO)
    assert found(anyaman_checker, example, answers) == {("evidence.treatment_log", "evidence_missing")}
    answers["product_kind"] = ["wadah_pangan", "lainnya", "keranjang"]
    assert ("load_test.load", "required") in found(anyaman_checker, example, answers)


@pytest.mark.parametrize(
    ("load", "deformation", "failed", "level"),
    [(10, 0, False, 5), (10, 3, False, 4), (9.9, 0, False, 3), (4.9, 0, False, 2), (10, 0, True, 0)],
)
def test_strength_is_judged_by_the_load_in_use(
    anyaman: Definition,
    anyaman_checker: Checker,
    load: float,
    deformation: float,
    failed: bool,
    level: int,
) -> None:
    example, answers = case(anyaman, KETAK)
    part(answers, "load_test").update(load=load, lasting_deformation=deformation, failed=failed)
    assert level_of(scored(anyaman_checker, example, answers), "C6") == level


def test_untested_strength_is_level_1(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, BOBOKO)
    assert level_of(scored(anyaman_checker, example, answers), "C6") == 1


def test_decorative_piece_spreads_c6_over_all_others_in_proportion(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    """Reading 15: 0 is not "not applicable"; every other weight grows by 100/94."""
    example, answers = case(anyaman, LAMP)
    result = scored(anyaman_checker, example, answers)
    weights = {line.id: line.weight for line in result.criteria}
    assert weights["C6"] == 0
    assert weights["C4"] == pytest.approx(10 * 100 / 94)
    assert sum(weights.values()) == pytest.approx(100)
    answers["decorative"] = False
    result = scored(anyaman_checker, example, answers)
    assert {line.id: line.weight for line in result.criteria}["C6"] == 6


# ----------------------------------------------------------------------------------------- pests, moisture and gate K2


FIND: Row = {"pieces_checked": 30, "infested": 2, "mouldy": 0, "old_traces": 0, "treatment": "belum_ada"}
CLEAN: Row = {"pieces_checked": 30, "infested": 0, "mouldy": 0, "old_traces": 0, "treatment": "fumigasi"}


@pytest.mark.parametrize(
    ("history", "gates"),
    [
        ([FIND | {"checked_on": "2026-06-01"}], {"K2"}),
        ([FIND | {"checked_on": "2026-06-01"}, CLEAN | {"checked_on": "2026-06-05"}], set()),
        ([CLEAN | {"checked_on": "2026-06-05"}, FIND | {"checked_on": "2026-06-01"}], set()),
        ([CLEAN | {"checked_on": "2026-05-20"}, FIND | {"checked_on": "2026-06-01"}], {"K2"}),
        ([FIND | {"checked_on": "2026-06-01"}, CLEAN | {"checked_on": "2026-06-01"}], {"K2"}),
        (
            [
                FIND | {"checked_on": "2026-06-01"},
                CLEAN | {"checked_on": "2026-06-05", "treatment": "belum_ada"},
            ],
            {"K2"},
        ),
        (
            [
                FIND | {"checked_on": "2026-05-20"},
                CLEAN | {"checked_on": "2026-05-25"},
                FIND | {"checked_on": "2026-06-02"},
            ],
            {"K2"},
        ),
    ],
)
def test_k2_is_lifted_only_by_treatment_and_a_later_clean_check(
    anyaman: Definition, anyaman_checker: Checker, history: list[Row], gates: set[str]
) -> None:
    """Section E: a gate that re-inspection lifts while the history of checks is kept; the order of rows does not matter."""
    example, answers = case(anyaman, KETAK)
    answers["pest_check"] = history
    assert acting(anyaman_checker, example, answers) == gates


@pytest.mark.parametrize(("day", "expired"), [("2026-05-11", False), ("2026-05-10", True)])
def test_pest_check_expires_after_30_days(
    anyaman: Definition, anyaman_checker: Checker, day: str, expired: bool
) -> None:
    """Section E: an inspection expires when goods are stored."""
    example, answers = case(anyaman, KETAK)
    rows(answers, "pest_check")[0]["checked_on"] = day
    assert (("pest_check", "pest_check_expired") in found(anyaman_checker, example, answers)) is expired


def test_fumigation_alone_is_pointed_out_for_mould(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, KETAK)
    answers["pest_check"] = [
        FIND | {"checked_on": "2026-06-01", "mouldy": 4},
        CLEAN | {"checked_on": "2026-06-05"},
    ]
    finding = ("pest_check", "mould_only_fumigated")
    assert finding in found(anyaman_checker, example, answers)
    rows(answers, "pest_check")[1]["treatment"] = "kering_dan_fumigasi"
    assert finding not in found(anyaman_checker, example, answers)


@pytest.mark.parametrize(
    ("highest", "stored", "level"),
    [(12.0, True, 5), (12.0, False, 4), (12.1, True, 4), (14.1, True, 3), (16.1, True, 2)],
)
def test_moisture_bands_use_the_highest_and_the_storage_log(
    anyaman: Definition, anyaman_checker: Checker, highest: float, stored: bool, level: int
) -> None:
    example, answers = case(anyaman, KETAK)
    answers["moisture"] = [8.0, 8.0, 8.0, 8.0, highest]
    evidence = tuple(item for item in example.evidence if stored or item.evidence != "storage_log")
    assert level_of(scored(anyaman_checker, example, answers, evidence), "C7") == level


def test_old_traces_count_only_in_the_last_check(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, "valid-rechecked")
    assert level_of(scored(anyaman_checker, example, answers), "C7") == 1
    rows(answers, "pest_check")[2]["old_traces"] = 0
    assert level_of(scored(anyaman_checker, example, answers), "C7") == 5


# ---------------------------------------------------------------------------------- food containers (K3), limits, colour


@pytest.mark.parametrize(
    ("change", "gates"),
    [
        ({"preservative_food_ok": False}, {"K3"}),
        ({"finish": "pernis_air", "coating_food_ok": False}, {"K3"}),
        ({"finish": "pernis_air", "coating_food_ok": True}, set()),
        ({"finish": "pernis_air"}, set()),
        ({"finish": "tanpa", "coating_food_ok": False}, set()),
        ({"product_kind": ["kotak"], "preservative_food_ok": False}, set()),
    ],
)
def test_k3_acts_on_food_containers_only(
    anyaman: Definition, anyaman_checker: Checker, change: Answers, gates: set[str]
) -> None:
    example, answers = case(anyaman, BOBOKO)
    answers |= change
    assert acting(anyaman_checker, example, answers) == gates


def test_food_questions_are_asked_of_food_containers_only(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    example, answers = case(anyaman, BOBOKO)
    del answers["preservative_food_ok"]
    answers["finish"] = "lilin"
    assert {("preservative_food_ok", "required"), ("coating_food_ok", "required")} <= found(
        anyaman_checker, example, answers
    )
    answers["product_kind"] = ["kotak"]
    assert not {"preservative_food_ok", "coating_food_ok"} & {
        path for path, _ in found(anyaman_checker, example, answers)
    }


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        ({"operator": "=", "value": 50, "unit": "mg_per_kg"}, "pass"),
        ({"operator": "=", "value": 0.006, "unit": "percent_mass"}, "fail"),
        ({"operator": "<", "value": 60, "unit": "mg_per_kg"}, "undecided"),
        ({"operator": "nd", "detection_limit": 10, "unit": "mg_per_kg"}, "pass"),
        ({"operator": "nd", "unit": "mg_per_kg"}, "undecided"),
    ],
)
def test_a_limit_that_the_ministry_adds_is_judged_at_once(
    anyaman: Definition, content: Row, verdict: str
) -> None:
    """Readings 6 and 11: with a row for toluene the same content is no longer checked by hand."""
    (table,) = [one for one in anyaman.limit_tables if one.id == "coating_limits"]
    filled = msgspec.structs.replace(
        table, rows=(*table.rows, LimitRow(key=("food", "toluena"), maximum=50.0))
    )
    others = tuple(one for one in anyaman.limit_tables if one.id != "coating_limits")
    checker = compile_checker(msgspec.structs.replace(anyaman, limit_tables=(*others, filled)))
    example, answers = case(anyaman, "invalid-unsafe-food-container")
    rows(answers, "lab_tests")[1]["content"] = content
    assert computed(checker, example, answers, "lab_tests[1].limit_verdict") == verdict
    assert ("lab_tests[1].limit_verdict", "check_by_hand") not in found(checker, example, answers)


def test_rubbing_counts_only_when_dry_and_wet_are_there(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    example, answers = case(anyaman, KETAK)
    assert computed(anyaman_checker, example, answers, "rub_grade") == 4.0
    del rows(answers, "lab_tests")[1]
    assert computed(anyaman_checker, example, answers, "rub_grade") == 0.0


def test_other_dye_is_natural_only_when_its_row_says_so(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    """Reading 13."""
    example, answers = case(anyaman, KETAK)
    rows(answers, "dyes")[1] |= {"dye": "lainnya", "dye_other": "Kulit manggis", "other_is_natural": True}
    assert found(anyaman_checker, example, answers) == set()
    rows(answers, "dyes")[1]["other_is_natural"] = False
    assert found(anyaman_checker, example, answers) == {("dyes", "dye_source_mismatch")}
    answers["dye_source"] = "campuran"
    assert found(anyaman_checker, example, answers) == set()


def test_undyed_product_is_not_asked_for_dyes(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, KETAK)
    answers["dye_source"] = "warna_asli"
    del answers["dyes"]
    assert found(anyaman_checker, example, answers) == set()


# -------------------------------------------------------------------------------------------------- weave, photos, story


def test_gap_is_asked_of_a_closed_weave_only(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, KETAK)
    del answers["gap"]
    assert found(anyaman_checker, example, answers) == {("gap", "required")}
    answers["closed_weave"] = False
    assert found(anyaman_checker, example, answers) == set()


def test_a_mat_needs_no_photo_of_inside_and_base(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, BOBOKO)
    flat = tuple(item for item in example.evidence if item.role not in ("inside", "base"))
    assert {
        ("evidence.photos[inside]", "evidence_missing"),
        ("evidence.photos[base]", "evidence_missing"),
    } <= found(anyaman_checker, example, answers, flat)
    answers["product_kind"] = ["tikar"]
    paths = {path for path, _ in found(anyaman_checker, example, answers, flat)}
    assert not any(path.startswith("evidence.photos") for path in paths)


def test_empty_story_is_level_0_and_a_written_one_waits_for_the_assessor(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    example, answers = case(anyaman, LAMP)
    levels = dict.fromkeys(("C4", "C5", "C8", "C9", "C10", "C12"), 3)
    result = score(anyaman_checker, levels, answers, example.evidence, example.facts)
    assert level_of(result, "C11") == 0
    given = score(anyaman_checker, levels | {"C11": 1}, answers, example.evidence, example.facts)
    assert level_of(given, "C11") == 1


def test_repeat_orders_on_time_decide_the_highest_level_of_c13(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    example, answers = case(anyaman, KETAK)
    assert level_of(scored(anyaman_checker, example, answers), "C13") == 4
    part(answers, "repeat_orders")["on_time"] = 5
    assert level_of(scored(anyaman_checker, example, answers), "C13") == 5
    answers["repeat_orders"] = {"received": 0, "on_time": 0}
    assert level_of(scored(anyaman_checker, example, answers), "C13") == 4


def test_business_code_is_read_with_its_edition(anyaman: Definition, anyaman_checker: Checker) -> None:
    example, answers = case(anyaman, KETAK)
    for kbli, warned in (
        (["2025:16292"], False),
        (["2020:16291", "2020:47"], False),
        (["16291"], True),
        ([], True),
    ):
        facts = dict(example.facts) | {"kbli": kbli}
        codes = {f.code for f in anyaman_checker.check(answers, example.evidence, facts)}
        assert ("kbli_not_wickerwork" in codes) is warned
