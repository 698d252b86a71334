"""One's own account, the log, and the search."""

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.database import table_of
from ovop.events import Event
from ovop.identities.models import Person
from ovop.identities.passwords import hash_password
from tests.portal.browsing import Browser
from tests.portal.offices.people import signed_in

if TYPE_CHECKING:
    from tests.factories import World

PASSWORD, NEW = "kata sandi yang lama", "kata sandi yang baru"


def give_password(world: "World", caller: str) -> None:
    async def work(session: AsyncSession) -> None:
        person = await session.get_one(Person, world.callers[caller].person_id)
        person.password_hash = await hash_password(PASSWORD)

    world.in_database(work)


def test_account_shows_ones_roles_and_keeps_the_language_chosen(world: "World") -> None:
    officer = signed_in(world, "officer")
    page = officer.get("/account")
    assert "Petugas dinas kab/kota" in page.content.one("table").text
    changed = officer.submit(page.form("/account"), language="en", phone="0812 3456 7890")
    assert changed.content.one("html").attributes["lang"] == "en"
    assert "7890" in changed.text
    assert "0812 3456" not in changed.text
    wrong = officer.submit(changed.form("/account"), phone="bukan nomor")
    assert wrong.status == 422
    assert wrong.content.one("input", name="phone").attributes["value"] == "bukan nomor"


def test_password_is_changed_and_other_logins_end(world: "World") -> None:
    give_password(world, "officer")
    here, elsewhere = signed_in(world, "officer"), signed_in(world, "officer")
    form = here.get("/account").form("/account/password")
    wrong = here.submit(form, current="bukan ini sama sekali", new=NEW)
    assert wrong.status == 422
    assert "Kata sandi sekarang salah" in wrong.content.one(id="summary").text
    assert PASSWORD not in wrong.response.text
    short = here.submit(form, current=PASSWORD, new="pendek")
    assert short.status == 422
    done = here.submit(short.form("/account/password"), current=PASSWORD, new=NEW)
    assert done.path == "/account"
    assert here.get("/account").path == "/account"
    assert elsewhere.get("/account").path == "/sign-in"


def test_token_is_shown_once_works_and_is_revoked(world: "World") -> None:
    officer = signed_in(world, "officer")
    form = officer.get("/account/tokens").form("/account/tokens")
    without = officer.submit(form, name="Laporan dinas")
    assert without.status == 422
    assert without.content.one(id="summary").one("a").attributes["href"] == "#scopes"
    made = officer.submit(without.form("/account/tokens"), scopes=["read"])
    token = made.content.one("code", class_="token").text
    assert world.client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"}).status_code == 200
    listed = officer.get("/account/tokens")
    assert token not in listed.response.text
    revoke = next(
        one
        for one in listed.content.all("form")
        if one.attributes["action"].endswith("/revoke") and "Laporan dinas" in one.text
    )
    assert "Token dicabut" in officer.submit(revoke).text
    assert world.client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_token_that_would_last_too_long_is_refused(world: "World") -> None:
    officer = signed_in(world, "officer")
    form = officer.get("/account/tokens").form("/account/tokens")
    page = officer.submit(form, name="Lama", scopes=["read"], expires_on="2099-01-01")
    assert page.status == 422
    assert page.content.one("input", name="name").attributes["value"] == "Lama"


def test_log_is_filtered_and_paged_from_the_newest(world: "World") -> None:
    cycle = world.open_cycle()
    world.submitted(cycle)
    auditor = Browser(world, "auditor")
    rows = auditor.get("/audit?kind=cycle").content.one("table").all("tr")[1:]
    assert [row.all("td")[1].text for row in rows] == [
        "Siklus dibuka",
        "Komoditi siklus dipilih",
        "Siklus dibuat",
    ]
    assert "Siklus" not in auditor.get("/audit?kind=submission").content.one("table").text
    assert "Tidak ada kejadian" in auditor.get("/audit?until=2020-01-01").text
    assert "Usulan diajukan" in auditor.get("/audit?since=2026-04-15&until=2026-04-15").text


def test_log_goes_on_after_a_page(world: "World") -> None:
    cycle = world.open_cycle()
    submission = str(world.begin(cycle)["id"])
    for number in range(60):
        world.producer.save(submission, {"meaning": f"Makna {number}"})
    auditor = Browser(world, "auditor")
    first = auditor.get("/audit")
    assert len(first.content.one("table").all("tr")) == 51
    more = first.content.one("a", rel="next").attributes["href"]
    second = auditor.get(more)
    numbers = [row.all("dd")[0].text for page in (first, second) for row in page.content.all("tr")[1:]]
    assert len(numbers) == len(set(numbers))
    assert f"cycle/{cycle['id']} #1" in numbers


