"""The worked examples, and what small edits of them change. Section E of the domain file is named where a test answers a line of it."""

import copy
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

import ovop_tenun
from ovop.contract.checker import Checker
from ovop.contract.examples import run_example
from ovop.contract.scoring import Score, ScoreMissing, anchors_for, score
from ovop.contract.vocabulary import Definition, EvidenceItem, Example, ExampleKind, Severity

NAMES = sorted(
    path.stem for path in (Path(ovop_tenun.__file__).parent / "definition" / "examples").glob("*.toml")
)
Row = dict[str, object]
Answers = dict[str, object]


def example_of(definition: Definition, name: str) -> Example:
    return next(example for example in definition.examples if example.id == name.replace("-", "_"))


class Case:
    """An example with answers and evidence that a test may change."""

    def __init__(self, definition: Definition, checker: Checker, name: str) -> None:
        self.example = example_of(definition, name)
        self.checker = checker
        self.answers: Answers = copy.deepcopy(msgspec.to_builtins(self.example.answers))
        self.evidence: list[EvidenceItem] = list(self.example.evidence)

    def rows(self, field: str) -> list[Row]:
        given = self.answers[field]
        assert isinstance(given, list)
        return given

    def group(self, field: str) -> Row:
        given = self.answers[field]
        assert isinstance(given, dict)
        return given

    def drop(self, evidence: str) -> None:
        self.evidence = [item for item in self.evidence if item.evidence != evidence]

    @property
    def computed(self) -> dict[str, object]:
        return dict(self.checker.evaluate(self.answers, self.evidence, self.example.facts).computed)

    @property
    def findings(self) -> set[tuple[str, str]]:
        """Path and code of errors and warnings; what is only told, as evidence needed from a level of points, is left out."""
        found = self.checker.check(self.answers, self.evidence, self.example.facts)
        return {(f.path, f.code) for f in found if f.severity is not Severity.INFO}

    @property
    def gates(self) -> set[str]:
        evaluation = self.checker.evaluate(self.answers, self.evidence, self.example.facts)
        return {gate.id for gate in evaluation.gates if gate.acts}

    def scored(self, **levels: int) -> Score:
        given = {**self.example.levels, **levels}
        return score(self.checker, given, self.answers, self.evidence, self.example.facts)

    def level(self, criterion: str) -> int | None:
        """The level that the answers alone give; None where they do not decide."""
        others = {f"C{n}": 3 for n in range(1, 16) if f"C{n}" != criterion}
        try:
            result = score(self.checker, others, self.answers, self.evidence, self.example.facts)
        except ScoreMissing:
            return None
        return {one.id: one.level for one in result.criteria}[criterion]

    def first_anchors(self, criterion: str) -> list[str]:
        """The lowest anchor of each set that the criterion is judged by."""
        answered = self.checker.read(self.answers, self.evidence, self.example.facts)
        return [anchors[0].text.en for anchors in anchors_for(self.checker, answered, criterion)]


@pytest.fixture
def ikat(tenun: Definition, tenun_checker: Checker) -> Case:
    return Case(tenun, tenun_checker, "valid-ikat-songket")


@pytest.fixture
def songket(tenun: Definition, tenun_checker: Checker) -> Case:
    return Case(tenun, tenun_checker, "valid-songket")


@pytest.fixture
def lurik(tenun: Definition, tenun_checker: Checker) -> Case:
    return Case(tenun, tenun_checker, "valid-lurik")


@pytest.mark.parametrize("name", NAMES)
def test_example_gives_what_it_states(tenun: Definition, tenun_checker: Checker, name: str) -> None:
    assert run_example(tenun_checker, example_of(tenun, name)).differences == ()


def test_every_kind_and_every_gate_has_its_example(tenun: Definition) -> None:
    assert {example.kind for example in tenun.examples} == set(ExampleKind)
    assert {gate for example in tenun.examples for gate in example.gates} == {"K1", "K2", "K3", "K4", "K5"}


@pytest.mark.parametrize("name", ["valid-ikat-songket", "valid-songket", "valid-consent", "valid-infant"])
def test_complete_example_has_neither_error_nor_warning(
    tenun: Definition, tenun_checker: Checker, name: str
) -> None:
    assert Case(tenun, tenun_checker, name).findings == set()


