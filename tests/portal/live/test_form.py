"""The form with scripts: what it asks for follows at once, and nothing typed is lost, whatever becomes of the line."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from ovop.demo.samples import jpeg
from tests.portal.live.line import Line, line_to
from tests.portal.serving import DESK, PHONE, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Response

    from tests.portal.serving import Served

HEAVIEST = 60_000
"""Compressed bytes of a page of the form with all that it loads."""
SAVED = re.compile("Tersimpan pukul")
PATIENCE = 20_000
"""Milliseconds in which a busy machine has done what a page waits for."""


@pytest.fixture
def line(place: Served) -> Iterator[Line]:
    """The line of this test's browser."""
    with line_to(place.url) as line:
        yield line


@contextmanager
def window(
    browser: Browser, url: str, place: Served, *, size: tuple[int, int] = PHONE, scripts: bool = True
) -> Iterator[BrowserContext]:
    """A window of the producer with a draft of batik, service worker and all."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page = context.new_page()
    sign_in(page, place.account("producer", place="Bantul", commodity="batik"))
    page.close()
    try:
        yield context
    finally:
        context.close()


def draft_of(context: BrowserContext) -> str:
    """The path of the producer's draft."""
    page = context.new_page()
    page.goto("/submissions")
    address = page.locator("main a[href^='/submissions/0']").first.get_attribute("href")
    page.close()
    assert address
    return address


def open_section(context: BrowserContext, section: str, *, scripts: bool = True) -> Page:
    """A section of the draft, its scripts ready."""
    page = context.new_page()
    page.goto(f"{draft_of(context)}/sections/{section}")
    if scripts:
        page.wait_for_selector("form[data-ready]")
    return page


def state(page: Page) -> Any:
    return page.locator("[data-saved]")


def field(page: Page, path: str) -> Any:
    return page.locator(f"[data-field='{path}']")


def test_conditional_fields_and_computed_values_follow_without_asking_the_server(
    browser: Browser, place: Served
) -> None:
    with window(browser, place.url, place) as context:
        page = open_section(context, "motif")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        protection = page.locator("[name='a.motif_ip.0.protection']")
        protection.select_option("belum_ada")
        assert field(page, "motif_ip[0].protection_number").is_hidden()
        protection.select_option("hak_cipta")
        assert field(page, "motif_ip[0].protection_number").is_visible()
        assert not [url for url in asked if "/sections/" not in url]


def test_statistics_and_computed_values_follow_while_typing(browser: Browser, place: Served) -> None:
    with window(browser, place.url, place) as context:
        page = open_section(context, "technique")
        mean = page.locator("[data-field=klowong_width] [data-statistic=mean]")
        before = mean.text_content()
        page.locator("[name='a.klowong_width']").first.fill("9,9")
        assert mean.text_content() != before
        page = open_section(context, "colour")
        share = page.locator("[data-field=natural_dye_share] output")
        before = share.text_content()
        natural = page.locator("[name='a.dyes.0.dye']").input_value() != "naftol"
        page.locator("[name='a.dyes.0.dye']").select_option("naftol" if natural else "tingi")
        assert share.text_content() != before


def test_every_section_shows_with_scripts_what_the_server_shows(browser: Browser, place: Served) -> None:
    with window(browser, place.url, place) as context:
        root = draft_of(context)
        page = context.new_page()
        page.goto(root)
        sections = page.locator(".tasks a").evaluate_all("links => links.map(link => link.pathname)")
        for section in sections:
            page.goto(section)
            page.wait_for_selector("form[data-ready]")
            drawn, now = page.evaluate(
                """() => ['data-hidden', 'hidden'].map((mark) =>
                  [...document.querySelectorAll(`[data-field][${mark}], [data-evidence][${mark}]`)].map((box) => box.id || box.dataset.field))"""
            )
            assert drawn == now, section


