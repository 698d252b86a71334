"""The append-only log: history, audit trail and outbox in one table.

Each stream (`submission/<id>`, `cycle/<id>`, …) is a hash chain: an event's hash covers its content and the hash before it. The stream's
length and last hash stand in `event_stream`, so that a removed tail is found as well. Rows are never changed: the database refuses it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ovop.database import Base, insert_for, new_id, table_of

GENESIS = "0" * 64


class EventStream(Base):
    """Length and last hash of one chain."""

    __tablename__ = "event_stream"

    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    length: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))


_STREAMS = table_of(EventStream)


class Event(Base):
    """One thing that happened. `payload` is canonical JSON text; `id` grows in the order of writing."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("stream", "position"),
        Index(None, "submission_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    uid: Mapped[UUID] = mapped_column(default=new_id, unique=True)
    stream: Mapped[str] = mapped_column(ForeignKey("event_stream.stream"))
    position: Mapped[int]
    type: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    role: Mapped[str] = mapped_column(String(40))
    office_id: Mapped[UUID | None]
    on_behalf_of: Mapped[UUID | None]
    submission_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    payload: Mapped[str]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    def content(self) -> Mapping[str, object]:
        """The payload as data."""
        return msgspec.json.decode(self.payload, type=dict[str, object])


class By(msgspec.Struct, frozen=True, kw_only=True):
    """Who did it: the person, in which role, for which office, and for whom when a delegation was used; nobody for the system itself."""

    person_id: UUID | None = None
    role: str = "system"
    office_id: UUID | None = None
    on_behalf_of: UUID | None = None


def event_hash(event: Event) -> str:
    """SHA-256 over the canonical JSON of an event's content and the hash before it."""
    content = (
        str(event.uid),
        event.stream,
        event.position,
        event.type,
        event.at.astimezone(UTC),
        event.actor_id,
        event.role,
        event.office_id,
        event.on_behalf_of,
        event.submission_id,
        event.reason,
        event.payload,
        event.previous_hash,
    )
    return sha256(msgspec.json.encode(content)).hexdigest()


async def append(
    session: AsyncSession,
    *,
    stream: str,
    type: str,
    at: datetime,
    by: By,
    payload: Mapping[str, object] | None = None,
    submission_id: UUID | None = None,
    reason: str | None = None,
) -> Event:
    """Add one event to the end of its stream, in the caller's transaction; writers to the same stream wait for each other."""
    connection = await session.connection()
    position, previous = await _advance(connection, stream)
    event = Event(
        uid=new_id(),
        stream=stream,
        position=position,
        type=type,
        at=at,
        actor_id=by.person_id,
        role=by.role,
        office_id=by.office_id,
        on_behalf_of=by.on_behalf_of,
        submission_id=submission_id,
        reason=reason,
        payload=msgspec.json.encode(payload or {}, order="sorted").decode(),
        previous_hash=previous,
    )
    event.hash = event_hash(event)
    session.add(event)
    await session.flush()
    await connection.execute(_STREAMS.update().where(_STREAMS.c.stream == stream).values(head=event.hash))
    return event


async def _advance(connection: AsyncConnection, stream: str) -> tuple[int, str]:
    """Take the next position of a stream and lock it until the transaction ends; returns (position, hash before it)."""
    claim = (
        insert_for(connection)(_STREAMS)
        .values(stream=stream, length=1, head=GENESIS)
        .on_conflict_do_update(index_elements=["stream"], set_={"length": _STREAMS.c.length + 1})
        .returning(_STREAMS.c.length, _STREAMS.c.head)
    )
    length, head = (await connection.execute(claim)).one()
    return length, head


class ChainFault(msgspec.Struct, frozen=True, kw_only=True):
    """One break in the log: which stream, which position, and what is wrong with it."""

    stream: str
    position: int
    event_id: int | None
    fault: str


async def verify(session: AsyncSession, *, stream: str | None = None) -> AsyncIterator[ChainFault | int]:
    """Walk all chains (or one) and yield every fault; between them, the running number of events checked.

    Events that are written meanwhile are no fault. What only a copy elsewhere can show: a tail that was removed together with its record.
    """
    before = await _heads(session, stream)
    walks: dict[str, _Walk] = {}
    checked = 0
    # What the database holds now counts, not what the session may have read before.
    query = select(Event).execution_options(yield_per=1000, populate_existing=True)
    if stream is not None:
        query = query.where(Event.stream == stream)
    async for event in await session.stream_scalars(query.order_by(Event.stream, Event.position)):
        walk = walks.setdefault(event.stream, _Walk())
        for fault in _faults(event, walk):
            yield ChainFault(stream=event.stream, position=event.position, event_id=event.id, fault=fault)
        walk.position, walk.hash, walk.event_id = event.position, event.hash, event.id
        if event.stream in before and event.position == before[event.stream][0]:
            walk.hash_at_head = event.hash
        checked += 1
        if checked % 1000 == 0:
            yield checked
    after = await _heads(session, stream)
    for name in sorted(before.keys() | walks.keys()):
        if broken := _tail_fault(walks.get(name, _Walk()), before.get(name), after.get(name)):
            position, fault = broken
            yield ChainFault(stream=name, position=position, event_id=None, fault=fault)
    yield checked


async def _heads(session: AsyncSession, stream: str | None) -> dict[str, tuple[int, str]]:
    query = select(EventStream.stream, EventStream.length, EventStream.head)
    if stream is not None:
        query = query.where(EventStream.stream == stream)
    return {name: (length, head) for name, length, head in await session.execute(query)}


class _Walk(msgspec.Struct):
    """How far one chain was walked, and the hash found where its record, read before the walk, said that it ended."""

    position: int = 0
    hash: str = GENESIS
    event_id: int = 0
    hash_at_head: str = ""


def _tail_fault(
    walk: _Walk, before: tuple[int, str] | None, after: tuple[int, str] | None
) -> tuple[int, str] | None:
    """What a chain's end has against its record (length and last hash) as it stood before and after the walk: position and fault."""
    if after is None:
        return walk.position, "the record of how long this stream is was removed"
    if before is not None and walk.position < before[0]:
        return walk.position + 1, f"events {walk.position + 1} to {before[0]} are missing at the end"
    if before is not None and walk.hash_at_head != before[1]:
        return before[0], "the last event is not the one that was written last"
    if walk.position > after[0]:
        return after[
            0
        ] + 1, f"events {after[0] + 1} to {walk.position} were added past the record of this stream"
    return None


def _faults(event: Event, walk: _Walk) -> Sequence[str]:
    faults = []
    if event.position != walk.position + 1:
        faults.append(f"events {walk.position + 1} to {event.position - 1} are missing before this one")
    elif event.previous_hash != walk.hash:
        faults.append("it does not follow the event before it")
    if event_hash(event) != event.hash:
        faults.append("its content was altered")
    if event.id < walk.event_id:
        faults.append("it was written before its predecessor: the order was changed")
    return faults