def test_evidence_for_more_points_is_told_but_not_demanded(songket: Case) -> None:
    """OPEN 3: stars are the cycle's, so evidence is needed from a level of points."""
    found = songket.checker.check(songket.answers, songket.evidence, songket.example.facts)
    assert {(f.path, f.severity) for f in found} == {
        ("evidence.process_video", Severity.INFO),
        ("evidence.yarn_invoice", Severity.INFO),
    }


# ------------------------------------------------------------------------------------------------- several techniques


def test_techniques_open_their_branches_together(ikat: Case) -> None:
    """Section E, line 1: conditions are "contains", not "equals"."""
    assert len(ikat.first_anchors("C2")) == 2
    visible = ikat.checker.evaluate(ikat.answers, ikat.evidence, ikat.example.facts).visible
    assert {"ikat_statement", "motif_shift"} <= visible


def test_ikat_questions_are_not_asked_of_songket_alone(songket: Case) -> None:
    visible = songket.checker.evaluate(songket.answers, songket.evidence, songket.example.facts).visible
    assert not {"ikat_statement", "motif_shift", "join_method", "dyes"} & visible
    songket.answers["motif_shift"] = [99]
    assert songket.findings == set()


def test_general_anchors_hold_where_no_technique_has_its_own(lurik: Case) -> None:
    """Section E, line 4, and OPEN 16."""
    assert lurik.first_anchors("C2") == ["Motif cannot be read"]
    assert lurik.level("C2") is None


def test_anchor_sets_follow_the_technique(songket: Case) -> None:
    assert songket.first_anchors("C2") == ["Supplementary yarn: many skips"]
    assert songket.level("C2") == 5


@pytest.mark.parametrize(
    ("shift", "level"), [(1.0, 5), (1.01, 4), (2.0, 4), (4.0, 3), (4.2, 2), (8.0, 2), (8.1, 1)]
)
def test_mean_shift_gives_the_level_of_motif_accuracy(ikat: Case, shift: float, level: int) -> None:
    ikat.answers["motif_shift"] = [shift] * 5
    assert ikat.level("C2") == level


def test_skips_leave_the_weakest_technique_to_the_assessor(ikat: Case) -> None:
    ikat.rows("faults")[4]["fault_count"] = 0.5
    assert ikat.level("C2") is None


# --------------------------------------------------------------------------------------------------------------- yarn


@pytest.mark.parametrize(
    ("count", "unit", "ply", "tex"),
    [
        (40, "Ne", 2, 29.53),
        (20, "Ne", 1, 29.53),
        (60, "Nm", 2, 33.33),
        (21, "denier", 1, 2.33),
        (30, "tex", 3, 90.0),
    ],
)
def test_yarn_count_becomes_resultant_tex(ikat: Case, count: float, unit: str, ply: int, tex: float) -> None:
    """Section E, line 2, and OPEN 12: the single yarn in tex times its ply."""
    ikat.rows("yarns")[2].update(yarn_count={"value": count, "unit": unit}, ply=ply)
    assert ikat.computed["yarns[2].yarn_tex"] == tex


def test_finer_yarn_has_a_larger_ne_and_a_smaller_tex(ikat: Case) -> None:
    ikat.rows("yarns")[1]["yarn_count"] = {"value": 1000, "unit": "Ne"}
    assert ("yarns[1].yarn_count", "too_small") not in ikat.findings
    ikat.rows("yarns")[1]["yarn_count"] = {"value": 1200, "unit": "Ne"}  # 0.49 tex
    assert ("yarns[1].yarn_count", "too_small") in ikat.findings


def test_unknown_count_system_is_named_with_its_row(ikat: Case) -> None:
    ikat.rows("yarns")[1]["yarn_count"] = {"value": 20, "unit": "dtex"}
    assert ("yarns[1].yarn_count.unit", "unknown_unit") in ikat.findings


@pytest.mark.parametrize(("last", "wrong"), [(14.4, True), (14.5, False), (15.5, False), (15.6, True)])
def test_shares_by_weight_add_up_within_half_a_percent(ikat: Case, last: float, wrong: bool) -> None:
    """OPEN 10."""
    ikat.rows("yarns")[2]["share"] = last
    assert (("yarns", "share_sum") in ikat.findings) is wrong


def test_local_share_goes_by_weight_where_given_else_by_rows(ikat: Case) -> None:
    """OPEN 12."""
    assert ikat.computed["local_yarn_share"] == 55.0
    for row in ikat.rows("yarns"):
        del row["share"]
    assert ikat.computed["local_yarn_share"] == 33.33
    assert ikat.findings == set()


