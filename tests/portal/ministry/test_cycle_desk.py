"""The cycle desk, from an empty draft to a closed cycle, by pages alone."""

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.cycles.models import CycleCommodity
from tests.factories import text
from tests.portal.browsing import Browser, Page
from tests.portal.offices.people import signed_in

if TYPE_CHECKING:
    from tests.factories import World


def draft(browser: Browser, year: int = 2026) -> Page:
    """A new cycle's page."""
    form = browser.get("/cycles/new").form("/cycles/new")
    page = browser.submit(
        form,
        {"name.id": f"OVOP {year}"},
        year=str(year),
        opens_at="2026-04-01T00:00",
        closes_at="2026-04-30T23:59",
    )
    assert page.status == 200, page.text
    return page


def chosen(browser: Browser, cycle: str, *names: str) -> Page:
    form = browser.get(f"{cycle}/choice").form(f"{cycle}/choice")
    return browser.submit(form, commodities=list(names))


def test_cycle_is_created_chosen_opened_extended_and_closed(world: "World") -> None:
    admin = Browser(world, "admin")
    cycle = draft(admin).path

    check = admin.get(f"{cycle}/opening")
    refused = admin.submit(check.form(f"{cycle}/opening"))
    assert refused.status == 422
    assert "Siklus belum mempunyai komoditi" in refused.content.one(id="summary").text

    assert "sample" not in admin.get(cycle).content.one("section", aria_labelledby="commodities").text
    assert chosen(admin, cycle, "sample").path == cycle
    ready = admin.get(f"{cycle}/opening")
    assert "belum siap" not in ready.text
    opened = admin.submit(ready.form(f"{cycle}/opening"))
    assert opened.path == cycle
    assert "Siklus dibuka" in opened.content.one("div", role="status").text

    extension = f"{cycle}/extension"
    earlier = admin.submit(opened.form(extension), closes_at="2026-04-01T00:00", reason="Banjir di pesisir")
    assert earlier.status == 422
    assert earlier.content.one("input", name="reason").attributes["value"] == "Banjir di pesisir"
    later = admin.submit(earlier.form(extension), closes_at="2026-05-10T23:59")
    assert "Banjir di pesisir" in later.content.one("section", aria_labelledby="extensions").text
    assert "10 Mei 2026 pukul 23.59 WIB" in later.text

    closing = admin.get(f"{cycle}/closing").form(f"{cycle}/closing")
    assert admin.submit(closing, reason="").status == 422
    closed = admin.submit(closing, reason="Masa pengajuan selesai")
    assert closed.path == cycle
    assert "Ditutup" in closed.content.one("span", class_="note").text


def test_rules_are_edited_as_data_and_what_is_wrong_keeps_what_was_typed(world: "World") -> None:
    admin = Browser(world, "admin")
    cycle = draft(admin).path
    form = admin.get(f"{cycle}/edit").form(f"{cycle}/edit")
    wrong = admin.submit(form, {"grace.minutes": "sebentar", "deadline.verification": "400"})
    assert wrong.status == 422
    fields = {link.attributes["href"] for link in wrong.content.one(id="summary").all("a")}
    assert "#grace.minutes" in fields
    assert wrong.content.one("input", name="grace.minutes").attributes["value"] == "sebentar"

    form = wrong.form(f"{cycle}/edit")
    wrong = admin.submit(form, {"grace.minutes": "90"})
    assert [link.attributes["href"] for link in wrong.content.one(id="summary").all("a")] == [
        "#deadline.verification"
    ]
    right = admin.submit(
        wrong.form(f"{cycle}/edit"), {"deadline.verification": "7", "band.0.from_points": "92,5"}
    )
    assert right.path == cycle
    assert "90 menit" in right.text
    assert "92,50" in right.text
    kept = world.admin.get(cycle).json()
    assert kept["rules"]["stars"]["bands"][0]["from_points"] == 92.5
    stage = next(one for one in kept["chain"]["stages"] if one["code"] == "verification")
    assert stage["deadline_working_days"] == 7
    assert stage["actions"][0]["code"] == "verify"


def test_star_class_without_a_name_is_refused_at_the_bands(world: "World") -> None:
    admin = Browser(world, "admin")
    cycle = draft(admin).path
    form = admin.get(f"{cycle}/edit").form(f"{cycle}/edit")
    page = admin.submit(form, {"band.5.stars": "0", "band.5.from_points": "10"})
    assert page.status == 422
    assert page.content.one(id="summary").one("a").attributes["href"] == "#bands"


def test_amending_is_refused_when_somebody_else_amended_meanwhile(world: "World") -> None:
    admin = Browser(world, "admin")
    cycle = draft(admin).path
    form = admin.get(f"{cycle}/edit").form(f"{cycle}/edit")
    admin.submit(form, {"name.id": "Nama pertama"})
    late = admin.submit(form, {"name.id": "Nama kedua", "_key": "another"})
    assert late.status == 412
    assert late.content.one("input", name="name.id").attributes["value"] == "Nama kedua"
    assert world.admin.get(cycle).json()["name"]["id"] == "Nama pertama"


def test_form_sent_twice_creates_one_cycle(world: "World") -> None:
    admin = Browser(world, "admin")
    form = admin.get("/cycles/new").form("/cycles/new")
    values = {"name.id": "OVOP", "opens_at": "2026-04-01T00:00", "closes_at": "2026-04-30T23:59"}
    first, second = (admin.submit(form, values, year="2026") for _ in range(2))
    assert first.path == second.path
    assert len(world.admin.get("/cycles").json()["items"]) == 1


