"""Planning from the log and sending by a real mail server, on both databases."""

from datetime import timedelta
from uuid import UUID

import anyio
import pytest
from sqlalchemy import func, select, update

from ovop.database import Database
from ovop.errors import NotAllowed
from ovop.events import Event
from ovop.identities.actor import Act, Actor, Power
from ovop.identities.enums import Role
from ovop.notices.mail import Mailer
from ovop.notices.models import HandledEvent, Notice, NoticeCursor
from ovop.notices.rules import MOST_ATTEMPTS, SETTLED_AFTER
from ovop.notices.service import Backlog, Outcome, backlog, list_failed, plan_notices, send_notices
from ovop.settings import Settings
from ovop.submissions.models import Submission
from ovop.visibility import SYSTEM
from tests.core.notices.scene import NOON, build, happen, take
from tests.databases import Run
from tests.servers import Mailbox, free_ports

SUBMITTED = {"dinas@pekalongan.example", "satu@kenanga.example", "two@kenanga.example"}
"""Who is told that a submission was handed in."""


def mailer_for(mailbox: Mailbox) -> Mailer:
    settings = Settings(
        smtp_host=mailbox.host,
        smtp_port=mailbox.port,
        mail_from="OVOP <ovop@ovop.example>",
        public_url="https://ovop.example",
    )
    return Mailer(settings)


async def plan(database: Database, *, minutes: float = 0, limit: int = 100) -> int:
    async with database.transaction(actor=SYSTEM) as session:
        return await plan_notices(session, at=NOON + timedelta(minutes=minutes), limit=limit)


async def send(database: Database, mailer: Mailer, *, minutes: float = 0, limit: int = 100) -> Outcome:
    return await send_notices(database, mailer=mailer, at=NOON + timedelta(minutes=minutes), limit=limit)


async def notices(database: Database) -> list[Notice]:
    async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
        return list(await session.scalars(select(Notice).order_by(Notice.id)))


async def cursor(database: Database) -> tuple[int, int]:
    """Where the cursor stands, and how many handled events are remembered beyond it."""
    async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
        remembered = await session.scalar(select(func.count()).select_from(HandledEvent))
        return await session.scalar(select(NoticeCursor.event_id)) or 0, remembered or 0


async def submitted(database: Database) -> None:
    """A submission that was handed in, everything before it planned and nothing of that to be sent."""
    scene = await build(database)
    await plan(database)
    async with database.transaction(actor=SYSTEM) as session:
        await session.execute(update(Notice).values(sent_at=NOON))
    await take(database, scene, "submit")


def addressees(mailbox: Mailbox) -> list[str]:
    return [str(message["To"]) for message in mailbox.messages]


def test_notice_is_sent_once_to_each_recipient(database: Database, run: Run, mailbox: Mailbox) -> None:
    async def twice() -> None:
        await submitted(database)
        assert await plan(database) == 1
        assert await plan(database) == 0
        assert (await send(database, mailer_for(mailbox))).sent == 3
        assert (await send(database, mailer_for(mailbox), minutes=600)).sent == 0

    run(twice())
    assert sorted(addressees(mailbox)) == sorted(SUBMITTED)


def test_message_has_a_stable_id_and_says_that_a_program_wrote_it(
    database: Database, run: Run, mailbox: Mailbox
) -> None:
    async def once() -> dict[str, UUID]:
        await submitted(database)
        await plan(database)
        await send(database, mailer_for(mailbox))
        return {notice.recipient: notice.id for notice in await notices(database)}

    ids = run(once())
    message = next(m for m in mailbox.messages if m["To"] == "two@kenanga.example")
    assert message["Message-ID"] == f"<{ids['two@kenanga.example']}@ovop.example>"
    assert message["List-Id"] == "OVOP <notices.ovop.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "OVOP <ovop@ovop.example>"
    assert message["Content-Language"] == "en"
    assert message["Subject"] == "Submission received: OVOP-2026-BTK-3375-00001 (Batik Tulis Jlamprang)"
    body = message.get_content()
    assert body.startswith("Dear Producer Two,")
    assert "at the stage “Regency office review”" in body


