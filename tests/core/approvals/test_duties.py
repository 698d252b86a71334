"""Separation of duties over the whole chain of one submission, delegation included."""

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.database import new_id
from ovop.identities.enums import OfficeKind, Role
from ovop.identities.models import Delegation, Membership, Office
from tests.core.approvals.test_actions import RETURN, SENTENCE, problem, stage

if TYPE_CHECKING:
    from tests.factories import Caller, World


def lend(world: "World", lender: "Caller", borrower: "Caller", role: Role) -> None:
    """The lender's membership in that role, for the borrower to use."""

    async def work(session: AsyncSession) -> None:
        query = select(Membership).where(Membership.person_id == lender.person_id, Membership.role == role)
        membership = (await session.scalars(query)).one()
        session.add(
            Delegation(
                id=new_id(),
                membership_id=membership.id,
                to_person_id=borrower.person_id,
                starts_on=date(2026, 1, 1),
                ends_on=date(2026, 12, 31),
                reason="Cuti",
                created_at=world.clock.now,
            )
        )

    world.in_database(work)


def give(
    world: "World",
    caller: "Caller",
    role: Role,
    *,
    enterprise: str | None = None,
    ends_on: date | None = None,
) -> None:
    """A further membership."""

    async def work(session: AsyncSession) -> None:
        kind = OfficeKind.REGENCY if role is Role.REGENCY_OFFICER else OfficeKind.MINISTRY
        region = "3375" if kind is OfficeKind.REGENCY else ""
        office = await session.scalar(
            select(Office.id).where(Office.kind == kind, Office.region_code == region)
        )
        session.add(
            Membership(
                id=new_id(),
                person_id=caller.person_id,
                role=role,
                office_id=None if enterprise else office,
                enterprise_id=UUID(enterprise) if enterprise else None,
                starts_on=date(2020, 1, 1),
                ends_on=ends_on,
            )
        )

    world.in_database(work)


def on_behalf(world: "World", author: "Caller") -> str:
    draft = world.begin(world.open_cycle(), caller=author, consent="Pemilik setuju pada 14 April, tertulis.")
    submission = str(draft["id"])
    world.complete(submission, caller=author)
    assert stage(author.act(submission, "submit")) == "office_review"
    return submission


def test_endorse_refused_when_the_officer_wrote_the_submission_but_a_colleague_may(world: "World") -> None:
    submission = on_behalf(world, world.officer)
    assert world.officer.get(f"/submissions/{submission}").json()["actions"] == []
    letter = world.letter(submission, caller=world.officer2)
    for action, given in (
        ("endorse", {"letter": letter}),
        ("return", RETURN),
        ("decline", {"reason": "Tidak layak"}),
    ):
        problem(world.officer.act(submission, action, **given), 403, "separation_of_duties")
    assert stage(world.officer2.act(submission, "endorse", letter=letter)) == "verification"


def test_colleague_who_only_saved_an_answer_counts_as_author(world: "World") -> None:
    draft = world.begin(world.open_cycle(), caller=world.officer, consent="Setuju, tertulis.")
    submission = str(draft["id"])
    assert world.officer2.save(submission, {"technique": "hand"}).status_code == 200
    world.complete(submission, caller=world.officer)
    assert stage(world.officer.act(submission, "submit")) == "office_review"
    problem(world.officer2.act(submission, "decline", reason="Tidak layak"), 403, "separation_of_duties")


def test_writing_refused_when_the_officer_decided_before(world: "World") -> None:
    submission = on_behalf(world, world.officer)
    assert stage(world.officer2.act(submission, "return", **RETURN)) == "correction"
    problem(world.officer2.save(submission, {"meaning": SENTENCE}), 403, "separation_of_duties")
    problem(world.officer2.act(submission, "submit"), 403, "separation_of_duties")
    assert world.officer.save(submission, {"meaning": SENTENCE}).status_code == 200
    assert stage(world.officer.act(submission, "submit")) == "office_review"