def test_row_is_added_and_removed_on_the_page_and_saved(browser: Browser, place: Served) -> None:
    with window(browser, place.url, place) as context:
        page = open_section(context, "technique")
        rows = page.locator("[id='a.process_steps'] > .rowbox")
        count = rows.count()
        page.locator("button[name=_add][value='a.process_steps']").click()
        expect(rows).to_have_count(count + 1)
        new = rows.last
        assert new.get_attribute("data-row") == f"process_steps[{count}]"
        assert f"baris {count + 1}" in (new.locator("> legend").text_content() or "")
        rows.first.locator("> button[name=_remove]").click()
        expect(rows).to_have_count(count)
        assert rows.last.get_attribute("id") == f"a.process_steps.{count - 1}"
        assert rows.last.locator("> button").get_attribute("value") == f"a.process_steps.{count - 1}"
        expect(state(page)).to_have_text(SAVED)


def test_what_is_typed_saves_itself_and_says_so(browser: Browser, place: Served) -> None:
    with window(browser, place.url, place, size=DESK) as context:
        page = open_section(context, "motif")
        text = page.locator("textarea").first
        text.fill("Motif ini ditulis ulang oleh pembatik sendiri, lengkap dengan maknanya bagi kampung.")
        expect(state(page)).to_have_text(SAVED)
        page.reload()
        expect(text).to_have_value(
            "Motif ini ditulis ulang oleh pembatik sendiri, lengkap dengan maknanya bagi kampung."
        )


def test_finding_appears_beside_its_field_after_saving_and_goes_when_mended(
    browser: Browser, place: Served
) -> None:
    with window(browser, place.url, place) as context:
        page = open_section(context, "technique")
        number = page.locator("[name='a.klowong_width']").first
        good = number.input_value()
        number.fill("tebal")
        number.blur()
        expect(field(page, "klowong_width").locator(".mistake")).to_be_visible()
        number.fill(good)
        number.blur()
        expect(field(page, "klowong_width").locator(".mistake")).to_have_count(0)


def test_save_and_continue_saves_and_opens_the_next_section(browser: Browser, place: Served) -> None:
    with window(browser, place.url, place) as context:
        page = open_section(context, "material")
        page.get_by_role("button", name="Simpan dan lanjut").click()
        page.wait_for_url("**/sections/colour?done=saved")


def test_answer_and_photo_survive_a_line_that_is_cut_and_a_page_that_is_closed(
    browser: Browser, place: Served, line: Line, tmp_path: Path
) -> None:
    photo = tmp_path / "baru.jpg"
    photo.write_bytes(jpeg(1600, "offline", 3))
    with window(browser, line.url, place) as context:
        page = open_section(context, "label")
        page.wait_for_function("async () => Boolean(await caches.match(location.pathname))")
        here = page.url
        tick = page.locator("[name='a.label_check']").first
        ticked = not tick.is_checked()
        old = page.locator("[data-evidence=photos] [data-role=full_view] > .file").count()
        line.cut()
        tick.set_checked(ticked)
        expect(state(page)).to_contain_text("Tidak ada sambungan")
        page.locator("[id='e.photos.full_view-new']").set_input_files(photo)
        expect(page.locator("[data-waiting]")).to_contain_text("baru.jpg: menunggu dikirim")
        page.wait_for_timeout(500)
        page.close()
        page = context.new_page()
        page.goto(here)
        page.wait_for_selector("form[data-ready]")
        assert page.locator("[name='a.label_check']").first.is_checked() is ticked
        expect(page.locator("[data-waiting]")).to_be_visible()
        line.mend()
        page.evaluate("dispatchEvent(new Event('online'))")
        files = page.locator("[data-evidence=photos] [data-role=full_view] > .file:not([data-waiting])")
        expect(files).to_have_count(old + 1)
        expect(page.locator("[data-waiting]")).to_have_count(0)
        expect(state(page)).to_have_text(SAVED)
        page.reload()
        assert page.locator("[name='a.label_check']").first.is_checked() is ticked
        assert "baru.jpg" in "".join(files.all_text_contents())


