"""Who is told of what, from real rows."""

from datetime import date, timedelta

from sqlalchemy import select, update

from ovop.database import Database
from ovop.events import By, Event, append
from ovop.identities.enums import Role
from ovop.identities.models import Delegation, Enterprise, Membership, Person
from ovop.notices.occasions import load_facts, load_occasion
from ovop.notices.recipients import name_at, recipients_of
from ovop.submissions.models import Submission
from ovop.visibility import SYSTEM
from tests.core.notices.scene import NOON, NUMBER, Scene, build, happen, person, take
from tests.databases import Run

TODAY = date(2026, 4, 1)
DINAS, SECRETARIAT = "dinas@pekalongan.example", "sekretariat@kementerian.example"
PRODUCERS = {"satu@kenanga.example", "two@kenanga.example"}


async def told(database: Database, event: Event) -> dict[str, str]:
    async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
        occasion = await load_occasion(session, event)
        addressed = await recipients_of(session, occasion, today=TODAY)
    return {one.recipient.address: one.template for one in addressed}


async def last_event(database: Database, kind: str) -> Event:
    async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
        query = select(Event).where(Event.type == kind).order_by(Event.id.desc()).limit(1)
        return (await session.scalars(query)).one()


def test_route_tells_those_who_decide_next_and_the_producers(database: Database, run: Run) -> None:
    async def route() -> None:
        scene = await build(database)
        office = By(office_id=scene.regency)
        submitted = await take(database, scene, "submit")
        assert await told(database, submitted) == {DINAS: "to_decide", **dict.fromkeys(PRODUCERS, "received")}
        returned = await take(database, scene, "return", by=office)
        assert await told(database, returned) == dict.fromkeys(PRODUCERS, "returned")
        resubmitted = await take(database, scene, "submit")
        assert await told(database, resubmitted) == {
            DINAS: "correction_to_decide",
            **dict.fromkeys(PRODUCERS, "correction_received"),
        }
        endorsed = await take(database, scene, "endorse", by=office)
        assert await told(database, endorsed) == {
            SECRETARIAT: "to_decide",
            **dict.fromkeys(PRODUCERS, "approved"),
        }
        verified = await take(database, scene, "verify", by=By(office_id=scene.ministry))
        assert await told(database, verified) == {
            SECRETARIAT: "to_decide",
            DINAS: "approved_for_office",
            **dict.fromkeys(PRODUCERS, "approved"),
        }
        declined = await take(database, scene, "decline", by=By(office_id=scene.ministry))
        assert await told(database, declined) == {
            DINAS: "declined_for_office",
            **dict.fromkeys(PRODUCERS, "declined"),
        }

    run(route())


def test_withdrawn_draft_is_told_to_nobody_but_the_producers(database: Database, run: Run) -> None:
    async def withdraw() -> dict[str, str]:
        scene = await build(database)
        return await told(database, await take(database, scene, "withdraw"))

    assert run(withdraw()) == dict.fromkeys(PRODUCERS, "withdrawn")


def test_withdrawn_submission_is_told_to_the_office_that_had_to_decide(database: Database, run: Run) -> None:
    async def withdraw() -> dict[str, str]:
        scene = await build(database)
        await take(database, scene, "submit")
        return await told(database, await take(database, scene, "withdraw"))

    assert run(withdraw()) == {DINAS: "withdrawn_for_office", **dict.fromkeys(PRODUCERS, "withdrawn")}


def test_copy_goes_to_the_officers_of_an_office_without_an_address(database: Database, run: Run) -> None:
    async def endorse() -> dict[str, str]:
        scene = await build(database)
        await take(database, scene, "submit")
        await take(database, scene, "endorse")
        return await told(database, await last_event(database, "copy.delivered"))

    assert run(endorse()) == {"petugas@jateng.example": "copy_delivered"}


def test_copy_for_an_unregistered_office_is_told_to_the_ministry_and_a_delivered_one_is_not(
    database: Database, run: Run
) -> None:
    async def endorse() -> list[dict[str, str]]:
        scene = await build(database)
        await take(database, scene, "submit")
        await take(database, scene, "endorse")
        async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
            issued = await session.scalars(
                select(Event).where(Event.type == "copy.issued").order_by(Event.id)
            )
        return [await told(database, event) for event in issued]

    assert run(endorse()) == [{}, {SECRETARIAT: "copy_without_office"}]


def test_opinion_on_a_copy_is_told_to_those_who_decide_now_and_the_regency(
    database: Database, run: Run
) -> None:
    async def answer() -> dict[str, str]:
        scene = await build(database)
        await take(database, scene, "submit")
        await take(database, scene, "endorse")
        delivered = await last_event(database, "copy.delivered")
        async with database.transaction(actor=SYSTEM) as session:
            submission = await session.get_one(Submission, scene.submission)
            by = By(office_id=scene.province)
            answered = await happen(
                session, submission, "copy.answered", by=by, payload=dict(delivered.content())
            )
        return await told(database, answered)

    assert run(answer()) == {SECRETARIAT: "copy_answered", DINAS: "copy_answered"}


