"""The work queue: whose, in which order, in pages, and at a fixed price."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.submissions.models import Submission
from tests.core.approvals.test_actions import RETURN, problem, stage

if TYPE_CHECKING:
    from tests.factories import World

ROLES = (
    "producer", "officer", "officer2", "province", "governor", "verifier", "selector", "assessor", "admin", "auditor",
    "foreign_producer", "foreign_officer", "foreign_province", "foreign_governor",
)  # fmt: skip


def queue(world: "World", role: str, query: str = "") -> dict[str, Any]:
    answer = getattr(world, role).get(f"/queue{query}")
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


def waiting(world: "World") -> dict[str, set[str]]:
    """Who has what in the queue; those without anything are left out, and the counts must agree."""
    found = {}
    for role in ROLES:
        view = queue(world, role)
        assert sum(count["waiting"] for count in view["counts"]) == len(view["items"])
        if view["items"]:
            found[role] = {item["id"] for item in view["items"]}
    return found


@contextmanager
def counting(world: "World") -> Iterator[list[str]]:
    """The statements that the app sends to its database."""
    engine = world.client.app.state.platform.database.engine.sync_engine
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_submission_waits_for_exactly_those_whose_step_it_is(world: "World") -> None:
    cycle = world.open_cycle()
    submission = str(world.begin(cycle)["id"])
    assert waiting(world) == {"producer": {submission}}
    world.complete(submission)
    world.producer.act(submission, "submit")
    assert waiting(world) == {"officer": {submission}, "officer2": {submission}}
    world.officer.act(submission, "return", **RETURN)
    assert waiting(world) == {"producer": {submission}}
    world.producer.act(submission, "submit")
    world.officer.act(submission, "endorse", letter=world.letter(submission))
    assert waiting(world) == {"verifier": {submission}}
    world.verifier.act(submission, "verify")
    assert waiting(world) == {"selector": {submission}}
    assert stage(world.selector.act(submission, "select")) == "selected"
    assert waiting(world) == {}


def test_draft_on_behalf_waits_for_the_office_that_writes_it(world: "World") -> None:
    draft = world.begin(world.open_cycle(), caller=world.officer, consent="Setuju, tertulis.")
    assert waiting(world) == {role: {draft["id"]} for role in ("officer", "officer2", "producer")}


def test_counts_and_filters_tell_what_is_overdue(world: "World") -> None:
    cycle = world.open_cycle()
    early = world.submitted(cycle)
    world.clock.now += timedelta(days=5)
    late = world.submitted(cycle)
    due = [world.officer.get(f"/submissions/{s}").json()["stage_due_on"] for s in (early, late)]
    assert due == ["2026-04-29", "2026-05-05"]
    world.clock.now = world.clock.now.replace(day=29)
    assert queue(world, "officer")["counts"] == [{"stage": "office_review", "waiting": 2, "overdue": 0}]
    world.clock.now = world.clock.now.replace(hour=17)  # midnight in Jakarta: the 30th begins
    assert queue(world, "officer")["counts"] == [{"stage": "office_review", "waiting": 2, "overdue": 1}]
    assert [i["id"] for i in queue(world, "officer", "?overdue=true")["items"]] == [early]
    assert [i["id"] for i in queue(world, "officer", "?stage=verification")["items"]] == []
    assert [i["id"] for i in queue(world, "officer", "?commodity=other")["items"]] == []
    assert [i["id"] for i in queue(world, "officer", "?commodity=sample&stage=office_review")["items"]] == [
        early,
        late,
    ]


def test_pages_visit_each_exactly_once_in_order_of_deadline(world: "World") -> None:
    cycle = world.open_cycle()
    drafts = [str(world.begin(cycle)["id"]) for _ in range(5)]
    days = ["2026-05-04", None, "2026-04-20", "2026-05-04", None]

    async def set_deadlines(session: AsyncSession) -> None:
        for identifier, day in zip(drafts, days, strict=True):
            due = world.clock.now.date().fromisoformat(day) if day else None
            await session.execute(
                update(Submission).where(Submission.id == UUID(identifier)).values(stage_due_on=due)
            )

    world.in_database(set_deadlines)
    expected = [drafts[2], *sorted([drafts[0], drafts[3]]), *sorted([drafts[1], drafts[4]])]
    for size in (1, 2, 3, 5):
        seen, cursor = [], ""
        while True:
            page = queue(world, "producer", f"?limit={size}{cursor}")
            seen += [item["id"] for item in page["items"]]
            assert len(page["items"]) <= size
            if page["next"] is None:
                break
            cursor = f"&after={page['next']}"
        assert seen == expected, size


@pytest.mark.parametrize(
    "cursor", ["x", "2026-04-20", "2026-04-20_x", "2026-13-01_018f0000-0000-7000-8000-000000000000"]
)
def test_unknown_cursor_is_refused(world: "World", cursor: str) -> None:
    problem(world.officer.get(f"/queue?after={cursor}"), 422, "cursor_unknown")


def test_number_of_queries_is_the_same_for_one_row_and_three(world: "World") -> None:
    cycle = world.open_cycle()
    prices: list[list[tuple[str, int]]] = []
    for _ in range(2):
        world.endorsed(cycle)
        prices.append([])
        for path in (
            "/queue",
            "/submissions",
            "/copies",
            "/cycles",
            f"/cycles/{cycle['id']}/commodities",
            "/events",
        ):
            with counting(world) as statements:
                assert world.admin.get(path).status_code == 200
            prices[-1].append((path, len(statements)))
        world.endorsed(cycle)
        world.open_cycle(year=2027 + len(prices))
    assert prices[0] == prices[1]