@pytest.mark.parametrize("caller", ["officer", "producer", "verifier", "province"])
def test_log_is_closed_to_who_does_not_audit(world: "World", caller: str) -> None:
    assert Browser(world, caller).get("/audit").status == 403
    assert Browser(world, caller).get("/audit/verification?whole=true").status == 403


def test_log_is_proved_whole_and_by_stream(world: "World") -> None:
    cycle = world.open_cycle()
    submission = world.submitted(cycle)
    auditor = Browser(world, "auditor")
    for path in ("/audit/verification?whole=true", f"/audit/verification?stream=submission/{submission}"):
        assert "Catatan utuh." in auditor.get(path).content.one("div", class_="good").text
    unknown = auditor.get("/audit/verification?stream=submission/nothing")
    assert "Tidak ada riwayat dengan nama ini" in unknown.text
    assert auditor.get("/audit/verification").content.all("div", class_="notice") == []


def test_altered_event_is_found_and_named(world: "World") -> None:
    cycle = world.open_cycle()

    async def alter(session: AsyncSession) -> None:
        connection = await session.connection()
        if connection.dialect.name == "postgresql":
            await connection.execute(sql("alter table event disable trigger all"))
        else:
            triggers = await connection.execute(
                sql("select name from sqlite_master where type = 'trigger' and tbl_name = 'event'")
            )
            for (name,) in triggers.all():
                await connection.execute(sql(f'drop trigger "{name}"'))
        events = table_of(Event)
        await connection.execute(
            events.update().where(events.c.type == "cycle.opened").values(reason="Diubah belakangan")
        )

    world.in_database(alter)
    page = Browser(world, "auditor").get("/audit/verification?whole=true")
    assert "Catatan tidak utuh" in page.content.one("div", role="alert").text
    assert f"cycle/{cycle['id']}" in page.text


def test_search_finds_what_the_reader_may_see_and_nothing_else(world: "World") -> None:
    cycle = world.open_cycle()
    submission = world.submitted(cycle)
    number = world.officer.get(f"/submissions/{submission}").json()["number"]

    officer = Browser(world, "officer").get(f"/search?q={number}")
    assert f"/submissions/{submission}" in {link.attributes["href"] for link in officer.content.all("a")}
    for caller in ("foreign_officer", "foreign_producer", "verifier", "nobody", "assessor"):
        page = Browser(world, caller).get(f"/search?q={number}")
        assert page.status == 200
        assert f"/submissions/{submission}" not in page.response.text


@pytest.mark.parametrize(
    ("caller", "said", "found"),
    [
        ("admin", "ikm 3375", {"/enterprises/"}),
        ("admin", "IKM", {"/enterprises/"}),
        ("officer", "5203", {"/centres/", "/offices/"}),
        ("admin", "governor@ovop", {"/people/"}),
        ("officer", "governor@ovop", set()),
        ("officer", "pemilik", {"/enterprises/"}),
        ("nobody", "langkah", {"/guidance/"}),
        ("nobody", "IKM", set()),
        ("admin", "%%", set()),
        ("admin", "__", set()),
    ],
)
def test_search_shows_each_kind_to_who_may_see_it(
    world: "World", caller: str, said: str, found: set[str]
) -> None:
    page = Browser(world, caller).get("/search?q=" + said.replace("%", "%25"))
    links = {link.attributes["href"] for link in page.content.one("main").all("a")}
    kinds = {f"/{link.split('/')[1]}/" for link in links}
    assert kinds == found


def test_search_by_the_name_of_a_hidden_enterprise_leaks_no_submission(world: "World") -> None:
    cycle = world.open_cycle()
    world.submitted(cycle)
    page = Browser(world, "foreign_officer").get("/search?q=IKM+3375")
    assert page.content.one("main").all("ul", class_="tasks") == []


def test_search_needs_two_letters_and_keeps_what_was_typed(world: "World") -> None:
    page = Browser(world, "admin").get("/search?q=x")
    assert "sedikitnya 2 huruf" in page.text
    assert page.content.one("input", id="q").attributes["value"] == "x"
    assert Browser(world).get("/search").status == 200


def test_every_page_has_the_search_box(world: "World") -> None:
    form = Browser(world).get("/").form("/search")
    assert form.attributes["method"] == "get"


def test_ids_of_the_log_lead_to_pages(world: "World") -> None:
    cycle = world.open_cycle()
    page = Browser(world, "admin").get("/audit?kind=cycle")
    assert f"/cycles/{UUID(cycle['id'])}" in {link.attributes["href"] for link in page.content.all("a")}
