"""The preview in a real browser: conditions at work, both languages, a phone's width, and a reload when a file is saved."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.servers import free_ports

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
BATIK = Path(__file__).parents[3] / "plugins" / "batik" / "ovop_batik" / "definition"
SECONDS = 15_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a commodity to write in."""
    return Path(shutil.copytree(BATIK, tmp_path / "definition"))


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """Where `ovop commodity preview` shows it."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "ovop.cli", "commodity", "preview", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/", server)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"No answer from {url}; exit status {server.poll()}")


@pytest.mark.skipif(
    CHROMIUM is None, reason="there is no chromium to look at the page with: apt-get install chromium"
)
def test_page_follows_answers_languages_widths_and_files(address: str, folder: Path) -> None:
    from playwright.sync_api import expect, sync_playwright

    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        page = browser.new_page(viewport={"width": 360, "height": 800})
        page.set_default_timeout(SECONDS)
        expect.set_options(timeout=SECONDS)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(address)

        cap = page.locator('[data-path="cap_material"]')
        expect(cap).to_be_hidden()
        page.locator('[data-path="batik_type"] select').select_option("cap")
        expect(cap).to_be_visible()
        expect(cap.locator(".tell")).to_contain_text("belum")

        assert page.evaluate("document.documentElement.scrollWidth") <= 360

        page.select_option("#example", "scored_cap")
        expect(page.locator('[data-panel="sheet"]')).to_have_text("Lembar nilai 70.60")
        expect(page.locator('[data-panel="findings"]')).to_have_text("Temuan")

        page.click('[data-language="en"]')
        expect(page.locator('[data-panel="sheet"]')).to_have_text("Score sheet 70.60")
        expect(page.locator("html")).to_have_attribute("lang", "en")

        form = (folder / "form.toml").read_text(encoding="utf-8")
        assert 'en = "Batik type"' in form
        (folder / "form.toml").write_text(
            form.replace('en = "Batik type"', 'en = "Kind of batik"'), encoding="utf-8"
        )
        expect(page.locator('[data-path="batik_type"] > .label')).to_contain_text("Kind of batik")
        expect(page.locator('[data-path="batik_type"] select')).to_have_value("cap")

        (folder / "form.toml").write_text(
            form.replace('type = "boolean"', 'type = "bolean"', 1), encoding="utf-8"
        )
        expect(page.locator("#faults")).to_contain_text("form.toml")
        (folder / "form.toml").write_text(form, encoding="utf-8")
        expect(page.locator("#faults")).to_be_hidden()
        browser.close()
    assert errors == []
