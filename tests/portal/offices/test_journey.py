"""A proposal from the regency office's queue to administrative selection, by the pages alone."""

from datetime import timedelta
from typing import TYPE_CHECKING

from ovop.demo.samples import pdf
from tests.portal.browsing import Browser, Page

if TYPE_CHECKING:
    from tests.factories import World

SCAN = {"letter": ("surat.pdf", pdf("Surat usulan"), "application/pdf")}
NEW_MEANING = "Dibuat turun-temurun untuk upacara panen, dan kini juga untuk pasar."


def open_action(browser: Browser, submission: str, action: str) -> Page:
    """From the review page to an action's form, as somebody who clicks."""
    review = browser.get(f"/submissions/{submission}/review")
    path = f"/submissions/{submission}/actions/{action}"
    assert review.content.all("a", href=path), f"no way to {action} on: {review.text}"
    return browser.get(path)


def take(browser: Browser, submission: str, action: str, *, files: object = None, **given: str) -> Page:
    page = open_action(browser, submission, action)
    form = page.form(f"/submissions/{submission}/actions/{action}")
    return browser.submit(form, files=files, **given)  # type: ignore[arg-type]


def test_submission_goes_from_the_queue_to_selection_by_the_pages(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    officer, producer = Browser(world, "officer"), Browser(world, "producer")
    review = f"/submissions/{submission}/review"
    assert officer.get("/queue").content.one("main").all("a", href=review)

    due = (world.clock.now + timedelta(days=10)).date().isoformat()
    page = take(officer, submission, "return", sections="story", reason="Makna terlalu singkat.", due_on=due)
    assert page.path == review
    assert "Keputusan Anda tercatat." in page.content.one(role="status").text
    assert "Makna terlalu singkat." in page.text
    assert "Cerita" in page.text
    assert not page.content.all("a", href=f"/submissions/{submission}/actions/endorse")

    assert world.producer.save(submission, {"meaning": NEW_MEANING}).status_code == 200
    assert NEW_MEANING not in officer.get(review).text  # the work in progress is its authors'
    assert world.producer.act(submission, "submit").status_code == 200
    changed = officer.get(review).content.one("section", **{"aria-labelledby": "changes-title"})
    assert NEW_MEANING in changed.text
    assert changed.one("ins").text == "panen, dan kini juga untuk pasar."
    assert "Makna" in changed.one("th", scope="row").text

    page = take(
        officer,
        submission,
        "endorse",
        files=SCAN,
        **{"letter.number": "530/77", "letter.date": world.clock.now.date().isoformat()},
    )
    assert page.path == review
    assert "530/77" in page.text
    assert page.content.all("a", href=letter_of(page))

    province = Browser(world, "province")
    inbox = province.get("/copies")
    copy = next(a for a in inbox.content.one("main").all("a") if a.attributes["href"].startswith("/copies/"))
    page = province.get(copy.attributes["href"])
    page = province.submit(page.form(f"{page.path}/acknowledgement"))
    assert "Tembusan ditandai sudah dibaca." in page.content.one(role="status").text
    page = province.submit(page.form(f"{page.path}/opinion"), opinion="Mendukung.")
    assert "Mendukung." in page.text
    assert not page.content.all("textarea")
    assert "Tidak ada tembusan yang belum dibaca." in province.get("/copies").text
    assert "Mendukung." in officer.get(review).text
    assert "Mendukung." not in producer.get(review).text

    assert take(Browser(world, "verifier"), submission, "verify").path == review
    page = take(Browser(world, "selector"), submission, "select", reason="Berkas lengkap.")
    assert page.content.one("section", class_="card").text == "Hasil Lolos seleksi administrasi"
    told = producer.get(review)
    assert "Lolos seleksi administrasi" in told.text
    assert "Kembalikan untuk diperbaiki" in told.content.one("details").text


def letter_of(page: Page) -> str:
    """The address behind “open the letter”."""
    link = next(a for a in page.content.all("a") if a.text == "Buka surat")
    return link.attributes["href"]
