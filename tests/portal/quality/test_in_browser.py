"""What every page owes its readers, looked at in a real browser: accessible, light, narrow when zoomed, ours alone, usable by keyboard.

Each page is looked at in Indonesian by daylight and in English by dark, so that each language and each colour scheme meets every page.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.portal.quality.visits import VISITORS, Visitor, pages_of, shape
from tests.portal.serving import DESK, WAITING, ZOOMED, Served, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Response

MOST_BYTES = 60 * 1024
"""What a page may weigh compressed, with its styles and scripts and without photographs."""
PHOTOS = ("/content", "/photos/")
LOOKS = (("id", False), ("en", True))


def open_as(
    browser: Browser, place: Served, visitor: Visitor, *, language: str, dark: bool
) -> BrowserContext:
    account = (
        place.account(visitor.role, place=visitor.at, commodity="batik" if visitor.role == "producer" else "")
        if visitor.role
        else None
    )
    return visit(browser, place, account, size=DESK, language=language, dark=dark)


def violations(page: Page) -> list[str]:
    """What axe finds wrong."""
    from axe_playwright_python.base import AXE_SCRIPT

    page.evaluate(f"() => {{ {AXE_SCRIPT} }}")
    found = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:160]} {json.dumps(node['any'][:1])[:200]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def sideways(page: Page) -> str:
    """What is wider than the window at a zoom of 400 %; empty when nothing is."""
    page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
    wide: str = page.evaluate(
        """() => {
          const most = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= most) return '';
          const out = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > most + 1);
          return out.slice(-2).map(one => one.outerHTML.slice(0, 120)).join(' | ') || 'something';
        }"""
    )
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return wide


def weight(answers: list[Response]) -> int:
    """Bytes of a page and of what it loads, compressed as it is sent, without photographs."""
    total = 0
    for answer in answers:
        if any(mark in answer.url for mark in PHOTOS) or answer.status in (302, 303, 304):
            continue
        body = answer.body()
        total += len(gzip.compress(body, 6))
    return total


def listen(page: Page, answers: list[Response], said: list[str]) -> None:
    """Note what a page is answered, and the errors that it tells (a blocked script, a style that the policy refuses)."""
    page.on("response", lambda answer: answers.append(answer))
    page.on("console", lambda told: said.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.name)
def test_pages_are_accessible_narrow_light_and_ours_alone(
    visitor: Visitor, browser: Browser, place: Served
) -> None:
    faults: list[str] = []
    paths: list[str] = []
    for language, dark in LOOKS:
        context = open_as(browser, place, visitor, language=language, dark=dark)
        page = context.new_page()
        answers: list[Response] = []
        said: list[str] = []
        listen(page, answers, said)
        paths = paths or pages_of(page, visitor)
        for path in paths:
            answers.clear()
            said.clear()
            reply = page.goto(path, wait_until="load")
            where = f"{language} {shape(path)}"
            status = reply.status if reply is not None else 0
            if status != (404 if path == "/nowhere" else 200):
                faults.append(f"{where}: status {status}")
                continue
            faults += [
                f"{where}: asks {one.url}"
                for one in answers
                if urlsplit(one.url).netloc != urlsplit(place.url).netloc
            ]
            faults += [f"{where}: {told}" for told in said if "404" not in told or path != "/nowhere"]
            if language == LOOKS[0][0] and (bytes_ := weight(answers)) > MOST_BYTES:
                faults.append(f"{where}: weighs {bytes_ / 1024:.0f} KB")
            faults += [f"{where}: {found}" for found in violations(page)]
            if wide := sideways(page):
                faults.append(f"{where}: scrolls sideways: {wide}")
        context.close()
    assert faults == [], "\n".join(faults)


WALK = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  window.__met ??= []; window.__met.push(one);
  return {
    what: one.outerHTML.slice(0, 100),
    shown: box.width > 0 && box.height > 0,
    marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none',
  };
}"""
MISSED = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex >= 0 && one.type !== 'hidden')
  .filter(one => one.type !== 'radio' && !window.__met.includes(one)).map(one => one.outerHTML.slice(0, 100))"""
ORDER = """() => window.__met.every((one, at) => at === 0 ||
  window.__met[at - 1].compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)"""
KEYBOARD = {
    "nobody": ("/", "/sign-in", "/catalogue"),
    "producer": ("/submissions", "/submissions/new"),
    "officer": ("/queue", "/people/new"),
}


@pytest.mark.parametrize(
    "visitor", [one for one in VISITORS if one.name in KEYBOARD], ids=lambda one: one.name
)
def test_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    visitor: Visitor, browser: Browser, place: Served
) -> None:
    context = open_as(browser, place, visitor, language="id", dark=False)
    page = context.new_page()
    for path in KEYBOARD[visitor.name]:
        page.goto(path, wait_until="load")
        first = True
        for _ in range(400):
            page.keyboard.press("Tab")
            met = page.evaluate(WALK)
            if met is None:
                break
            if first:
                assert 'class="skip"' in met["what"]
                first = False
            assert met["shown"], f"{path}: hidden while it has the focus: {met['what']}"
            assert met["marked"], f"{path}: nothing shows the focus: {met['what']}"
        assert page.evaluate(MISSED) == [], path
        assert page.evaluate(ORDER), path
    context.close()


def test_skip_link_enter_and_space_work_without_a_mouse(browser: Browser, place: Served) -> None:
    context = visit(browser, place, None)
    page = context.new_page()
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    account = place.account("regency_officer", place=WAITING)
    page.focus("#email")
    page.keyboard.type(account.email)
    page.keyboard.press("Tab")
    page.keyboard.type(account.password)
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Space")
    assert "/sign-in" not in page.url
    page.goto("/queue")
    page.locator("main a[href*='/review']").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/review")
    context.close()
