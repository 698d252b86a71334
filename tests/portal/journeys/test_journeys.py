"""The main job by the pages alone, in a real browser without scripts: from signing in to the selection, with every role once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from ovop.clock import day_in_jakarta, utc_now
from ovop.contract.checker import compile_checker
from ovop.contract.registry import Registry
from ovop.demo.samples import best_example, moved_to, pdf, samples_of
from ovop.portal.proposals.fields import Draft, section_view
from ovop.portal.proposals.views import pairs_of
from tests.portal.serving import DESK, PHONE, Served, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from ovop.contract.vocabulary import Definition, Example, Section

ROUNDS = 4
"""How often a section is saved at most: without scripts a field that depends on another appears after saving."""


class Person:
    """Somebody in a browser window of their own."""

    def __init__(
        self,
        browser: Browser,
        place: Served,
        role: str,
        commodity: str = "",
        *,
        size: tuple[int, int],
        scripts: bool,
    ) -> None:
        account = place.account(role, place=PLACES.get(role, ""), commodity=commodity)
        self.context = visit(browser, place, account, size=size, scripts=scripts)
        self.page = self.context.new_page()

    def press(self, selector: str) -> Page:
        """Press something that leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        return self.page

    def act(self, submission: str, code: str, **given: Any) -> str:
        """From the review page to an action's form, fill it in, press; what the page says afterwards."""
        self.page.goto(f"/submissions/{submission}/review")
        self.press(f'a[href="/submissions/{submission}/actions/{code}"]')
        for name, value in given.items():
            if name == "sections":
                self.page.check(f'input[name="sections"][value="{value}"]')
            elif name == "letter":
                self.page.set_input_files("#letter", value)
            else:
                self.page.fill(f'[name="{name}"]', value)
        self.press("main form button.button")
        return self.page.locator("main [role=status]").inner_text()


PLACES = {
    "producer": "Pekalongan",
    "regency_officer": "Pekalongan",
    "province_officer": "Jawa Tengah",
    "governor_officer": "Jawa Tengah",
}


LOOK = """all => all.map(one => ({
  kind: one.tagName === 'INPUT' ? one.type : one.tagName.toLowerCase(),
  value: one.value,
  seen: one.checkVisibility() && !(one.type === 'hidden'),
}))"""


def put(page: Page, name: str, value: str) -> bool:
    """Put a value where the page asks for it; whether there was a place for it that could be seen."""
    found = page.locator(f'main form [name="{name}"]')
    for at, control in enumerate(found.evaluate_all(LOOK)):
        if not control["seen"]:
            continue
        if control["kind"] in ("radio", "checkbox"):
            if control["value"] == value:
                found.nth(at).check()
                return True
        elif control["kind"] == "select":
            found.nth(at).select_option(value)
            return True
        elif control["value"] == "" or found.count() == 1:
            found.nth(at).fill(value)
            return True
    return False


def add_row(page: Page, name: str) -> bool:
    """Press the button that adds a row for this name; whether there is one."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        button: Locator = page.locator(f'button[name="_add"][value="{".".join(parts[:end])}"]')
        if button.count() and button.first.is_visible():
            before = page.locator("main form [name]").count()
            button.first.click()
            page.wait_for_load_state()
            page.wait_for_function(
                "before => document.querySelectorAll('main form [name]').length > before", arg=before
            )
            return True
    return False


def put_all(page: Page, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put all values that the page has a place for, adding rows where they are wanted; those that found no place."""
    left = []
    for name, value in pairs:
        if not put(page, name, value) and not (add_row(page, name) and put(page, name, value)):
            left.append((name, value))
    return left


def typed(definition: Definition, section: Section, example: Example) -> list[tuple[str, str]]:
    """The names and values that a person fills in for an example in one section."""
    checker = compile_checker(definition)
    answers: dict[str, Any] = msgspec.to_builtins(example.answers)
    draft = Draft(
        language="id",
        definition=definition,
        evaluation=checker.evaluate(answers, partial=True),
        findings=(),
        files={},
    )
    pairs = pairs_of(section_view(section.fields, answers, draft))
    return [(name, value) for name, value in pairs if value and not name.endswith("._")]


