from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ovop.contract.vocabulary import Finding, Severity
from ovop.identities.identifier_texts import SAYINGS
from ovop.identities.identifiers import (
    NpwpHolder,
    check_kbli,
    check_nib,
    check_nik,
    check_npwp,
    check_region_code,
    mask,
    normalise_npwp,
    strip_separators,
)
from ovop.reference.regions import RegionLevel, read_regions

REGIONS = frozenset(row.code for row in read_regions())
DISTRICTS = sorted(code for code in REGIONS if len(code) == 6)
BIRTH_DATES = st.dates(date(1925, 1, 1), date(2019, 12, 31))


def make_nik(district: str, born: date, *, woman: bool, serial: int) -> str:
    return f"{district}{born.day + 40 * woman:02}{born:%m%y}{serial:04}"


NIK_PARTS = st.tuples(st.sampled_from(DISTRICTS), BIRTH_DATES, st.booleans(), st.integers(1, 9999))
NIKS = NIK_PARTS.map(lambda parts: make_nik(parts[0], parts[1], woman=parts[2], serial=parts[3]))


def codes(findings: list[Finding]) -> list[tuple[str, Severity]]:
    return [(finding.code, finding.severity) for finding in findings]


def nik_codes(value: str, birth_date: date | None = None) -> list[tuple[str, Severity]]:
    return codes(check_nik(value, field="owner.nik", birth_date=birth_date, regions=REGIONS))


ERROR, WARNING = Severity.ERROR, Severity.WARNING
VALID = "3375015708900001"


@given(NIK_PARTS)
def test_nik_passes_when_well_formed_and_of_that_birth_date(parts: tuple[str, date, bool, int]) -> None:
    district, born, woman, serial = parts
    assert nik_codes(make_nik(district, born, woman=woman, serial=serial), born) == []


@given(
    NIKS, st.integers(0, 15), st.characters().filter(lambda c: c not in "0123456789" and strip_separators(c))
)
def test_nik_refused_when_any_digit_is_another_character(nik: str, place: int, character: str) -> None:
    assert nik_codes(nik[:place] + character + nik[place + 1 :]) == [("nik_length", ERROR)]


@given(NIKS, st.integers(0, 15))
def test_nik_refused_when_a_digit_is_missing_or_doubled(nik: str, place: int) -> None:
    assert nik_codes(nik[:place] + nik[place + 1 :]) == [("nik_length", ERROR)]
    assert nik_codes(nik[:place] + nik[place] + nik[place:]) == [("nik_length", ERROR)]


@pytest.mark.parametrize(
    ("nik", "code"),
    [
        ("0375015708900001", "nik_region_shape"),
        ("3300015708900001", "nik_region_shape"),
        ("3370015708900001", "nik_region_shape"),
        ("3375005708900001", "nik_region_shape"),
        ("3375010008900001", "nik_birth_date_shape"),
        ("3375013208900001", "nik_birth_date_shape"),
        ("3375014008900001", "nik_birth_date_shape"),
        ("3375017208900001", "nik_birth_date_shape"),
        ("3375015700900001", "nik_birth_date_shape"),
        ("3375015713900001", "nik_birth_date_shape"),
        ("3375013104900001", "nik_birth_date_shape"),
        ("3375013002920001", "nik_birth_date_shape"),
        ("3375012902910001", "nik_birth_date_shape"),
        ("3375015708900000", "nik_serial"),
    ],
)
def test_nik_refused_when_one_part_is_out_of_range(nik: str, code: str) -> None:
    assert nik_codes(nik) == [(code, ERROR)]


def test_nik_names_every_fault_of_shape_at_once() -> None:
    assert nik_codes("0000000000000000") == [
        ("nik_region_shape", ERROR),
        ("nik_birth_date_shape", ERROR),
        ("nik_serial", ERROR),
    ]


