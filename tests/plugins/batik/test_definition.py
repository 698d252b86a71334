from collections.abc import Iterator

import pytest

from ovop.contract.vocabulary import (
    ComputedField,
    Criterion,
    Definition,
    Field,
    GateEffect,
    GroupField,
    MultiSelectField,
    RowsField,
    SelectField,
    Status,
)

FIELDS = [
    "batik_type",
    "wax_resist_statement",
    "process_steps",
    "canting_nozzles",
    "klowong_width",
    "isen_density",
    "cap_material",
    "cap_join_offset",
    "motif_name",
    "motif_family",
    "motif_origin",
    "motif_meaning",
    "motif_ip",
    "base_fabric",
    "fibre_mix",
    "yarn_count",
    "thread_density",
    "piece_size",
    "dye_source",
    "dyes",
    "natural_dye_share",
    "product_form",
    "infant_use",
    "lab_tests",
    "batikmark",
    "work_days",
    "monthly_output",
    "wastewater",
    "wax_recovery",
    "label_check",
]
EVIDENCE = [
    "photos",
    "wax_video",
    "lab_report",
    "batikmark_certificate",
    "sni_sppt",
    "trademark_proof",
    "motif_paper",
    "waste_evidence",
]
OPTIONS = {
    "batik_type": ["tulis", "cap", "kombinasi"],
    "cap_material": ["tembaga", "kayu", "lainnya"],
    "motif_family": ["banji", "ceplok", "ganggong", "geometris_lain", "nongeometris", "lainnya"],
    "motif_origin": ["tradisional_daerah", "pengembangan", "ciptaan_baru"],
    "base_fabric": [
        "mori_primissima",
        "mori_prima",
        "mori_biru",
        "belacu",
        "sutera",
        "katun_lain",
        "rayon",
        "lainnya",
    ],
    "dye_source": ["alam", "sintetis", "campuran"],
    "product_form": [
        "kain_panjang",
        "sarung",
        "selendang",
        "bahan_sandang",
        "busana",
        "interior",
        "lainnya",
    ],
}
CRITERIA = {
    "C1": 10,
    "C2": 9,
    "C3": 6,
    "C4": 7,
    "C5": 8,
    "C6": 8,
    "C7": 6,
    "C8": 5,
    "C9": 4,
    "C10": 3,
    "C11": 8,
    "C12": 5,
    "C13": 6,
    "C14": 8,
    "C15": 7,
}
GATES = {
    "K1": GateEffect.BLOCK,
    "K2": GateEffect.CAP,
    "K3": GateEffect.BLOCK,
    "K4": GateEffect.BLOCK,
    "K5": GateEffect.RETURN,
}


def form_fields(definition: Definition) -> dict[str, Field]:
    return {field.id: field for section in definition.form.sections for field in section.fields}


def criteria_of(definition: Definition) -> Iterator[Criterion]:
    for group in definition.rubric.groups:
        yield from group.criteria


def every_field(fields: Iterator[Field] | tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        if isinstance(field, GroupField | RowsField):
            yield from every_field(field.fields)


@pytest.mark.parametrize("key", FIELDS)
def test_form_has_field_of_the_domain_file(batik: Definition, key: str) -> None:
    assert key in form_fields(batik)


@pytest.mark.parametrize("key", EVIDENCE)
def test_form_has_evidence_of_the_domain_file(batik: Definition, key: str) -> None:
    assert key in {item.id for item in batik.form.evidence}


@pytest.mark.parametrize("key", OPTIONS)
def test_select_offers_exactly_the_options_of_the_domain_file(batik: Definition, key: str) -> None:
    field = form_fields(batik)[key]
    assert isinstance(field, SelectField | MultiSelectField)
    assert [option.value for option in field.options] == OPTIONS[key]


def test_photos_have_seven_roles_one_with_a_ruler(batik: Definition) -> None:
    photos = next(item for item in batik.form.evidence if item.id == "photos")
    assert len(photos.roles) == 7
    assert [role.id for role in photos.roles if role.ruler] == ["isen_detail"]
    assert [role.id for role in photos.roles if role.blind] == ["label"]


def test_every_input_field_has_help_or_stands_in_a_row_whose_field_has(batik: Definition) -> None:
    bare = [field.id for field in form_fields(batik).values() if field.help is None]
    # Names and choices that need no explanation beyond their label.
    assert set(bare) <= {"motif_name", "dyes", "dye_source"}


def test_criteria_have_the_weights_of_the_domain_file_and_make_100(batik: Definition) -> None:
    weights = {criterion.id: criterion.weight for criterion in criteria_of(batik)}
    assert weights == CRITERIA
    assert sum(weights.values()) == 100
    assert [group.weight for group in batik.rubric.groups] == [25, 15, 26, 19, 8, 7]


def test_only_the_test_results_are_scored_from_answers(batik: Definition) -> None:
    assert {criterion.id for criterion in criteria_of(batik) if criterion.bands} == {
        "C6",
        "C7",
        "C8",
        "C9",
        "C10",
    }


def test_a_stamped_cloth_has_anchors_of_its_own_for_c2_and_c3(batik: Definition) -> None:
    with_sets = {criterion.id: criterion.anchors_when for criterion in criteria_of(batik)}
    assert [one.when for one in with_sets["C2"]] == ["batik_type == 'cap'", "batik_type == 'kombinasi'"]
    assert [one.when for one in with_sets["C3"]] == ["batik_type == 'cap'"]


def test_gates_have_the_three_strengths(batik: Definition) -> None:
    assert {gate.id: gate.effect for gate in batik.gates} == GATES
    caps = {gate.id: gate.cap_points for gate in batik.gates if gate.cap_points is not None}
    assert caps == {"K2": 79.99}


@pytest.mark.parametrize("criterion", CRITERIA)
def test_guidance_exists_for_criterion(batik: Definition, criterion: str) -> None:
    assert any(criterion in item.criteria for item in batik.guidance)


def test_guidance_is_bound_to_fields_too(batik: Definition) -> None:
    bound = {field for item in batik.guidance for field in item.fields}
    assert {"klowong_width", "isen_density", "lab_tests", "dyes"} <= bound


def test_everything_sourced_in_the_score_of_tests_names_its_list_number(batik: Definition) -> None:
    numbers = {source.split("]")[0] + "]" for source in batik.manifest.sources}
    assert len(numbers) == 27
    sourced = [item for item in batik.guidance if item.status is Status.SOURCED]
    assert all(item.source.split("]")[0] + "]" in numbers for item in sourced)


def test_card_shows_public_fields_only(batik: Definition) -> None:
    fields = form_fields(batik)
    assert all(fields[key].public for key in batik.manifest.card_fields)


def test_computed_fields_of_the_tests_always_have_a_value(batik: Definition) -> None:
    """K2 reads them: a gate over a value that may be missing would not act for an untested cloth."""
    rules = {f.id: f.rule for f in form_fields(batik).values() if isinstance(f, ComputedField)}
    assert rules["wash_grade"].endswith(": 0.0")
    assert rules["rub_grade"].endswith(": 0.0")


def test_no_field_asks_for_personal_data(batik: Definition) -> None:
    fields = every_field(tuple(form_fields(batik).values()))
    assert {field.personal.value for field in fields} == {"none"}
