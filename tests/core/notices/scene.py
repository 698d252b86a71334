"""A small country with one submission, built row by row, and events as the approval chain writes them."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.models import CarbonCopy, Decision
from ovop.cycles.chain import Effect
from ovop.cycles.models import Cycle, FrozenDefinition
from ovop.cycles.rules import default_chain, default_rules
from ovop.database import Base, Database
from ovop.events import By, Event, append
from ovop.identities.enums import OFFICE_OF_ROLE, OfficeKind, Role
from ovop.identities.models import Enterprise, Membership, Office, Person
from ovop.submissions.models import Revision, Submission
from ovop.visibility import SYSTEM

NOON = datetime(2026, 4, 1, 5, tzinfo=UTC)
"""Noon in Jakarta on 1 April 2026; everything in a scene exists since the day before."""
BEFORE = NOON - timedelta(days=1)
NUMBER = "OVOP-2026-BTK-3375-00001"
CHAIN = default_chain()
EVENT_OF = {
    Effect.SUBMIT: "submission.submitted",
    Effect.WITHDRAW: "submission.withdrawn",
    Effect.APPROVE: "submission.approved",
    Effect.RETURN: "submission.returned",
    Effect.DECLINE: "submission.declined",
}


class Scene(msgspec.Struct, kw_only=True):
    """Ids of what a scene consists of. The regency and the ministry have an address of their own, the province has not."""

    ministry: UUID
    regency: UUID
    other_regency: UUID
    province: UUID
    enterprise: UUID
    producer: UUID
    officer: UUID
    cycle: UUID
    definition: UUID
    submission: UUID


async def build(database: Database) -> Scene:
    """The scene, with the submission in draft."""
    async with database.transaction(actor=SYSTEM) as session:
        offices = {
            "ministry": Office(
                kind=OfficeKind.MINISTRY,
                name="Sekretariat OVOP",
                region_code="",
                email="sekretariat@kementerian.example",
            ),
            "regency": Office(
                kind=OfficeKind.REGENCY,
                name="Dinas Kota Pekalongan",
                region_code="3375",
                email="dinas@pekalongan.example",
            ),
            "other_regency": Office(
                kind=OfficeKind.REGENCY,
                name="Dinas Kota Surakarta",
                region_code="3372",
                email="dinas@surakarta.example",
            ),
            "province": Office(kind=OfficeKind.PROVINCE, name="Dinas Provinsi Jawa Tengah", region_code="33"),
        }
        for office in offices.values():
            office.created_at = BEFORE
        enterprise = Enterprise(
            name="Batik Kenanga", owner_name="Pemilik", size="small", region_code="3375011001", address="Jalan Melati 1",
            kbli=["13134"], created_at=BEFORE,
        )  # fmt: skip
        await _add(session, *offices.values(), enterprise)
        producer = await person(
            session, "Produsen Satu", "satu@kenanga.example", Role.PRODUCER, enterprise=enterprise
        )
        await person(
            session,
            "Producer Two",
            "two@kenanga.example",
            Role.PRODUCER,
            enterprise=enterprise,
            language="en",
        )
        officer = await person(
            session,
            "Petugas Kota",
            "petugas@pekalongan.example",
            Role.REGENCY_OFFICER,
            office=offices["regency"],
        )
        await person(
            session,
            "Petugas Provinsi",
            "petugas@jateng.example",
            Role.PROVINCE_OFFICER,
            office=offices["province"],
        )
        cycle = await _cycle(session)
        definition = await _definition(session, cycle)
        submission = Submission(
            cycle_id=cycle.id, definition_id=definition.id, commodity_id="batik", enterprise_id=enterprise.id, region_code="3375",
            product_name="Batik Tulis Jlamprang", answers={}, stage=CHAIN.first.code, stage_entered_at=BEFORE, created_by=producer.id,
            created_at=BEFORE, updated_at=BEFORE,
        )  # fmt: skip
        await _add(session, submission)
        await happen(session, submission, "submission.created", at=BEFORE, payload={"stage": "draft"})
        ids = {name: office.id for name, office in offices.items()}
        return Scene(
            **ids,
            enterprise=enterprise.id,
            producer=producer.id,
            officer=officer.id,
            cycle=cycle.id,
            definition=definition.id,
            submission=submission.id,
        )


async def person(
    session: AsyncSession,
    name: str,
    email: str,
    role: Role,
    *,
    office: Office | None = None,
    enterprise: Enterprise | None = None,
    language: str = "id",
    ends_on: date | None = None,
) -> Person:
    """A person with one membership since January."""
    assert (OFFICE_OF_ROLE[role] is None) == (office is None)
    row = Person(name=name, email=email, language=language, created_at=BEFORE)
    await _add(session, row)
    membership = Membership(
        person_id=row.id,
        office_id=office.id if office else None,
        enterprise_id=enterprise.id if enterprise else None,
        role=role,
        starts_on=date(2026, 1, 1),
        ends_on=ends_on,
    )
    await _add(session, membership)
    return row


async def take(
    database: Database,
    scene: Scene,
    action_code: str,
    *,
    at: datetime = NOON,
    by: By | None = None,
    due_on: date | None = None,
) -> Event:
    """One action of the chain: the submission's row, its revision, decision and copies, and the events, as the chain writes them."""
    async with database.transaction(actor=SYSTEM) as session:
        submission = await session.get_one(Submission, scene.submission)
        left = submission.stage
        action = CHAIN.action(left, action_code)
        extra: dict[str, object] = {}
        kind = EVENT_OF[action.effect]
        if action.effect is Effect.SUBMIT:
            kind = "submission.resubmitted" if submission.revision else kind
            extra["sha256"] = await _hand_in(session, scene, submission, at)
        if action.effect is Effect.RETURN:
            extra |= {"sections": ["identity", "dyes"], "voids": list(action.voids)}
        submission.stage = (action.effect is Effect.SUBMIT and submission.resubmit_to) or action.to
        submission.resubmit_to = action.resubmit_to if action.effect is Effect.RETURN else None
        submission.stage_due_on = due_on
        payload = {
            "action": action_code,
            "from": left,
            "stage": submission.stage,
            "revision": submission.revision,
            "number": submission.number,
            "due_on": due_on,
            **extra,
        }
        deciding = action.effect not in (Effect.SUBMIT, Effect.WITHDRAW)
        if deciding and by is None:
            by = By(person_id=scene.officer, role=Role.REGENCY_OFFICER)
        event = await happen(session, submission, kind, at=at, by=by, payload=payload)
        if deciding:
            await _decide(session, scene, submission, event, action_code, left, action.copies)
        return event


