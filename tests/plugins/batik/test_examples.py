import copy
from pathlib import Path

import msgspec
import pytest

import ovop_batik
from ovop.contract.checker import Checker
from ovop.contract.examples import run_example
from ovop.contract.scoring import score
from ovop.contract.vocabulary import Definition, Example, ExampleKind

NAMES = sorted(
    path.stem for path in (Path(ovop_batik.__file__).parent / "definition" / "examples").glob("*.toml")
)
Row = dict[str, object]


def example_of(definition: Definition, name: str) -> Example:
    return next(example for example in definition.examples if example.id == name.replace("-", "_"))


def answers_of(definition: Definition, name: str) -> dict[str, object]:
    """A copy that a test may change."""
    return copy.deepcopy(msgspec.to_builtins(example_of(definition, name).answers))


def rows(answers: dict[str, object], field: str) -> list[Row]:
    given = answers[field]
    assert isinstance(given, list)
    return given


def computed(checker: Checker, example: Example, answers: dict[str, object], path: str) -> object:
    return checker.evaluate(answers, example.evidence, example.facts).computed[path]


def acting(checker: Checker, example: Example, answers: dict[str, object]) -> set[str]:
    evaluation = checker.evaluate(answers, example.evidence, example.facts)
    return {gate.id for gate in evaluation.gates if gate.acts}


@pytest.mark.parametrize("name", NAMES)
def test_example_gives_what_it_states(batik: Definition, batik_checker: Checker, name: str) -> None:
    result = run_example(batik_checker, example_of(batik, name))
    assert result.differences == ()


def test_every_kind_and_every_gate_has_its_example(batik: Definition) -> None:
    assert {example.kind for example in batik.examples} == set(ExampleKind)
    stated = {finding.code for example in batik.examples for finding in example.findings}
    stated |= {f"gate_{gate}" for example in batik.examples for gate in example.gates}
    assert {"gate_K1", "gate_K2", "gate_K3", "gate_K4", "gate_K5"} <= stated


def test_full_example_has_no_finding_at_all(batik: Definition, batik_checker: Checker) -> None:
    example = example_of(batik, "valid-tulis")
    assert batik_checker.check(example.answers, example.evidence, example.facts) == []


def test_cap_of_k2_lowers_a_higher_total(batik: Definition, batik_checker: Checker) -> None:
    example = example_of(batik, "scored-capped-staining")
    result = score(batik_checker, example.levels, example.answers, example.evidence, example.facts)
    assert result.uncapped == pytest.approx(90.6)
    assert result.total == pytest.approx(79.99)


def test_worst_of_several_parts_counts(batik: Definition, batik_checker: Checker) -> None:
    example, answers = example_of(batik, "valid-tulis"), answers_of(batik, "valid-tulis")
    assert computed(batik_checker, example, answers, "wash_grade") == 4.0
    rows(answers, "lab_tests")[1]["fastness"] = "3-4"
    assert computed(batik_checker, example, answers, "wash_grade") == 3.5


def test_washing_with_one_part_only_counts_as_untested(batik: Definition, batik_checker: Checker) -> None:
    example, answers = example_of(batik, "valid-tulis"), answers_of(batik, "valid-tulis")
    del rows(answers, "lab_tests")[1]
    assert computed(batik_checker, example, answers, "wash_grade") == 0.0
    assert acting(batik_checker, example, answers) == {"K2"}
    codes = {f.code for f in batik_checker.check(answers, example.evidence, example.facts)}
    assert {"fastness_incomplete", "batikmark_tests_missing"} <= codes


def test_wet_rubbing_may_be_half_a_grade_lower(batik: Definition, batik_checker: Checker) -> None:
    example, answers = example_of(batik, "valid-tulis"), answers_of(batik, "valid-tulis")
    assert computed(batik_checker, example, answers, "rub_grade") == 4.0
    rows(answers, "lab_tests")[2]["fastness"] = "3-4"
    assert computed(batik_checker, example, answers, "rub_grade") == 3.5


def test_light_allowance_only_where_all_dyes_are_natural(batik: Definition, batik_checker: Checker) -> None:
    example, answers = example_of(batik, "valid-tulis"), answers_of(batik, "valid-tulis")
    assert computed(batik_checker, example, answers, "sweat_light_grade") == 4.0
    rows(answers, "dyes")[0]["dye"] = "naftol"
    assert computed(batik_checker, example, answers, "natural_dye_share") == 75.0
    assert computed(batik_checker, example, answers, "sweat_light_grade") == 3.5


def test_other_dye_counts_as_natural_only_when_its_row_says_so(
    batik: Definition, batik_checker: Checker
) -> None:
    example, answers = example_of(batik, "valid-kombinasi"), answers_of(batik, "valid-kombinasi")
    assert computed(batik_checker, example, answers, "natural_dye_share") == 50.0
    rows(answers, "dyes")[0]["other_is_natural"] = False
    assert computed(batik_checker, example, answers, "natural_dye_share") == 0.0


