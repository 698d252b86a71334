"""The floor: the least that a handler can do with the same body on the same server and database. Hand-written, nothing of the platform.

It decodes the full answers with msgspec and writes two plain rows in one transaction, as SQLAlchemy Core through psycopg.
"""

import os
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Litestar, Request, Response, post
from litestar.datastructures import State
from sqlalchemy import Column, DateTime, LargeBinary, MetaData, String, Table, Uuid, insert
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

URL = "OVOP_FLOOR_URL"
"""Variable with the SQLAlchemy URL of the floor's own database."""

metadata = MetaData()
proposal = Table(
    "proposal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("product_name", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
entry = Table(
    "entry",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("proposal_id", Uuid, nullable=False),
    Column("type", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


class Proposal(msgspec.Struct, forbid_unknown_fields=True):
    """What the floor is sent."""

    product_name: str
    answers: dict[str, Any]


class Stored(msgspec.Struct):
    """What the floor answers."""

    id: UUID
    sha256: str


@post("/proposals", status_code=200)
async def store_proposal(request: Request[None, None, State]) -> Response[bytes]:
    """Decode, two INSERTs in one transaction, encode."""
    sent = msgspec.json.decode(await request.body(), type=Proposal)
    engine: AsyncEngine = request.app.state.engine
    content = msgspec.json.encode(sent.answers)
    stored = Stored(id=uuid4(), sha256=sha256(content).hexdigest())
    now = datetime.now(UTC)
    row = {
        "id": stored.id,
        "product_name": sent.product_name,
        "content": content,
        "sha256": stored.sha256,
        "created_at": now,
    }
    async with engine.begin() as connection:
        await connection.execute(insert(proposal), row)
        await connection.execute(
            insert(entry), {"id": uuid4(), "proposal_id": stored.id, "type": "stored", "at": now}
        )
    return Response(msgspec.json.encode(stored), media_type="application/json")


def application() -> Litestar:
    """The floor's application, made from the environment."""
    app = Litestar([store_proposal], openapi_config=None, logging_config=None)
    app.state.engine = create_async_engine(os.environ[URL], pool_size=10)
    return app
