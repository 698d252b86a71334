"""The people of these tests: an administrator, officers of two regencies, an enterprise in each, a producer."""

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from ovop.database import Database
from ovop.identities import passwords
from tests.core.identities.scene import Scene, set_scene
from tests.databases import Run


@pytest.fixture
def scene(database: Database, run: Run) -> Scene:
    """A database with the people of the scene, once of each kind."""
    return run(set_scene(database))


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2 with settings that take a millisecond, for tests that sign in many times."""
    hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=2048, parallelism=1),))
    decoy = hasher.hash("umpan")
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    monkeypatch.setattr(passwords, "_decoy", lambda: decoy)