def test_notices_wait_while_the_mail_server_is_down_and_none_is_lost(
    database: Database, run: Run, mailbox: Mailbox
) -> None:
    async def outage() -> None:
        await submitted(database)
        await plan(database)
        (port,) = free_ports(1)
        down = Mailer(Settings(smtp_host="127.0.0.1", smtp_port=port))
        outcome = await send(database, down)
        assert (outcome.sent, len(outcome.failures), outcome.stopped) == (0, 1, True)
        tried = [notice for notice in await notices(database) if notice.attempts]
        assert [(n.attempts, n.sent_at) for n in tried] == [(1, None)]
        assert tried[0].last_error is not None
        assert tried[0].last_error.startswith("SMTPConnectError: ")
        assert (await send(database, mailer_for(mailbox), minutes=0.5)).sent == 2
        assert (await send(database, mailer_for(mailbox), minutes=1.5)).sent == 1
        assert [n.last_error for n in await notices(database)] == [None] * 5

    run(outage())
    assert sorted(addressees(mailbox)) == sorted(SUBMITTED)


def test_refused_message_does_not_hold_up_the_others(database: Database, run: Run, mailbox: Mailbox) -> None:
    async def refused() -> None:
        await submitted(database)
        await plan(database)
        mailbox.refuse = "550 no such mailbox"
        outcome = await send(database, mailer_for(mailbox))
        assert (outcome.sent, len(outcome.failures), outcome.stopped) == (0, 3, False)
        assert {failure.error for failure in outcome.failures} == {"SMTPDataError: 550 no such mailbox"}
        mailbox.refuse = None
        assert (await send(database, mailer_for(mailbox), minutes=2)).sent == 3

    run(refused())
    assert len(mailbox.messages) == 3


def test_notice_that_always_fails_is_given_up_and_stays_visible(
    database: Database, run: Run, mailbox: Mailbox
) -> None:
    async def hopeless() -> None:
        await submitted(database)
        await plan(database)
        mailbox.refuse = "550 no such mailbox"
        days = 0
        while (outcome := await send(database, mailer_for(mailbox), minutes=days * 1440)).attempts:
            days += 1
            last = outcome
        assert days == MOST_ATTEMPTS
        assert all(failure.given_up for failure in last.failures)
        async with database.session(read_only=True, actor=auditor()) as session, session.begin():
            waiting, page = await list_failed(session, act=Act(actor=auditor(), at=NOON), after=None, limit=2)
            _, rest = await list_failed(
                session, act=Act(actor=auditor(), at=NOON), after=page[1][0].id, limit=2
            )
        assert waiting == Backlog(pending=0, failed=3)
        rows = [*page[:2], *rest]
        assert {notice.recipient for notice, _ in rows} == SUBMITTED
        assert {(n.last_error, kind) for n, kind in rows} == {
            ("SMTPDataError: 550 no such mailbox", "submission.submitted")
        }

    run(hopeless())


def auditor() -> Actor:
    return Actor(
        person_id=UUID(int=1), name="Auditor", powers=(Power(role=Role.AUDITOR, office_id=UUID(int=2)),)
    )


def test_failed_notices_are_refused_to_those_who_do_not_audit(database: Database, run: Run) -> None:
    async def asked() -> None:
        officer = Actor(
            person_id=UUID(int=1), name="Petugas", powers=(Power(role=Role.VERIFIER, office_id=UUID(int=2)),)
        )
        async with database.session(read_only=True, actor=officer) as session, session.begin():
            await list_failed(session, act=Act(actor=officer, at=NOON), after=None, limit=20)

    with pytest.raises(NotAllowed):
        run(asked())