def test_second_cycle_of_a_year_is_refused_on_the_form(world: "World") -> None:
    admin = Browser(world, "admin")
    draft(admin)
    form = admin.get("/cycles/new").form("/cycles/new")
    values = {"name.id": "OVOP", "opens_at": "2026-04-01T00:00", "closes_at": "2026-04-30T23:59"}
    page = admin.submit(form, values, year="2026")
    assert page.status == 409
    assert "2026 sudah ada" in page.content.one(id="summary").text


def test_fields_left_empty_are_named_by_their_labels(world: "World") -> None:
    page = Browser(world, "admin").post("/cycles/new", {"year": "2026", "opens_at": "x"})
    assert page.status == 422
    said = page.content.one(id="summary").text
    assert "“Dibuka pada” bukan waktu" in said
    assert "“Ditutup pada” belum diisi." in said
    assert "closes_at" not in said


@pytest.mark.parametrize("caller", ["officer", "producer", "verifier", "auditor"])
@pytest.mark.parametrize(
    "path", ["/cycles/new", "/cycles/{}/edit", "/cycles/{}/opening", "/cycles/{}/closing"]
)
def test_desk_is_refused_when_the_reader_does_not_manage_cycles(
    world: "World", caller: str, path: str
) -> None:
    cycle = world.open_cycle()
    assert Browser(world, caller).get(path.format(cycle["id"])).status == 403


def test_page_of_a_cycle_offers_others_no_action(world: "World") -> None:
    cycle = world.open_cycle()
    page = Browser(world, "officer").get(f"/cycles/{cycle['id']}")
    assert page.status == 200
    assert [form for form in page.content.all("form") if "/cycles/" in form.attributes["action"]] == []


def test_chain_is_told_in_words_with_copies_and_deadlines(world: "World") -> None:
    cycle = world.open_cycle()
    chain = Browser(world, "admin").get(f"/cycles/{cycle['id']}").content.one(aria_labelledby="chain").text
    assert "Tenggat 10 hari kerja." in chain
    assert "Usulkan ke kementerian → Verifikasi sekretariat" in chain
    assert "Tembusan: Dinas perindustrian provinsi, Gubernur" in chain
    assert "Petugas dinas kab/kota" in chain


def test_commodity_that_is_gone_is_shown_and_named_in_the_check_list(world: "World") -> None:
    made = world.admin.post(
        "/cycles",
        {
            "year": 2027,
            "name": text("OVOP 2027"),
            "opens_at": "2027-01-01T00:00:00Z",
            "closes_at": "2027-02-01T00:00:00Z",
        },
    ).json()

    async def add(session: AsyncSession) -> None:
        row = CycleCommodity(cycle_id=UUID(made["id"]), commodity_id="gone", enabled_at=world.clock.now)
        session.add(row)

    world.in_database(add)
    admin = Browser(world, "admin")
    assert "tidak terpasang" in admin.get(f"/cycles/{made['id']}").text
    assert "“gone” tidak terpasang" in admin.get(f"/cycles/{made['id']}/opening").text


@pytest.mark.parametrize("part", ["form", "evidence", "rubric", "limits", "guidance", "examples"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_part_of_a_preview_is_shown_before_and_after_the_opening(
    world: "World", part: str, language: str
) -> None:
    admin = Browser(world, "admin", language=language)
    cycle = draft(admin).path
    chosen(admin, cycle, "sample")
    before = admin.get(f"{cycle}/commodities/sample?part={part}")
    assert before.status == 200
    admin.submit(admin.get(f"{cycle}/opening").form(f"{cycle}/opening"))
    after = admin.get(f"{cycle}/commodities/sample?part={part}")
    assert after.status == 200
    assert before.text != after.text  # says whether it is frozen


def test_preview_of_an_unknown_commodity_is_not_found(world: "World") -> None:
    cycle = world.open_cycle()
    assert Browser(world, "admin").get(f"/cycles/{cycle['id']}/commodities/nothing").status == 404


def test_changes_since_the_last_cycle_are_told_in_words(world: "World") -> None:
    first = world.open_cycle(year=2025)
    second = world.open_cycle(year=2026)
    admin = Browser(world, "admin")
    assert "0 perubahan" in admin.get(f"/cycles/{second['id']}/commodities/sample/changes").text
    assert "belum pernah ada" in admin.get(f"/cycles/{first['id']}/commodities/sample/changes").text
    assert "2025: 1.0" in admin.get(f"/cycles/{second['id']}").text


def test_installed_commodities_and_their_tier_are_shown(world: "World") -> None:
    admin = Browser(world, "admin")
    assert "Hitung tingkat" in admin.get("/commodities").text
    tier = admin.get("/commodities/sample/tier")
    assert "belum perunggu" in tier.text
    assert "Yang kurang untuk tingkat Perunggu" in tier.text
    assert "Hitung tingkat" not in admin.get("/commodities").text
    assert admin.get("/commodities/nothing/tier").status == 404


def test_verification_leads_to_the_queue(world: "World") -> None:
    assert Browser(world, "verifier").get("/verification").path == "/queue"


def test_desk_needs_a_login(world: "World") -> None:
    assert Browser(world).get("/cycles").path == "/sign-in"
    assert signed_in(world, "admin").get("/cycles").status == 200