def test_share_given_for_some_rows_only_is_refused(ikat: Case) -> None:
    del ikat.rows("yarns")[2]["share"]
    assert ("yarns", "share_partly_given") in ikat.findings


# ------------------------------------------------------------------------------------------------------- measurements


def test_width_variation_is_the_range_not_the_mean(ikat: Case) -> None:
    """Section E, line 7."""
    ikat.answers["width_variation"] = [0.5, 2.0, 2.0, 2.0, 2.0]
    assert ikat.computed["width_offset"] == 1.5


def test_time_table_sums_to_a_total_of_years_without_a_finding(ikat: Case) -> None:
    """Section E, lines 3 and 7: five years for a double ikat."""
    ikat.rows("stage_time")[2]["stage_days"] = 1700
    assert ikat.computed["total_days"] == 1840.5
    assert ikat.findings == set()


def test_cloth_of_two_days_is_accepted(lurik: Case) -> None:
    lurik.answers["stage_time"] = [{"stage": "menenun", "stage_days": 2}]
    assert lurik.computed["total_days"] == 2.0
    assert ("stage_time", "weaving_stage_missing") not in lurik.findings


def test_panels_open_the_join_and_its_photo(ikat: Case, songket: Case) -> None:
    """Section E, line 3: panels change what is measured."""
    songket.answers["panels"] = 3
    assert {
        ("join_method", "required"),
        ("motif_meets_at_join", "required"),
        ("evidence.photos[join]", "evidence_missing"),
    } == songket.findings
    ikat.answers["panels"] = 7
    assert ("panels", "too_large") in ikat.findings


@pytest.mark.parametrize(
    ("count", "meets", "level"), [(0, True, 5), (0, False, 4), (1, True, 4), (3, True, 3), (10.5, True, 0)]
)
def test_faults_and_join_give_the_level_of_c4(ikat: Case, count: float, meets: bool, level: int) -> None:
    for row in ikat.rows("faults"):
        row["fault_count"] = 0
    ikat.rows("faults")[0]["fault_count"] = count
    ikat.answers["motif_meets_at_join"] = meets
    assert ikat.level("C4") == level


def test_each_kind_of_fault_needs_its_row(ikat: Case) -> None:
    del ikat.rows("faults")[2]
    assert ("faults", "row_missing") in ikat.findings


def test_density_per_inch_is_judged_per_cm(ikat: Case) -> None:
    ikat.answers["thread_density"] = {"warp": 200, "weft": 100, "unit": "per_inch"}
    assert ikat.findings == set()
    ikat.answers["thread_density"] = {"warp": 200, "weft": 100, "unit": "per_cm"}
    assert {path for path, _ in ikat.findings} == {"thread_density.warp", "thread_density.weft"}


def test_weight_per_area_follows_from_weight_and_size(ikat: Case) -> None:
    assert ikat.computed["mass_per_area"] == 340.3  # 980 g on 2.4 m x 1.2 m
    del ikat.answers["mass"]
    assert "mass_per_area" not in ikat.computed


# ------------------------------------------------------------------------------------------------------ motif, consent


def test_consent_belongs_to_the_row_of_the_motif(tenun: Definition, tenun_checker: Checker) -> None:
    """Section E, line 5, and OPEN 14."""
    case = Case(tenun, tenun_checker, "valid-consent")
    assert case.gates == set()
    for row in case.rows("motifs"):
        removed = row.pop("consent_file")
        assert case.gates == {"K4"}
        row["consent_file"] = removed


def test_consent_fields_are_asked_of_restricted_motifs_only(ikat: Case) -> None:
    ikat.rows("motifs")[0]["restricted"] = True
    asked = {path for path, code in ikat.findings if code == "required"}
    assert asked == {
        f"motifs[0].{name}"
        for name in ("consent_giver", "consent_role", "consent_date", "publication_allowed")
    }


def test_restricted_motif_stays_out_of_the_catalogue_without_leave(ikat: Case) -> None:
    """Section E, line 6: name and photos of the motif follow the consent to publish."""
    assert ikat.computed["public_motifs"] == ["Sulur Embun", "Tangga Tua"]
    ikat.rows("motifs")[1]["publication_allowed"] = False
    assert ikat.computed["public_motifs"] == ["Sulur Embun"]
    assert ("evidence.photos_closed[front]", "evidence_missing") in ikat.findings


