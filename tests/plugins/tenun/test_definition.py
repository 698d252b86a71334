"""The shape of the definition against the domain file: fields, options, evidence, score sheet, gates, guidance."""

from collections.abc import Iterable, Iterator

import pytest

from ovop.contract.vocabulary import (
    Aim,
    Criterion,
    DecimalField,
    Definition,
    DimensionsField,
    Evidence,
    Field,
    GateEffect,
    GroupField,
    GuidanceKind,
    MultiSelectField,
    PersonalData,
    RowsField,
    SelectField,
    SeriesField,
    Status,
    Theme,
)

FIELDS = {
    "weave_techniques",
    "ikat_statement",
    "loom",
    "yarns",
    "local_yarn_share",
    "thread_density",
    "cloth_size",
    "panels",
    "join_method",
    "mass",
    "motifs",
    "motif_shift",
    "width_variation",
    "faults",
    "dye_source",
    "dyes",
    "stage_time",
    "weavers",
    "product_form",
    "infant_use",
    "wash_care",
    "lab_tests",
    "gi_status",
}
ADDED_BECAUSE_A_RULE_SPEAKS_OF_THEM = {
    "declared_use",
    "printing",
    "motif_meets_at_join",
    "protections",
    "story_card",
    "label_check",
    "product_code",
}
COLUMNS = {
    "yarns": ["role", "fibre", "hand_spun", "yarn_count", "ply", "yarn_tex", "yarn_origin", "share"],
    "motifs": ["motif_name", "meaning", "occasion", "wearers", "restricted", "source_person", "consent_file"],
    "dyes": [
        "colour_name",
        "dye",
        "other_is_natural",
        "plant_part",
        "dye_origin",
        "fixative",
        "dips",
        "applied_to",
    ],
    "faults": ["fault", "fault_count"],
    "stage_time": ["stage", "stage_days"],
    "weavers": ["weaver_count", "women", "under_30", "apprentices", "regular_training"],
    "gi_status": ["gi_state", "gi_name", "gi_number", "mpig_member"],
    "lab_tests": [
        "test",
        "tested_part",
        "fastness",
        "strength",
        "size_change",
        "laboratory",
        "report_number",
        "tested_on",
    ],
}
OPTIONS = {
    "weave_techniques": [
        "ikat_lungsi",
        "ikat_pakan",
        "ikat_ganda",
        "songket",
        "sungkit",
        "lungsi_tambahan",
        "lurik_polos",
        "sulam",
        "lainnya",
    ],
    "loom": ["gedogan", "atbm_injak", "atbm_dobby", "atm"],
    "join_method": ["jahit_tangan", "jahit_mesin", "tenun_sambung", "lainnya"],
    "dye_source": ["alam", "sintetis", "campuran", "warna_benang_pabrik"],
    "product_form": [
        "kain",
        "sarung",
        "selendang",
        "ulos_hantaran",
        "bahan_sandang",
        "busana",
        "interior",
        "tas",
        "lainnya",
    ],
    "wash_care": ["cuci_tangan", "jangan_dicuci", "angin_angin", "jangan_dry_clean", "gulung"],
    "yarns.role": ["lungsi", "pakan", "pakan_tambahan", "lungsi_tambahan", "sulam"],
    "yarns.fibre": [
        "kapas_pintal_tangan",
        "kapas_pabrik",
        "sutera_lokal",
        "sutera_impor",
        "rayon",
        "poliester",
        "benang_logam",
        "serat_lain",
    ],
    "dyes.dye": [
        "nila",
        "mengkudu",
        "tingi",
        "jalawe",
        "secang",
        "kunyit",
        "lumpur",
        "naftol",
        "direk",
        "reaktif",
        "lainnya",
    ],
    "faults.fault": ["putus_lusi", "pakan_renggang", "simpul", "noda", "benang_lompat", "cacat_lain"],
    "stage_time.stage": ["menyiapkan_benang", "mengikat", "mencelup", "menghani", "menenun", "penyelesaian"],
    "gi_status.gi_state": ["terdaftar", "proses", "belum"],
}
EVIDENCE = {
    "photos",
    "gi_certificate",
    "gi_description",
    "customary_consent",
    "lab_report",
    "yarn_invoice",
    "motif_record",
    "process_video",
    "product_label",
    "sni_7617_proof",
    "supplier_statement",
}
CRITERIA = {
    "C1": 10,
    "C2": 9,
    "C3": 9,
    "C4": 6,
    "C5": 8,
    "C6": 7,
    "C7": 8,
    "C8": 4,
    "C9": 6,
    "C10": 3,
    "C11": 9,
    "C12": 5,
    "C13": 7,
    "C14": 5,
    "C15": 4,
}
GATES = {
    "K1": GateEffect.BLOCK,
    "K2": GateEffect.BLOCK,
    "K3": GateEffect.CAP,
    "K4": GateEffect.RETURN,
    "K5": GateEffect.BLOCK,
}


