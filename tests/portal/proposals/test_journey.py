"""A proposal from its beginning to handing in, by the pages alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ovop.demo.samples import jpeg, pdf
from tests.portal.browsing import Browser, Page, values_of

if TYPE_CHECKING:
    from tests.factories import World


def begin(world: World, browser: Browser, **values: str) -> Page:
    """Begin a proposal on the page for it."""
    page = browser.get("/submissions/new")
    offer = page.content.one("select", name="offer").all("option")[1].attributes["value"]
    values = {"enterprise": world.enterprise, "offer": offer, "product_name": "Tikar pandan", **values}
    return browser.submit(page.form("/submissions/new"), **values)


def section_form(page: Page) -> Any:
    """The form of a section's page."""
    return page.form(page.path)


def test_producer_takes_a_proposal_from_the_beginning_to_handing_in(world: World) -> None:
    world.open_cycle()
    browser = Browser(world, "producer")
    assert "Belum ada usulan" in browser.get("/submissions").text
    page = begin(world, browser)
    assert page.heading == "Tikar pandan"
    assert "15 hari lagi" in page.text
    assert [link.text for link in page.content.one("ol", class_="tasks").all("a")] == ["Pembuatan", "Cerita"]
    root = page.path

    page = browser.get(f"{root}/sections/making")
    page = browser.submit(
        section_form(page), **{"a.technique": "hand", "a.steps.0.step": "Menganyam", "a.steps.0.days": "tiga"}
    )
    assert page.path == f"{root}/sections/making"
    assert "Tersimpan." in page.text
    assert (
        "angka" in page.content.one(id="a.steps.0.days-said").text
        or "bilangan" in page.content.one(id="a.steps.0.days-said").text
    )
    assert page.content.one(id="a.steps.0.days").attributes["value"] == "tiga"

    page = browser.post(
        f"{root}/sections/making",
        {
            **values_of(section_form(page)),
            "a.steps.0.days": "3",
            "n.permit.number": "I-1",
            "n.permit.issued_on": "1/4/2026",
            "_then": "next",
        },
        files={"e.permit.": ("izin.pdf", pdf("izin"), "application/pdf")},
    )
    assert page.path == f"{root}/sections/story"
    page = browser.post(
        f"{root}/sections/story",
        {
            **values_of(section_form(page)),
            "a.meaning": "Dianyam turun-temurun untuk tamu kampung.",
            "_then": "next",
        },
        files={"e.photos.front": ("depan.jpg", jpeg(640, "front", 1), "image/jpeg")},
    )
    assert page.path == root
    assert page.text.count("Lengkap") == 2

    page = browser.get(f"{root}/check")
    assert "Semua yang wajib sudah terisi" in page.text
    page = browser.submit(page.form(f"{root}/check"))
    assert page.status == 422
    assert "Centang pernyataan" in page.content.one(role="alert").text
    page = browser.submit(page.form(f"{root}/check"), declared="yes")
    assert page.path == root
    assert "OVOP-2026-SMP-3375-00001" in page.text
    stored = world.producer.get(root).json()
    assert stored["stage"] == "office_review"
    assert stored["answers"] == {
        "technique": "hand",
        "steps": [{"step": "Menganyam", "days": 3}],
        "meaning": "Dianyam turun-temurun untuk tamu kampung.",
    }
    assert "Dianyam turun-temurun" in browser.get(f"{root}/print").text
