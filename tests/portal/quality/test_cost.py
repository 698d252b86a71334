"""No page asks the database more than a fixed number of questions."""

from typing import TYPE_CHECKING

import pytest

from tests.core.test_visibility import scene
from tests.portal.browsing import Browser
from tests.portal.offices.test_cost import counted
from tests.portal.quality.test_pages import page_at, patterns

if TYPE_CHECKING:
    from tests.factories import World

MOST = 40
"""Statements a page, the one that looks up who reads it included."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_asks_more_than_a_fixed_number_of_questions(world: "World") -> None:
    at = scene(world)
    dear = {}
    for caller in ("producer", "officer", "admin"):
        browser = Browser(world, caller)
        for method, pattern in patterns(world):
            asked = page_at(at, "endorsed", method, pattern)
            if method == "GET" and not pattern.startswith(
                ("/sw.js", "/robots", "/manifest", "/scripts", "/definitions")
            ):
                if "/photos/" in pattern:
                    continue
                with counted(world) as statements:
                    browser.get(asked.path)
                if len(statements) > MOST:
                    dear[caller, pattern] = len(statements)
    assert dear == {}