@pytest.mark.parametrize(
    "nik",
    [
        "3375010108900001",
        "3375013108900001",
        "3375014108900001",
        "3375017108900001",
        "3375012902920001",
        "3375012902000001",
    ],
)
def test_nik_passes_at_the_edges_of_day_and_leap_year(nik: str) -> None:
    assert nik_codes(nik) == []


def test_nik_of_a_district_unknown_to_the_edition_is_a_warning() -> None:
    assert "337599" not in REGIONS
    assert nik_codes("3375995708900001") == [("nik_region_unknown", WARNING)]


@given(NIKS, BIRTH_DATES)
def test_nik_birth_date_differing_from_the_one_given_is_a_warning(nik: str, other: date) -> None:
    day = int(nik[6:8]) % 40
    assume((f"{other.day:02}", f"{other:%m%y}") != (f"{day:02}", nik[8:12]))
    assert nik_codes(nik, other) == [("nik_birth_date_differs", WARNING)]


@pytest.mark.parametrize(
    "typed",
    ["3375 0157 0890 0001", "33.75.01-570890-0001", " 337501/570890/0001\n", "337501\u2013570890\u00a00001"],
)
def test_nik_passes_when_typed_with_separators(typed: str) -> None:
    assert nik_codes(typed, date(1990, 8, 17)) == []


@pytest.mark.parametrize("value", ["", "٣٣٧٥٠١٥٧٠٨٩٠٠٠٠١", "337501570890000²", "O375015708900001"])
def test_nik_refused_when_empty_or_not_in_ascii_digits(value: str) -> None:
    assert nik_codes(value) == [("nik_length", ERROR)]


def test_finding_names_the_field_and_counts_without_repeating_the_number() -> None:
    [finding] = check_nik("33750157O890001", field="owner.nik", regions=REGIONS)
    assert finding.path == "owner.nik"
    assert finding.message.id == "NIK harus 16 angka; yang diisi 14 dan 1 tanda lain."
    assert finding.message.en == "A NIK has 16 digits; this has 14 and 1 other characters."


@given(st.integers(0, 10**13 - 1))
def test_nib_passes_with_any_thirteen_digits(number: int) -> None:
    assert check_nib(f"{number:013}", field="nib") == []


@pytest.mark.parametrize("value", ["", "912001234567", "91200123456789", "91200123456A7"])
def test_nib_refused_when_not_thirteen_digits(value: str) -> None:
    assert codes(check_nib(value, field="nib")) == [("nib_length", ERROR)]


def test_npwp_of_fifteen_digits_is_stored_with_sixteen() -> None:
    assert normalise_npwp("01.234.567.8-901.000") == "0012345678901000"
    assert normalise_npwp("0012 3456 7890 1000") == "0012345678901000"


def test_nitku_is_kept() -> None:
    assert normalise_npwp("0012345678901000-000001") == "0012345678901000000001"


@pytest.mark.parametrize(
    ("value", "holder", "expected"),
    [
        ("01.234.567.8-901.000", NpwpHolder.BODY, []),
        ("01.234.567.8-901.000", None, [("npwp_ask_nik", WARNING)]),
        ("01.234.567.8-901.000", NpwpHolder.PERSON, [("npwp_ask_nik", WARNING)]),
        ("0012345678901000", NpwpHolder.BODY, []),
        ("0012345678901000", None, []),
        ("0012345678901000", NpwpHolder.PERSON, [("npwp_ask_nik", WARNING)]),
        (VALID, NpwpHolder.PERSON, []),
        (VALID, None, []),
        (VALID, NpwpHolder.BODY, [("npwp_not_of_body", ERROR)]),
        ("3375015713900001", None, [("npwp_not_nik", ERROR)]),
        ("0012345678901000000001", NpwpHolder.BODY, []),
        (VALID + "000000", NpwpHolder.PERSON, []),
        ("00123456789010", None, [("npwp_length", ERROR)]),
        ("001234567890100000000", None, [("npwp_length", ERROR)]),
        ("0012345678901O00", None, [("npwp_length", ERROR)]),
        ("", None, [("npwp_length", ERROR)]),
    ],
)
def test_npwp_is_judged_by_its_form_and_holder(
    value: str, holder: NpwpHolder | None, expected: list[tuple[str, Severity]]
) -> None:
    assert codes(check_npwp(value, field="npwp", holder=holder)) == expected