def test_pending_notices_are_counted(database: Database, run: Run) -> None:
    async def count() -> Backlog:
        await submitted(database)
        await plan(database)
        async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
            return await backlog(session)

    assert run(count()) == Backlog(pending=3, failed=0)


def test_cursor_follows_when_events_are_old_enough(database: Database, run: Run) -> None:
    async def follow() -> None:
        scene = await build(database)
        await plan(database)
        assert await cursor(database) == (2, 0)
        await take(database, scene, "submit")
        await plan(database)
        assert await cursor(database) == (2, 1)
        settled = SETTLED_AFTER / timedelta(minutes=1)
        await plan(database, minutes=settled - 1)
        assert await cursor(database) == (2, 1)
        await plan(database, minutes=settled)
        assert await cursor(database) == (3, 0)
        assert len(await notices(database)) == 5

    run(follow())


def test_cursor_never_passes_events_that_a_limit_left_over(database: Database, run: Run) -> None:
    async def in_portions() -> None:
        scene = await build(database)
        for action in ("submit", "return", "submit"):
            await take(database, scene, action)
        handled = [await plan(database, minutes=60, limit=2) for _ in range(4)]
        assert handled == [2, 2, 1, 0]
        assert await cursor(database) == (5, 0)

    run(in_portions())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_event_that_becomes_visible_after_a_higher_one_is_not_skipped(database: Database, run: Run) -> None:
    async def out_of_order() -> None:
        scene = await build(database)
        await plan(database)
        async with database.session(actor=SYSTEM) as slow:
            submission = await slow.get_one(Submission, scene.submission)
            payload: dict[str, object] = {"from": "draft", "stage": "withdrawn"}
            first = await happen(slow, submission, "submission.withdrawn", payload=payload)
            async with database.transaction(actor=SYSTEM) as quick:
                second = Event(**other_stream(first))
                quick.add(second)
            assert first.id < second.id
            assert await plan(database, minutes=5) == 1
            await slow.commit()
        assert await plan(database, minutes=5) == 1
        planned = [n.event_uid for n in await notices(database) if n.template == "withdrawn"]
        assert set(planned) == {first.uid}
        assert len(planned) == 2

    run(out_of_order())


def other_stream(event: Event) -> dict[str, object]:
    """An event like another one, in a stream of its own."""
    columns = {c.key: getattr(event, c.key) for c in Event.__table__.columns}
    return {
        **columns,
        "id": None,
        "uid": UUID(int=7),
        "type": "person.renamed",
        "submission_id": None,
        "position": 9,
    }


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_send_each_notice_once(database: Database, run: Run, mailbox: Mailbox) -> None:
    async def side_by_side() -> None:
        scene = await build(database)
        for action in ("submit", "return", "submit", "endorse", "verify"):
            await take(database, scene, action)
        totals: list[int] = []

        async def worker() -> None:
            await plan(database)
            outcome = await send(database, mailer_for(mailbox))
            totals.append(outcome.sent)

        async with anyio.create_task_group() as tasks:
            for _ in range(2):
                tasks.start_soon(worker)
        await send(database, mailer_for(mailbox))
        assert all(totals)

    run(side_by_side())
    ids = [message["Message-ID"] for message in mailbox.messages]
    assert len(ids) == len(set(ids)) == len(run(notices(database)))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_second_planner_leaves_the_log_to_the_first(database: Database, run: Run) -> None:
    async def side_by_side() -> int:
        await build(database)
        await plan(database)
        async with database.transaction(actor=SYSTEM) as first:
            await plan_notices(first, at=NOON, limit=10)
            await first.flush()
            return await plan(database)

    assert run(side_by_side()) == 0


def test_login_to_the_mail_server_is_not_kept_in_the_error() -> None:
    mailer = Mailer(Settings(smtp_user="postman", smtp_password="hunter2"))
    explained = mailer.explain(ValueError("postman with\nhunter2 was refused" + "x" * 600))
    assert explained.startswith("ValueError: *** with *** was refusedxxx")
    assert len(explained) == 500