def test_two_who_change_the_same_field_see_both_and_one_chooses(browser: Browser, place: Served) -> None:
    with window(browser, place.url, place) as first, window(browser, place.url, place) as second:
        mine, theirs = open_section(first, "motif"), open_section(second, "motif")
        theirs.locator("textarea").first.fill(
            "Yang satu menulis begini tentang motif kain ini, panjang lebar."
        )
        expect(state(theirs)).to_have_text(SAVED)
        mine.locator("textarea").first.fill(
            "Yang lain menulis begitu tentang motif kain ini, sama panjangnya."
        )
        expect(state(mine)).to_contain_text("Orang lain mengubah isian yang sama")
        mine.get_by_role("button", name="Bandingkan dan pilih").click()
        mine.wait_for_selector("h1:has-text('Dua orang')")
        main = mine.inner_text("main")
        assert "Yang satu menulis begini" in main
        assert "Yang lain menulis begitu" in main
        mine.get_by_role("button", name="Simpan pilihan").click()
        mine.wait_for_url("**/sections/motif?done=*")
        expect(mine.locator("textarea").first).to_have_value(re.compile("Yang lain menulis begitu"))


def test_session_that_ends_keeps_what_was_typed_until_its_writer_is_back(
    browser: Browser, place: Served
) -> None:
    with window(browser, place.url, place) as context:
        page = open_section(context, "motif")
        context.clear_cookies()
        page.locator("textarea").first.fill(
            "Ditulis setelah sesi berakhir, dan tetap tidak boleh hilang sama sekali."
        )
        expect(state(page)).to_contain_text("Sesi Anda berakhir")
        page.get_by_role("link", name="Masuk lagi").click()
        account = place.account("producer", place="Bantul", commodity="batik")
        page.fill("#email", account.email)
        page.fill("#password", account.password)
        page.click("main button.button")
        page.wait_for_selector("form[data-ready]")
        expect(page.locator("textarea").first).to_have_value(re.compile("Ditulis setelah sesi berakhir"))
        expect(state(page)).to_have_text(SAVED)


def test_signing_out_asks_when_something_is_unsent_and_then_leaves_nothing(
    browser: Browser, place: Served, line: Line
) -> None:
    with window(browser, line.url, place, size=DESK) as context:
        page = open_section(context, "motif")
        line.cut()
        page.locator("textarea").first.fill(
            "Belum terkirim dan akan dihapus bersama akun yang keluar dari sini."
        )
        expect(state(page)).to_contain_text("Tidak ada sambungan")
        asked: list[str] = []

        def refuse(dialog: Dialog) -> None:
            asked.append(dialog.message)
            dialog.dismiss()

        page.once("dialog", refuse)
        page.get_by_role("button", name="Keluar").click()
        page.wait_for_timeout(300)
        assert "belum terkirim" in asked[0]
        assert unsent(page) == 1
        page.once("dialog", lambda dialog: dialog.accept())
        line.mend()
        page.get_by_role("button", name="Keluar").click()
        page.wait_for_url("**/?done=signed_out")
        assert unsent(page) == 0
        assert not page.evaluate("caches.has('ovop-pages')")


def unsent(page: Page) -> int:
    """Drafts and photos that are kept in this browser."""
    found: int = page.evaluate(
        """() => new Promise((resolve) => {
          const request = indexedDB.open('ovop', 1)
          request.onsuccess = () => {
            const store = request.result.transaction(['drafts', 'photos'])
            const counts = ['drafts', 'photos'].map((name) => store.objectStore(name).count())
            store.oncomplete = () => { resolve(counts[0].result + counts[1].result); request.result.close() }
          }
        })"""
    )
    return found