def test_past_members_and_disabled_persons_are_not_told(database: Database, run: Run) -> None:
    async def submit() -> dict[str, str]:
        scene = await build(database)
        async with database.transaction(actor=SYSTEM) as session:
            enterprise = await session.get_one(Enterprise, scene.enterprise)
            await person(
                session, "Dulu", "dulu@kenanga.example", Role.PRODUCER, enterprise=enterprise,
                ends_on=TODAY - timedelta(days=1),
            )  # fmt: skip
            await person(
                session,
                "Hari Ini",
                "kini@kenanga.example",
                Role.PRODUCER,
                enterprise=enterprise,
                ends_on=TODAY,
            )
            await session.execute(
                update(Person).where(Person.email == "two@kenanga.example").values(disabled_at=NOON)
            )
        return await told(database, await take(database, scene, "submit"))

    assert run(submit()) == {
        DINAS: "to_decide",
        "satu@kenanga.example": "received",
        "kini@kenanga.example": "received",
    }


def test_opening_is_told_to_every_regency_office(database: Database, run: Run) -> None:
    async def opened() -> dict[str, str]:
        await build(database)
        return await told(database, await last_event(database, "cycle.opened"))

    assert run(opened()) == dict.fromkeys((DINAS, "dinas@surakarta.example"), "cycle_opened")


async def extend(database: Database, scene: Scene) -> Event:
    async with database.transaction(actor=SYSTEM) as session:
        return await append(
            session, stream=f"cycle/{scene.cycle}", type="cycle.extended", at=NOON, by=By(), payload={"closes_at": NOON}
        )  # fmt: skip


def test_extension_is_told_to_producers_with_a_draft_only(database: Database, run: Run) -> None:
    async def extended() -> tuple[dict[str, str], dict[str, str]]:
        scene = await build(database)
        drafting = await told(database, await extend(database, scene))
        await take(database, scene, "submit")
        return drafting, await told(database, await extend(database, scene))

    offices = dict.fromkeys((DINAS, "dinas@surakarta.example"), "cycle_extended")
    assert run(extended()) == (
        {**dict.fromkeys(PRODUCERS, "cycle_extended_for_draft"), **offices},
        offices,
    )


def test_delegation_is_told_to_the_borrower_with_the_lender_and_the_days(
    database: Database, run: Run
) -> None:
    async def lend() -> None:
        scene = await build(database)
        async with database.transaction(actor=SYSTEM) as session:
            membership = (
                await session.scalars(select(Membership).where(Membership.person_id == scene.officer))
            ).one()
            borrower = await session.scalar(select(Person.id).where(Person.email == "petugas@jateng.example"))
            assert borrower is not None
            delegation = Delegation(
                membership_id=membership.id, to_person_id=borrower, starts_on=TODAY, ends_on=TODAY + timedelta(days=3),
                reason="cuti", created_at=NOON,
            )  # fmt: skip
            session.add(delegation)
            await session.flush()
            event = await append(
                session, stream=f"delegation/{delegation.id}", type="delegation.granted", at=NOON, by=By()
            )
        assert await told(database, event) == {"petugas@jateng.example": "delegation_granted"}
        async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
            facts = await load_facts(session, await load_occasion(session, event))
        assert (facts.lender, facts.starts_on, facts.ends_on) == ("Petugas Kota", TODAY, date(2026, 4, 4))

    run(lend())


def test_facts_of_a_return_are_those_of_the_event_after_the_submission_moved_on(
    database: Database, run: Run
) -> None:
    async def facts() -> None:
        scene = await build(database)
        await take(database, scene, "submit")
        returned = await take(database, scene, "return", due_on=date(2026, 4, 20))
        await take(database, scene, "submit")
        async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
            found = await load_facts(session, await load_occasion(session, returned))
        assert (found.number, found.product, found.enterprise) == (
            NUMBER,
            "Batik Tulis Jlamprang",
            "Batik Kenanga",
        )
        assert (found.due_on, found.sections, found.page) == (
            date(2026, 4, 20),
            2,
            f"/submissions/{scene.submission}",
        )
        labels = [text if isinstance(text, str) else text.en for text in (found.left, found.stage)]
        assert labels == ["Regency office review", "Correction"]

    run(facts())


def test_greeting_names_a_person_or_an_office_and_nobody_else(database: Database, run: Run) -> None:
    async def names() -> list[str]:
        await build(database)
        async with database.session(read_only=True, actor=SYSTEM) as session, session.begin():
            return [await name_at(session, a) for a in ("satu@kenanga.example", DINAS, "gone@example.org")]

    assert run(names()) == ["Produsen Satu", "Dinas Kota Pekalongan", ""]
