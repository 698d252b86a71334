"""The log is a chain: whatever is altered, removed or moved is named; and the database refuses to do it in the first place."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.database import Database, new_id
from ovop.events import GENESIS, By, ChainFault, Event, append, event_hash, verify
from ovop.migrations import exclusive_transaction
from ovop.visibility import SYSTEM
from tests.databases import Run

AT = datetime(2026, 3, 2, 8, 30, 15, 123456, UTC)


async def write(database: Database, *, stream: str = "cycle/1", count: int = 4) -> None:
    async with database.transaction(actor=SYSTEM) as session:
        for number in range(1, count + 1):
            at = AT + timedelta(seconds=number)
            await append(session, stream=stream, type="counted", at=at, by=By(), payload={"number": number})


async def tamper(database: Database, *statements: str) -> None:
    """Do what the triggers and the references are there to prevent, as somebody with all rights on the database could."""
    free = {
        "sqlite": ["drop trigger event_refuses_update", "drop trigger event_refuses_delete"],
        "postgresql": ["set local session_replication_role = replica"],  # neither triggers nor references
    }
    async with exclusive_transaction(database) as connection:  # SQLite: without references
        for statement in (*free[database.engine.dialect.name], *statements):
            await connection.exec_driver_sql(statement)


async def faults(database: Database, *, stream: str | None = None) -> list[tuple[str, int, str]]:
    async with database.session(read_only=True, actor=SYSTEM) as session:
        found = [fault async for fault in verify(session, stream=stream) if isinstance(fault, ChainFault)]
    return [(fault.stream, fault.position, fault.fault) for fault in found]


async def checked(database: Database) -> int:
    async with database.session(read_only=True, actor=SYSTEM) as session:
        return [step async for step in verify(session) if isinstance(step, int)][-1]


async def stored(session: AsyncSession, stream: str = "cycle/1") -> Sequence[Event]:
    return (await session.scalars(select(Event).where(Event.stream == stream).order_by(Event.id))).all()


def test_append_keeps_what_it_was_given(database: Database, run: Run) -> None:
    person, office, lender, submission = new_id(), new_id(), new_id(), new_id()
    by = By(person_id=person, role="verifier", office_id=office, on_behalf_of=lender)

    async def main() -> None:
        async with database.transaction(actor=SYSTEM) as session:
            await append(
                session,
                stream=f"submission/{submission}",
                type="submission_verified",
                at=AT,
                by=by,
                payload={"b": [1, "dua"], "a": None},
                submission_id=submission,
                reason="Lengkap",
            )
        async with database.session(read_only=True, actor=SYSTEM) as session:
            (event,) = await stored(session, f"submission/{submission}")
        assert (event.position, event.type, event.at) == (1, "submission_verified", AT)
        assert (event.actor_id, event.role, event.office_id) == (person, "verifier", office)
        assert (event.on_behalf_of, event.submission_id, event.reason) == (lender, submission, "Lengkap")
        assert event.payload == '{"a":null,"b":[1,"dua"]}'
        assert event.content() == {"a": None, "b": [1, "dua"]}
        assert event.previous_hash == GENESIS

    run(main())


def test_each_event_carries_the_hash_before_it(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        async with database.session(read_only=True, actor=SYSTEM) as session:
            events = await stored(session)
        assert [event.position for event in events] == [1, 2, 3, 4]
        assert [event.previous_hash for event in events] == [GENESIS, *(event.hash for event in events[:-1])]

    run(main())


def test_verify_finds_nothing_in_an_untouched_log(database: Database, run: Run) -> None:
    async def main() -> None:
        for stream in ("cycle/1", "cycle/2", "submission/1"):
            await write(database, stream=stream)
        assert await faults(database) == []
        assert await checked(database) == 12

    run(main())


def test_verify_accepts_an_instant_given_in_another_zone(database: Database, run: Run) -> None:
    jakarta = AT.astimezone(timezone(timedelta(hours=7)))

    async def main() -> None:
        async with database.transaction(actor=SYSTEM) as session:
            await append(session, stream="cycle/1", type="opened", at=jakarta, by=By())
        assert await faults(database) == []

    run(main())


def test_append_refuses_an_instant_without_zone(database: Database, run: Run) -> None:
    async def main() -> None:
        async with database.transaction(actor=SYSTEM) as session:
            await append(session, stream="cycle/1", type="opened", at=AT.replace(tzinfo=None), by=By())

    with pytest.raises(Exception, match="an instant needs a time zone"):
        run(main())


def test_a_rolled_back_append_leaves_no_gap(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database, count=2)
        async with database.session(actor=SYSTEM) as session:
            await append(session, stream="cycle/1", type="counted", at=AT, by=By())
            await session.rollback()
        await write(database, count=2)
        assert await faults(database) == []
        assert await checked(database) == 4

    run(main())


ID = "'00000000-0000-0000-0000-000000000001'"
ALTERED = {
    "type": "'forged'",
    "at": "'2020-01-01 00:00:00+00:00'",
    "actor_id": ID,
    "role": "'auditor'",
    "office_id": ID,
    "on_behalf_of": ID,
    "submission_id": ID,
    "reason": "'forged'",
    "payload": """'{"number":9}'""",
    "uid": ID,
}


@pytest.mark.parametrize("column", ALTERED)
def test_verify_names_an_altered_row(database: Database, run: Run, column: str) -> None:
    value = ALTERED[column]
    if database.engine.dialect.name == "sqlite":
        value = value.replace("-0000-0000-0000-", "0" * 12).replace("+00:00", ".000000")

    async def main() -> None:
        await write(database)
        await write(database, stream="cycle/2")
        await tamper(
            database, f"update event set {column} = {value} where stream = 'cycle/1' and position = 2"
        )
        assert await faults(database) == [("cycle/1", 2, "its content was altered")]

    run(main())


def test_verify_names_a_row_whose_hash_was_forged_to_fit(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        async with database.session(read_only=True, actor=SYSTEM) as session:
            second = (await stored(session))[1]
        second.payload = '{"number":9}'
        values = f"payload = '{second.payload}', hash = '{event_hash(second)}'"
        await tamper(database, f"update event set {values} where position = 2")
        assert await faults(database) == [("cycle/1", 3, "it does not follow the event before it")]

    run(main())


def test_verify_names_a_row_removed_in_the_middle(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        await tamper(database, "delete from event where position = 2")
        assert await faults(database) == [("cycle/1", 3, "events 2 to 2 are missing before this one")]

    run(main())


def test_verify_names_a_removed_start(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        await tamper(database, "delete from event where position < 3")
        assert await faults(database) == [("cycle/1", 3, "events 1 to 2 are missing before this one")]

    run(main())


def test_verify_names_a_removed_tail(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        await tamper(database, "delete from event where position > 2")
        assert await faults(database) == [("cycle/1", 3, "events 3 to 4 are missing at the end")]

    run(main())


def test_verify_names_a_stream_without_any_event_left(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        await write(database, stream="cycle/2")
        await tamper(database, "delete from event where stream = 'cycle/1'")
        assert await faults(database) == [("cycle/1", 1, "events 1 to 4 are missing at the end")]

    run(main())


def test_verify_names_a_removed_tail_whose_length_was_forged(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        await tamper(database, "delete from event where position > 2", "update event_stream set length = 2")
        expected = "the last event is not the one that was written last"
        assert await faults(database) == [("cycle/1", 2, expected)]

    run(main())


def test_verify_names_an_event_added_past_the_record(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        async with database.session(read_only=True, actor=SYSTEM) as session:
            last = (await stored(session))[-1]
        last.uid, last.position, last.previous_hash = new_id(), 5, last.hash
        uid = last.uid if database.engine.dialect.name == "postgresql" else last.uid.hex
        columns = "stream, type, at, role, payload"
        await tamper(
            database,
            f"insert into event ({columns}, uid, position, previous_hash, hash) "
            f"select {columns}, '{uid}', 5, '{last.previous_hash}', '{event_hash(last)}' "
            "from event where position = 4",
        )
        expected = "events 5 to 5 were added past the record of this stream"
        assert await faults(database) == [("cycle/1", 5, expected)]

    run(main())


def test_verify_takes_no_offence_at_events_written_meanwhile(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        # A walk reads the records first: what comes between that and the events is written here by another session.
        async with database.session(read_only=True, actor=SYSTEM) as session:
            reading = session.execute

            async def execute(*args: Any, **kwargs: Any) -> Any:
                result = await reading(*args, **kwargs)
                session.execute = reading  # type: ignore[method-assign]  # once is enough
                await write(database, count=2)
                await write(database, stream="cycle/2")
                return result

            session.execute = execute  # type: ignore[method-assign]
            steps = [step async for step in verify(session)]
        assert [step for step in steps if isinstance(step, ChainFault)] == []

    run(main())


def test_verify_names_a_stream_whose_length_was_removed(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        await tamper(database, "delete from event_stream")
        expected = "the record of how long this stream is was removed"
        assert await faults(database) == [("cycle/1", 4, expected)]

    run(main())


def test_verify_names_two_swapped_rows(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        moves = [(2, -1), (3, 2), (-1, 3)]
        await tamper(
            database, *(f"update event set position = {new} where position = {old}" for old, new in moves)
        )
        found = await faults(database)
        assert {position for _, position, _ in found} == {2, 3, 4}
        assert ("cycle/1", 2, "its content was altered") in found
        assert ("cycle/1", 3, "its content was altered") in found
        assert ("cycle/1", 3, "it was written before its predecessor: the order was changed") in found

    run(main())


def test_verify_names_two_rows_that_changed_their_place_in_the_log(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        async with database.session(read_only=True, actor=SYSTEM) as session:
            second, third = (await stored(session))[1:3]
        moves = [(second.id, -1), (third.id, second.id), (-1, third.id)]
        await tamper(database, *(f"update event set id = {new} where id = {old}" for old, new in moves))
        expected = "it was written before its predecessor: the order was changed"
        assert await faults(database) == [("cycle/1", 3, expected)]

    run(main())


def test_verify_of_one_stream_looks_at_that_stream_only(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        await write(database, stream="cycle/2")
        await tamper(database, "delete from event where position > 2")
        found = await faults(database, stream="cycle/2")
        assert found == [("cycle/2", 3, "events 3 to 4 are missing at the end")]

    run(main())


@pytest.mark.parametrize("statement", ["update event set reason = 'x'", "delete from event"])
def test_database_refuses_to_change_the_log(database: Database, run: Run, statement: str) -> None:
    async def main() -> None:
        await write(database)
        async with database.engine.begin() as connection:
            await connection.execute(text(statement))

    with pytest.raises(DBAPIError, match="rows of event are never changed or removed"):
        run(main())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_database_refuses_to_replace_an_event(database: Database, run: Run) -> None:
    async def main() -> None:
        await write(database)
        async with database.engine.begin() as connection:
            await connection.execute(text("insert or replace into event select * from event where id = 1"))

    with pytest.raises(DBAPIError, match="rows of event are never changed or removed"):
        run(main())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_database_refuses_to_empty_the_log(database: Database, run: Run) -> None:
    async def main() -> None:
        async with database.engine.begin() as connection:
            await connection.execute(text("truncate event cascade"))

    with pytest.raises(DBAPIError, match="rows of event are never changed or removed"):
        run(main())


def test_writers_to_one_stream_at_once_get_a_position_each(database: Database, run: Run) -> None:
    async def one(number: int) -> int:
        async with database.transaction(actor=SYSTEM) as session:
            event = await append(
                session, stream="cycle/1", type="counted", at=AT, by=By(), payload={"number": number}
            )
            await asyncio.sleep(0.002)
            return event.position

    async def main() -> None:
        positions: list[int] = await asyncio.gather(*(one(number) for number in range(24)))
        assert sorted(positions) == list(range(1, 25))
        assert await faults(database) == []
        assert await checked(database) == 24

    run(main())