def test_motif_facts_are_complete_only_with_all_four(ikat: Case) -> None:
    assert ikat.computed["motif_facts_complete"] is True
    del ikat.rows("motifs")[0]["wearers"]
    assert ikat.computed["motif_facts_complete"] is False


# ------------------------------------------------------------------------------------------------------------- colour


def test_other_dye_is_natural_only_when_its_row_says_so(ikat: Case) -> None:
    """OPEN 13; and the allowance of C8 goes with it."""
    assert ikat.computed["sweat_light_grade"] == 4.0
    ikat.rows("dyes")[2]["other_is_natural"] = False
    assert ikat.computed["sweat_light_grade"] == 3.5
    assert ("dyes", "dye_source_mismatch") in ikat.findings


# -------------------------------------------------------------------------------------------------------------- tests


def test_fastness_grades_go_in_half_steps(ikat: Case) -> None:
    row = ikat.rows("lab_tests")[0]
    row["fastness"] = "2-3"
    assert ikat.computed["fastness_grade"] == 2.5
    for wrong in ("3.5", "2-4", "6"):
        row["fastness"] = wrong
        assert ("lab_tests[0].fastness", "unknown_option") in ikat.findings


def test_washing_with_one_part_only_counts_as_untested(ikat: Case) -> None:
    del ikat.rows("lab_tests")[1]
    assert ikat.computed["fastness_grade"] == 0.0
    assert ikat.gates == {"K3"}
    assert ("lab_tests", "fastness_incomplete") in ikat.findings


def test_cloth_that_is_not_washed_is_judged_by_rubbing_alone(songket: Case) -> None:
    assert songket.computed["fastness_grade"] == 4.0
    assert songket.gates == set()
    songket.answers["wash_care"] = ["angin_angin"]
    assert songket.computed["fastness_grade"] == 0.0
    assert songket.gates == {"K3"}


def test_rubbing_without_its_report_does_not_lift_the_cap(songket: Case) -> None:
    songket.drop("lab_report")
    assert songket.gates == {"K3"}


def test_cap_of_k3_lowers_a_higher_total(tenun: Definition, tenun_checker: Checker) -> None:
    result = Case(tenun, tenun_checker, "scored-capped").scored()
    assert (result.uncapped, result.total) == (80.8, 79.99)


def test_ritual_cloth_gives_the_weight_of_c9_to_all_others(tenun: Definition, tenun_checker: Checker) -> None:
    """Section E, line 4, and OPEN 15: not applicable is not zero."""
    case = Case(tenun, tenun_checker, "scored-ritual")
    lines = {line.id: line for line in case.scored().criteria}
    assert not lines["C9"].applies
    assert lines["C1"].weight == pytest.approx(10 * 100 / 94)
    case.answers["declared_use"] = "kerajinan"
    lines = {line.id: line for line in case.scored().criteria}
    assert (lines["C9"].applies, lines["C9"].level) == (True, 0)


@pytest.mark.parametrize(
    ("use", "level"), [("kerajinan", 4), ("adat", 4), ("setelan", None), ("sandang", None)]
)
def test_strength_without_a_published_requirement_is_checked_by_hand(
    ikat: Case, use: str, level: int | None
) -> None:
    """OPEN 6: an absent row is never a silent pass."""
    ikat.answers["declared_use"] = use
    assert ikat.level("C9") == level
    by_hand = ("lab_tests[7].strength_verdict", "check_by_hand") in ikat.findings
    assert by_hand is (level is None)


@pytest.mark.parametrize(
    ("form", "content", "verdict"),
    [
        (["kain"], {"operator": "=", "value": 75}, "pass"),
        (["kain"], {"operator": "=", "value": 76}, "fail"),
        (["interior"], {"operator": "=", "value": 76}, "pass"),
        (["kain"], {"operator": "<", "value": 100}, "undecided"),
        (["kain"], {"operator": "nd", "detection_limit": 16}, "pass"),
        (["kain"], {"operator": "nd", "detection_limit": 80}, "undecided"),
        (["kain"], {"operator": "nd"}, "undecided"),
    ],
)
def test_formaldehyde_is_held_against_the_limit_of_its_use(
    ikat: Case, form: list[str], content: Row, verdict: str
) -> None:
    """OPEN 11."""
    ikat.answers["product_form"] = form
    ikat.rows("lab_tests")[12]["content"] = content
    assert ikat.computed["lab_tests[12].limit_verdict"] == verdict
    codes = {code for path, code in ikat.findings if path == "lab_tests[12]"}
    assert codes == {"pass": set(), "fail": {"limit_exceeded"}, "undecided": {"limit_undecided"}}[verdict]


