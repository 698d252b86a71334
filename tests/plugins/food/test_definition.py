"""The definition against the domain file of food and drink: its rows A, B, C, the gates and D."""

from collections.abc import Iterator

import pytest

from ovop.contract.vocabulary import (
    Aim,
    CodeField,
    Criterion,
    Definition,
    Evidence,
    Field,
    GateEffect,
    GroupField,
    GuidanceKind,
    MultiSelectField,
    PersonalData,
    RowsField,
    SelectField,
    Status,
    Theme,
)

FIELDS = [
    "food_class",
    "food_type_code",
    "process_flags",
    "shelf_life",
    "suggested_licence",
    "licence",
    "pirt_parts",
    "halal",
    "ingredients",
    "local_share",
    "allergens",
    "recipe_origin",
    "process_flow",
    "capacity",
    "variants",
    "pack_primary",
    "storage",
    "shelf_method",
    "lab_tests",
    "sensory",
    "hygiene",
    "hygiene_level",
    "food_safety_system",
    "pkp",
    "label_check",
    "nutrition",
    "claims",
    "lot_code",
    "sample",
]
ADDED = [
    "physical_form",
    "ready_to_eat",
    "separate_factory",
    "freezer_temperature",
    "safety_scope",
    "origin_statement_needed",
    "allergen_statement",
    "nutrition_exemption",
    "full_standard_tested",
    "traceability",
    "waste_handling",
    "tasting_on",
]
EVIDENCE = [
    "photos",
    "label_artwork",
    "sppirt_certificate",
    "md_permit",
    "inspection_sheet",
    "safety_certificate",
    "pkp_certificate",
    "halal_certificate",
    "halal_application",
    "lab_report",
    "shelf_life_report",
    "trademark_proof",
]
OPTIONS = {
    "food_class": [
        "makanan_ringan",
        "makanan_lain",
        "minuman_sari_buah",
        "minuman_lain",
        "bumbu",
        "bahan_olahan",
    ],
    "process_flags": [
        "pasteurisasi",
        "sterilisasi",
        "pembekuan",
        "simpan_dingin_hewani",
        "pangan_diet_khusus",
        "kemas_ulang",
        "tidak_ada",
    ],
    "storage": ["suhu_ruang", "dingin", "beku"],
    "recipe_origin": ["warisan_daerah", "keluarga", "pengembangan", "baru"],
    "food_safety_system": ["cppb_irt", "cppob", "pmr", "haccp", "iso_22000", "sni", "tidak_ada"],
    "claims": ["tanpa_klaim", "gizi", "kesehatan", "tanpa_pengawet", "lainnya"],
}
CRITERIA = {
    "C1": 8,
    "C2": 6,
    "C3": 10,
    "C4": 10,
    "C5": 10,
    "C6": 8,
    "C7": 8,
    "C8": 7,
    "C9": 8,
    "C10": 7,
    "C11": 5,
    "C12": 6,
    "C13": 4,
    "C14": 3,
}
GATES = {
    "K1": GateEffect.BLOCK,
    "K2": GateEffect.BLOCK,
    "K3": GateEffect.BLOCK,
    "K4": GateEffect.BLOCK,
    "K5": GateEffect.BLOCK,
    "K5b": GateEffect.CAP,
    "K6": GateEffect.RETURN,
}
GATE_MESSAGES = {
    "K1": "Izin edar belum ada atau kedaluwarsa",
    "K2": "Proses ini tidak boleh memakai SPP-IRT, ajukan MD",
    "K3": "Ada temuan kritis pada sarana",
    "K4": "Hasil uji melebihi batas aman",
    "K5": "Status halal belum memenuhi ketentuan",
    "K6": "Klaim tidak diizinkan pada produk SPP-IRT",
}


def form_fields(definition: Definition) -> dict[str, Field]:
    return {field.id: field for section in definition.form.sections for field in section.fields}


