"""Writes the next revision from the difference between the migrations and the models: `python -m ovop.migrations "what it does"`.

Read the file before you keep it: what it does is only a proposal, and data have to be moved by hand.
"""

import sys

from alembic import command
from sqlalchemy import Connection, create_engine

from ovop.migrations import schema


def revise(connection: Connection, message: str) -> None:
    """Write `versions/<number>_<message>.py`; `connection` is of an empty SQLite database, which gets all revisions until now."""
    number = f"{len(schema.missing(connection)) + 1:04}"
    schema.upgrade(connection)
    command.revision(schema.configuration(connection), message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    with create_engine("sqlite://").begin() as scratch:
        revise(scratch, sys.argv[1])
