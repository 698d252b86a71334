"""Pictures of every page: `python -m tests.portal.pictures FOLDER` paints a demo, opens the pages as their readers, and photographs them.

Each page in both languages, 1280 and 360 pixels wide, by daylight; a few by dark as well. `--readme` writes only the picture of the README.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.portal.quality.visits import VISITORS, Visitor, pages_of, shape
from tests.portal.serving import CHROMIUM, DESK, NO_CHROMIUM, PHONE, Served, chromium, served, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

README = Path(__file__).parents[2] / "core" / "docs" / "pictures"
TALLEST = 3000
"""Where a picture of a long page is cut."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.portal.pictures", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=README)
    parser.add_argument("--readme", action="store_true", help="only the pictures that the README shows")
    given = parser.parse_args()
    if CHROMIUM is None:
        raise SystemExit(NO_CHROMIUM)
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), ("batik", "gerabah")) as place:
        if given.readme:
            _readme(place, given.folder)
        else:
            _all(place, given.folder)


def _readme(place: Served, folder: Path) -> None:
    with chromium() as browser:
        context = visit(browser, place, None)
        page = context.new_page()
        page.goto("/", wait_until="networkidle")
        page.screenshot(path=folder / "home.png")
        context.close()
        context = visit(browser, place, place.account("producer", place="Bantul", commodity="batik"))
        page = context.new_page()
        page.goto("/submissions")
        page.locator("main a[href^='/submissions/0']").first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / "submission.png")
        context.close()


def _all(place: Served, folder: Path) -> None:
    looks = [(language, size, False) for language in ("id", "en") for size in (DESK, PHONE)]
    with chromium() as browser:
        for visitor in VISITORS:
            for language, size, dark in [*looks, ("id", DESK, True)]:
                _photograph(browser, place, folder, visitor, language, size, dark=dark)


def _photograph(
    browser: Browser,
    place: Served,
    folder: Path,
    visitor: Visitor,
    language: str,
    size: tuple[int, int],
    *,
    dark: bool,
) -> None:
    account = None
    if visitor.role:
        commodity = "batik" if visitor.role == "producer" else ""
        account = place.account(visitor.role, place=visitor.at, commodity=commodity)
    context = visit(browser, place, account, size=size, language=language, dark=dark)
    page = context.new_page()
    for number, path in enumerate(pages_of(page, visitor)):
        if dark and number % 4:
            continue
        page.goto(path, wait_until="networkidle")
        name = shape(path).strip("/").replace("/", "_").partition("?")[0] or "home"
        file = folder / f"{visitor.name}-{name}-{language}-{size[0]}{'-dark' if dark else ''}.png"
        height = min(page.evaluate("() => document.documentElement.scrollHeight"), TALLEST)
        page.screenshot(path=file, clip={"x": 0, "y": 0, "width": size[0], "height": height}, full_page=True)
    context.close()


if __name__ == "__main__":
    main()
