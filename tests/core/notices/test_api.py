"""What the ministry sees of the notices of a real submission."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.events import Event
from ovop.notices.models import Notice
from ovop.notices.rules import MOST_ATTEMPTS
from ovop.notices.service import plan_notices

if TYPE_CHECKING:
    from tests.factories import World

REGENCY, MINISTRY = "regency3375@ovop.example", "ministry@ovop.example"


def plan(world: "World") -> set[tuple[str, str, str]]:
    """Plan everything that happened; answers event type, recipient and template of every notice."""

    async def work(session: AsyncSession) -> set[tuple[str, str, str]]:
        await plan_notices(session, at=world.clock.now + timedelta(hours=1), limit=1000)
        query = select(Event.type, Notice.recipient, Notice.template).join(
            Event, Event.uid == Notice.event_uid
        )
        return {(kind, recipient, template) for kind, recipient, template in await session.execute(query)}

    return world.in_database(work)


def fail(world: "World", template: str) -> int:
    """Let the notices of a template fail for good; answers how many."""

    async def work(session: AsyncSession) -> int:
        rows = (await session.scalars(select(Notice.id).where(Notice.template == template))).all()
        await session.execute(
            update(Notice)
            .where(Notice.id.in_(rows))
            .values(attempts=MOST_ATTEMPTS, last_error="SMTPDataError: 550")
        )
        return len(rows)

    return world.in_database(work)


def test_real_route_makes_these_notices(world: "World") -> None:
    cycle = world.open_cycle()
    submission = world.endorsed(cycle)
    assert world.verifier.act(submission, "verify").status_code == 200
    assert plan(world) == {
        ("cycle.opened", REGENCY, "cycle_opened"),
        ("cycle.opened", "regency5203@ovop.example", "cycle_opened"),
        ("submission.submitted", REGENCY, "to_decide"),
        ("submission.submitted", "producer@ovop.example", "received"),
        ("submission.approved", MINISTRY, "to_decide"),
        ("submission.approved", REGENCY, "approved_for_office"),
        ("submission.approved", "producer@ovop.example", "approved"),
        ("copy.delivered", "province33@ovop.example", "copy_delivered"),
        ("copy.delivered", "governor33@ovop.example", "copy_delivered"),
    }


def test_failed_notices_are_shown_masked_and_page_by_page(world: "World") -> None:
    world.open_cycle()
    plan(world)
    assert fail(world, "cycle_opened") == 2
    first = world.admin.get("/notices?limit=1").json()
    second = world.auditor.get(f"/notices?limit=1&after={first['next']}").json()
    assert (first["pending"], first["failed"], second["next"]) == (0, 2, None)
    items = [*first["items"], *second["items"]]
    assert [item["recipient"] for item in items] == ["re***@ovop.example"] * 2
    assert {(item["event_type"], item["attempts"], item["last_error"]) for item in items} == {
        ("cycle.opened", MOST_ATTEMPTS, "SMTPDataError: 550")
    }


def test_pending_notices_are_counted_and_not_listed(world: "World") -> None:
    world.open_cycle()
    plan(world)
    answer = world.admin.get("/notices").json()
    assert answer == {"pending": 2, "failed": 0, "items": [], "next": None}


@pytest.mark.parametrize(
    ("caller", "status"), [("nobody", 401), ("producer", 403), ("officer", 403), ("verifier", 403)]
)
def test_notices_are_shown_to_those_who_audit_only(world: "World", caller: str, status: int) -> None:
    assert getattr(world, caller).get("/notices").status_code == status
