from collections.abc import Iterator

import pytest

from ovop.contract.vocabulary import (
    Aim,
    ComputedField,
    Criterion,
    Definition,
    Evidence,
    Field,
    GateEffect,
    GroupField,
    GuidanceKind,
    LimitTable,
    MultiSelectField,
    RowsField,
    SelectField,
    SeriesField,
    Status,
    Theme,
)

FIELDS = [
    "product_function",
    "food_contact",
    "food_denial",
    "body_type",
    "clay_sources",
    "additives",
    "forming",
    "drying_days",
    "drying_shrinkage",
    "kiln",
    "firings",
    "glaze_used",
    "glazes",
    "surface",
    "dims",
    "vessel_class_id",
    "vessel_class_eu",
    "vessel_class_us",
    "size_series",
    "wall",
    "market_set",
    "lab_tests",
    "leak_test",
    "loss_rates",
    "use_claims",
    "packing",
]
ADDED_BY_A_RULE = ["shape", "holds_liquid", "coated_sides", "drying_measure", "stands_level", "label_items"]
EVIDENCE = [
    "photos",
    "sni_certificate",
    "metal_report",
    "lab_report",
    "eu_declaration",
    "glaze_sds",
    "clay_consent",
    "firing_log",
    "leak_pack_video",
]
OPTIONS = {
    "product_function": [
        "hias",
        "pot_tanaman",
        "alat_makan_minum",
        "alat_masak",
        "simpan_pangan",
        "taman_arsitektur",
        "suvenir",
        "lainnya",
    ],
    "body_type": [
        "terakota",
        "majolika",
        "gerabah_halus",
        "semi_porselin",
        "stoneware",
        "bone_china",
        "porselin",
    ],
    "forming": [
        "putar_tangan",
        "putar_listrik",
        "pijit",
        "pilin",
        "lempeng",
        "cetak_tekan",
        "cetak_tuang",
        "tatap_pelandas",
        "tempel",
        "lainnya",
    ],
    "surface": [
        "poles",
        "engobe",
        "ukir",
        "ukir_tempel",
        "cat",
        "lilin_resin",
        "kombinasi_anyam",
        "lainnya",
    ],
    "market_set": ["id", "eu", "us", "california", "jp", "lainnya"],
    "use_claims": ["aman_oven", "microwave", "mesin_cuci_piring", "kompor", "tidak_ada"],
}
ROLES = ["front", "side", "base", "inside", "rim", "scale", "forming", "kiln", "clay_source", "label"]
WEIGHTS = {
    "C1": 8,
    "C2": 9,
    "C3": 8,
    "C4": 9,
    "C5": 9,
    "C7": 7,
    "C6": 10,
    "C8": 8,
    "C9": 6,
    "C10": 8,
    "C11": 6,
    "C12": 6,
    "C13": 3,
    "C14": 3,
}
RELEASE = {
    ("eu", "flat", "mg_per_dm2"): (0.8, 0.07),
    ("eu", "fillable", "mg_per_l"): (4.0, 0.3),
    ("eu", "cook_storage", "mg_per_l"): (1.5, 0.1),
    ("us", "flat", "mg_per_l"): (3.0, 0.5),
    ("us", "small_hollow", "mg_per_l"): (2.0, 0.5),
    ("us", "large_hollow", "mg_per_l"): (1.0, 0.25),
    ("us", "cup_mug_pitcher", "mg_per_l"): (0.5, None),
    ("california", "flat", "mg_per_l"): (0.226, None),
    ("california", "small_hollow", "mg_per_l"): (0.1, None),
    ("california", "large_hollow", "mg_per_l"): (0.1, None),
    ("california", "cup_mug_pitcher", "mg_per_l"): (0.1, None),
}


def form_fields(definition: Definition) -> dict[str, Field]:
    return {field.id: field for section in definition.form.sections for field in section.fields}


def criteria_of(definition: Definition) -> Iterator[Criterion]:
    for group in definition.rubric.groups:
        yield from group.criteria


