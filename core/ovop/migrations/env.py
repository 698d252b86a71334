"""What Alembic runs for each of its commands; the connection is handed over by `ovop.migrations.schema`."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

from ovop.database import UtcDateTime
from ovop.migrations.tables import metadata


def render_item(kind: str, item: object, rendering: AutogenContext) -> str | Literal[False]:
    """How a new migration writes our column types: in SQLAlchemy's own words, so that it stays what it was when ours change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        rendering.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
