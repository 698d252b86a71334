"""Carbon copies: numbered, delivered, read, answerable, and never in anybody's way."""

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.copies import deliver_due_copies
from ovop.identities.enums import OfficeKind
from ovop.identities.models import Membership, Office
from tests.core.approvals.test_actions import problem, stage
from tests.together import together

if TYPE_CHECKING:
    from tests.factories import World


def copies(world: "World", role: str, submission: str) -> list[dict[str, Any]]:
    answer = getattr(world, role).get(f"/copies?submission_id={submission}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def types(world: "World", submission: str) -> list[str]:
    items = world.producer.get(f"/submissions/{submission}/events").json()["items"]
    return [event["type"] for event in items if event["type"].startswith("copy.")]


def close_office(world: "World", kind: OfficeKind, region: str) -> None:
    """Take an office out of the register, as if it had never been entered."""

    async def work(session: AsyncSession) -> None:
        office = (
            await session.scalars(select(Office).where(Office.kind == kind, Office.region_code == region))
        ).one()
        await session.execute(delete(Membership).where(Membership.office_id == office.id))
        await session.execute(update(Office).where(Office.id == office.id).values(region_code="99"))

    world.in_database(work)


def register_office(world: "World", kind: str, region: str) -> None:
    made = world.admin.post("/offices", {"kind": kind, "name": "Kantor baru", "region_code": region})
    assert made.status_code == 201, made.text


def deliver(world: "World", *, limit: int = 100) -> int:
    async def work(session: AsyncSession) -> int:
        return await deliver_due_copies(session, at=world.clock.now, limit=limit)

    return world.in_database(work)


def test_endorsement_issues_numbered_copies_and_delivers_them(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    assert copies(world, "officer", submission) == []
    world.officer.act(submission, "endorse", letter=world.letter(submission))
    number = world.officer.get(f"/submissions/{submission}").json()["number"]
    issued = copies(world, "officer", submission)
    assert [(c["number"], c["recipient"]) for c in issued] == [
        (f"{number}/T1", "province"),
        (f"{number}/T2", "governor"),
    ]
    assert all(c["delivered_at"] and not c["read_at"] and not c["opinion"] for c in issued)
    assert [c["recipient"] for c in copies(world, "province", submission)] == ["province"]
    assert [c["recipient"] for c in copies(world, "governor", submission)] == ["governor"]
    for role in ("verifier", "selector", "admin", "auditor"):
        assert copies(world, role, submission) == issued
    for role in (
        "producer",
        "assessor",
        "foreign_officer",
        "foreign_province",
        "foreign_governor",
        "foreign_producer",
    ):
        assert copies(world, role, submission) == []


def test_copy_stays_due_without_its_office_and_is_delivered_once_it_is_registered(world: "World") -> None:
    close_office(world, OfficeKind.GOVERNOR, "33")
    submission = world.endorsed(world.open_cycle())
    due = copies(world, "officer", submission)[1]
    assert (due["recipient"], due["office_id"], due["delivered_at"]) == ("governor", None, None)
    assert types(world, submission) == ["copy.issued", "copy.delivered", "copy.issued"]
    assert deliver(world) == 0
    register_office(world, "governor", "33")
    assert deliver(world) == 1
    assert deliver(world) == 0
    delivered = copies(world, "officer", submission)[1]
    assert delivered["office_id"] is not None
    assert delivered["delivered_at"] is not None
    assert types(world, submission) == ["copy.issued", "copy.delivered", "copy.issued", "copy.delivered"]


def test_copies_that_cannot_be_delivered_yet_hold_up_no_later_ones(world: "World") -> None:
    cycle = world.open_cycle()
    close_office(world, OfficeKind.PROVINCE, "33")
    close_office(world, OfficeKind.GOVERNOR, "33")
    world.endorsed(cycle)
    world.endorsed(cycle)
    register_office(world, "governor", "33")
    assert deliver(world, limit=1) == 1
    assert deliver(world, limit=1) == 1
    assert deliver(world, limit=1) == 0


def test_undelivered_copy_never_blocks_the_route(world: "World") -> None:
    close_office(world, OfficeKind.GOVERNOR, "33")
    submission = world.endorsed(world.open_cycle())
    assert stage(world.verifier.act(submission, "verify")) == "administrative_selection"
    assert stage(world.selector.act(submission, "select")) == "selected"
    assert [c["read_at"] for c in copies(world, "officer", submission)] == [None, None]


def test_acknowledgement_a_second_time_changes_nothing(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    path = f"/copies/{copies(world, 'province', submission)[0]['id']}"
    first = world.province.post(f"{path}/acknowledgement")
    assert first.status_code == 200, first.text
    world.clock.now = world.clock.now.replace(hour=9)
    assert (
        world.province.post(f"{path}/acknowledgement").json()
        == first.json()
        == world.province.get(path).json()
    )
    assert types(world, submission).count("copy.read") == 1
    unread = world.officer.get(f"/copies?submission_id={submission}&unread=true").json()["items"]
    assert [c["recipient"] for c in unread] == ["governor"]


def test_opinion_is_given_once_and_blocks_nothing(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    path = f"/copies/{copies(world, 'governor', submission)[0]['id']}/opinion"
    problem(world.governor.post(path, {"opinion": "  "}), 422, "opinion_empty")
    assert types(world, submission).count("copy.read") == 0
    given = world.governor.post(path, {"opinion": "Kami tidak sependapat."})
    assert given.status_code == 200, given.text
    assert given.json()["opinion"] == "Kami tidak sependapat."
    assert given.json()["read_at"] is not None
    problem(world.governor.post(path, {"opinion": "Kami setuju."}), 409, "opinion_given")
    assert copies(world, "officer", submission)[1]["opinion"] == "Kami tidak sependapat."
    assert types(world, submission)[-2:] == ["copy.read", "copy.answered"]
    assert stage(world.verifier.act(submission, "verify")) == "administrative_selection"


def test_opinion_is_not_told_to_the_applicant_but_its_hash_stands_in_the_log(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    path = f"/copies/{copies(world, 'province', submission)[0]['id']}/opinion"
    assert world.province.post(path, {"opinion": "Kami tidak sependapat."}).status_code == 200
    history = world.producer.get(f"/submissions/{submission}/events")
    assert "sependapat" not in history.text
    answered = next(e for e in history.json()["items"] if e["type"] == "copy.answered")
    assert answered["payload"]["sha256"] == sha256(b"Kami tidak sependapat.").hexdigest()


def test_opinion_may_come_after_the_outcome(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    world.verifier.act(submission, "decline", reason="Tidak layak")
    path = f"/copies/{copies(world, 'province', submission)[0]['id']}/opinion"
    assert world.province.post(path, {"opinion": "Kami mencatat."}).status_code == 200


def test_copy_of_another_office_is_not_found(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    path = f"/copies/{copies(world, 'province', submission)[0]['id']}"
    for role in (
        "governor",
        "foreign_province",
        "foreign_governor",
        "foreign_officer",
        "producer",
        "assessor",
    ):
        caller = getattr(world, role)
        problem(caller.get(path), 404, "copy_unknown")
        problem(caller.post(f"{path}/acknowledgement"), 404, "copy_unknown")
        problem(caller.post(f"{path}/opinion", {"opinion": "Setuju."}), 404, "copy_unknown")


def test_those_who_only_see_the_copy_cannot_answer_it(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    path = f"/copies/{copies(world, 'province', submission)[0]['id']}"
    for role in ("officer", "verifier", "selector", "admin", "auditor"):
        caller = getattr(world, role)
        assert caller.get(path).status_code == 200
        problem(caller.post(f"{path}/acknowledgement"), 403, "not_recipient")
        problem(caller.post(f"{path}/opinion", {"opinion": "Setuju."}), 403, "not_recipient")


def test_pages_of_copies_visit_each_once(world: "World") -> None:
    cycle = world.open_cycle()
    for _ in range(2):
        world.endorsed(cycle)
    every = [c["id"] for c in world.verifier.get("/copies").json()["items"]]
    assert len(every) == 4
    seen, cursor = [], ""
    for _ in range(4):
        page = world.verifier.get(f"/copies?limit=1{cursor}").json()
        seen += [c["id"] for c in page["items"]]
        cursor = f"&after={page['next']}"
    assert seen == every
    assert page["next"] is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_opinions_at_once_keep_the_first(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    path = f"/copies/{copies(world, 'province', submission)[0]['id']}/opinion"
    answers = together(
        *[lambda n=n: world.province.post(path, {"opinion": f"Pendapat {n}"}) for n in range(4)]
    )
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409], [a.text for a in answers]
    kept = next(a for a in answers if a.status_code == 200).json()["opinion"]
    assert copies(world, "officer", submission)[0]["opinion"] == kept
    assert [t for t in types(world, submission) if t != "copy.issued" and t != "copy.delivered"] == [
        "copy.read",
        "copy.answered",
    ]
