"""The audit names every altered, removed or reordered row, and every table that contradicts the log."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.audit import AuditReport, audit
from ovop.database import Database
from ovop.visibility import SYSTEM
from tests.core.notices.scene import Scene, build, take
from tests.databases import Run

ROUTE = ("submit", "return", "submit", "endorse", "verify")
if TYPE_CHECKING:
    from tests.factories import World

EVENTS = 10
"""Of the whole route: two of the scene, five actions, two copies of which one is delivered at once."""


async def route(database: Database, actions: Sequence[str] = ROUTE) -> Scene:
    scene = await build(database)
    for action in actions:
        await take(database, scene, action)
    return scene


async def tamper(database: Database, *statements: str, **values: object) -> None:
    """Change rows behind the platform's back: as somebody would who owns the database, with its guards taken away."""
    async with database.transaction(actor=SYSTEM) as session:
        if database.engine.dialect.name == "postgresql":
            await session.execute(text("set local session_replication_role = replica"))
        else:
            await session.execute(text("pragma defer_foreign_keys = on"))
            for table in ("event", "revision", "frozen_definition"):
                for change in ("update", "delete"):
                    await session.execute(text(f"drop trigger {table}_refuses_{change}"))
        for statement in statements:
            parameters = {name: value for name, value in values.items() if f":{name}" in statement}
            result = await session.execute(text(statement), parameters)
            assert result.rowcount >= 1, statement  # type: ignore[attr-defined]  # a cursor's result


def faults(report: AuditReport) -> list[tuple[str, int | None, str]]:
    return [(fault.stream.partition("/")[0], fault.position, fault.fault) for fault in report.faults]


def test_untouched_log_has_no_faults(database: Database, run: Run) -> None:
    seen: list[int] = []

    async def whole() -> AuditReport:
        await route(database)
        return await audit(database, progress=seen.append)

    report = run(whole())
    assert report == AuditReport(
        events=EVENTS, submissions=1, revisions=2, copies=2, definitions=1, faults=()
    )
    assert report.ok
    assert seen == [EVENTS]


def test_real_route_over_the_api_has_no_faults(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    returned = world.officer.act(
        submission, "return", sections=["story"], reason="Terlalu singkat.", due_on="2026-04-29"
    )
    assert returned.status_code == 200, returned.text
    assert world.producer.act(submission, "submit").status_code == 200
    assert (
        world.officer.act(submission, "endorse", letter=world.letter(submission)).json()["stage"]
        == "verification"
    )
    assert world.verifier.act(submission, "verify").status_code == 200
    platform = world.client.app.state.platform
    report = world.client.blocking_portal.call(audit, platform.database)
    assert (report.submissions, report.revisions, report.copies, report.definitions, report.faults) == (
        1,
        2,
        2,
        1,
        (),
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "update decision set letter_number = '530/2' where action = 'endorse'",
            "the stored decision is not the one that this event tells of",
        ),
        (
            "update decision set decided_by = (select id from person where name = 'officer2') where action = 'endorse'",
            "the stored decision is not the one that this event tells of",
        ),
        ("delete from decision where action = 'verify'", "the decision that this event tells of is missing"),
        (
            "update decision set action = 'decline' where action = 'verify'",
            "the stored decision is not the one",
        ),
    ],
)
def test_altered_or_removed_decision_is_named(world: "World", change: str, fault: str) -> None:
    submission = world.endorsed(world.open_cycle())
    assert world.verifier.act(submission, "verify").status_code == 200

    async def alter(session: AsyncSession) -> None:
        await session.execute(text(change))

    world.in_database(alter)
    report = world.client.blocking_portal.call(audit, world.client.app.state.platform.database)
    assert len(report.faults) == 1
    assert report.faults[0].fault.startswith(fault)
    assert report.faults[0].stream == f"submission/{submission}"


def test_audit_of_an_empty_database_has_no_faults(database: Database, run: Run) -> None:
    report = run(audit(database))
    assert (report.events, report.submissions, report.faults) == (0, 0, ())


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'other'",
        "type = 'submission.declined'",
        "actor_id = null, role = 'verifier'",
        "payload = '{}'",
    ],
)
def test_altered_event_is_named(database: Database, run: Run, change: str) -> None:
    async def altered() -> tuple[AuditReport, int | None]:
        await route(database, ("submit",))
        await tamper(database, f"update event set {change} where position = 2")
        report = await audit(database)
        async with database.session(read_only=True, actor=SYSTEM) as session:
            return report, await session.scalar(text("select id from event where position = 2"))

    report, event_id = run(altered())
    first = report.faults[0]
    assert (first.position, first.event_id, first.fault) == (2, event_id, "its content was altered")
    assert first.stream.startswith("submission/")


def test_altered_event_with_a_new_hash_breaks_the_next_one(database: Database, run: Run) -> None:
    async def altered() -> AuditReport:
        await route(database, ("submit", "return"))
        await tamper(database, f"update event set hash = '{'f' * 64}' where position = 2")
        return await audit(database)

    assert faults(run(altered())) == [
        ("submission", 2, "its content was altered"),
        ("submission", 3, "it does not follow the event before it"),
    ]


def test_removed_event_is_named_by_the_one_behind_it(database: Database, run: Run) -> None:
    async def removed() -> AuditReport:
        await route(database, ("submit", "return"))
        await tamper(database, "delete from event where position = 1 and submission_id is not null")
        return await audit(database)

    assert faults(run(removed())) == [
        ("submission", 2, "events 1 to 1 are missing before this one"),
    ]


