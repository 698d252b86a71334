"""What assessors are shown of a submission."""

from ovop.contract.blind import blind_fields, for_assessors
from ovop.contract.vocabulary import EvidenceItem
from tests.core.contract.invented import definition, field, option, section

FORM = definition(
    section(
        "main",
        field("text", "title"),
        field("text", "maker", blind=True),
        field("select", "village", options=[option("a"), option("b", other=True)], blind=True),
        field("select", "kind", options=[option("c", other=True)]),
        field("group", "owner", blind=True, fields=[field("text", "owner_name"), field("file", "portrait")]),
        field(
            "rows",
            "steps",
            fields=[
                field("text", "step"),
                field("text", "done_by", blind=True),
                field("file", "photo", blind=True),
            ],
        ),
    ),
    evidence=[
        {"id": "licence", "label": {"id": "izin", "en": "licence"}, "section": "main", "blind": True},
        {"id": "pictures", "label": {"id": "foto", "en": "pictures"}, "section": "main", "kind": "photo"},
        {
            "id": "sides",
            "label": {"id": "sisi", "en": "sides"},
            "section": "main",
            "kind": "photo",
            "roles": [
                {"id": "front", "label": {"id": "depan", "en": "front"}},
                {"id": "stamp", "label": {"id": "cap", "en": "stamp"}, "blind": True},
            ],
        },
    ],
)
ANSWERS = {
    "title": "Kopi",
    "maker": "Sulastri",
    "village": "b",
    "village_other": "Desa Sulastri",
    "kind": "c",
    "kind_other": "lain",
    "owner": {"owner_name": "Wiryo", "portrait": "f3"},
    "steps": [{"step": "roast", "done_by": "Wiryo", "photo": "f4"}, "no row"],
    "stranger": "Sulastri",
}


def items(*names: str) -> tuple[EvidenceItem, ...]:
    return tuple(EvidenceItem(evidence=name, id=name) for name in names)


def test_assessors_see_answers_without_blind_fields_columns_and_groups() -> None:
    answers, _ = for_assessors(FORM, ANSWERS)
    assert answers == {"title": "Kopi", "kind": "c", "kind_other": "lain", "steps": [{"step": "roast"}]}
    assert "Sulastri" not in str(answers)
    assert "Wiryo" not in str(answers)


def test_assessors_see_no_blind_evidence_and_no_file_of_a_blind_field() -> None:
    _, evidence = for_assessors(FORM, ANSWERS, items("licence", "pictures", "portrait", "photo"))
    assert [item.evidence for item in evidence] == ["pictures"]


def test_assessors_see_the_other_roles_of_evidence_that_has_a_blind_role() -> None:
    _, evidence = for_assessors(
        FORM,
        ANSWERS,
        tuple(EvidenceItem(evidence="sides", id=role, role=role) for role in ("front", "stamp", "front")),
    )
    assert [item.role for item in evidence] == ["front", "front"]


def test_a_file_of_no_known_role_is_kept_back_only_where_its_evidence_has_a_blind_role() -> None:
    given = tuple(
        EvidenceItem(evidence=name, role=role) for name in ("sides", "pictures") for role in ("", "stray")
    )
    _, evidence = for_assessors(FORM, ANSWERS, given)
    assert [(item.evidence, item.role) for item in evidence] == [("pictures", ""), ("pictures", "stray")]


def test_all_inside_a_blind_group_is_blind() -> None:
    fields = FORM.form.sections[0].fields
    assert [spec.id for spec in blind_fields(fields)] == [
        *("maker", "village", "owner", "owner_name", "portrait", "done_by", "photo")
    ]


def test_answers_given_are_left_as_they_were() -> None:
    before = str(ANSWERS)
    for_assessors(FORM, ANSWERS)
    assert str(ANSWERS) == before