def test_photo_that_is_too_small_is_refused_on_the_phone_with_the_remedy(
    browser: Browser, place: Served, tmp_path: Path
) -> None:
    small = tmp_path / "kecil.jpg"
    small.write_bytes(jpeg(320, "small", 1))
    with window(browser, place.url, place) as context:
        page = open_section(context, "label")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url))
        page.locator("[id='e.photos.reverse-new']").set_input_files(small)
        told = page.locator("[data-role=reverse] [data-fault]")
        expect(told).to_contain_text("paling sedikit 1000")
        assert "Foto lagi" in (told.text_content() or "")
        assert not [url for url in sent if "/uploads" in url]


def test_form_answers_and_saves_on_a_slow_phone_with_a_slow_line(browser: Browser, place: Served) -> None:
    with window(browser, place.url, place) as context:
        page = open_section(context, "motif")
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
        session.send("Network.enable")
        slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
        session.send("Network.emulateNetworkConditions", slow)
        page.reload()
        page.wait_for_selector("form[data-ready]")
        protection = page.locator("[name='a.motif_ip.0.protection']")
        protection.select_option("belum_ada")
        expect(field(page, "motif_ip[0].protection_number")).to_be_hidden(timeout=2000)
        protection.select_option("hak_cipta")
        expect(field(page, "motif_ip[0].protection_number")).to_be_visible(timeout=2000)
        expect(state(page)).to_have_text(SAVED)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_same_form_works_without_scripts(browser: Browser, place: Served) -> None:
    with window(browser, place.url, place, scripts=False) as context:
        page = open_section(context, "motif", scripts=False)
        rows = page.locator("[id='a.motif_ip'] > .rowbox")
        count = rows.count()
        page.locator("button[name=_add][value='a.motif_ip']").click()
        page.wait_for_load_state()
        assert rows.count() == count + 1
        page.locator(f"[name='a.motif_ip.{count}.protection']").select_option("hak_cipta")
        page.locator(".actions button[value=stay]").click()
        page.wait_for_load_state()
        assert "done=saved" in page.url
        assert rows.count() == count + 1
        page.locator("[id='a.motif_ip'] > .rowbox").last.locator("> button[name=_remove]").click()
        page.wait_for_load_state()
        page.locator(".actions button[value=stay]").click()
        page.wait_for_load_state()
        assert rows.count() == count


def test_page_of_the_form_weighs_at_most_60_kilobytes_with_all_that_it_loads(
    browser: Browser, place: Served
) -> None:
    with window(browser, place.url, place) as context:
        root = draft_of(context)
        cookies = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
        page = context.new_page()
        page.goto(root)
        sections = page.locator(".tasks a").evaluate_all("links => links.map(link => link.pathname)")
        weights = {section: weight_of(context, place.url, section, cookies) for section in sections}
    assert max(weights.values()) <= HEAVIEST, weights


def weight_of(context: BrowserContext, url: str, path: str, cookies: dict[str, str]) -> int:
    """The bytes of a page and all that it loads but pictures of evidence, compressed as they are served."""
    asked: set[str] = set()
    page = context.new_page()
    note: Callable[[Response], None] = lambda answer: asked.add(answer.url)  # noqa: E731
    page.on("response", note)
    page.goto(path)
    page.wait_for_selector("form[data-ready]")
    page.wait_for_load_state("networkidle")
    page.close()
    total = 0
    with httpx.Client(cookies=cookies, headers={"accept-encoding": "gzip"}, trust_env=False) as client:
        for address in {
            urlsplit(one).path + (f"?{urlsplit(one).query}" if urlsplit(one).query else "") for one in asked
        }:
            if "/content" in address:
                continue
            with client.stream("GET", f"{url}{address}") as answer:
                body = b"".join(answer.iter_raw())
            encoded = answer.headers.get("content-encoding") == "gzip"
            assert encoded or len(body) < 2000, address
            total += len(body if encoded else gzip.compress(body))
    return total
