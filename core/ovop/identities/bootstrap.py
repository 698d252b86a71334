"""The first administrator of an installation: without one nobody could register anybody."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta
from ovop.database import new_id
from ovop.events import By, append
from ovop.identities.enums import OfficeKind, Role
from ovop.identities.memberships import add_membership
from ovop.identities.models import Office, Person
from ovop.identities.passwords import hash_password, password_findings
from ovop.identities.persons import add_person
from ovop.identities.rules import refuse_errors
from ovop.identities.schemas import NewPerson, NewRole

MINISTRY_NAME = "Direktorat Jenderal Industri Kecil, Menengah dan Aneka"


async def add_administrator(session: AsyncSession, *, new: NewPerson, password: str, at: datetime) -> Person:
    """A ministry administrator, with the ministry's office where there is none yet. Only the operator of the machine may do this.

    Raises `Invalid` for an unfit password or an address that is taken.
    """
    refuse_errors(password_findings(password, field="password"))
    office = await session.scalar(
        select(Office).where(Office.kind == OfficeKind.MINISTRY).order_by(Office.id).limit(1)
    )
    if office is None:
        office = Office(
            id=new_id(), kind=OfficeKind.MINISTRY, name=MINISTRY_NAME, region_code="", created_at=at
        )
        session.add(office)
        await session.flush()
        await append(session, stream=f"office/{office.id}", type="office.created", at=at, by=By())
    registered = await add_person(
        session, new=new, password_hash=await hash_password(password), at=at, by=By()
    )
    role = NewRole(role=Role.MINISTRY_ADMIN, office_id=office.id, starts_on=day_in_jakarta(at))
    await add_membership(session, person_id=registered.person.id, role=role, at=at, by=By())
    return registered.person
