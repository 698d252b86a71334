from collections.abc import Iterator

import pytest

from ovop.contract.aims import aims_served
from ovop.contract.checker import Checker
from ovop.contract.vocabulary import (
    Criterion,
    Definition,
    Evidence,
    EvidenceKind,
    Field,
    GateEffect,
    GroupField,
    GuidanceKind,
    MultiSelectField,
    RowsField,
    SelectField,
    SeriesField,
    Status,
    Theme,
)

FIELDS = [
    "product_kind",
    "materials",
    "supply_years",
    "non_fibre_parts",
    "preparation",
    "preservative_food_ok",
    "strip_size",
    "weave_patterns",
    "weave_density",
    "gap",
    "pattern_name",
    "pattern_meaning",
    "construction",
    "sizes",
    "sizes.size_series",
    "load_test",
    "moisture",
    "pest_check",
    "material_defects",
    "dye_source",
    "dyes",
    "finish",
    "lab_tests",
    "hs_code",
    "making_time",
    "weaver_network",
    "monthly_output",
]
ADDED = ["decorative", "closed_weave", "materials.protected_status", "sizes.wet_dry", "load_test.use_load"]
"""Fields that a rule of the domain file speaks of without a row of its own (reading 5), and the size wet and dry."""
EVIDENCE = [
    "photos",
    "origin_proof",
    "timber_legality",
    "fumigation_certificate",
    "phytosanitary_certificate",
    "ispm15_mark",
    "treatment_log",
    "lab_report",
    "marks_ip",
]
FIBRES = [
    "bambu",
    "rotan",
    "pandan",
    "mendong",
    "ketak",
    "purun",
    "eceng_gondok",
    "agel_lontar",
    "bamban",
    "lainnya",
]
OPTIONS = {
    "product_kind": [
        "keranjang",
        "tas",
        "tikar",
        "topi",
        "kotak",
        "tatakan",
        "wadah_pangan",
        "lampu",
        "perabot",
        "lainnya",
    ],
    "materials.fibre": FIBRES,
    "materials.source_type": ["budi_daya", "kebun", "hutan", "liar"],
    "supply_years": ["sampai_1", "1_sampai_3", "lebih_3"],
    "non_fibre_parts.part_material": ["kayu", "besi", "kulit", "kain", "plastik", "ritsleting", "lainnya"],
    "preparation.step": [
        "rendam_air_mengalir",
        "rebus",
        "boraks_asam_borat",
        "goreng_minyak",
        "asap_belerang",
        "oven",
        "jemur",
        "kupas_belah",
        "pelunak",
        "pemutihan",
        "lainnya",
    ],
    "preparation.treated_fibre": FIBRES,
    "weave_patterns": [
        "sasag",
        "sasag_ganda",
        "segi_enam",
        "segi_delapan",
        "mata_itik",
        "lilit",
        "pilin",
        "tiga_dimensi",
        "lainnya",
    ],
    "construction.frame": ["tanpa_rangka", "rotan", "bambu", "kayu", "besi"],
    "construction.joint": ["lilit", "jahit", "paku", "lem", "kait"],
    "material_defects": [
        "keriput",
        "lapuk",
        "kulit_mengelupas",
        "pecah",
        "patah",
        "lubang_gerek",
        "retak_kulit",
        "jamur_pewarna",
        "tidak_ada",
    ],
    "dye_source": ["warna_asli", "alam", "sintetis", "campuran"],
    "dyes.dye": ["daun_jati", "mengkudu", "secang", "sintetis", "lainnya"],
    "finish": ["tanpa", "lilin", "pernis_air", "pernis_pelarut", "lainnya"],
    "hs_code": ["4602.11", "4602.12", "4602.19", "4602.90", "lainnya"],
}
CRITERIA = {
    "C1": 9,
    "C2": 8,
    "C3": 7,
    "C4": 10,
    "C5": 9,
    "C6": 6,
    "C7": 9,
    "C8": 6,
    "C9": 5,
    "C10": 8,
    "C11": 5,
    "C12": 8,
    "C13": 5,
    "C14": 5,
}
ANCHORS = {
    "C1": [0, 1, 3, 5],
    "C2": [0, 1, 3, 5],
    "C3": [0, 1, 2, 3, 4, 5],
    "C4": [0, 1, 3, 5],
    "C5": [0, 1, 3, 5],
    "C6": [0, 1, 3, 5],
    "C7": [0, 1, 3, 4, 5],
    "C8": [0, 1, 3, 5],
    "C9": [0, 1, 3, 4, 5],
    "C10": [0, 1, 3, 5],
    "C11": [0, 1, 3, 5],
    "C12": [0, 1, 3, 5],
    "C13": [0, 1, 3, 5],
    "C14": [0, 1, 3, 5],
}


