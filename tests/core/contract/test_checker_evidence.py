"""Documents, photos and videos: presence, roles, what is asked beside them, kind, size, age and expiry."""

from __future__ import annotations

from datetime import date

import pytest

from ovop.contract.judging.files import months_later
from ovop.contract.vocabulary import EvidenceItem, Severity
from tests.core.contract.invented import checker, field, findings, found, text

KIND = field("boolean", "abroad", required=False)


def paper(**more: object) -> dict[str, object]:
    return {"id": "paper", "label": text("paper"), "section": "main", **more}


def item(evidence: str = "paper", **more: object) -> EvidenceItem:
    return EvidenceItem(evidence=evidence, **more)  # type: ignore[arg-type]  # stated by each test


def codes(
    spec: dict[str, object], *items: EvidenceItem, partial: bool = False, **answers: object
) -> list[tuple[str, str]]:
    return found(checker(KIND, evidence=[spec]), answers, *items, partial=partial)


def test_evidence_missing_when_required_by_rule_and_shown() -> None:
    assert codes(paper()) == [("evidence.paper", "evidence_missing")]
    assert (
        codes(paper(required=False))
        == codes(paper(show_if="abroad"))
        == codes(paper(required="abroad"))
        == []
    )
    assert codes(paper(required="abroad"), abroad=True) == [("evidence.paper", "evidence_missing")]
    assert codes(paper(), partial=True) == []
    assert codes(paper(), item()) == []


def test_evidence_for_a_higher_total_only_mentioned() -> None:
    finding = findings(checker(KIND, evidence=[paper(needed_from_points=70)]), {})[0]
    assert (finding.code, finding.severity, finding.section) == ("evidence_missing", Severity.INFO, "main")
    assert "70" in finding.message.en


def test_each_role_that_lacks_pictures_named() -> None:
    spec = paper(
        roles=[
            {"id": "front", "label": text("front")},
            {"id": "label", "label": text("label"), "minimum": 2},
            {"id": "stamp", "label": text("stamp"), "required": "abroad"},
        ]
    )
    assert codes(spec, item(role="front"), item(role="label")) == [
        ("evidence.paper[label]", "evidence_missing")
    ]
    assert codes(spec, abroad=True) == [
        ("evidence.paper[front]", "evidence_missing"),
        ("evidence.paper[label]", "evidence_missing"),
        ("evidence.paper[stamp]", "evidence_missing"),
    ]
    front = [item(role=role) for role in ("front", "label", "label", "side")]
    assert codes(spec, *front) == [("evidence.paper[#4]", "unknown_option")]


def test_number_of_files_limited_on_both_sides() -> None:
    assert codes(paper(min_files=2), item()) == [("evidence.paper", "too_few")]
    assert codes(paper(max_files=1), item(), item()) == [("evidence.paper", "too_many")]


def test_asks_named_for_each_file_and_date_of_issue_where_age_counts() -> None:
    spec = paper(asks=["number", "expires_on"], max_age_months=12)
    made = checker(KIND, evidence=[spec])
    result = findings(
        made, {}, item(), item(number="1", issued_on=date(2026, 1, 1), expires_on=date(2027, 1, 1))
    )
    assert [(f.path, f.code) for f in result] == [("evidence.paper[#1]", "evidence_asks")] * 3
    assert result[0].message.en == "paper, file 1: the number is not filled in."


def test_number_judged_by_its_pattern_with_the_severity_given() -> None:
    spec = paper(number_pattern=r"LP-\d+-IDN", number_severity="warning", number_example="LP-123-IDN")
    finding = findings(checker(KIND, evidence=[spec]), {}, item(number="LP-12"))[0]
    assert (finding.path, finding.code, finding.severity) == (
        "evidence.paper[#1]",
        "evidence_number",
        Severity.WARNING,
    )
    assert finding.remedy.en == "Copy the number exactly as the document has it, for example LP-123-IDN."
    assert codes(spec, item(number=" LP-12-IDN ")) == []


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"issued_on": date(2025, 10, 18)}, None),
        ({"issued_on": date(2025, 10, 17)}, "evidence_too_old"),
        ({"issued_on": date(2026, 10, 19)}, "after_today"),
        ({"issued_on": date(2026, 1, 1), "expires_on": date(2026, 10, 18)}, None),
        ({"issued_on": date(2026, 1, 1), "expires_on": date(2026, 10, 17)}, "evidence_expired"),
    ],
)
def test_age_and_expiry_judged_on_the_day_of_the_fact(dates: dict[str, object], code: str | None) -> None:
    expected = [("evidence.paper[#1]", code)] if code else []
    assert codes(paper(max_age_months=12), item(**dates)) == expected


def test_media_size_pixels_and_seconds() -> None:
    assert codes(paper(kind="photo"), item(media_type="application/pdf")) == [
        ("evidence.paper[#1]", "evidence_media")
    ]
    assert codes(paper(media=["text/csv"]), item(media_type="text/csv")) == []
    assert codes(paper(max_megabytes=1), item(size_bytes=1_000_001)) == [("evidence.paper[#1]", "too_large")]
    small = item(media_type="image/png", width_px=1499, height_px=900)
    assert codes(paper(kind="photo", min_pixels=1500), small) == [("evidence.paper[#1]", "evidence_pixels")]
    short = item(media_type="video/mp4", seconds=29.5)
    assert codes(paper(kind="video", min_seconds=30), short) == [("evidence.paper[#1]", "evidence_seconds")]


def test_unknown_evidence_is_a_warning_and_files_of_rows_are_not_unknown() -> None:
    made = checker(field("rows", "r", fields=[field("file", "consent")]))
    answers = {"r": [{"consent": "f1"}]}
    assert found(made, answers, item("consent", id="f1")) == []
    finding = findings(made, answers, item("consent", id="f1"), item("gone"))[0]
    assert (finding.path, finding.code, finding.severity) == (
        "evidence.gone",
        "unknown_file",
        Severity.WARNING,
    )


def test_rules_read_evidence() -> None:
    made = checker(
        KIND,
        field("text", "reason", show_if="size(evidence.paper) == 0"),
        evidence=[paper(required=False)],
        checks=[
            {
                "rule": "evidence.paper.all(p, p.issuer != 'x')",
                "code": "issuer",
                "message": text("m"),
                "remedy": text("r"),
            }
        ],
    )
    assert found(made, {}) == [("reason", "required")]
    assert found(made, {}, item(issuer="x", issued_on=date(2026, 1, 1))) == [("", "issuer")]


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_later(date(2023, 12, 31), 2) == date(2024, 2, 29)
    assert months_later(date(2026, 1, 15), 12) == date(2027, 1, 15)