def test_removed_last_event_is_named_and_its_effects_contradict_the_log(database: Database, run: Run) -> None:
    async def removed() -> AuditReport:
        await route(database, ("submit", "return"))
        await tamper(
            database,
            "delete from decision where action = 'return'",
            "delete from event where position = 3",
        )
        return await audit(database)

    assert faults(run(removed())) == [
        ("submission", 3, "events 3 to 3 are missing at the end"),
        ("submission", None, "its stage is stored as “correction”, but its events lead to “office_review”"),
        ("submission", None, "its correction goes to “office_review”, but its events lead to “None”"),
    ]


def test_reordered_events_are_named(database: Database, run: Run) -> None:
    async def reordered() -> AuditReport:
        await route(database, ("submit", "return"))
        await tamper(
            database,
            "update event set position = 99 where position = 2",
            "update event set position = 2 where position = 3",
            "update event set position = 3 where position = 99",
        )
        return await audit(database)

    found = faults(run(reordered()))
    assert ("submission", 2, "its content was altered") in found
    assert ("submission", 2, "it does not follow the event before it") in found
    assert ("submission", 3, "it was written before its predecessor: the order was changed") in found


def test_stage_that_its_events_do_not_lead_to_is_named(database: Database, run: Run) -> None:
    async def moved() -> AuditReport:
        await route(database)
        await tamper(database, "update submission set stage = 'selected'")
        return await audit(database)

    assert faults(run(moved())) == [
        (
            "submission",
            None,
            "its stage is stored as “selected”, but its events lead to “administrative_selection”",
        )
    ]


def test_action_that_the_chain_does_not_have_is_named_at_its_event(database: Database, run: Run) -> None:
    async def rewritten() -> AuditReport:
        await route(database, ("submit", "return"))
        postgresql = database.engine.dialect.name == "postgresql"
        chain, kind = ("chain::text", "::jsonb") if postgresql else ("chain", "")
        new = f'replace(replace({chain}, \'"code":"return"\', :name), \'"code": "return"\', :name){kind}'
        await tamper(database, f"update cycle set chain = {new}", name='"code":"send_back"')
        return await audit(database)

    report = run(rewritten())
    assert ("submission", 3, "the cycle's chain has no action “return” where this event took it") in faults(
        report
    )


def test_submission_without_events_is_named(database: Database, run: Run) -> None:
    async def silent() -> AuditReport:
        await route(database, ())
        await tamper(
            database,
            "delete from event where submission_id is not null",
            "delete from event_stream where stream like 'submission/%'",
        )
        return await audit(database)

    assert faults(run(silent())) == [("submission", None, "the submission has no events")]


def test_events_without_their_submission_are_named(database: Database, run: Run) -> None:
    async def gone() -> AuditReport:
        await route(database, ())
        await tamper(database, "delete from submission")
        return await audit(database)

    assert faults(run(gone())) == [("submission", 1, "its submission is missing")]


def test_missing_carbon_copy_is_named_at_the_event_that_made_it_due(database: Database, run: Run) -> None:
    async def without() -> AuditReport:
        await route(database)
        await tamper(database, "delete from carbon_copy where recipient = 'governor'")
        return await audit(database)

    assert faults(run(without())) == [
        ("submission", 5, "the carbon copy for “governor” that was due with this event is missing")
    ]


def test_second_endorsement_needs_copies_of_its_own(database: Database, run: Run) -> None:
    actions = ("submit", "endorse", "return", "submit", "endorse")

    async def without() -> tuple[AuditReport, AuditReport]:
        await route(database, actions)
        before = await audit(database)
        await tamper(database, "delete from carbon_copy where sequence = 3")
        return before, await audit(database)

    before, after = run(without())
    assert before.ok
    assert [fault for _, _, fault in faults(after)] == [
        "the carbon copy for “province” that was due with this event is missing"
    ]


@pytest.mark.parametrize(
    ("statement", "position", "fault"),
    [
        (
            "update revision set content = :bytes where number = 1",
            None,
            "the bytes of revision 1 were altered",
        ),
        (
            "update revision set content = :bytes, sha256 = :digest where number = 1",
            2,
            "revision 1 is not the one that this event handed in",
        ),
        ("delete from revision where number = 2", 4, "revision 2, which this event handed in, is missing"),
    ],
)
def test_altered_or_missing_revision_is_named(
    database: Database, run: Run, statement: str, position: int | None, fault: str
) -> None:
    content = b"forged"

    async def forged() -> AuditReport:
        await route(database)
        await tamper(database, statement, bytes=content, digest=sha256(content).hexdigest())
        return await audit(database)

    assert faults(run(forged())) == [("submission", position, fault)]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "update frozen_definition set content = :bytes",
            ("cycle", None, "the bytes of the frozen definition batik 1.0.0 were altered"),
        ),
        (
            "update frozen_definition set content = :bytes, sha256 = :digest",
            ("cycle", 1, "the definition of batik that this event froze is missing or was replaced"),
        ),
    ],
)
def test_altered_or_replaced_definition_is_named(
    database: Database, run: Run, statement: str, expected: tuple[str, int | None, str]
) -> None:
    content = b"{}"

    async def altered() -> AuditReport:
        await route(database)
        await tamper(database, statement, bytes=content, digest=sha256(content).hexdigest())
        return await audit(database)

    assert faults(run(altered())) == [expected]


def test_one_stream_alone_is_audited(database: Database, run: Run) -> None:
    async def one() -> tuple[AuditReport, AuditReport]:
        scene = await route(database)
        await tamper(database, "update submission set stage = 'selected'")
        submission = await audit(database, stream=f"submission/{scene.submission}")
        return submission, await audit(database, stream=f"cycle/{scene.cycle}")

    submission, cycle = run(one())
    assert (submission.events, submission.submissions, len(submission.faults)) == (9, 1, 1)
    assert (cycle.events, cycle.submissions, cycle.definitions, cycle.faults) == (1, 0, 1, ())