def placed(fields: tuple[Field, ...], before: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields:
        path = before + field.id
        yield path, field
        if isinstance(field, GroupField | RowsField):
            yield from placed(field.fields, f"{path}.")


def all_fields(definition: Definition) -> dict[str, Field]:
    return {path: field for section in definition.form.sections for path, field in placed(section.fields)}


def criteria_of(definition: Definition) -> Iterator[Criterion]:
    for group in definition.rubric.groups:
        yield from group.criteria


def evidence_of(definition: Definition) -> dict[str, Evidence]:
    return {item.id: item for item in definition.form.evidence}


@pytest.mark.parametrize("path", FIELDS + ADDED)
def test_form_has_field(anyaman: Definition, path: str) -> None:
    assert path in all_fields(anyaman)


@pytest.mark.parametrize("key", EVIDENCE)
def test_form_has_evidence_of_the_domain_file(anyaman: Definition, key: str) -> None:
    assert key in evidence_of(anyaman)


@pytest.mark.parametrize("path", OPTIONS)
def test_choice_offers_exactly_the_options_of_the_domain_file(anyaman: Definition, path: str) -> None:
    field = all_fields(anyaman)[path]
    assert isinstance(field, SelectField | MultiSelectField)
    assert [option.value for option in field.options] == OPTIONS[path]


def test_sizes_hold_series_rows_in_rows(anyaman: Definition) -> None:
    """Section E: series measurements belong to each size row."""
    fields = all_fields(anyaman)
    assert isinstance(fields["sizes"], RowsField)
    assert isinstance(fields["sizes.size_series"], RowsField)
    values = fields["sizes.size_series.measured_values"]
    assert isinstance(values, SeriesField)
    assert values.min_items == 5


@pytest.mark.parametrize(
    ("path", "fewest"), [("strip_size.strip_width", 10), ("strip_size.strip_thickness", 10), ("moisture", 5)]
)
def test_series_have_the_number_of_the_domain_file(anyaman: Definition, path: str, fewest: int) -> None:
    field = all_fields(anyaman)[path]
    assert isinstance(field, SeriesField)
    assert field.min_items == fewest


def test_kepang_is_a_synonym_of_double_sasag(anyaman: Definition) -> None:
    """Section E: local names are searchable synonyms."""
    field = all_fields(anyaman)["weave_patterns"]
    assert isinstance(field, MultiSelectField)
    assert [option.value for option in field.options if "kepang" in option.synonyms] == ["sasag_ganda"]


@pytest.mark.parametrize(
    "path", ["weave_patterns", "materials.fibre", "product_kind", "preparation.step", "finish"]
)
def test_other_asks_for_a_text(anyaman: Definition, path: str) -> None:
    """Section E: patterns and fibres need "lainnya" with text."""
    field = all_fields(anyaman)[path]
    assert isinstance(field, SelectField | MultiSelectField)
    assert [option.value for option in field.options if option.other] == ["lainnya"]


def test_photos_have_eight_roles_one_with_a_ruler(anyaman: Definition) -> None:
    photos = evidence_of(anyaman)["photos"]
    assert len(photos.roles) == 8
    assert [role.id for role in photos.roles if role.ruler] == ["weave_detail"]
    assert evidence_of(anyaman)["ispm15_mark"].kind is EvidenceKind.PHOTO


def test_treatment_log_is_needed_from_the_points_of_three_stars(anyaman: Definition) -> None:
    assert evidence_of(anyaman)["treatment_log"].needed_from_points == 70


def test_lab_report_may_be_24_months_old(anyaman: Definition) -> None:
    assert evidence_of(anyaman)["lab_report"].max_age_months == 24


def test_lab_rows_have_operator_unit_and_report_number(anyaman: Definition) -> None:
    """Reading 18: every measured parameter is a laboratory reading, and its row names the report."""
    fields = all_fields(anyaman)
    for column in ("water_content", "tensile_force", "content"):
        assert type(fields[f"lab_tests.{column}"]).__name__ == "ReadingField"
    assert fields["lab_tests.report_number"].required is True


def test_papers_that_name_the_maker_are_kept_from_assessors(anyaman: Definition) -> None:
    blind = {key for key, item in evidence_of(anyaman).items() if item.blind}
    assert blind == {
        "origin_proof",
        "marks_ip",
        "timber_legality",
        "fumigation_certificate",
        "phytosanitary_certificate",
    }
    roles = evidence_of(anyaman)["photos"].roles
    assert [role.id for role in roles if role.blind] == ["packing"]
    fields = all_fields(anyaman)
    assert fields["materials.proof_number"].blind
    assert fields["materials.proof_file"].blind


def test_criteria_have_the_weights_of_the_domain_file_and_make_100(anyaman: Definition) -> None:
    weights = {criterion.id: criterion.weight for criterion in criteria_of(anyaman)}
    assert weights == CRITERIA
    assert sum(weights.values()) == 100
    assert [group.weight for group in anyaman.rubric.groups] == [24, 25, 20, 21, 10]


@pytest.mark.parametrize("code", ANCHORS)
def test_criterion_has_the_anchors_of_the_domain_file(anyaman: Definition, code: str) -> None:
    criterion = next(item for item in criteria_of(anyaman) if item.id == code)
    assert [anchor.level for anchor in criterion.anchors] == ANCHORS[code]


def test_only_c6_may_be_left_out_and_names_no_group(anyaman: Definition) -> None:
    """Reading 15: without a rule of its own the points spread over all other criteria."""
    assert {item.id: item.redistribute_to for item in criteria_of(anyaman) if item.applies_if} == {"C6": ()}


def test_every_aim_is_served_and_every_criterion_serves_and_is_backed(anyaman: Definition) -> None:
    assert [served.aim for served in aims_served(anyaman.rubric) if not served.criteria] == []
    assert all(item.serves and item.backed_by for item in criteria_of(anyaman))


def test_three_gates_block(anyaman: Definition) -> None:
    assert {gate.id: gate.effect for gate in anyaman.gates} == dict.fromkeys(
        ("K1", "K2", "K3"), GateEffect.BLOCK
    )
    assert {gate.id: gate.message.id for gate in anyaman.gates} == {
        "K1": "Bahan dilindungi atau asal tidak sah",
        "K2": "Ada serangga hidup atau jamur, rawat dan periksa ulang",
        "K3": "Pengawet/pelapis tidak aman untuk wadah pangan",
    }


@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_step_of_guidance_is_shown_for_a_criterion_at_2(anyaman: Definition, criterion: str) -> None:
    assert any(
        criterion in item.criteria and item.kind is GuidanceKind.STEP and item.threshold >= 2
        for item in anyaman.guidance
    )


def test_every_theme_has_guidance(anyaman: Definition) -> None:
    assert {item.theme for item in anyaman.guidance} == set(Theme)


def test_guidance_is_long_enough_to_act_on(anyaman: Definition) -> None:
    for item in anyaman.guidance:
        for text in (item.body.id, item.body.en):
            assert len([line for line in text.splitlines() if line.strip()]) >= 5, item.id


def test_success_story_retells_what_was_published(anyaman: Definition) -> None:
    (story,) = [item for item in anyaman.guidance if item.kind is GuidanceKind.SUCCESS_STORY]
    assert story.consent is not None
    assert story.consent.basis.value == "published"


def test_what_is_sourced_names_its_number_in_the_list(anyaman: Definition) -> None:
    numbers = {source.split("]")[0] + "]" for source in anyaman.manifest.sources}
    assert len(numbers) == 32
    sourced = [item for item in anyaman.guidance if item.status is Status.SOURCED]
    assert all(item.source.split("]")[0] + "]" in numbers for item in sourced)
    fields = [field for field in all_fields(anyaman).values() if field.source]
    assert all(field.source.split("]")[0] + "]" in numbers for field in fields)


def test_card_shows_public_fields_only(anyaman: Definition) -> None:
    fields = all_fields(anyaman)
    assert all(fields[key].public for key in anyaman.manifest.card_fields)


def test_no_field_asks_for_personal_data(anyaman: Definition) -> None:
    assert {field.personal.value for field in all_fields(anyaman).values()} == {"none"}


def test_checker_compiles_without_any_python_of_the_commodity(
    anyaman: Definition, anyaman_checker: Checker
) -> None:
    assert anyaman_checker.definition is anyaman
