"""Setting the scene for tests of identities; every number here is made up."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.database import Database, new_id
from ovop.events import By, Event
from ovop.identities.actor import Act, Actor, Power
from ovop.identities.enums import EnterpriseSize, OfficeKind, Role, Scope
from ovop.identities.memberships import add_membership
from ovop.identities.models import Enterprise, Membership, Office, Person
from ovop.identities.schemas import NewEnterprise, NewRole
from ovop.visibility import SYSTEM

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PEKALONGAN, BANTUL = "3375", "3402"

NEW_ENTERPRISE = NewEnterprise(
    name="Batik Contoh",
    owner_name="Pemilik Contoh",
    size=EnterpriseSize.SMALL,
    region_code=PEKALONGAN,
    address="Jalan Contoh 1",
)


@dataclass
class Scene:
    """Who is there; `acts` holds the acts of each at `AT`."""

    database: Database
    persons: dict[str, UUID] = field(default_factory=dict)
    memberships: dict[str, UUID] = field(default_factory=dict)
    offices: dict[str, UUID] = field(default_factory=dict)
    enterprises: dict[str, UUID] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)

    def session(self, who: str) -> Any:
        """A transaction seen through the eyes of somebody."""
        return self.database.transaction(actor=self.acts[who].actor, at=AT)

    async def events(self, stream: str) -> list[Event]:
        """The history of a stream."""
        async with self.database.transaction(actor=SYSTEM) as session:
            query = select(Event).where(Event.stream == stream).order_by(Event.position)
            return list(await session.scalars(query))


def with_token(act: Act, *scopes: Scope) -> Act:
    """The same actor, by an API token."""
    actor = act.actor
    return Act(
        actor=Actor(
            person_id=actor.person_id, name=actor.name, powers=actor.powers, scopes=frozenset(scopes)
        ),
        at=act.at,
    )


async def set_scene(database: Database) -> Scene:
    """Insert everybody."""
    scene = Scene(database)
    async with database.transaction(actor=SYSTEM) as session:
        for name, kind, region_code in (
            ("ministry", OfficeKind.MINISTRY, ""),
            ("pekalongan", OfficeKind.REGENCY, PEKALONGAN),
            ("bantul", OfficeKind.REGENCY, BANTUL),
        ):
            office = Office(id=new_id(), kind=kind.value, name=name, region_code=region_code, created_at=AT)
            session.add(office)
            scene.offices[name] = office.id
        for name, region_code in (("pekalongan", PEKALONGAN), ("bantul", BANTUL)):
            enterprise = Enterprise(
                id=new_id(),
                name=f"Batik {name}",
                owner_name="Pemilik",
                size="small",
                region_code=region_code,
                address="Jalan",
                kbli=["2020:13134"],
                created_at=AT,
                version=1,
            )
            session.add(enterprise)
            scene.enterprises[name] = enterprise.id
        await session.flush()
        await _add(session, scene, "admin", Role.MINISTRY_ADMIN, office="ministry")
        await _add(session, scene, "officer", Role.REGENCY_OFFICER, office="pekalongan")
        await _add(session, scene, "colleague", Role.REGENCY_OFFICER, office="pekalongan")
        await _add(session, scene, "bantul", Role.REGENCY_OFFICER, office="bantul")
        await _add(session, scene, "producer", Role.PRODUCER, enterprise="pekalongan")
    return scene


async def _add(
    session: AsyncSession,
    scene: Scene,
    name: str,
    role: Role,
    *,
    office: str | None = None,
    enterprise: str | None = None,
) -> None:
    person = Person(
        id=new_id(), name=name, email=f"{name}@ovop.example", password_hash="unusable", created_at=AT
    )
    session.add(person)
    await session.flush()
    office_id = scene.offices[office] if office else None
    enterprise_id = scene.enterprises[enterprise] if enterprise else None
    new = NewRole(role=role, office_id=office_id, enterprise_id=enterprise_id, starts_on=date(2026, 1, 1))
    membership: Membership = await add_membership(session, person_id=person.id, role=new, at=AT, by=By())
    region_code = {"pekalongan": PEKALONGAN, "bantul": BANTUL}.get(office or "", "")
    power = Power(role=role, office_id=office_id, enterprise_id=enterprise_id, region_code=region_code)
    scene.persons[name] = person.id
    scene.memberships[name] = membership.id
    scene.acts[name] = Act(actor=Actor(person_id=person.id, name=name, powers=(power,)), at=AT)