async def happen(
    session: AsyncSession,
    submission: Submission,
    kind: str,
    *,
    at: datetime = NOON,
    by: By | None = None,
    payload: dict[str, object],
) -> Event:
    """One event in the submission's stream."""
    return await append(
        session,
        stream=f"submission/{submission.id}",
        submission_id=submission.id,
        type=kind,
        at=at,
        by=by or By(),
        payload=payload,
    )


async def _hand_in(session: AsyncSession, scene: Scene, submission: Submission, at: datetime) -> str:
    submission.revision += 1
    submission.number = NUMBER
    submission.submitted_at = submission.submitted_at or at
    content = msgspec.json.encode({"revision": submission.revision})
    revision = Revision(
        submission_id=submission.id,
        number=submission.revision,
        definition_id=scene.definition,
        content=content,
        sha256=sha256(content).hexdigest(),
        submitted_by=scene.producer,
        submitted_at=at,
    )
    await _add(session, revision)
    return sha256(content).hexdigest()


async def _decide(
    session: AsyncSession,
    scene: Scene,
    submission: Submission,
    event: Event,
    action: str,
    left: str,
    copies: tuple[str, ...],
) -> None:
    decision = Decision(
        submission_id=submission.id,
        event_id=event.uid,
        stage=left,
        action=action,
        revision=submission.revision,
        decided_by=event.actor_id or scene.officer,
        lent_by=event.on_behalf_of,
        office_id=event.office_id,
        role=event.role,
        decided_at=event.at,
        reason=event.reason,
    )
    await _add(session, decision)
    query = select(func.count()).select_from(CarbonCopy).where(CarbonCopy.submission_id == submission.id)
    issued = await session.scalar(query) or 0
    for sequence, code in enumerate(copies, start=issued + 1):
        served = scene.province if code == "province" else None
        copy = CarbonCopy(
            submission_id=submission.id,
            decision_id=decision.id,
            sequence=sequence,
            number=f"{submission.number}/T{sequence}",
            recipient=code,
            office_kind=code,
            region_code="33",
            due_at=event.at,
        )
        await _add(session, copy)
        named: dict[str, object] = {"copy_id": copy.id, "number": copy.number, "recipient": code}
        await happen(session, submission, "copy.issued", at=event.at, payload={**named, "office_id": None})
        if served:
            copy.office_id, copy.delivered_at = served, event.at
            await happen(
                session, submission, "copy.delivered", at=event.at, payload={**named, "office_id": served}
            )


async def _cycle(session: AsyncSession) -> Cycle:
    cycle = Cycle(
        year=2026, name_id="Siklus OVOP 2026", name_en="OVOP cycle 2026", state="open", opens_at=BEFORE,
        closes_at=datetime(2026, 6, 30, 16, 59, tzinfo=UTC), rules=msgspec.to_builtins(default_rules()), chain=msgspec.to_builtins(CHAIN),
        created_at=BEFORE, updated_at=BEFORE, opened_at=BEFORE,
    )  # fmt: skip
    await _add(session, cycle)
    return cycle


async def _definition(session: AsyncSession, cycle: Cycle) -> FrozenDefinition:
    content = b'{"id":"batik"}'
    digest = sha256(content).hexdigest()
    definition = FrozenDefinition(
        cycle_id=cycle.id, commodity_id="batik", version="1.0.0", content=content, sha256=digest, distribution="ovop-batik",
        distribution_version="0.1.0", contract_version="1.0", examples={"ok": True, "results": []}, frozen_at=BEFORE,
    )  # fmt: skip
    await _add(session, definition)
    payload = {"year": 2026, "definitions": {"batik": {"version": "1.0.0", "sha256": digest}}}
    await append(
        session, stream=f"cycle/{cycle.id}", type="cycle.opened", at=BEFORE, by=By(), payload=payload
    )
    return definition


async def _add(session: AsyncSession, *rows: Base) -> None:
    session.add_all(rows)
    await session.flush()