def test_thread_density_per_inch_is_judged_as_per_cm(batik: Definition, batik_checker: Checker) -> None:
    example, answers = example_of(batik, "valid-kombinasi"), answers_of(batik, "valid-kombinasi")
    answers["thread_density"] = {"warp": 112, "weft": 90, "unit": "per_inch"}
    codes = {f.code for f in batik_checker.check(answers, example.evidence, example.facts)}
    assert "grade_claim_doubtful" in codes
    answers["thread_density"] = {"warp": 112, "weft": 106, "unit": "per_cm"}
    found = {(f.path, f.code) for f in batik_checker.check(answers, example.evidence, example.facts)}
    assert ("thread_density.warp", "too_large") in found


@pytest.mark.parametrize(
    ("product_form", "gates"), [(["interior"], set()), (["interior", "selendang"], {"K4"})]
)
def test_formaldehyde_limit_depends_on_skin_contact(
    batik: Definition, batik_checker: Checker, product_form: list[str], gates: set[str]
) -> None:
    example, answers = example_of(batik, "scored-cap"), answers_of(batik, "scored-cap")
    answers["product_form"] = product_form
    assert acting(batik_checker, example, answers) == gates


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        ({"operator": "=", "value": 19.9}, "pass"),
        ({"operator": "=", "value": 20}, "fail"),
        ({"operator": "<", "value": 20}, "pass"),
        ({"operator": "<", "value": 50}, "undecided"),
        ({"operator": "nd", "detection_limit": 16}, "pass"),
        ({"operator": "nd", "detection_limit": 50}, "undecided"),
        ({"operator": "nd"}, "undecided"),
        ({"operator": ">", "value": 20}, "fail"),
    ],
)
def test_formaldehyde_of_infant_cloth_is_below_20(
    batik: Definition, batik_checker: Checker, content: Row, verdict: str
) -> None:
    example, answers = example_of(batik, "invalid-infant"), answers_of(batik, "invalid-infant")
    rows(answers, "lab_tests")[12]["content"] = content
    assert computed(batik_checker, example, answers, "lab_tests[12].limit_verdict") == verdict


def test_metal_without_a_limit_is_checked_by_hand(batik: Definition, batik_checker: Checker) -> None:
    example, answers = example_of(batik, "invalid-infant"), answers_of(batik, "invalid-infant")
    answers["infant_use"] = False
    found = {(f.path, f.code) for f in batik_checker.check(answers, example.evidence, example.facts)}
    assert ("lab_tests[13]", "limit_unknown") in found


def test_fields_of_the_other_branch_are_not_judged(batik: Definition, batik_checker: Checker) -> None:
    example, answers = example_of(batik, "valid-tulis"), answers_of(batik, "valid-tulis")
    answers["cap_join_offset"] = 99
    assert batik_checker.check(answers, example.evidence, example.facts) == []
    visible = batik_checker.evaluate(answers, example.evidence, example.facts).visible
    assert "klowong_width" in visible
    assert "cap_join_offset" not in visible


def test_batikmark_needs_tests_and_their_report(batik: Definition, batik_checker: Checker) -> None:
    example, answers = example_of(batik, "valid-tulis"), answers_of(batik, "valid-tulis")
    del answers["lab_tests"]
    evidence = [item for item in example.evidence if item.evidence != "lab_report"]
    found = {(f.path, f.code) for f in batik_checker.check(answers, evidence, example.facts)}
    assert {("lab_tests", "required"), ("batikmark", "batikmark_without_report")} <= found


@pytest.mark.parametrize(("share", "wrong"), [(99.5, False), (99.4, True), (100.0, False)])
def test_fibre_shares_add_up_within_half_a_percent(
    batik: Definition, batik_checker: Checker, share: float, wrong: bool
) -> None:
    example, answers = example_of(batik, "valid-tulis"), answers_of(batik, "valid-tulis")
    answers["fibre_mix"] = [{"fibre": "kapas", "share": share}]
    codes = {f.code for f in batik_checker.check(answers, example.evidence, example.facts)}
    assert ("fibre_sum" in codes) is wrong


def test_supplier_statement_gives_level_3_without_chemical_tests(
    batik: Definition, batik_checker: Checker
) -> None:
    example, answers = example_of(batik, "scored-cap"), answers_of(batik, "scored-cap")
    answers["lab_tests"] = rows(answers, "lab_tests")[:-2]
    statement = msgspec.structs.replace(example.evidence[0], evidence="supplier_statement", role="")
    for evidence, level in ((example.evidence, 1), ((*example.evidence, statement), 3)):
        result = score(batik_checker, example.levels, answers, evidence, example.facts)
        assert {one.id: one.level for one in result.criteria}["C10"] == level
