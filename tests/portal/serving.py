"""The portal as people have it: a painted picture, a real server, a real browser."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx

from ovop.app import create_app
from ovop.clock import day_in_jakarta, utc_now
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import EvidenceItem
from ovop.database import Database
from ovop.demo.accounts import Account
from ovop.demo.picture import paint
from ovop.demo.player import Player
from ovop.demo.samples import Sample, pdf
from ovop.migrations import migrate
from ovop.settings import Settings
from tests.servers import free_ports

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NO_CHROMIUM = "there is no chromium to look at the pages with: apt-get install chromium"
DRAFTING, WAITING = "Bantul", "Lombok Timur"
"""Where the picture has drafts, and where it has proposals that wait at their office."""
DESK, PHONE, ZOOMED = (1280, 900), (360, 740), (320, 256)
"""Widths and heights in CSS pixels; 320 wide is 1280 at a zoom of 400 %."""


@dataclass
class Served:
    """A server with the demo's picture in it, and who may sign in."""

    url: str
    accounts: Sequence[Account]

    def account(self, role: str, *, place: str = "", commodity: str = "") -> Account:
        """The first account of a role (there, with that commodity)."""
        return next(
            one
            for one in self.accounts
            if one.role == role and place in one.place and commodity in ("", one.commodity)
        )


@contextmanager
def served(folder: Path, commodities: Sequence[str]) -> Iterator[Served]:
    """`ovop serve` on a picture with these commodities."""
    settings = Settings(data=folder, secure_cookies=False)
    accounts = asyncio.run(_painted(settings, commodities))
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "ovop.cli", "serve", "--port", str(port), "--data", str(folder)]
    with (folder / "server.log").open("wb") as log:
        environment = {**os.environ, "OVOP_SECURE_COOKIES": "false"}
        with subprocess.Popen(command, env=environment, stdout=log, stderr=log) as server:
            try:
                _wait(f"http://127.0.0.1:{port}/health/live", server)
                yield Served(f"http://127.0.0.1:{port}", accounts)
            finally:
                server.terminate()


async def _painted(settings: Settings, commodities: Sequence[str]) -> list[Account]:
    installed = Registry.discover().commodities
    registry = Registry(commodities={name: installed[name] for name in commodities})
    database = Database(settings.database)
    try:
        await migrate(database, progress=lambda _line: None)
        app = create_app(settings, registry=registry, database=database)
        transport = httpx.ASGITransport(app=cast(Any, app))
        async with httpx.AsyncClient(transport=transport, base_url="http://ovop") as client:
            accounts = await paint(client, database, registry, now=utc_now(), progress=lambda _line: None)
            await _endorse(client, accounts, commodities[0])
            return accounts
    finally:
        await database.close()


async def _endorse(client: httpx.AsyncClient, accounts: Sequence[Account], commodity: str) -> None:
    """The proposal of a commodity that waits at its office goes on, so that there are copies and work for the ministry."""
    token = next(one.token for one in accounts if one.role == "regency_officer" and WAITING in one.place)
    officer = Player(client, token, lambda _line: None)
    for waiting in (await officer.send("GET", "/submissions"))["items"]:
        if waiting["commodity"] == commodity:
            path = f"/submissions/{waiting['id']}"
            scan = Sample(
                item=EvidenceItem(evidence=""),
                file_name="surat.pdf",
                media_type="application/pdf",
                content=pdf("Surat"),
            )
            file = await officer.send("POST", f"{path}/letters", sample=scan, expect=201)
            today = day_in_jakarta(utc_now()).isoformat()
            await officer.act(
                path, "endorse", letter={"number": "530/9", "date": today, "file_id": file["id"]}
            )


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and server.poll() is None:
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"No answer from {url}; exit status {server.poll()}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that reaches nobody but this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield browser
        browser.close()


def visit(
    browser: Browser,
    place: Served,
    account: Account | None,
    *,
    size: tuple[int, int] = DESK,
    language: str = "id",
    dark: bool = False,
    scripts: bool = True,
) -> BrowserContext:
    """A browser window of somebody, signed in through the page unless `account` is None."""
    context = browser.new_context(
        base_url=place.url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        service_workers="block",
        extra_http_headers={"accept-language": language},
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "ovop_language", "value": language, "url": place.url}])
    if account is not None:
        page = context.new_page()
        sign_in(page, account)
        page.close()
    return context


def sign_in(page: Page, account: Account) -> None:
    """Sign in as a person does."""
    page.goto("/sign-in")
    page.fill("#email", account.email)
    page.fill("#password", account.password)
    page.click("main button.button")
    page.wait_for_load_state()
    assert "/sign-in" not in page.url, page.inner_text("main")
