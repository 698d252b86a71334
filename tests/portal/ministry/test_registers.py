"""Offices, persons, roles, enterprises and industry centres by pages."""

from typing import TYPE_CHECKING

import pytest

from tests.portal.browsing import Browser, Page
from tests.portal.offices.people import signed_in

if TYPE_CHECKING:
    from tests.factories import World

PASSWORD = "kata sandi yang panjang"  # of an invented person


def office_made(browser: Browser, **changes: str) -> Page:
    values = {"kind": "regency", "name": "Dinas Perindustrian Batang", "region_code": "33.25"} | changes
    return browser.submit(browser.get("/offices/new").form("/offices/new"), values)


def person_made(browser: Browser, place: str, **changes: str) -> Page:
    values = {"name": "Sari Wulandari", "email": "sari@ovop.example", "role": "regency_officer", **changes}
    return browser.submit(browser.get(f"/people/new{place}").form("/people/new"), values)


def test_office_person_and_role_are_entered_and_the_role_is_ended(world: "World") -> None:
    admin = signed_in(world, "admin")
    office = office_made(admin)
    assert office.heading == "Dinas Perindustrian Batang"
    assert "Kabupaten Batang, Jawa Tengah" in office.text

    person = person_made(admin, f"?office={office.path.rsplit('/', 1)[1]}", password=PASSWORD)
    assert person.heading == "Sari Wulandari"
    assert "dapat masuk" in person.text
    assert "Petugas dinas kab/kota" in person.content.one("table").text
    assert "Sari Wulandari" in admin.get(office.path).content.one("table").text

    ending = admin.get(person.content.one("table").all("a")[-1].attributes["href"])
    refused = admin.submit(ending.form(ending.path), reason="")
    assert refused.status == 422
    ended = admin.submit(refused.form(ending.path), reason="Pindah tugas")
    assert ended.path == person.path
    assert "15 April 2026" in ended.content.one("table").text


def test_role_is_given_to_a_person_found_by_address(world: "World") -> None:
    admin = signed_in(world, "admin")
    office = office_made(admin)
    action = f"{office.path}/memberships"
    nobody = admin.submit(office.form(action), email="siapa@ovop.example", role="regency_officer")
    assert nobody.status == 422
    assert nobody.content.one("input", name="email").attributes["value"] == "siapa@ovop.example"
    given = admin.submit(nobody.form(action), email="Province@OVOP.example")
    assert given.path == office.path
    assert "province" in given.content.one("table").text
    twice = admin.submit(
        admin.get(office.path).form(action), email="province@ovop.example", role="regency_officer"
    )
    assert twice.status == 409


def test_role_for_oneself_is_refused_on_a_page(world: "World") -> None:
    admin = signed_in(world, "admin")
    office = office_made(admin)
    page = admin.submit(
        office.form(f"{office.path}/memberships"), email="admin@ovop.example", role="regency_officer"
    )
    assert page.status == 403
    assert "diri sendiri" in page.text


def test_office_of_a_territory_that_has_one_is_refused_on_the_form(world: "World") -> None:
    page = office_made(signed_in(world, "admin"), region_code="3375")
    assert page.status == 409
    assert page.content.one("input", name="region_code").attributes["value"] == "3375"
    wrong = office_made(signed_in(world, "admin"), region_code="33")
    assert wrong.content.one(id="summary").one("a").attributes["href"] == "#region_code"


def test_person_with_faulty_data_is_refused_and_the_password_is_not_sent_back(world: "World") -> None:
    page = person_made(signed_in(world, "admin"), "", email="bukan alamat", nik="12", password="pendek")
    assert page.status == 422
    assert "(^" not in page.text
    assert page.content.one("input", name="email").attributes["value"] == "bukan alamat"
    assert page.content.one("input", name="password").attributes["value"] == ""


def test_masked_number_is_shown_once_with_a_reason_that_is_recorded(world: "World") -> None:
    admin = signed_in(world, "admin")
    person = person_made(admin, "", nik="3375014101900001")
    assert "3375014101900001" not in person.response.text
    action = f"{person.path}/reveal"
    assert admin.submit(person.form(action), field="nik", reveal_reason="mau").status == 422
    shown = admin.submit(person.form(action), field="nik", reveal_reason="Mencocokkan dengan KTP pemohon")
    assert "3375014101900001" in shown.text
    assert shown.response.headers["cache-control"] == "no-store"
    assert "3375014101900001" not in admin.get(person.path).response.text
    log = admin.get("/audit?type=person.revealed")
    assert "Mencocokkan dengan KTP pemohon" in log.text


def test_new_password_and_closing_of_an_account(world: "World") -> None:
    admin = signed_in(world, "admin")
    person = person_made(admin, "")
    action = f"{person.path}/password"
    assert admin.submit(person.form(action), password="pendek").status == 422
    assert "dapat masuk" in admin.submit(person.form(action), password=PASSWORD).text
    fresh = Browser(world)
    form = fresh.get("/sign-in").form("/sign-in")
    assert fresh.submit(form, email="sari@ovop.example", password=PASSWORD).path != "/sign-in"
    closed = admin.submit(person.form(f"{person.path}/disable"), reason="Berhenti bekerja")
    assert "akun ditutup" in closed.text
    assert fresh.get("/account").path == "/sign-in"


