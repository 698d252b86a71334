"""The page that shows the API document, from a real server in a real browser: it asks nobody but us, and shows what it should."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.servers import free_ports

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where `ovop serve` answers."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "ovop.cli", "serve", "--port", str(port), "--data", str(tmp_path)]
    with subprocess.Popen(command, env={**os.environ, "OVOP_SAFE_MODE": "1"}) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/health/live", server)
            yield f"http://127.0.0.1:{port}"
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
def test_page_shows_the_api_without_a_foreign_request(address: str) -> None:
    from playwright.sync_api import sync_playwright

    ours, foreign, errors = urlsplit(address).netloc, list[str](), list[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on(
            "request",
            lambda sent: (
                foreign.append(sent.url)
                if sent.url.startswith(("http", "ws")) and urlsplit(sent.url).netloc != ours
                else None
            ),
        )
        page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/docs")
        page.get_by_role("heading", name="OVOP").first.wait_for(timeout=30_000)
        page.get_by_text("Create a cycle").first.click(timeout=30_000)
        page.get_by_text("/api/v1/cycles").first.wait_for()
        page.get_by_text("Idempotency-Key").first.wait_for()
        page.wait_for_timeout(500)  # what is asked for late counts as well
        assert page.title() == "OVOP"
        if picture := os.environ.get("OVOP_PICTURE"):
            page.screenshot(path=picture)
        browser.close()
    assert foreign == []
    assert errors == []


def test_page_alone_may_run_scripts(address: str) -> None:
    page = httpx.get(f"{address}/docs", trust_env=False).headers["content-security-policy"]
    data = httpx.get(f"{address}/docs/openapi.json", trust_env=False).headers["content-security-policy"]
    assert "script-src 'self'" in page
    assert "default-src 'none'" in page
    assert "frame-ancestors 'none'" in page
    assert "script-src" not in data