def test_formaldehyde_of_infant_cloth_is_below_20(tenun: Definition, tenun_checker: Checker) -> None:
    case = Case(tenun, tenun_checker, "valid-infant")
    for value, verdict in ((19.9, "pass"), (20, "fail")):
        case.rows("lab_tests")[12]["content"] = {"operator": "=", "value": value}
        assert case.computed["lab_tests[12].limit_verdict"] == verdict


@pytest.mark.parametrize(
    ("azo", "statement", "level"),
    [("ditemukan", True, 0), (None, False, 1), (None, True, 3), ("tidak_ditemukan", False, 5)],
)
def test_chemical_safety_follows_from_tests_and_statement(
    ikat: Case, azo: str | None, statement: bool, level: int
) -> None:
    if azo is None:
        del ikat.rows("lab_tests")[11]
    else:
        ikat.rows("lab_tests")[11]["azo_result"] = azo
    if statement:
        ikat.evidence.append(
            msgspec.structs.replace(ikat.evidence[0], evidence="supplier_statement", role="")
        )
    assert ikat.level("C10") == level


# -------------------------------------------------------------------------------------------------------------- gates


@pytest.mark.parametrize("printing", ["benang", "kain_jadi"])
@pytest.mark.parametrize(
    ("techniques", "acts"), [(["ikat_pakan", "sulam"], True), (["songket"], False), (["lurik_polos"], False)]
)
def test_k1_acts_on_print_declared_as_ikat_only(
    ikat: Case, printing: str, techniques: list[str], acts: bool
) -> None:
    ikat.answers["printing"] = printing
    ikat.answers["weave_techniques"] = techniques
    assert ikat.gates == ({"K1"} if acts else set())


@pytest.mark.parametrize(("loom", "gates"), [("gedogan", set()), ("atbm_dobby", set()), ("atm", {"K2"})])
def test_k2_acts_on_the_power_loom_only(ikat: Case, loom: str, gates: Iterable[str]) -> None:
    ikat.answers["loom"] = loom
    assert ikat.gates == set(gates)


def test_k5_clears_with_proof_and_clean_azo(tenun: Definition, tenun_checker: Checker) -> None:
    case = Case(tenun, tenun_checker, "valid-infant")
    assert case.gates == set()
    case.drop("sni_7617_proof")
    assert case.gates == {"K5"}


# --------------------------------------------------------------------------------------------- protection, successors


@pytest.mark.parametrize(
    ("state", "member", "protection", "level"),
    [
        ("terdaftar", True, "belum_ada", 5),
        ("terdaftar", False, "belum_ada", None),
        ("proses", True, "merek", 3),
        ("proses", True, "kik", 2),
        ("belum", False, "kik", None),
        ("belum", False, "belum_ada", 0),
    ],
)
def test_protection_gives_the_level_where_an_anchor_says_so(
    ikat: Case, state: str, member: bool, protection: str, level: int | None
) -> None:
    ikat.group("gi_status").update(gi_state=state, mpig_member=member)
    ikat.rows("protections")[0]["protection"] = protection
    assert ikat.level("C12") == level


@pytest.mark.parametrize(
    ("numbers", "level"),
    [
        ({"weaver_count": 10, "under_30": 2, "over_50": 0, "apprentices": 0, "regular_training": True}, 5),
        ({"weaver_count": 11, "under_30": 2, "over_50": 0, "apprentices": 1, "regular_training": True}, 3),
        ({"weaver_count": 10, "under_30": 2, "over_50": 0, "apprentices": 1, "regular_training": False}, 3),
        ({"weaver_count": 10, "under_30": 0, "over_50": 10, "apprentices": 0, "regular_training": False}, 1),
        (
            {"weaver_count": 10, "under_30": 0, "over_50": 9, "apprentices": 0, "regular_training": False},
            None,
        ),
    ],
)
def test_succession_follows_from_the_weavers(ikat: Case, numbers: Row, level: int | None) -> None:
    ikat.answers["weavers"] = {"women": 5, **numbers}
    assert ikat.level("C15") == level