def attach(page: Page, definition: Definition, section: Section, example: Example, folder: Path) -> None:
    """Choose a file for every piece of evidence of a section, with its number and days."""
    slots = {one.id for one in definition.form.evidence if one.section == section.id}
    for sample in samples_of(definition, example):
        item = sample.item
        if item.evidence not in slots:
            continue
        path = folder / sample.file_name
        path.write_bytes(sample.content)
        field = page.locator(f'input[type="file"][name="e.{item.evidence}.{item.role}"]')
        if not field.count() or not field.first.is_visible():
            continue
        if field.first.input_value():  # the place is taken until it is saved
            save(page)
        field.first.set_input_files(path)
        details = {
            "number": item.number,
            "issuer": item.issuer,
            "issued_on": item.issued_on.isoformat() if item.issued_on else "",
            "expires_on": item.expires_on.isoformat() if item.expires_on else "",
        }
        for ask, value in details.items():
            if value:
                put(page, f"n.{item.evidence}.{ask}", value)
    save(page)


def save(page: Page) -> None:
    """Press “save” and stay."""
    with page.expect_navigation():
        page.locator('button.quiet[name="_then"][value="stay"]').click()


def fill_in(page: Page, root: str, definition: Definition, example: Example, folder: Path) -> None:
    """Every section of an example, typed and saved."""
    for section in definition.form.sections:
        page.goto(f"{root}/sections/{section.id}")
        left = typed(definition, section, example)
        for _ in range(ROUNDS):
            before = len(left)
            left = put_all(page, left)
            save(page)
            if not left or len(left) == before:
                break
        attach(page, definition, section, example, folder)


def begin(producer: Person, commodity: str) -> str:
    """Begin a proposal; its id."""
    page = producer.page
    page.goto("/submissions")
    producer.press('main a[href="/submissions/new"]')
    page.select_option("#enterprise", index=1)
    offer = page.locator("#offer option").evaluate_all("all => all.map(one => one.value)")
    page.select_option("#offer", next(value for value in offer if commodity in value))
    page.fill("#product_name", f"Produk {commodity} lewat halaman")
    producer.press("main form button.button")
    return page.url.split("/submissions/")[1].split("?")[0]


def hand_in(producer: Person, submission: str) -> str:
    """Check and hand in; what the page says."""
    page = producer.page
    page.goto(f"/submissions/{submission}/check")
    assert page.locator(".summary").count() == 0, page.inner_text("main")
    page.check("#declared")
    producer.press("main form button.button")
    return page.inner_text("main")


@pytest.mark.parametrize(
    ("commodity", "size", "scripts"),
    [("batik", PHONE, False), ("gerabah", DESK, False)],
    ids=["batik on a phone", "gerabah at a desk"],
)
def test_proposal_goes_from_signing_in_to_selection_by_the_pages_alone(
    commodity: str, size: tuple[int, int], scripts: bool, browser: Browser, place: Served, tmp_path: Path
) -> None:
    definition = Registry.discover().commodities[commodity].definition
    today = day_in_jakarta(utc_now())
    example = moved_to(best_example(definition), today)
    window: dict[str, Any] = {"size": size, "scripts": scripts}
    producer = Person(browser, place, "producer", commodity, **window)
    submission = begin(producer, commodity)
    root = f"/submissions/{submission}"
    fill_in(producer.page, root, definition, example, tmp_path)
    assert "OVOP-" in hand_in(producer, submission)

    officer = Person(browser, place, "regency_officer", **window)
    officer.page.goto("/queue")
    assert officer.page.locator(f'a[href="{root}/review"]').count()
    section = definition.form.sections[0].id
    officer.act(
        submission,
        "return",
        sections=section,
        reason="Lengkapi bagian ini.",
        due_on=(today + timedelta(days=14)).isoformat(),
    )
    producer.page.goto(f"{root}/sections/{section}")
    save(producer.page)
    hand_in(producer, submission)
    letter = tmp_path / "surat.pdf"
    letter.write_bytes(pdf("Surat usulan"))
    officer.act(
        submission,
        "endorse",
        **{"letter": letter, "letter.number": "530/1", "letter.date": today.isoformat()},
    )

    for role in ("province_officer", "governor_officer"):
        reader = Person(browser, place, role, **window)
        reader.page.goto("/copies")
        reader.press('main a[href^="/copies/"]')
        assert "530/1" in reader.page.inner_text("main") or "OVOP-" in reader.page.inner_text("main")
        reader.press('form[action$="/acknowledgement"] button')
    verifier = Person(browser, place, "verifier", **window)
    verifier.act(submission, "verify")
    selector = Person(browser, place, "selector", **window)
    selector.act(submission, "select")
    producer.page.goto(f"{root}/review")
    assert "Lolos seleksi" in producer.page.inner_text("main")
    for role, path in (("auditor", "/audit"), ("ministry_admin", "/cycles")):
        watcher = Person(browser, place, role, **window)
        assert watcher.page.goto(path).status == 200  # type: ignore[union-attr]  # a page that is gone to answers
