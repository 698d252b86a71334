"""Delegation: a membership lent to a colleague for some days. Both persons are recorded with whatever is done by it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Text
from ovop.database import new_id
from ovop.identities.actor import Act
from ovop.identities.memberships import own_membership
from ovop.identities.models import Delegation
from ovop.identities.queries import page_of, person_by_email
from ovop.identities.rules import (
    by_oneself,
    fault,
    loan_findings,
    refuse_errors,
    refuse_oneself,
    require_login,
    unknown,
)
from ovop.identities.schemas import NewDelegation
from ovop.identities.sides import refuse_both_sides


async def delegate(session: AsyncSession, *, act: Act, new: NewDelegation) -> Delegation:
    """Lend one of the actor's own memberships to a colleague with an account, for at most a year; what is lent cannot be lent on.

    Raises `NotAllowed` for an API token, for oneself, and where the two sides of one territory would meet in one person: an office's role
    for a producer of its territory, or a producer's role for an officer of theirs. Raises `Invalid` with every faulty field.
    """
    require_login(act.actor)
    membership = await own_membership(session, act=act, membership_id=new.membership_id)
    colleague = await person_by_email(session, new.to_email)
    found = loan_findings(
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        today=day_in_jakarta(act.at),
        membership_ends_on=membership.ends_on,
    )
    if colleague is None or colleague.password_hash is None or colleague.disabled_at is not None:
        found.append(_NO_ACCOUNT)
    refuse_errors(found)
    assert colleague is not None  # noqa: S101  # refused above
    refuse_oneself(act.actor, colleague.id)
    await refuse_both_sides(
        session,
        person_id=colleague.id,
        office_id=membership.office_id,
        enterprise_id=membership.enterprise_id,
        starts_on=new.starts_on,
    )
    delegation = Delegation(
        id=new_id(),
        membership_id=membership.id,
        to_person_id=colleague.id,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        reason=new.reason,
        created_at=act.at,
    )
    session.add(delegation)
    await session.flush()
    await _log(session, act, delegation, "delegation.given", reason=new.reason)
    return delegation


_NO_ACCOUNT = fault(
    "to_email",
    "no_account",
    Text(
        id="Tidak ada akun aktif dengan e-mail ini.",
        en="There is no active account with this e-mail address.",
    ),
    Text(
        id="Periksa e-mailnya, atau mintalah akun untuk rekan Anda.",
        en="Check the address, or ask for an account for your colleague.",
    ),
)


async def revoke_delegation(
    session: AsyncSession, *, act: Act, delegation_id: UUID, reason: str | None = None
) -> Delegation:
    """End a delegation at once: by its lender, its receiver (who gives it back), or whoever manages the membership.

    Those are exactly the ones who may see it; for all others it is `NotFound`.
    """
    require_login(act.actor)
    delegation = await session.scalar(
        select(Delegation).where(Delegation.id == delegation_id).with_for_update()
    )
    if delegation is None:
        raise unknown(Text(id="Pelimpahan ini", en="delegation"))
    if delegation.revoked_at is None:
        delegation.revoked_at = act.at
        await session.flush()
        await _log(session, act, delegation, "delegation.revoked", reason=reason)
    return delegation


async def list_delegations(
    session: AsyncSession, *, after: UUID | None, limit: int
) -> tuple[Sequence[Delegation], UUID | None]:
    """The delegations that the actor may see: lent to them, by them, or of memberships they manage."""
    return await page_of(session, select(Delegation), key=Delegation.id, after=after, limit=limit)


async def _log(
    session: AsyncSession, act: Act, delegation: Delegation, type: str, *, reason: str | None
) -> None:
    payload: dict[str, object] = {
        "membership": str(delegation.membership_id),
        "to_person": str(delegation.to_person_id),
        "starts_on": delegation.starts_on,
        "ends_on": delegation.ends_on,
    }
    await events.append(
        session,
        stream=f"delegation/{delegation.id}",
        type=type,
        at=act.at,
        by=by_oneself(act),
        reason=reason,
        payload=payload,
    )
