"""What a page costs, and that long lists are walked to their end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from ovop.portal.offices import copies, queue
from tests.portal.browsing import Browser, Page

if TYPE_CHECKING:
    from tests.factories import World


@contextmanager
def counted(world: "World") -> Iterator[list[str]]:
    """The statements that reach the database."""
    engine = world.client.app.state.platform.database.engine.sync_engine
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def cost(world: "World", browser: Browser, path: str) -> int:
    with counted(world) as statements:
        assert browser.get(path).status == 200
    return len(statements)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_ask_as_many_questions_of_the_database_however_much_they_show(world: "World") -> None:
    cycle = world.open_cycle()
    submission = world.submitted(cycle)
    world.endorsed(cycle)
    officer, province = Browser(world, "officer"), Browser(world, "province")
    places = [
        (officer, "/queue"),
        (officer, "/desk"),
        (officer, "/territory"),
        (officer, f"/submissions/{submission}/review"),
        (province, "/copies"),
        (province, "/desk"),
    ]
    before = [cost(world, browser, path) for browser, path in places]
    for _ in range(2):
        world.submitted(cycle)
        world.endorsed(cycle)
    world.letter(submission)
    assert [cost(world, browser, path) for browser, path in places] == before
    assert max(before) <= 24


def followed(browser: Browser, path: str, prefix: str, suffix: str = "") -> list[str]:
    """The addresses that a list leads to, page after page."""
    found: list[str] = []
    page: Page = browser.get(path)
    while True:
        links = [a.attributes["href"] for a in page.content.one("main").all("a")]
        found += [link for link in links if link.startswith(prefix) and link.endswith(suffix)]
        following = page.content.all("a", rel="next")
        if not following:
            return found
        page = browser.get(following[0].attributes["href"])


def test_long_lists_are_walked_page_by_page(world: "World", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    monkeypatch.setattr(copies, "PAGE", 2)
    cycle = world.open_cycle()
    waiting = {world.submitted(cycle) for _ in range(3)}
    for _ in range(3):
        world.endorsed(cycle)
    found = followed(Browser(world, "officer"), "/queue", "/submissions/", "/review")
    assert sorted(found) == sorted(f"/submissions/{one}/review" for one in waiting)
    inbox = followed(Browser(world, "province"), "/copies?all=true", "/copies/")
    assert len(inbox) == len(set(inbox)) == 3
