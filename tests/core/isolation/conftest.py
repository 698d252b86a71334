"""What tests of installed commodities share."""

from pathlib import Path

import pytest

from tests.core.contract.installing import Site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An empty folder to install distributions into."""
    return Site(tmp_path, monkeypatch)
