"""Fixtures of the public pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.factories import make_world
from tests.portal.public.published import registry

if TYPE_CHECKING:
    from tests.factories import World


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> "Iterator[World]":
    """The world with the commodity that has public and private parts."""
    with make_world(database_url, tmp_path, registry=registry()) as world:
        yield world