def test_person_is_changed_and_an_address_that_is_taken_is_refused(world: "World") -> None:
    admin = signed_in(world, "admin")
    person = person_made(admin, "")
    taken = admin.submit(person.form(person.path), email="officer@ovop.example", name="Sari Dewi")
    assert taken.status == 422
    assert taken.content.one("input", name="name").attributes["value"] == "Sari Dewi"
    changed = admin.submit(taken.form(person.path), email="dewi@ovop.example")
    assert changed.heading == "Sari Dewi"


def test_officer_registers_a_centre_an_enterprise_and_its_producer(world: "World") -> None:
    officer = signed_in(world, "officer")
    form = officer.get("/centres/new").form("/centres/new")
    assert form.one("input", name="region_code").attributes["value"] == "3375"
    centre = officer.submit(
        form,
        name="Sentra Kauman",
        product="Batik",
        members="12",
        decree_number="530/77",
        decree_issuer="Wali Kota Pekalongan",
        decree_date="2021-05-03",
    )
    assert centre.heading == "Sentra Kauman"
    assert "3 Mei 2021" in centre.text

    wrong = officer.submit(
        officer.get("/enterprises/new").form("/enterprises/new"),
        name="Batik Melati",
        owner_name="Melati",
        size="micro",
        address="Jalan Kauman 3",
        nib="123",
        kbli="13134, 2025:13134",
        centre_id=centre.path.rsplit("/", 1)[1],
    )
    assert wrong.status == 422
    assert wrong.content.one(id="summary").one("a").attributes["href"] == "#nib"
    made = officer.submit(wrong.form("/enterprises/new"), nib="1234567890123")
    assert made.heading == "Batik Melati"
    assert "13134 (2020), 13134 (2025)" in made.text
    assert "Batik Melati" in officer.get(centre.path).text

    place = f"?enterprise={made.path.rsplit('/', 1)[1]}"
    person = person_made(officer, place, role="producer")
    assert "Produsen" in person.content.one("table").text
    assert "Sari Wulandari" in officer.get(made.path).content.one("table").text


def test_enterprise_is_changed_and_the_masked_taxpayer_number_stays(world: "World") -> None:
    officer = signed_in(world, "officer")
    path = f"/enterprises/{world.enterprise}"
    first = officer.submit(officer.get(path).form(path), npwp="09.254.294.3-407.000")
    assert first.status == 200, first.text
    masked = world.officer.get(path).json()["npwp"]
    second = officer.submit(officer.get(path).form(path), owner_name="Pemilik baru")
    assert "Pemilik baru" in second.text
    assert world.officer.get(path).json()["npwp"] == masked
    stale = officer.submit(first.form(path), owner_name="Terlambat", _key="again")
    assert stale.status == 412


def test_producer_changes_the_address_of_their_own_enterprise_only(world: "World") -> None:
    producer = signed_in(world, "producer")
    path = f"/enterprises/{world.enterprise}"
    page = producer.get(path)
    assert {field.attributes["name"] for field in page.form(path).all("input")} == {
        "_key",
        "_version",
        "address",
        "phone",
    }
    assert "Jalan 9" in producer.submit(page.form(path), address="Jalan 9").text
    assert producer.submit(producer.get(path).form(path), address="").status == 422
    assert producer.get(f"/enterprises/{world.foreign_enterprise}").status == 404


def test_register_of_another_territory_is_refused(world: "World") -> None:
    stranger = signed_in(world, "foreign_officer")
    assert stranger.get(f"/enterprises/{world.enterprise}").status == 404
    form = stranger.get("/centres/new").form("/centres/new")
    page = stranger.submit(
        form,
        region_code="3375",
        name="Sentra",
        product="Batik",
        members="9",
        decree_number="1",
        decree_issuer="Wali Kota",
        decree_date="2020-01-01",
    )
    assert page.status == 403


def test_officer_does_not_see_persons_of_another_territory(world: "World") -> None:
    officer = signed_in(world, "officer")
    listed = officer.get("/people").text
    assert "producer@ovop.example" in listed
    assert "foreign_producer@ovop.example" not in listed
    assert officer.get(f"/people/{world.foreign_producer.person_id}").status == 404


@pytest.mark.parametrize(
    "path", ["/people", "/people/new", "/offices/new", "/enterprises/new", "/centres/new"]
)
@pytest.mark.parametrize("caller", ["producer", "province", "verifier"])
def test_registers_are_closed_to_who_does_not_manage_identities(
    world: "World", path: str, caller: str
) -> None:
    assert signed_in(world, caller).get(path).status == 403


def test_offices_are_narrowed_by_kind(world: "World") -> None:
    page = signed_in(world, "officer").get("/offices?kind=governor")
    names = [item.text for item in page.content.one("ul", class_="tasks").all("a")]
    assert names == ["Kantor governor 33", "Kantor governor 52"]
    assert signed_in(world, "officer").get("/offices?kind=nonsense").status == 200
