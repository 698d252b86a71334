from collections import Counter

import pytest

from ovop.reference.regions import (
    EDITION,
    RegionLevel,
    RegionRow,
    is_city,
    level_of,
    read_regions,
)

# Totals of Kepmendagri 300.2.2-2138/2025, and its villages of four provinces.
TOTALS = {
    RegionLevel.PROVINCE: 38,
    RegionLevel.REGENCY: 514,
    RegionLevel.DISTRICT: 7_285,
    RegionLevel.VILLAGE: 83_762,
}
KELURAHAN, DESA = 8_496, 75_266
VILLAGES = {"11": 6_500, "33": 753 + 7_810, "52": 145 + 1_021, "96": 74 + 939}


@pytest.fixture(scope="module")
def regions() -> dict[str, RegionRow]:
    rows = list(read_regions())
    by_code = {row.code: row for row in rows}
    assert len(by_code) == len(rows)
    return by_code


def above(code: str) -> str:
    """The code one level up; a village's own part has four digits, all others two."""
    return code[: -4 if len(code) == 10 else -2]


def test_edition_is_named() -> None:
    assert EDITION == "kepmendagri-300.2.2-2138-2025"


def test_every_level_has_the_count_of_the_edition(regions: dict[str, RegionRow]) -> None:
    assert Counter(row.level for row in regions.values()) == TOTALS


def test_villages_by_kind_and_province_have_the_counts_of_the_edition(regions: dict[str, RegionRow]) -> None:
    villages = [code for code, row in regions.items() if row.level is RegionLevel.VILLAGE]
    kinds = Counter(code[6] for code in villages)
    provinces = Counter(code[:2] for code in villages)
    assert (kinds["1"], kinds["2"] + kinds["3"]) == (KELURAHAN, DESA)
    assert {province: provinces[province] for province in VILLAGES} == VILLAGES


def test_kabupaten_and_kota_are_told_apart_by_code_and_by_name(regions: dict[str, RegionRow]) -> None:
    regencies = [row for row in regions.values() if row.level is RegionLevel.REGENCY]
    assert Counter(is_city(row.code) for row in regencies) == {False: 416, True: 98}
    wrong = [
        row for row in regencies if not row.name.startswith("Kota " if is_city(row.code) else "Kabupaten ")
    ]
    assert wrong == []


def test_every_region_below_a_province_has_its_parent_one_level_up(regions: dict[str, RegionRow]) -> None:
    levels = list(RegionLevel)
    for row in regions.values():
        if row.level is not RegionLevel.PROVINCE:
            assert regions[above(row.code)].level is levels[levels.index(row.level) - 1]


def test_parents_come_before_their_children(regions: dict[str, RegionRow]) -> None:
    seen: set[str] = set()
    for code in regions:
        assert len(code) == 2 or above(code) in seen
        seen.add(code)


def test_names_are_written_in_readable_form(regions: dict[str, RegionRow]) -> None:
    odd = [
        name
        for _, name, level in regions.values()
        if name != " ".join(name.split())
        or (not name[0].isupper() and not name[0].isdigit())
        or set(name) & set('"*’')
        or (level is not RegionLevel.VILLAGE and len(name) > 4 and name.isupper())
    ]
    assert odd == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("31", "Daerah Khusus Ibukota Jakarta"),
        ("34", "Daerah Istimewa Yogyakarta"),
        ("52", "Nusa Tenggara Barat"),
        ("3171", "Kota Administrasi Jakarta Pusat"),
        ("3375", "Kota Pekalongan"),
        ("3402", "Kabupaten Bantul"),
        ("5203", "Kabupaten Lombok Timur"),
        ("7309", "Kabupaten Maros"),
        ("7310", "Kabupaten Pangkajene dan Kepulauan"),
    ],
)
def test_known_place_has_its_official_name(regions: dict[str, RegionRow], code: str, name: str) -> None:
    assert regions[code].name == name


def test_only_the_levels_asked_for_are_read() -> None:
    rows = list(read_regions({RegionLevel.PROVINCE, RegionLevel.REGENCY}))
    assert Counter(row.level for row in rows) == {RegionLevel.PROVINCE: 38, RegionLevel.REGENCY: 514}
    assert list(read_regions([])) == []


def test_level_follows_from_the_length_of_the_code() -> None:
    code = "3375012001"
    assert [level_of(code[:length]) for length in (2, 4, 6, 10)] == list(RegionLevel)


@pytest.mark.parametrize("code", ["", "3", "333", "33.75", "33750120", "33750120011", "٣٣", "3³", "Aceh"])
def test_level_refused_when_the_code_has_no_shape_of_one(code: str) -> None:
    for question in (level_of, is_city):
        with pytest.raises(ValueError, match="2, 4, 6 or 10 digits"):
            question(code)


def test_province_is_neither_kabupaten_nor_kota() -> None:
    with pytest.raises(ValueError, match="neither"):
        is_city("33")
