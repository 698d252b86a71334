"""One picture and one server for all tests of a worker that look at the pages in a browser."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.portal.serving import CHROMIUM, NO_CHROMIUM, Served, chromium, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser


APART = (
    "the portal's browser tests do not belong to the suite yet: they paint a picture of their own, take many minutes, "
    "and those of journeys and accessibility are not all green; run them by `make browser`"
)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with batik and gerabah in its open cycle."""
    if not os.environ.get("OVOP_BROWSER"):
        pytest.skip(APART)
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    with served(tmp_path_factory.mktemp("portal"), ("batik", "gerabah")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(place: Served) -> "Iterator[Browser]":
    """Chromium, for as long as a module's tests run: its loop must not stand in the way of others."""
    assert place.url
    with chromium() as launched:
        yield launched
