"""The page of an action: what it asks, what it keeps, and what it refuses."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ovop.demo.samples import pdf
from tests.portal.browsing import Browser, Element

if TYPE_CHECKING:
    from tests.factories import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def form_of(browser: Browser, submission: str, action: str) -> Element:
    path = f"/submissions/{submission}/actions/{action}"
    return browser.get(path).form(path)


def stage_of(world: "World", submission: str) -> str:
    return str(world.officer.get(f"/submissions/{submission}").json()["stage"])


def test_return_without_anything_names_all_that_is_missing_and_keeps_what_was_typed(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    officer = Browser(world, "officer")
    page = officer.submit(form_of(officer, submission, "return"), reason="Kurang jelas", due_on="")
    assert page.status == 422
    targets = {a.attributes["href"] for a in page.content.one(role="alert").all("a")}
    assert targets == {"#sections", "#due_on"}
    assert all(page.content.all(id=target[1:]) for target in targets)
    assert page.content.one("textarea", id="reason").text == "Kurang jelas"
    assert stage_of(world, submission) == "office_review"


def test_decline_needs_a_second_yes(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    officer = Browser(world, "officer")
    form = form_of(officer, submission, "decline")
    page = officer.submit(form, reason="Bukan produk setempat.")
    assert page.status == 422
    assert stage_of(world, submission) == "office_review"
    page = officer.submit(page.form(form.attributes["action"]), sure="yes")
    assert page.path == f"/submissions/{submission}/review"
    assert stage_of(world, submission) == "declined"


def test_letter_that_was_sent_with_a_faulty_form_need_not_be_chosen_again(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    officer = Browser(world, "officer")
    form = form_of(officer, submission, "endorse")
    scan = {"letter": ("surat.pdf", pdf("Surat"), "application/pdf")}
    page = officer.submit(form, files=scan, **{"letter.number": "", "letter.date": "2026-04-10"})
    assert page.status == 422
    assert [a.attributes["href"] for a in page.content.one(role="alert").all("a")] == ["#letter.number"]
    again = page.form(form.attributes["action"])
    assert again.one("input", id="letter.date").attributes["value"] == "2026-04-10"
    assert again.one("input", name="letter.file_id").attributes["value"]
    page = officer.submit(again, **{"letter.number": "530/1"})
    assert page.path == f"/submissions/{submission}/review"
    assert "530/1" in page.text


def test_endorse_without_a_letter_says_number_date_and_scan_at_once(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    officer = Browser(world, "officer")
    page = officer.submit(form_of(officer, submission, "endorse"))
    targets = [a.attributes["href"] for a in page.content.one(role="alert").all("a")]
    assert sorted(targets) == ["#letter", "#letter.date", "#letter.number"]


def test_letter_that_is_no_document_is_refused_beside_its_field(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    officer = Browser(world, "officer")
    scan = {"letter": ("surat.pdf", b"not a document", "application/pdf")}
    page = officer.submit(
        form_of(officer, submission, "endorse"),
        files=scan,
        **{"letter.number": "530/1", "letter.date": "2026-04-10"},
    )
    assert page.status == 422
    assert page.content.one("p", id="letter-mistake").text
    assert stage_of(world, submission) == "office_review"


def test_form_sent_twice_has_one_effect(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    officer = Browser(world, "officer")
    form = form_of(officer, submission, "decline")
    for _ in range(2):
        page = officer.submit(form, reason="Bukan produk setempat.", sure="yes")
        assert page.path == f"/submissions/{submission}/review"
    assert len(world.officer.get(f"/submissions/{submission}/decisions").json()["items"]) == 1


def test_form_of_an_older_version_is_refused_and_shown_with_the_reason(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    officer = Browser(world, "officer")
    form = form_of(officer, submission, "decline")
    world.letter(submission, caller=world.officer2)
    page = officer.submit(form, reason="Bukan produk setempat.", sure="yes")
    assert page.status == 412
    assert "Sudah diubah orang lain" in page.content.one(role="alert").text
    assert page.content.one("textarea", id="reason").text == "Bukan produk setempat."
    assert stage_of(world, submission) == "office_review"


def test_who_wrote_the_submission_is_told_why_they_may_not_decide(world: "World") -> None:
    cycle = world.open_cycle()
    submission = str(world.begin(cycle, caller=world.officer, consent="Pemilik setuju, 1 April 2026")["id"])
    world.complete(submission, caller=world.officer)
    assert world.officer.act(submission, "submit").status_code == 200
    officer = Browser(world, "officer")
    page = officer.get(f"/submissions/{submission}/review")
    assert "Anda tidak dapat memutus usulan ini" in page.text
    assert officer.get(f"/submissions/{submission}/actions/return").status == 403
    assert Browser(world, "officer2").get(f"/submissions/{submission}/actions/return").status == 200


@pytest.mark.parametrize("caller", ["foreign_officer", "province", "foreign_producer", "verifier"])
def test_review_of_a_submission_that_has_not_reached_the_reader_is_not_found(
    world: "World", caller: str
) -> None:
    submission = world.submitted(world.open_cycle())
    assert Browser(world, caller).get(f"/submissions/{submission}/review").status == 404
    assert Browser(world, caller).get(f"/submissions/{submission}/actions/return").status == 404


def test_correction_past_its_day_stands_in_the_list_of_late_ones(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    due = world.clock.now.date() + timedelta(days=2)
    answer = world.officer.act(
        submission, "return", sections=["story"], reason="Singkat", due_on=due.isoformat()
    )
    assert answer.status_code == 200
    officer = Browser(world, "officer")
    path = f"/submissions/{submission}/review"
    assert not officer.get("/queue").content.all("a", href=path)
    assert officer.get("/queue?returned=true").content.all("a", href=path)
    assert not officer.get("/queue?returned=true&overdue=true").content.all("a", href=path)
    world.clock.now += timedelta(days=5)
    assert officer.get("/queue?returned=true&overdue=true").content.all("a", href=path)
    assert "Terlambat" in officer.get("/queue?returned=true").text


def test_applicant_withdraws_with_a_reason_and_a_second_yes(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    producer = Browser(world, "producer")
    page = producer.submit(form_of(producer, submission, "withdraw"), reason="", sure="yes")
    assert [a.attributes["href"] for a in page.content.one(role="alert").all("a")] == ["#reason"]
    page = producer.submit(page.form(f"/submissions/{submission}/actions/withdraw"), reason="Produk berubah.")
    assert page.path == f"/submissions/{submission}/review"
    assert "Ditarik" in page.text
    assert stage_of(world, submission) == "withdrawn"


def test_who_only_receives_copies_reads_the_review_and_decides_nothing(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    page = Browser(world, "province", language="en").get(f"/submissions/{submission}/review")
    assert page.status == 200
    assert page.content.all("a", href=f"/submissions/{submission}/actions/verify") == []
    assert page.content.all(id="actions-title") == []
