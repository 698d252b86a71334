"""The desk by role, the territory in numbers, and standing in for somebody."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.portal.browsing import Browser, Page
from tests.portal.offices.people import give_account, signed_in

if TYPE_CHECKING:
    from tests.factories import World


def tiles(page: Page) -> dict[str, int]:
    """The figures of a page by their words."""
    found = {}
    for tile in page.content.all("li", class_="tile"):
        figure = tile.one("p", class_="figure").text
        words = next(p.text for p in tile.all("p") if "figure" not in p.attributes.get("class", ""))
        found[words] = int(figure)
    return found


def test_territory_counts_drafts_without_telling_whose(world: "World") -> None:
    cycle = world.open_cycle()
    world.begin(cycle, product_name="Rahasia dapur")
    officer = Browser(world, "officer")
    page = officer.get("/territory")
    assert tiles(page)["draf sedang disusun"] == 1
    assert tiles(page)["sentra tanpa usulan, dari 1 sentra"] == 1
    assert "Sentra 3375" in page.text
    assert "Rahasia dapur" not in page.text
    assert "IKM 3375" not in page.text


def test_territory_of_another_region_is_not_shown(world: "World") -> None:
    world.open_cycle()
    assert Browser(world, "officer").get("/territory?region=52").status == 404
    assert Browser(world, "province").get("/territory?region=3375").status == 200
    assert Browser(world, "province").get("/territory?region=5203").status == 404
    assert Browser(world, "producer").get("/territory").status == 403


def test_territory_of_the_ministry_leads_from_province_to_regency(world: "World") -> None:
    cycle = world.open_cycle()
    world.submitted(cycle)
    admin = Browser(world, "admin")
    page = admin.get("/territory")
    assert tiles(page)["usulan diajukan"] == 1
    assert tiles(page)["sentra tanpa usulan, dari 2 sentra"] == 1
    province = next(a for a in page.content.one("table").all("a") if a.text == "Jawa Tengah")
    page = admin.get(province.attributes["href"])
    row = next(r for r in page.content.one("table").all("tr") if "Pekalongan" in r.text and "Kota" in r.text)
    counts = {td.attributes["data-label"]: td.text for td in row.all("td")}
    assert counts["Diajukan"] == "1"
    assert counts["Tanpa usulan"] == "0"
    assert "Sentra 5203" not in page.text


def test_desk_of_the_office_counts_what_waits_and_what_is_late(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    officer = Browser(world, "officer")
    page = officer.get("/desk")
    assert tiles(page)["menunggu keputusan"] == 1
    assert page.content.all("a", href=f"/submissions/{submission}/review")
    assert page.content.all("a", href="/submissions/new")
    world.clock.now += timedelta(days=40)
    late = officer.get("/desk")
    assert "1 terlambat" in late.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("caller", "told"),
    [
        ("producer", "Ajukan produk"),
        ("officer", "Ajukan atas nama pelaku usaha"),
        ("province", "tembusan belum dibaca"),
        ("governor", "tembusan belum dibaca"),
        ("verifier", "menunggu keputusan"),
        ("admin", "Keadaan komoditi"),
        ("auditor", "Siklus berjalan"),
        ("assessor", "Ke bagian lain"),
    ],
)
def test_desk_shows_every_role_its_own_work(world: "World", caller: str, told: str) -> None:
    world.endorsed(world.open_cycle())
    page = Browser(world, caller).get("/desk")
    assert page.status == 200
    assert told in page.text


def test_colleague_acts_for_an_absent_officer_and_both_are_on_record(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    world.in_database(lambda session: give_account(session, world, "assessor"))
    officer, colleague = signed_in(world, "officer"), signed_in(world, "assessor")
    assert colleague.get(f"/submissions/{submission}/review").status == 404
    page = officer.get("/delegations")
    day = world.clock.now.date()
    page = officer.submit(
        page.form("/delegations"),
        to_email="assessor@ovop.example",
        ends_on=(day + timedelta(days=7)).isoformat(),
        reason="Cuti tahunan",
    )
    assert "Pelimpahan tercatat." in page.content.one(role="status").text
    assert "assessor mewakili Anda" in page.text
    assert "Anda mewakili officer" in colleague.get("/desk").text
    path = f"/submissions/{submission}/actions/decline"
    page = colleague.submit(colleague.get(path).form(path), reason="Bukan produk setempat.", sure="yes")
    assert "(mewakili rekan)" in page.text
    page = officer.get("/delegations")
    ending = next(f for f in page.content.all("form") if f.attributes["action"].endswith("/end"))
    officer.submit(ending)
    assert colleague.get(f"/submissions/{submission}/review").status == 404


def test_delegation_to_nobody_is_refused_beside_the_field_and_keeps_what_was_typed(world: "World") -> None:
    officer = signed_in(world, "officer")
    form = officer.get("/delegations").form("/delegations")
    page = officer.submit(form, to_email="nobody@ovop.example", ends_on="", reason="Cuti")
    assert page.status == 422
    assert page.content.one("input", id="to_email").attributes["value"] == "nobody@ovop.example"
    assert [a.attributes["href"] for a in page.content.one(role="alert").all("a")] == ["#ends_on"]
    page = officer.submit(page.form("/delegations"), ends_on="2026-04-20")
    assert [a.attributes["href"] for a in page.content.one(role="alert").all("a")] == ["#to_email"]