def test_same_officer_may_return_and_later_endorse(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    assert stage(world.officer.act(submission, "return", **RETURN)) == "correction"
    assert stage(world.producer.act(submission, "submit")) == "office_review"
    assert stage(world.officer.act(submission, "endorse", letter=world.letter(submission))) == "verification"


def test_verify_refused_when_the_person_endorsed(world: "World") -> None:
    give(world, world.officer, Role.VERIFIER)
    submission = world.endorsed(world.open_cycle())
    problem(world.officer.act(submission, "verify"), 403, "separation_of_duties")
    assert stage(world.verifier.act(submission, "verify")) == "administrative_selection"


def test_select_refused_when_the_person_verified(world: "World") -> None:
    give(world, world.verifier, Role.SELECTOR)
    submission = world.endorsed(world.open_cycle())
    assert stage(world.verifier.act(submission, "verify")) == "administrative_selection"
    problem(world.verifier.act(submission, "select"), 403, "separation_of_duties")


def test_endorsement_that_was_voided_still_separates(world: "World") -> None:
    give(world, world.officer, Role.SELECTOR)
    submission = world.endorsed(world.open_cycle())
    assert stage(world.verifier.act(submission, "return", **RETURN)) == "correction"
    assert stage(world.producer.act(submission, "submit")) == "office_review"
    letter = world.letter(submission, caller=world.officer2)
    assert stage(world.officer2.act(submission, "endorse", letter=letter)) == "verification"
    assert stage(world.verifier.act(submission, "verify")) == "administrative_selection"
    problem(world.officer.act(submission, "select"), 403, "separation_of_duties")


def test_borrowed_power_is_refused_when_its_lender_wrote(world: "World") -> None:
    lend(world, world.officer, world.assessor, Role.REGENCY_OFFICER)
    submission = on_behalf(world, world.officer)
    problem(world.assessor.act(submission, "decline", reason="Tidak layak"), 403, "separation_of_duties")


def test_lender_is_refused_when_the_borrower_decided_before(world: "World") -> None:
    give(world, world.officer, Role.VERIFIER)
    lend(world, world.officer, world.assessor, Role.REGENCY_OFFICER)
    submission = world.submitted(world.open_cycle())
    letter = world.letter(submission, caller=world.assessor)
    assert stage(world.assessor.act(submission, "endorse", letter=letter)) == "verification"
    problem(world.officer.act(submission, "verify"), 403, "separation_of_duties")


def test_borrowed_power_acts_in_the_lenders_name_and_says_so(world: "World") -> None:
    lend(world, world.officer, world.assessor, Role.REGENCY_OFFICER)
    submission = world.submitted(world.open_cycle())
    assert stage(world.assessor.act(submission, "return", **RETURN)) == "correction"
    event = world.officer.get(f"/submissions/{submission}/events").json()["items"][-1]
    assert (event["actor_id"], event["on_behalf_of"], event["role"]) == (
        str(world.assessor.person_id),
        str(world.officer.person_id),
        "regency_officer",
    )


@pytest.mark.parametrize("role", [Role.REGENCY_OFFICER, Role.VERIFIER])
def test_decision_refused_when_the_person_belongs_to_the_enterprise(world: "World", role: Role) -> None:
    give(world, world.assessor, role)
    give(world, world.assessor, Role.PRODUCER, enterprise=world.enterprise)
    cycle = world.open_cycle()
    submission = world.submitted(cycle) if role is Role.REGENCY_OFFICER else world.endorsed(cycle)
    problem(world.assessor.act(submission, "decline", reason="Tidak layak"), 403, "separation_of_duties")
    assert "decline" not in {
        a["code"] for a in world.assessor.get(f"/submissions/{submission}").json()["actions"]
    }


def test_borrowed_power_is_refused_when_its_lender_belongs_to_the_enterprise(world: "World") -> None:
    give(world, world.officer, Role.PRODUCER, enterprise=world.enterprise)
    lend(world, world.officer, world.assessor, Role.REGENCY_OFFICER)
    submission = world.submitted(world.open_cycle())
    problem(world.assessor.act(submission, "decline", reason="Tidak layak"), 403, "separation_of_duties")
    assert world.assessor.get(f"/submissions/{submission}").json()["actions"] == []


def test_leaving_the_enterprise_after_the_submission_was_begun_lets_nobody_decide(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    today = world.clock.now.date()
    give(world, world.officer, Role.PRODUCER, enterprise=world.enterprise, ends_on=today)
    world.clock.now += timedelta(days=2)
    problem(world.officer.act(submission, "decline", reason="Tidak layak"), 403, "separation_of_duties")


def test_former_member_of_the_enterprise_may_decide_on_what_was_begun_later(world: "World") -> None:
    give(world, world.officer, Role.PRODUCER, enterprise=world.enterprise, ends_on=date(2020, 12, 31))
    submission = world.submitted(world.open_cycle())
    assert stage(world.officer.act(submission, "return", **RETURN)) == "correction"