def every_field(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        if isinstance(field, GroupField | RowsField):
            yield from every_field(field.fields)


def evidence_of(definition: Definition, key: str) -> Evidence:
    return next(item for item in definition.form.evidence if item.id == key)


def table_of(definition: Definition, key: str) -> LimitTable:
    return next(table for table in definition.limit_tables if table.id == key)


@pytest.mark.parametrize("key", FIELDS + ADDED_BY_A_RULE)
def test_form_has_field_of_the_domain_file(gerabah: Definition, key: str) -> None:
    assert key in form_fields(gerabah)


def test_evidence_is_that_of_the_domain_file(gerabah: Definition) -> None:
    assert [item.id for item in gerabah.form.evidence] == EVIDENCE


@pytest.mark.parametrize("key", OPTIONS)
def test_select_offers_exactly_the_options_of_the_domain_file(gerabah: Definition, key: str) -> None:
    field = form_fields(gerabah)[key]
    assert isinstance(field, SelectField | MultiSelectField)
    assert [option.value for option in field.options] == OPTIONS[key]


def test_every_field_has_help(gerabah: Definition) -> None:
    assert [field.id for field in form_fields(gerabah).values() if field.help is None] == []


def test_photos_have_a_role_with_a_ruler_and_one_for_the_label(gerabah: Definition) -> None:
    roles = evidence_of(gerabah, "photos").roles
    assert [role.id for role in roles] == ROLES
    assert [role.id for role in roles if role.ruler] == ["scale"]


def test_series_ask_for_the_numbers_of_measurements_of_the_domain_file(gerabah: Definition) -> None:
    fields = form_fields(gerabah)
    wall, sizes = fields["wall"], fields["size_series"]
    assert isinstance(wall, SeriesField)
    assert isinstance(sizes, RowsField)
    assert (wall.min_items, wall.minimum, wall.maximum) == (4, 1, 60)
    assert sizes.min_rows == 5


def test_firings_and_glazes_are_ordered_rows(gerabah: Definition) -> None:
    """Section E: firings and glazes are ordered repeating groups."""
    fields = form_fields(gerabah)
    ordered = [key for key, field in fields.items() if isinstance(field, RowsField) and field.ordered]
    assert ordered == ["firings", "glazes"]


def test_evidence_for_higher_scores_is_stated_in_points(gerabah: Definition) -> None:
    later = {item.id: item.needed_from_points for item in gerabah.form.evidence if item.needed_from_points}
    assert later == {"lab_report": 70, "clay_consent": 80, "firing_log": 80}
    assert evidence_of(gerabah, "firing_log").min_files == 3
    assert evidence_of(gerabah, "metal_report").max_age_months == 24
    assert evidence_of(gerabah, "leak_pack_video").min_seconds == 30


def test_papers_that_name_the_maker_are_blind(gerabah: Definition) -> None:
    blind = [item.id for item in gerabah.form.evidence if item.blind]
    assert blind == ["sni_certificate", "eu_declaration", "clay_consent"]
    roles = evidence_of(gerabah, "photos").roles
    assert [role.id for role in roles if role.blind] == ["base", "label"]


def test_weights_are_those_of_the_domain_file_and_make_100(gerabah: Definition) -> None:
    weights = {criterion.id: criterion.weight for criterion in criteria_of(gerabah)}
    assert weights == WEIGHTS
    assert sum(weights.values()) == 100
    assert [group.weight for group in gerabah.rubric.groups] == [25, 25, 10, 22, 18]


def test_only_food_safety_may_drop_out_and_names_who_takes_its_weight(gerabah: Definition) -> None:
    """Section E: one computed boolean switches a whole rubric group, and N/A must redistribute weight."""
    conditional = {item.id: item.redistribute_to for item in criteria_of(gerabah) if item.applies_if}
    assert conditional == {"C6": ("G1", "G2")}
    assert [item.id for item in gerabah.rubric.groups[2].criteria] == ["C6"]


def test_levels_that_answers_decide_have_bands(gerabah: Definition) -> None:
    banded = [item.id for item in criteria_of(gerabah) if item.bands]
    assert banded == ["C1", "C2", "C4", "C5", "C6", "C11", "C12", "C13"]


def test_all_nine_aims_are_served_and_every_criterion_is_backed(gerabah: Definition) -> None:
    assert {aim for item in criteria_of(gerabah) for aim in item.serves} == set(Aim)
    assert [item.id for item in criteria_of(gerabah) if not (item.serves and item.backed_by)] == []


def test_gates_have_their_effects(gerabah: Definition) -> None:
    assert {gate.id: (gate.effect, gate.cap_points) for gate in gerabah.gates} == {
        "K1": (GateEffect.BLOCK, None),
        "K2": (GateEffect.BLOCK, None),
        "K3": (GateEffect.CAP, 69.99),
    }


def test_release_limits_are_a_versioned_matrix_with_the_rows_of_the_domain_file(gerabah: Definition) -> None:
    """Section E: limits are a versioned matrix (market x class x metal). OPEN 7: the unit belongs to the row."""
    table = table_of(gerabah, "release")
    assert table.keys == ("market", "vessel_class", "metal", "unit")
    assert table.version
    found = {row.key: row.maximum for row in table.rows}
    expected = {
        (market, vessel, metal, unit): limit
        for (market, vessel, unit), limits in RELEASE.items()
        for metal, limit in zip(("timbal", "kadmium"), limits, strict=True)
        if limit is not None
    }
    assert found == expected


def test_no_limit_of_sni_7275_is_made_up(gerabah: Definition) -> None:
    """OPEN 6: numbers behind paid text have no row."""
    markets = {row.key[0] for row in table_of(gerabah, "release").rows}
    assert markets == {"eu", "us", "california"}


def test_absorption_classes_are_those_of_the_domain_file(gerabah: Definition) -> None:
    rows = {row.key[0]: (row.minimum, row.maximum) for row in table_of(gerabah, "absorption").rows}
    assert rows == {
        "majolika": (15, 100),
        "gerabah_halus": (10, 15),
        "semi_porselin": (0.5, 10),
        "stoneware": (0, 1),
        "bone_china": (0.3, 2),
        "porselin": (0, 0.5),
    }


@pytest.mark.parametrize("criterion", WEIGHTS)
def test_criterion_has_a_step_shown_at_two(gerabah: Definition, criterion: str) -> None:
    steps = [item for item in gerabah.guidance if item.kind is GuidanceKind.STEP]
    assert any(criterion in item.criteria and item.threshold >= 2 for item in steps)


def test_every_theme_has_guidance(gerabah: Definition) -> None:
    assert {item.theme for item in gerabah.guidance} == set(Theme)


def test_success_story_names_whose_it_is_and_where_it_was_published(gerabah: Definition) -> None:
    stories = [item for item in gerabah.guidance if item.kind is GuidanceKind.SUCCESS_STORY]
    assert [item.consent.maker for item in stories if item.consent] == ["Timbul Raharjo (Timboel Keramik)"]


def test_sources_named_are_in_the_list(gerabah: Definition) -> None:
    numbers = {source.split("]")[0] + "]" for source in gerabah.manifest.sources}
    assert len(numbers) == 27
    fields = every_field(tuple(form_fields(gerabah).values()))
    named: list[str] = [field.source for field in fields]
    named += [item.source for item in gerabah.form.evidence]
    named += [item.source for item in criteria_of(gerabah)]
    named += [item.source for item in gerabah.guidance]
    named += [row.source or table.source for table in gerabah.limit_tables for row in table.rows]
    cited = {
        part.split("]")[0].strip() + "]"
        for source in named
        if source
        for part in source.split(";")
        if "[" in part
    }
    assert cited <= numbers
    assert all(item.source for item in gerabah.guidance if item.status is Status.SOURCED)


def test_card_shows_public_fields_only(gerabah: Definition) -> None:
    fields = form_fields(gerabah)
    assert all(fields[key].public for key in gerabah.manifest.card_fields)


def test_what_gates_and_bands_read_always_has_a_value(gerabah: Definition) -> None:
    """K1, K2 and the condition of C6 would not act over a value that may be missing, so these are never hidden."""
    fields = form_fields(gerabah)
    for key in ("food_contact", "release_state", "shock_cycles", "impact_strength", "claims_proven"):
        field = fields[key]
        assert isinstance(field, ComputedField)
        assert field.show_if is None