def every_field(fields: Iterator[Field] | tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        if isinstance(field, GroupField | RowsField):
            yield from every_field(field.fields)


def criteria_of(definition: Definition) -> Iterator[Criterion]:
    for group in definition.rubric.groups:
        yield from group.criteria


def evidence_of(definition: Definition, name: str) -> Evidence:
    return next(item for item in definition.form.evidence if item.id == name)


@pytest.mark.parametrize("key", FIELDS + ADDED)
def test_form_has_field_of_the_domain_file(food: Definition, key: str) -> None:
    assert key in form_fields(food)


@pytest.mark.parametrize("key", EVIDENCE)
def test_form_has_evidence_of_the_domain_file(food: Definition, key: str) -> None:
    assert evidence_of(food, key).section in {section.id for section in food.form.sections}


@pytest.mark.parametrize("key", OPTIONS)
def test_choice_offers_exactly_the_options_of_the_domain_file(food: Definition, key: str) -> None:
    field = form_fields(food)[key]
    assert isinstance(field, SelectField | MultiSelectField)
    assert [option.value for option in field.options] == OPTIONS[key]


def test_nothing_applies_stands_alone_in_every_list_that_offers_it(food: Definition) -> None:
    for key in ("process_flags", "food_safety_system", "claims"):
        field = form_fields(food)[key]
        assert isinstance(field, MultiSelectField)
        alone = [option.value for option in field.options if option.exclusive]
        assert alone in (["tidak_ada"], ["tanpa_klaim"])


def test_code_lists_have_fifteen_food_types_and_eight_packs(food: Definition) -> None:
    lists = {item.id: [option.value for option in item.items] for item in food.code_lists}
    assert lists["irtp_food_type"] == [f"{number:02}" for number in range(1, 16)]
    assert lists["pirt_pack"] == [str(number) for number in range(1, 9)]
    pack = form_fields(food)["pack_primary"]
    assert isinstance(pack, CodeField)
    assert pack.code_list == "pirt_pack"


def test_photos_have_the_seven_roles_a_covered_pack_and_the_artwork_is_large(food: Definition) -> None:
    photos = evidence_of(food, "photos")
    assert [role.id for role in photos.roles] == [
        "front",
        "back",
        "covered",
        "content",
        "raw_material",
        "process",
        "production_room",
        "store",
    ]
    assert evidence_of(food, "label_artwork").min_pixels == 1500


def test_pictures_of_the_label_are_blind_but_a_covered_pack_is_seen(food: Definition) -> None:
    roles = evidence_of(food, "photos").roles
    assert [role.id for role in roles if role.blind] == ["front", "back"]
    assert evidence_of(food, "label_artwork").blind
    assert {role.id for role in roles if role.required is False} == {"covered"}


def test_reports_are_needed_from_points_and_not_older_than_stated(food: Definition) -> None:
    asked = {item.id: (item.needed_from_points, item.max_age_months) for item in food.form.evidence}
    later = {name: limits for name, limits in asked.items() if limits != (None, None)}
    assert later == {"lab_report": (80, 12), "sensory_report": (70, 12), "inspection_sheet": (70, 24)}


def test_criteria_have_the_weights_of_the_domain_file_and_make_100(food: Definition) -> None:
    weights = {criterion.id: criterion.weight for criterion in criteria_of(food)}
    assert weights == CRITERIA
    assert sum(weights.values()) == 100
    assert [group.weight for group in food.rubric.groups] == [34, 26, 22, 18]


def test_taste_and_look_are_scored_by_a_panel(food: Definition) -> None:
    """Section E, line 5: scores come from a panel, not from one assessor."""
    assert {criterion.id for criterion in criteria_of(food) if criterion.panel} == {"C5", "C6"}


def test_only_what_needs_an_eye_is_left_to_assessors(food: Definition) -> None:
    assert {criterion.id for criterion in criteria_of(food) if not criterion.bands} == {"C10", "C11", "C13"}


def test_every_aim_is_served_and_every_criterion_serves_one(food: Definition) -> None:
    assert all(criterion.serves for criterion in criteria_of(food))
    assert {aim for criterion in criteria_of(food) for aim in criterion.serves} == set(Aim)


def test_gates_have_the_effects_and_words_of_the_domain_file(food: Definition) -> None:
    assert {gate.id: gate.effect for gate in food.gates} == GATES
    assert {gate.id: gate.message.id for gate in food.gates if gate.id in GATE_MESSAGES} == GATE_MESSAGES
    assert {gate.id: gate.cap_points for gate in food.gates if gate.cap_points is not None} == {"K5b": 89.99}


def test_halal_duty_is_a_dated_table_by_size(food: Definition) -> None:
    """OPEN 1: last free day 17 October 2024 for medium and large, 2026 for micro and small."""
    table = next(table for table in food.limit_tables if table.id == "halal_duty")
    assert {row.key[0]: row.level for row in table.rows} == {
        "micro": "2026-10-18",
        "small": "2026-10-18",
        "medium": "2024-10-18",
        "large": "2024-10-18",
    }


def test_every_limit_row_carries_its_unit_as_key_and_as_word(food: Definition) -> None:
    """OPEN 7: the unit belongs to the row."""
    words = {"percent": "%", "cfu_g": "CFU/g", "apm_g": "APM/g", "mg_kg": "mg/kg", "ug_kg": "µg/kg"}
    table = next(table for table in food.limit_tables if table.id == "food_limit")
    assert table.keys == ("standard", "parameter", "unit")
    assert [row.unit for row in table.rows] == [words[row.key[2]] for row in table.rows]


def test_what_was_not_read_in_a_source_is_marked_as_proposed(food: Definition) -> None:
    """OPEN 6: tables that the domain file names but does not give."""
    for name in ("hygiene_level", "food_limit"):
        table = next(table for table in food.limit_tables if table.id == name)
        assert {row.status for row in table.rows} == {Status.PROPOSED}


@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_step_exists_for_every_low_score(food: Definition, criterion: str) -> None:
    steps = [item for item in food.guidance if item.kind is GuidanceKind.STEP and criterion in item.criteria]
    assert any(item.threshold >= 2 for item in steps)


def test_guidance_has_every_theme_and_a_story_with_consent(food: Definition) -> None:
    assert {item.theme for item in food.guidance} == set(Theme)
    stories = [item for item in food.guidance if item.kind is GuidanceKind.SUCCESS_STORY]
    assert [item.consent.maker for item in stories if item.consent] == ["Tama Cokelat"]


def test_sources_are_numbered_and_named_where_they_are_used(food: Definition) -> None:
    numbers = {source.split("]")[0] + "]" for source in food.manifest.sources}
    assert numbers == {f"[{number}]" for number in range(1, 38)}
    used = [item.source for item in food.guidance if item.status is Status.SOURCED]
    used += [field.source for field in form_fields(food).values() if field.source]
    assert all(source.split("]")[0] + "]" in numbers for source in used)


def test_card_shows_public_fields_only(food: Definition) -> None:
    fields = form_fields(food)
    assert all(fields[key].public for key in food.manifest.card_fields)


def test_only_the_names_of_people_are_personal_and_assessors_do_not_see_them(food: Definition) -> None:
    fields = list(every_field(tuple(form_fields(food).values())))
    personal = [field for field in fields if field.personal is not PersonalData.NONE]
    assert {field.id for field in personal} == {"officer", "pkp_holder"}
    assert all(field.blind for field in personal)


def test_numbers_that_name_the_maker_are_kept_from_assessors(food: Definition) -> None:
    fields = {field.id: field for field in every_field(tuple(form_fields(food).values()))}
    for key in ("pirt_number", "md_number", "permit_holder", "halal_number", "supplier", "pirt_parts"):
        assert fields[key].blind, key


def test_needs_no_code_of_its_own(food: Definition) -> None:
    assert food.manifest.code == "FOO"
    assert {(one.edition, one.code) for one in food.manifest.kbli} == {
        ("2020", "10"),
        ("2020", "11"),
        ("2025", "10"),
        ("2025", "11"),
    }
