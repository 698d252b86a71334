"""A world in which the commodity with guidance is installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.guidance.scene import guided
from tests.factories import World, make_world, sample_registry


@pytest.fixture
def guided_world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """The world of `tests.factories`, with guidance."""
    with make_world(database_url, tmp_path, registry=sample_registry(guided())) as world:
        yield world