@pytest.mark.parametrize(
    ("value", "edition", "expected"),
    [
        ("13134", "2020", []),
        ("13133", "2025", []),
        ("1313", "2020", [("kbli_length", ERROR)]),
        ("13134", "", [("kbli_edition_unknown", ERROR)]),
        ("C1313", "2015", [("kbli_length", ERROR), ("kbli_edition_unknown", ERROR)]),
    ],
)
def test_kbli_needs_five_digits_and_a_known_edition(
    value: str, edition: str, expected: list[tuple[str, Severity]]
) -> None:
    assert codes(check_kbli(value, edition=edition, field="kbli")) == expected


@given(st.sampled_from(sorted(REGIONS)))
def test_region_code_of_the_edition_passes_with_and_without_dots(code: str) -> None:
    dotted = ".".join(filter(None, (code[:2], code[2:4], code[4:6], code[6:])))
    assert check_region_code(code, field="region", regions=REGIONS) == []
    assert check_region_code(dotted, field="region", regions=REGIONS) == []


@pytest.mark.parametrize(
    "value",
    ["", "3", "337", "03", "3300", "3370", "337500", "33750110", "3375014001", "3375010001", "337501200"],
)
def test_region_code_refused_when_of_no_possible_shape(value: str) -> None:
    assert codes(check_region_code(value, field="region", regions=REGIONS)) == [("region_shape", ERROR)]


def test_region_code_refused_when_not_in_the_edition() -> None:
    assert codes(check_region_code("3399", field="region", regions=REGIONS)) == [("region_unknown", ERROR)]


def test_region_code_refused_when_of_another_level() -> None:
    findings = check_region_code("33", field="region", regions=REGIONS, levels={RegionLevel.REGENCY})
    assert codes(findings) == [("region_level", ERROR)]
    assert check_region_code("3375", field="region", regions=REGIONS, levels={RegionLevel.REGENCY}) == []


@given(st.text(max_size=40) | st.text("0123456789 .-/", max_size=40), st.none() | st.dates())
def test_no_check_fails_on_arbitrary_text(value: str, born: date | None) -> None:
    findings = [
        *check_nik(value, field="f", birth_date=born, regions=REGIONS),
        *check_nib(value, field="f"),
        *check_npwp(value, field="f"),
        *check_kbli(value, edition=value, field="f"),
        *check_region_code(value, field="f", regions=REGIONS),
    ]
    assert findings
    for finding in findings:
        assert finding.path == "f"
        assert "{" not in finding.message.id + finding.message.en
    assert normalise_npwp(normalise_npwp(value)) == normalise_npwp(value)


@given(st.text(max_size=40), st.integers(-5, 45))
def test_mask_keeps_the_length_and_shows_at_most_half(value: str, keep: int) -> None:
    masked, stripped = mask(value, keep), strip_separators(value)
    shown = max(0, min(keep, len(stripped) // 2))
    assert masked == "*" * (len(stripped) - shown) + stripped[len(stripped) - shown :]


def test_mask_shows_the_last_four_of_a_nik() -> None:
    assert mask("3375 0157 0890 0001") == "************0001"
    assert mask("123") == "**3"
    assert mask("3375015708900001", keep=0) == "*" * 16


def test_every_text_is_worded_in_both_languages() -> None:
    for saying in SAYINGS.values():
        assert saying.message.id != saying.message.en
        assert saying.remedy.id != saying.remedy.en
        assert ("{digits}" in saying.message.id) is ("{digits}" in saying.message.en)
