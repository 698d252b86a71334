"""Correcting a commodity of an open cycle by pages: one person proposes, another decides."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.core.cycles.test_corrections import midway
from tests.factories import World
from tests.portal.browsing import Browser, Page

Midway = tuple[World, str]


@pytest.fixture
def underway(database_url: str, tmp_path: Path) -> Iterator[Midway]:
    """An open cycle with a draft and two submissions, after a later minor version was installed; the address of its corrections."""
    with midway(database_url, tmp_path) as (world, cycle, _):
        yield world, f"/cycles/{cycle['id']}/commodities/sample/corrections"


def proposed(world: World, path: str, reason: str = "Batas hari keliru") -> Page:
    admin = Browser(world, "admin")
    return admin.submit(admin.get(path).form(path), reason=reason)


def decide(browser: Browser, page: Page, decision: str, **changes: Any) -> Page:
    return browser.submit(page.form(page.path), decision=decision, **changes)


def test_correction_is_proposed_by_one_and_approved_by_another(underway: Midway) -> None:
    world, path = underway
    page = proposed(world, path)
    assert "Koreksi diusulkan" in page.content.one("div", role="status").text
    assert "Batas hari keliru" in page.text
    assert "Isian atau nilai dapat berubah" in page.text
    assert "pindah ke versi baru" in page.text
    assert "tetap pada versinya" in page.text
    assert [button.text for button in page.form(page.path).all("button")] == ["Tolak"]

    other = Browser(world, "admin2")
    approved = decide(other, other.get(page.path), "approve")
    assert approved.status == 200
    assert "Disetujui" in approved.content.all("span", class_="good")[0].text
    assert "admin2" in approved.text
    assert "1.1" in other.get(path).content.one("dl").text


def test_proposer_who_approves_all_the_same_is_told_why_not(underway: Midway) -> None:
    world, path = underway
    page = proposed(world, path)
    refused = decide(Browser(world, "admin"), page, "approve", reason="Sudah saya periksa")
    assert refused.status == 403
    assert "tidak boleh menyetujuinya" in refused.content.one(id="summary").text
    assert refused.content.one("input", name="reason").attributes["value"] == "Sudah saya periksa"


def test_rejection_needs_a_reason(underway: Midway) -> None:
    world, path = underway
    page = proposed(world, path)
    other = Browser(world, "admin2")
    assert decide(other, page, "reject").status == 422
    rejected = decide(other, other.get(page.path), "reject", reason="Menunggu siklus berikutnya")
    assert rejected.status == 200
    assert "Menunggu siklus berikutnya" in rejected.text


def test_second_proposal_is_refused_while_one_waits(underway: Midway) -> None:
    world, path = underway
    proposed(world, path)
    again = proposed(world, path, "Sekali lagi")
    assert again.status == 409
    assert again.content.one("input", name="reason").attributes["value"] == "Sekali lagi"


def test_proposal_is_refused_when_the_same_version_is_installed(world: World) -> None:
    cycle = world.open_cycle()
    page = proposed(world, f"/cycles/{cycle['id']}/commodities/sample/corrections")
    assert page.status == 422
    assert "versi 1.0" in page.content.one(id="summary").text


def test_auditor_reads_corrections_and_others_do_not(underway: Midway) -> None:
    world, path = underway
    page = proposed(world, path)
    assert Browser(world, "auditor").get(page.path).status == 200
    for caller in ("officer", "producer", "verifier"):
        assert Browser(world, caller).get(path).status == 403
        assert Browser(world, caller).get(page.path).status == 403
