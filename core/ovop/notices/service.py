"""Use cases of notices: plan them from the event log, send what is due, and show what failed.

Planning and sending are apart, and neither is in the transaction of the event: a notice that is written down is sent at least once,
whatever dies in between, and always under the same message id.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import anyio
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta
from ovop.database import Database
from ovop.events import Event
from ovop.identities.actor import Act
from ovop.identities.enums import Permission
from ovop.notices.letters import write_letter
from ovop.notices.mail import Mailer, stops_all
from ovop.notices.models import HandledEvent, Notice, NoticeCursor
from ovop.notices.occasions import load_facts, load_occasion
from ovop.notices.recipients import name_at, recipients_of
from ovop.notices.rules import MOST_ATTEMPTS, RULES, SETTLED_AFTER, pause_after
from ovop.visibility import SYSTEM

CURSOR = "mail"
UNFINISHED = "The attempt did not end: the worker stopped before the mail server answered, or before that was written down."


class Failure(Struct, frozen=True, kw_only=True):
    """An attempt that failed; `given_up` when it was the last one."""

    notice_id: UUID
    attempts: int
    error: str
    stops_all: bool

    @property
    def given_up(self) -> bool:
        """Whether a person has to look at it now."""
        return self.attempts >= MOST_ATTEMPTS


class Outcome(Struct, frozen=True, kw_only=True):
    """What a round of sending came to."""

    sent: int
    failures: tuple[Failure, ...]

    @property
    def attempts(self) -> int:
        """How many notices were tried."""
        return self.sent + len(self.failures)

    @property
    def stopped(self) -> bool:
        """Whether the round ended early: the mail server is away or takes nothing from us."""
        return any(failure.stops_all for failure in self.failures)


class Backlog(Struct, frozen=True, kw_only=True):
    """How many notices wait, and how many were given up after the last attempt."""

    pending: int
    failed: int


async def plan_notices(session: AsyncSession, *, at: datetime, limit: int) -> int:
    """Turn up to `limit` new events into notices; returns how many events were handled.

    An event may become visible after one with a higher number, so events beyond the cursor are remembered one by one, and the cursor
    follows once they are old enough (`SETTLED_AFTER`). Only one process plans at a time: another one gets 0.
    """
    cursor = await _take_cursor(session)
    if cursor is None:
        return 0
    events = (await session.scalars(_new_events(cursor).limit(limit))).all()
    for event in events:
        await _plan(session, event, at)
        session.add(HandledEvent(event_id=event.id))
    await session.flush()
    await _move_cursor(session, cursor, at)
    return len(events)


async def send_notices(database: Database, *, mailer: Mailer, at: datetime, limit: int) -> Outcome:
    """Send up to `limit` due notices, one after the other; ends early when the mail server is away or takes nothing from us.

    A notice is claimed by putting off its next attempt, in a transaction of its own: no lock is held while the mail server is asked,
    several workers do not send the same one, and a worker that dies leaves it to be tried again.
    """
    started = anyio.current_time()
    sent = 0
    failures: list[Failure] = []
    while sent + len(failures) < limit:
        now = at + timedelta(seconds=anyio.current_time() - started)
        notice = await _claim(database, now)
        if notice is None:
            break
        failure = await _attempt(database, notice, mailer, now)
        if failure is None:
            sent += 1
            continue
        failures.append(failure)
        if failure.stops_all:
            break
    return Outcome(sent=sent, failures=tuple(failures))


async def backlog(session: AsyncSession) -> Backlog:
    """How much waits and how much failed for good."""
    given_up = func.count().filter(Notice.attempts >= MOST_ATTEMPTS)
    waiting, failed = (
        await session.execute(
            select(func.count(), given_up).select_from(Notice).where(Notice.sent_at.is_(None))
        )
    ).one()
    return Backlog(pending=waiting - failed, failed=failed)


async def list_failed(
    session: AsyncSession, *, act: Act, after: UUID | None, limit: int
) -> tuple[Backlog, Sequence[tuple[Notice, str]]]:
    """The backlog, and the notices that were given up with the type of their event, oldest first, one more than asked for."""
    act.actor.require(Permission.AUDIT_READ)
    query = (
        select(Notice, Event.type)
        .join(Event, Event.uid == Notice.event_uid)
        .where(Notice.sent_at.is_(None), Notice.attempts >= MOST_ATTEMPTS)
        .order_by(Notice.id)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(Notice.id > after)
    rows = [(notice, event_type) for notice, event_type in await session.execute(query)]
    return await backlog(session), rows


async def _take_cursor(session: AsyncSession) -> NoticeCursor | None:
    """The cursor, locked until the transaction ends; nothing while another process has it."""
    query = select(NoticeCursor).where(NoticeCursor.name == CURSOR).with_for_update(skip_locked=True)
    if cursor := await session.scalar(query):
        return cursor
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(insert(NoticeCursor).values(name=CURSOR, event_id=0).on_conflict_do_nothing())
    return await session.scalar(query)


def _unhandled() -> ColumnElement[bool]:
    return ~select(HandledEvent).where(HandledEvent.event_id == Event.id).exists()


def _new_events(cursor: NoticeCursor) -> Select[Event]:
    return select(Event).where(Event.id > cursor.event_id, _unhandled()).order_by(Event.id)


async def _plan(session: AsyncSession, event: Event, at: datetime) -> None:
    if event.type not in RULES:
        return
    occasion = await load_occasion(session, event)
    addressed = await recipients_of(session, occasion, today=day_in_jakarta(at))
    for one in addressed:
        session.add(
            Notice(
                event_uid=event.uid,
                recipient=one.recipient.address,
                language=one.recipient.language,
                template=one.template,
                created_at=at,
                next_try_at=at,
            )
        )


async def _move_cursor(session: AsyncSession, cursor: NoticeCursor, at: datetime) -> None:
    """Let the cursor pass every handled event that is old enough and has no other kind before it, and forget the rows behind it."""
    stop = await session.scalar(
        select(func.min(Event.id)).where(
            Event.id > cursor.event_id, or_(Event.at > at - SETTLED_AFTER, _unhandled())
        )
    )
    passed = select(func.max(HandledEvent.event_id))
    if stop is not None:
        passed = passed.where(HandledEvent.event_id < stop)
    settled = await session.scalar(passed)
    if settled is None or settled <= cursor.event_id:
        return
    cursor.event_id = settled
    await session.flush()
    await session.execute(delete(HandledEvent).where(HandledEvent.event_id <= settled))


async def _claim(database: Database, now: datetime) -> Notice | None:
    """The next due notice, its next attempt put off already, so that it is nobody else's for that long."""
    async with database.transaction(actor=SYSTEM) as session:
        notice = await session.scalar(
            select(Notice)
            .where(Notice.sent_at.is_(None), Notice.next_try_at <= now, Notice.attempts < MOST_ATTEMPTS)
            .order_by(Notice.next_try_at, Notice.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if notice is not None:
            notice.attempts += 1
            notice.next_try_at = now + pause_after(notice.attempts)
            notice.last_error = UNFINISHED
        return notice


async def _attempt(database: Database, notice: Notice, mailer: Mailer, now: datetime) -> Failure | None:
    try:
        message = await _compose(database, notice, mailer, now)
        await mailer.send(message)
    # Whatever is wrong with this one (an address, a server, a template), the notices behind it still have to go out.
    except Exception as error:
        explained = mailer.explain(error)
        await _record(database, notice.id, sent_at=None, last_error=explained)
        return Failure(
            notice_id=notice.id,
            attempts=notice.attempts,
            error=explained,
            stops_all=stops_all(error),
        )
    await _record(database, notice.id, sent_at=now, last_error=None)
    return None


async def _compose(database: Database, notice: Notice, mailer: Mailer, now: datetime) -> EmailMessage:
    async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
        event = await session.scalar(select(Event).where(Event.uid == notice.event_uid))
        if event is None:
            raise LookupError(f"event {notice.event_uid}")
        facts = await load_facts(session, await load_occasion(session, event))
        name = await name_at(session, notice.recipient)
    letter = write_letter(
        notice.template, language=notice.language, name=name, facts=facts, public_url=mailer.public_url
    )
    return mailer.compose(
        letter, notice_id=notice.id, recipient=notice.recipient, language=notice.language, at=now
    )


async def _record(
    database: Database, notice_id: UUID, *, sent_at: datetime | None, last_error: str | None
) -> None:
    async with database.transaction(actor=SYSTEM) as session:
        await session.execute(
            update(Notice).where(Notice.id == notice_id).values(sent_at=sent_at, last_error=last_error)
        )
