"""Giving a role at an office or an enterprise: to a person found by e-mail address."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.vocabulary import Finding, Text
from ovop.identities import memberships
from ovop.identities.actor import Act
from ovop.identities.models import Person
from ovop.identities.queries import normalise_email
from ovop.identities.schemas import NewMembership
from ovop.portal.language import mark
from ovop.portal.ministry.shared import asked, missing, refuse

LABELS = {
    "email": mark("Alamat e-mail"),
    "role": mark("Peran"),
    "starts_on": mark("Mulai"),
    "ends_on": mark("Sampai"),
}


async def give_role(
    session: AsyncSession, *, act: Act, form: Mapping[str, str], places: Mapping[str, object]
) -> None:
    """Give a role as a form states it, at the office or enterprise in `places`; raises `Invalid` where the actor knows no such person."""
    email = form.get("email", "")
    if not email:
        refuse([missing("email", Text("Alamat e-mail", "E-mail address"))])
    person_id = await session.scalar(select(Person.id).where(Person.email == normalise_email(email)))
    if person_id is None:
        refuse([_NOBODY])
    values = {name: form.get(name, "") for name in ("role", "starts_on", "ends_on")}
    new = asked(NewMembership, {**values, **places, "person_id": str(person_id)}, LABELS)
    await memberships.give_membership(session, act=act, new=new)


_NOBODY = Finding(
    path="email",
    code="person_unknown",
    message=Text(
        "Tidak ada orang dengan alamat ini yang dapat Anda lihat.",
        "There is nobody with this address whom you may see.",
    ),
    remedy=Text(
        "Periksa ejaannya, atau daftarkan orang baru.", "Check its spelling, or register a new person."
    ),
)
