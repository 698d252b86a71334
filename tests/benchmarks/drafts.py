"""Complete drafts that wait for `submit`, entered as rows: producers in many regencies, an open cycle with everything that is installed."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta
from ovop.contract.hooks.asking import Hooks
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import EvidenceItem, Example, Text
from ovop.cycles.definitions import find_frozen
from ovop.cycles.models import Cycle, FrozenDefinition
from ovop.cycles.opening import choose_commodities, open_cycle
from ovop.cycles.service import chain_of, create_cycle
from ovop.database import Base, Database, new_id
from ovop.demo.samples import best_example, moved_to
from ovop.events import By, append
from ovop.identities.actor import Act, Actor, Power
from ovop.identities.authentication import API_TOKEN_PREFIX, new_token, token_hash
from ovop.identities.enums import Role, Scope
from ovop.identities.models import ApiToken, Enterprise, IndustryCentre, Membership, Person, Region
from ovop.submissions.access import stream_of
from ovop.submissions.models import EvidenceFile, Submission
from ovop.visibility import SYSTEM

COMMODITY = "batik"
PRODUCERS = 64
"""Each in a regency of its own, as at a deadline: numbers are counted within a regency, so submissions of one regency wait for each other."""
BATCH = 200


class Draft(msgspec.Struct, frozen=True):
    """A draft at version 1, and the token of its author."""

    id: UUID
    token: str


class Producer(msgspec.Struct, frozen=True):
    """Someone who submits."""

    person_id: UUID
    enterprise_id: UUID
    region_code: str
    token: str


class Ground(msgspec.Struct, frozen=True):
    """What the drafts stand on."""

    cycle: Cycle
    frozen: FrozenDefinition
    example: Example
    producers: list[Producer]


def full_example(registry: Registry, now: datetime) -> Example:
    """The fullest valid example of the commodity, as if filled in today."""
    return moved_to(best_example(registry.commodities[COMMODITY].definition), day_in_jakarta(now))


async def prepare(database: Database, registry: Registry, *, count: int) -> list[Draft]:
    """`count` drafts in a migrated, empty database; some milliseconds each."""
    now = datetime.now(UTC)
    async with database.transaction(actor=SYSTEM) as session:
        ground = await _ground(session, registry, now)
    drafts: list[Draft] = []
    for start in range(0, count, BATCH):
        async with database.transaction(actor=SYSTEM) as session:
            numbers = range(start, min(start + BATCH, count))
            drafts += await _drafts(session, ground, numbers, now)
    return drafts


async def _ground(session: AsyncSession, registry: Registry, now: datetime) -> Ground:
    cycle = await _open_cycle(session, registry, now)
    frozen = await find_frozen(session, cycle_id=cycle.id, commodity_id=COMMODITY)
    query = select(Region.code).where(Region.level == "regency").order_by(Region.code).limit(PRODUCERS)
    regencies = (await session.scalars(query)).all()
    kbli = registry.commodities[COMMODITY].definition.manifest.kbli[0]
    codes = [f"{kbli.edition}:{kbli.code.ljust(5, '1')}"]
    producers = [
        await _producer(session, number, region, codes, now) for number, region in enumerate(regencies)
    ]
    return Ground(cycle, frozen, full_example(registry, now), producers)


async def _open_cycle(session: AsyncSession, registry: Registry, now: datetime) -> Cycle:
    person = Person(id=new_id(), name="Admin", email="admin@ovop.example", created_at=now)
    session.add(person)
    await session.flush()
    act = Act(
        actor=Actor(person_id=person.id, name="Admin", powers=(Power(role=Role.MINISTRY_ADMIN),)), at=now
    )
    cycle = await create_cycle(
        session,
        act=act,
        year=day_in_jakarta(now).year,
        name=Text("Siklus", "Cycle"),
        opens_at=now - timedelta(days=7),
        closes_at=now + timedelta(days=30),
    )
    installed = registry.commodities
    await choose_commodities(
        session,
        act=act,
        cycle_id=cycle.id,
        version=cycle.version,
        commodity_ids=sorted(installed),
        installed=installed,
    )
    with closing(Hooks(registry)) as hooks:
        return await open_cycle(
            session, act=act, cycle_id=cycle.id, version=cycle.version, installed=installed, hooks=hooks
        )


async def _producer(
    session: AsyncSession, number: int, region: str, kbli: list[str], now: datetime
) -> Producer:
    centre, enterprise, person = new_id(), new_id(), new_id()
    token = new_token(API_TOKEN_PREFIX)
    rows: list[Base] = [
        IndustryCentre(
            id=centre, name=f"Sentra {region}", region_code=region, product="Batik", members=12, created_at=now,
            decree_number=f"530/{region}", decree_issuer="Wali Kota", decree_date=date(2020, 1, 2),
        ),
        Enterprise(
            id=enterprise, name=f"IKM {region}", owner_name="Pemilik", size="small", region_code=region,
            address="Jalan 1", nib=f"{number:013d}", kbli=kbli, centre_id=centre, created_at=now,
        ),
        Person(id=person, name=f"Produsen {region}", email=f"p{region}@ovop.example", created_at=now),
        Membership(person_id=person, enterprise_id=enterprise, role=Role.PRODUCER, starts_on=date(2020, 1, 1)),
        ApiToken(
            person_id=person, name="benchmark", token_hash=token_hash(token), scopes=[Scope.READ, Scope.SUBMIT],
            created_at=now, expires_at=now + timedelta(days=1),
        ),
    ]  # fmt: skip
    for row in rows:
        session.add(row)
        await session.flush()
    return Producer(person, enterprise, region, token)


async def _drafts(
    session: AsyncSession, ground: Ground, numbers: Sequence[int], now: datetime
) -> list[Draft]:
    made: list[tuple[Draft, Producer]] = []
    for number in numbers:
        producer = ground.producers[number % len(ground.producers)]
        made.append((Draft(new_id(), producer.token), producer))
    await session.execute(insert(Submission), [_submission(d, p, ground, now) for d, p in made])
    files = [_file(d, p, item, now) for d, p in made for item in ground.example.evidence]
    await session.execute(insert(EvidenceFile), files)
    for draft, producer in made:
        await append(
            session,
            stream=stream_of(draft.id),
            submission_id=draft.id,
            type="submission.created",
            at=now,
            by=By(person_id=producer.person_id, role=Role.PRODUCER),
            payload={"commodity": COMMODITY, "definition": ground.frozen.sha256},
        )
    return [draft for draft, _ in made]


def _submission(draft: Draft, producer: Producer, ground: Ground, now: datetime) -> dict[str, Any]:
    return {
        "id": draft.id,
        "cycle_id": ground.cycle.id,
        "definition_id": ground.frozen.id,
        "commodity_id": COMMODITY,
        "enterprise_id": producer.enterprise_id,
        "region_code": producer.region_code,
        "product_name": "Batik tulis",
        "answers": ground.example.answers,
        "version": 1,
        "revision": 0,
        "stage": chain_of(ground.cycle).first.code,
        "stage_entered_at": now,
        "return_sections": [],
        "created_by": producer.person_id,
        "created_at": now,
        "updated_at": now,
    }


def _file(draft: Draft, producer: Producer, item: EvidenceItem, now: datetime) -> dict[str, Any]:
    file_id = new_id()
    described = {
        name: getattr(item, name)
        for name in (
            *("evidence", "role", "number", "issuer", "issued_on", "expires_on"),
            *("media_type", "size_bytes", "width_px", "height_px", "seconds"),
        )
    }
    return described | {
        "id": file_id,
        "submission_id": draft.id,
        "purpose": "form",
        "file_name": f"{item.evidence}.bin",
        "sha256": "0" * 64,
        "store_key": f"benchmark/{file_id}",
        "uploaded_by": producer.person_id,
        "uploaded_at": now,
    }
