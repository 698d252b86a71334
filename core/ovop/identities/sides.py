"""The two sides of a territory, who proposes and who decides: they never meet in one person."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.vocabulary import Text
from ovop.database import table_of
from ovop.errors import NotAllowed
from ovop.identities.models import Delegation, Enterprise, Membership, Office

_M, _D, _E, _O = (table_of(m) for m in (Membership, Delegation, Enterprise, Office))


async def refuse_both_sides(
    session: AsyncSession,
    *,
    person_id: UUID,
    office_id: UUID | None,
    enterprise_id: UUID | None,
    starts_on: date,
) -> None:
    """Raises `NotAllowed` where a person would get, from `starts_on`, a role in an office while producing in its territory, or the reverse.

    What is lent to the person counts as theirs. Asks Core tables: the actor may not see all that the person holds, but it decides.
    """
    lent = select(_D.c.membership_id).where(
        _D.c.to_person_id == person_id, _D.c.revoked_at.is_(None), _D.c.ends_on >= starts_on
    )
    query = _held_across(office_id, enterprise_id).where(
        or_(_M.c.person_id == person_id, _M.c.id.in_(lent)),
        or_(_M.c.ends_on.is_(None), _M.c.ends_on >= starts_on),
    )
    connection = await session.connection()
    if (await connection.execute(query.limit(1))).first() is not None:
        raise NotAllowed(
            "both_sides",
            Text(
                id="Orang ini berada di sisi lain usulan di wilayah yang sama (produsen dan petugas). Pilih orang lain.",
                en="This person stands on the other side of the same territory's proposals (producer and officer). Choose another.",
            ),
        )


def _held_across(office_id: UUID | None, enterprise_id: UUID | None) -> Select[tuple[UUID]]:
    """The memberships of anybody on the other side of an office's, or an enterprise's, territory."""
    if enterprise_id is not None:
        place = select(_E.c.region_code).where(_E.c.id == enterprise_id).scalar_subquery()
        offices = _M.join(_O, _O.c.id == _M.c.office_id)
        return select(_M.c.id).select_from(offices).where(place.startswith(_O.c.region_code))
    territory = select(_O.c.region_code).where(_O.c.id == office_id).scalar_subquery()
    enterprises = _M.join(_E, _E.c.id == _M.c.enterprise_id)
    return select(_M.c.id).select_from(enterprises).where(_E.c.region_code.startswith(territory))
