"""The process beside the server: it turns events into e-mail, delivers copies that waited for their office, and sweeps stray files."""

import signal
from datetime import datetime, timedelta

import anyio
import structlog
from sqlalchemy import delete
from structlog.typing import FilteringBoundLogger

from ovop.approvals.copies import deliver_due_copies
from ovop.clock import Clock
from ovop.database import Database
from ovop.files import FileStore
from ovop.notices.mail import Mailer
from ovop.notices.service import backlog, plan_notices, send_notices
from ovop.settings import Settings
from ovop.submissions.attaching import sweep_orphans
from ovop.submissions.models import IdempotencyKey
from ovop.submissions.resumable import sweep_uploads
from ovop.visibility import SYSTEM

PAUSE_SECONDS = 2.0
PLANNED_AT_ONCE = 200
SENT_AT_ONCE = 5
"""Small, so that a worker that is told to stop does so after a few messages."""
TIDIED_EVERY = timedelta(minutes=10)
KEYS_KEPT = timedelta(days=7)
"""How long the answer to a command is kept for a client that sends it again."""

log: FilteringBoundLogger = structlog.get_logger("ovop.worker")


async def work(
    *,
    database: Database,
    settings: Settings,
    store: FileStore,
    clock: Clock,
    stop: anyio.Event,
    once: bool = False,
) -> None:
    """Work until `stop` is set, or until everything that is due is done (`once`).

    Any number of workers may run on PostgreSQL, one on SQLite. An error ends the round and is logged; with `once` it is raised.
    """
    mailer = Mailer(settings)
    if not mailer.is_configured:
        log.warning("mail_not_configured", remedy="set OVOP_SMTP_HOST; notices stay pending until then")
    tidied_at: datetime | None = None
    log.info("worker_started", mail=mailer.is_configured)
    while not stop.is_set():
        try:
            await _plan(database, clock, stop)
            if mailer.is_configured:
                await _send(database, mailer, clock, stop)
            if not stop.is_set() and (tidied_at is None or clock() - tidied_at >= TIDIED_EVERY):
                tidied_at = clock()
                await _tidy(database, store, mailer, clock)
        # Whatever is wrong (database, file store), it may be right again in two seconds, and nobody else sends what waits.
        except Exception as error:
            if once:
                raise
            log.error("round_failed", error=type(error).__name__, exc_info=True)
        if once:
            break
        with anyio.move_on_after(PAUSE_SECONDS):
            await stop.wait()
    log.info("worker_stopped")


async def work_until_told(
    *, database: Database, settings: Settings, store: FileStore, clock: Clock, once: bool = False
) -> None:
    """`work`, ended by SIGTERM or SIGINT after the message that is being sent."""
    stop = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_listen, stop)
        await work(database=database, settings=settings, store=store, clock=clock, stop=stop, once=once)
        tasks.cancel_scope.cancel()


async def _listen(stop: anyio.Event) -> None:
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for received in signals:
            log.info("worker_stopping", signal=received.name)
            stop.set()


async def _plan(database: Database, clock: Clock, stop: anyio.Event) -> None:
    handled = PLANNED_AT_ONCE
    while handled == PLANNED_AT_ONCE and not stop.is_set():
        async with database.transaction(actor=SYSTEM) as session:
            handled = await plan_notices(session, at=clock(), limit=PLANNED_AT_ONCE)
        if handled:
            log.info("notices_planned", events=handled)


async def _send(database: Database, mailer: Mailer, clock: Clock, stop: anyio.Event) -> None:
    while not stop.is_set():
        outcome = await send_notices(database, mailer=mailer, at=clock(), limit=SENT_AT_ONCE)
        if outcome.sent:
            log.info("notices_sent", count=outcome.sent)
        for failure in outcome.failures:
            say = log.error if failure.given_up else log.warning
            say(
                "notice_given_up" if failure.given_up else "notice_failed",
                notice=str(failure.notice_id),
                attempts=failure.attempts,
                error=failure.error,
            )
        if outcome.stopped or outcome.attempts < SENT_AT_ONCE:
            return


async def _tidy(database: Database, store: FileStore, mailer: Mailer, clock: Clock) -> None:
    """What need not happen every two seconds."""
    async with database.transaction(actor=SYSTEM) as session:
        delivered = await deliver_due_copies(session, at=clock())
    async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
        removed = await sweep_orphans(session, store=store, at=clock())
        removed += await sweep_uploads(store, at=clock())
        waiting = await backlog(session)
    async with database.transaction(actor=SYSTEM) as session:
        old = delete(IdempotencyKey).where(IdempotencyKey.created_at < clock() - KEYS_KEPT)
        await session.execute(old)
    log.info(
        "tidied",
        copies_delivered=delivered,
        files_removed=removed,
        notices_pending=waiting.pending,
        notices_failed=waiting.failed,
        mail=mailer.is_configured,
    )
