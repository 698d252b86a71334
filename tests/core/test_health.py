"""Whether the platform says truly that it can serve."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from ovop.app import create_app
from ovop.contract.registry import Registry
from ovop.settings import Settings


def _ready(settings: Settings, before: Callable[[], None] = lambda: None) -> tuple[int, dict[str, Any]]:
    app = create_app(settings, registry=Registry.discover(entry_points=()))
    with TestClient(app) as client:
        assert client.get("/health/live").status_code == 200
        before()
        answer = client.get("/health/ready")
        return answer.status_code, answer.json()


def test_ready_when_the_database_is_migrated(database_url: str, tmp_path: Path) -> None:
    status, told = _ready(Settings(database_url=database_url, data=tmp_path))
    assert (status, told["status"], told["reasons"]) == (200, "ok", [])


def test_not_ready_while_migrations_are_pending(empty_database_url: str, tmp_path: Path) -> None:
    status, told = _ready(Settings(database_url=empty_database_url, data=tmp_path))
    assert (status, told["status"], told["migrations"]) == (503, "unavailable", "pending")
    assert told["reasons"] == ["The database is older than this program. Run: ovop migrate"]


@pytest.mark.parametrize(
    "gone",
    [
        "sqlite+aiosqlite:////nowhere/ovop.sqlite3",
        "postgresql+psycopg://nobody@127.0.0.1:1/ovop?connect_timeout=2",
    ],
)
def test_not_ready_when_the_database_is_gone(gone: str, tmp_path: Path) -> None:
    status, told = _ready(Settings(database_url=gone, data=tmp_path))
    assert (status, told["database"], told["migrations"]) == (503, "unavailable", "unknown")
    assert [reason.split(".")[0] for reason in told["reasons"]] == ["The database does not answer"]


def test_not_ready_when_files_cannot_be_stored(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "files"

    def replace_by_a_file() -> None:
        shutil.rmtree(folder)
        folder.write_text("a file where the folder of files should be")

    status, told = _ready(Settings(database_url=database_url, data=tmp_path), before=replace_by_a_file)
    assert (status, told["files"], told["database"]) == (503, "unavailable", "ok")