def form_fields(definition: Definition) -> dict[str, Field]:
    return {field.id: field for section in definition.form.sections for field in section.fields}


def columns(field: Field) -> dict[str, Field]:
    assert isinstance(field, GroupField | RowsField)
    return {inner.id: inner for inner in field.fields}


def field_at(definition: Definition, path: str) -> Field:
    name, _, column = path.partition(".")
    field = form_fields(definition)[name]
    return columns(field)[column] if column else field


def every_field(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        if isinstance(field, GroupField | RowsField):
            yield from every_field(field.fields)


def evidence_of(definition: Definition) -> dict[str, Evidence]:
    return {item.id: item for item in definition.form.evidence}


def criteria_of(definition: Definition) -> dict[str, Criterion]:
    return {item.id: item for group in definition.rubric.groups for item in group.criteria}


def test_form_has_the_fields_of_the_domain_file_and_those_that_rules_speak_of(tenun: Definition) -> None:
    assert form_fields(tenun).keys() >= FIELDS | ADDED_BECAUSE_A_RULE_SPEAKS_OF_THEM


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_have_the_columns_of_the_domain_file(tenun: Definition, name: str) -> None:
    assert set(COLUMNS[name]) <= columns(form_fields(tenun)[name]).keys()


@pytest.mark.parametrize("path", OPTIONS)
def test_choice_offers_exactly_the_options_of_the_domain_file(tenun: Definition, path: str) -> None:
    field = field_at(tenun, path)
    assert isinstance(field, SelectField | MultiSelectField)
    assert [option.value for option in field.options] == OPTIONS[path]


def test_yarn_count_is_taken_in_four_systems_of_which_two_are_inverse(tenun: Definition) -> None:
    field = field_at(tenun, "yarns.yarn_count")
    assert isinstance(field, DecimalField)
    assert {unit.code: (unit.factor, unit.inverse) for unit in field.units} == {
        "tex": (1.0, False),
        "Ne": (590.5, True),
        "Nm": (1000.0, True),
        "denier": (pytest.approx(1 / 9), False),
    }


def test_ranges_are_those_of_the_domain_file(tenun: Definition) -> None:
    fields = form_fields(tenun)
    size, density = fields["cloth_size"], fields["thread_density"]
    assert isinstance(size, DimensionsField)
    assert isinstance(density, DimensionsField)
    assert [(part.minimum, part.maximum) for part in size.parts] == [(30, 1200), (10, 200)]
    assert [(part.minimum, part.maximum) for part in density.parts] == [(4, 80), (4, 80)]
    for name, most in (("motif_shift", 20), ("width_variation", 10)):
        series = fields[name]
        assert isinstance(series, SeriesField)
        assert (series.min_items, series.minimum, series.maximum) == (5, 0, most)


def test_days_of_a_stage_are_not_capped_low(tenun: Definition) -> None:
    """Section E: days for one cloth run from 2 to about 1800."""
    days = field_at(tenun, "stage_time.stage_days")
    assert isinstance(days, DecimalField)
    assert days.maximum is not None
    assert days.maximum >= 1800


def test_evidence_of_the_domain_file_is_there_with_its_levels_of_points(tenun: Definition) -> None:
    evidence = evidence_of(tenun)
    assert evidence.keys() >= EVIDENCE
    needed = {name: item.needed_from_points for name, item in evidence.items() if item.needed_from_points}
    assert needed == {"process_video": 70, "yarn_invoice": 80, "lab_report": 80}
    assert evidence["process_video"].min_seconds == 60
    assert evidence["lab_report"].max_age_months == 24


def test_photos_have_the_eight_roles_one_with_a_ruler(tenun: Definition) -> None:
    photos = evidence_of(tenun)["photos"]
    roles = {role.id: role for role in photos.roles}
    assert list(roles) == ["front", "reverse", "selvedge", "motif_detail", "join", "tying", "weaving", "loom"]
    assert [name for name, role in roles.items() if role.ruler] == ["motif_detail"]
    assert (roles["join"].required, roles["tying"].required) == ("panels > 1", "is_ikat")


def test_photos_of_a_restricted_motif_have_a_place_that_is_not_public(tenun: Definition) -> None:
    """Section E: a restricted motif photo must not go to a public page without consent."""
    evidence = evidence_of(tenun)
    assert evidence["photos"].public
    assert not evidence["photos_closed"].public
    assert evidence["photos"].roles == evidence["photos_closed"].roles
    assert not form_fields(tenun)["motifs"].public


def test_criteria_have_the_weights_of_the_domain_file_and_make_100(tenun: Definition) -> None:
    weights = {name: criterion.weight for name, criterion in criteria_of(tenun).items()}
    assert weights == CRITERIA
    assert sum(weights.values()) == 100
    assert [group.weight for group in tenun.rubric.groups] == [34, 15, 21, 21, 9]


def test_every_aim_of_the_programme_is_served_and_every_criterion_serves_one(tenun: Definition) -> None:
    criteria = criteria_of(tenun).values()
    assert all(criterion.serves for criterion in criteria)
    assert {aim for criterion in criteria for aim in criterion.serves} == set(Aim)


def test_levels_that_the_answers_decide_are_scored_from_them(tenun: Definition) -> None:
    scored = {name for name, criterion in criteria_of(tenun).items() if criterion.bands}
    assert scored == {"C2", "C4", "C7", "C8", "C9", "C10", "C12", "C14", "C15"}


def test_gates_have_the_three_strengths_and_one_cap_below_80(tenun: Definition) -> None:
    assert {gate.id: gate.effect for gate in tenun.gates} == GATES
    caps = {gate.id: gate.cap_points for gate in tenun.gates if gate.cap_points is not None}
    assert caps == {"K3": 79.99}


def test_gate_messages_begin_as_the_domain_file_says(tenun: Definition) -> None:
    said = {gate.id: gate.message.id for gate in tenun.gates}
    assert said["K1"] == "Motif cetak bukan tenun ikat"
    assert said["K2"] == "Alat tenun mesin tidak memenuhi syarat"
    assert said["K3"].startswith("Belum ada uji luntur, bintang dibatasi 3")
    assert said["K4"] == "Motif terbatas belum berizin adat"
    assert said["K5"] == "Kain bayi wajib bukti SNI 7617 / azo terlarang ditemukan"


@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_step_is_shown_for_criterion_at_two_or_less(tenun: Definition, criterion: str) -> None:
    steps = [item for item in tenun.guidance if item.kind is GuidanceKind.STEP and criterion in item.criteria]
    assert any(item.threshold >= 2 for item in steps)


def test_every_theme_has_guidance_and_stories_name_their_publication(tenun: Definition) -> None:
    assert {item.theme for item in tenun.guidance} == set(Theme)
    stories = [item for item in tenun.guidance if item.kind is GuidanceKind.SUCCESS_STORY]
    assert len(stories) == 2
    assert all(item.consent is not None and item.consent.record in tenun.manifest.sources for item in stories)


def test_sources_named_anywhere_stand_in_the_list(tenun: Definition) -> None:
    numbers = {source.split("]")[0] + "]" for source in tenun.manifest.sources}
    assert len(numbers) == 23
    fields = every_field(form_fields(tenun).values())
    named = [field.source for field in fields] + [item.source for item in tenun.guidance]
    named += [item.source for item in criteria_of(tenun).values()]
    cited = [part for source in named if source for part in source.split("; ") if part.startswith("[")]
    assert cited
    assert {part.split("]")[0] + "]" for part in cited} <= numbers


def test_sourced_guidance_names_a_source(tenun: Definition) -> None:
    assert all(item.source for item in tenun.guidance if item.status is Status.SOURCED)


def test_card_shows_public_fields_only(tenun: Definition) -> None:
    fields = form_fields(tenun)
    assert all(fields[name].public for name in tenun.manifest.card_fields)


def test_persons_named_in_the_form_are_marked_and_kept_from_assessors(tenun: Definition) -> None:
    marked = [f for f in every_field(form_fields(tenun).values()) if f.personal is not PersonalData.NONE]
    assert {field.id for field in marked} == {"source_person", "consent_giver"}
    assert all(field.blind for field in marked)
