"""The worker as a real process with a real mail server, also when it is killed at the worst moment."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import anyio
import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from ovop.clock import utc_now
from ovop.database import Database
from ovop.files import make_store
from ovop.notices.models import Notice
from ovop.notices.service import plan_notices
from ovop.notices.worker import work
from ovop.settings import Settings
from ovop.visibility import SYSTEM
from tests.core.notices.scene import build, take
from tests.databases import Run
from tests.servers import Mailbox, free_ports

SCRIPT = Path(__file__).with_name("worker_process.py")
SUBMITTED = {"dinas@pekalongan.example", "satu@kenanga.example", "two@kenanga.example"}
OPENED = {"dinas@pekalongan.example", "dinas@surakarta.example"}


class Killer(Mailbox):
    """A mail server that takes a message and kills its sender before the answer; then it behaves."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: int | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = None
        return answer


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[None]:
    (mailbox.port,) = free_ports(1)
    controller = Controller(mailbox, hostname=mailbox.host, port=mailbox.port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def environment(url: str, mailbox: Mailbox, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "OVOP_DATA": str(folder),
        "OVOP_DATABASE_URL": url,
        "OVOP_SMTP_HOST": mailbox.host,
        "OVOP_SMTP_PORT": str(mailbox.port),
    }


def start(variables: dict[str, str], *arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.Popen(command, env=variables, stderr=subprocess.PIPE)


async def submitted(database: Database) -> None:
    """One submission handed in just now; five notices to send."""
    scene = await build(database)
    await take(database, scene, "submit", at=utc_now())


async def unsent(database: Database) -> list[Notice]:
    async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
        return list(await session.scalars(select(Notice).where(Notice.sent_at.is_(None))))


def until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_worker_killed_between_send_and_mark_sends_again_under_the_same_id(
    database: Database, database_url: str, run: Run, tmp_path: Path
) -> None:
    killer = Killer()
    run(submitted(database))
    with serving(killer):
        variables = environment(database_url, killer, tmp_path)
        with start(variables, "0") as first:
            killer.victim = first.pid
            assert first.wait(timeout=30) == -signal.SIGKILL
        assert len(killer.messages) == 1
        assert len(run(unsent(database))) == 5
        with start(variables, "2", "once") as second:
            assert second.wait(timeout=30) == 0
    assert run(unsent(database)) == []
    ids = [message["Message-ID"] for message in killer.messages]
    assert len(ids) == 6
    assert ids.count(ids[0]) == 2
    assert len(set(ids)) == 5
    everybody = [str(message["To"]) for message in killer.messages[1:]]
    assert sorted(everybody) == sorted([*SUBMITTED, *OPENED])


def test_killed_attempt_is_not_repeated_at_once_by_another_worker(
    database: Database, database_url: str, run: Run, tmp_path: Path
) -> None:
    killer = Killer()
    run(submitted(database))
    with serving(killer):
        variables = environment(database_url, killer, tmp_path)
        with start(variables, "0") as first:
            killer.victim = first.pid
            first.wait(timeout=30)
        with start(variables, "0", "once") as second:
            assert second.wait(timeout=30) == 0
    (interrupted,) = run(unsent(database))
    assert killer.messages[0]["Message-ID"].startswith(f"<{interrupted.id}@")
    assert interrupted.last_error is not None
    assert interrupted.last_error.startswith("The attempt did not end")
    assert len(killer.messages) == 5


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_worker_sends_what_is_due_and_stops_when_told(
    database: Database, database_url: str, run: Run, tmp_path: Path, mailbox: Mailbox, number: signal.Signals
) -> None:
    run(submitted(database))
    with start(environment(database_url, mailbox, tmp_path), "0") as process:
        until(lambda: len(mailbox.messages) == 5)
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        lines = [msgspec.json.decode(line) for line in process.stderr.read().splitlines()]
    events = [line["event"] for line in lines]
    assert events[0] == "worker_started"
    assert events[-1] == "worker_stopped"
    assert [line["signal"] for line in lines if line["event"] == "worker_stopping"] == [number.name]
    assert sum(line["count"] for line in lines if line["event"] == "notices_sent") == 5
    assert "example" not in str(lines), "a log line names no address"
    assert run(unsent(database)) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_worker_processes_send_each_notice_once(
    database: Database, database_url: str, run: Run, tmp_path: Path, mailbox: Mailbox
) -> None:
    async def route() -> int:
        scene = await build(database)
        for action in ("submit", "return", "submit", "endorse", "verify", "select"):
            await take(database, scene, action, at=utc_now())
        async with database.transaction(actor=SYSTEM) as session:
            await plan_notices(session, at=utc_now(), limit=100)
        return len(await unsent(database))

    due = run(route())
    variables = environment(database_url, mailbox, tmp_path)
    with start(variables, "0", "once") as first, start(variables, "0", "once") as second:
        assert [first.wait(timeout=60), second.wait(timeout=60)] == [0, 0]
    ids = [message["Message-ID"] for message in mailbox.messages]
    assert len(ids) == len(set(ids)) == due
    assert run(unsent(database)) == []


def test_worker_without_a_mail_server_leaves_notices_pending(
    database: Database, run: Run, tmp_path: Path
) -> None:
    async def idle() -> list[Notice]:
        await submitted(database)
        settings = Settings(data=tmp_path)
        await work(
            database=database, settings=settings, store=make_store(settings), clock=utc_now, stop=anyio.Event(), once=True
        )  # fmt: skip
        return await unsent(database)

    assert [notice.attempts for notice in run(idle())] == [0] * 5


def test_worker_goes_on_after_a_round_that_failed(
    database: Database, run: Run, tmp_path: Path, mailbox: Mailbox
) -> None:
    async def recover() -> None:
        await submitted(database)
        failed = anyio.Event()
        stop = anyio.Event()

        def clock() -> datetime:
            if not failed.is_set():
                failed.set()
                raise OSError("the clock is away")
            return utc_now()

        settings = Settings(data=tmp_path, smtp_host=mailbox.host, smtp_port=mailbox.port)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(
                lambda: work(
                    database=database, settings=settings, store=make_store(settings), clock=clock, stop=stop
                )
            )
            with anyio.fail_after(20):
                while len(mailbox.messages) < 5:  # noqa: ASYNC110  the mail server runs in another thread
                    await anyio.sleep(0.05)
            stop.set()

    run(recover())
