"""The bridge to Alembic: it gets a connection of ours and reads no ini file."""

from collections.abc import Callable
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection

Progress = Callable[[str], None]


def configuration(connection: Connection) -> Config:
    """What Alembic's commands need to work on this connection, in the transaction that is open on it."""
    config = _bare_configuration()
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest revision, in the transaction that is open."""
    command.upgrade(configuration(connection), "head")


def missing(connection: Connection) -> list[str]:
    """The revisions, as `0002 what it does`, that the database has yet to get, oldest first.

    A database that is ahead of this code (a newer release has migrated it while this one still serves) misses nothing.
    """
    applied = MigrationContext.configure(connection).get_current_heads()
    known = {script.revision: script for script in _scripts()}
    if any(head not in known for head in applied):
        return []
    done = {earlier for head in applied for earlier in _up_to(head, known)}
    return [f"{script.revision} {script.doc}" for script in _scripts() if script.revision not in done]


def _bare_configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", "ovop:migrations")
    config.set_main_option("path_separator", "os")
    return config


@cache
def _scripts() -> tuple[Script, ...]:
    directory = ScriptDirectory.from_config(_bare_configuration())
    return tuple(reversed(list(directory.walk_revisions())))


def _up_to(head: str, known: dict[str, Script]) -> list[str]:
    chain = []
    revision: str | None = head
    while revision is not None:
        chain.append(revision)
        before = known[revision].down_revision
        revision = before if isinstance(before, str) else None
    return chain
