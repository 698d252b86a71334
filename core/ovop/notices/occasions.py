"""What an event is about, and what a notice of it may mention."""

from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.models import CarbonCopy
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Chain
from ovop.cycles.models import Cycle
from ovop.database import Base
from ovop.events import Event
from ovop.identities.enums import Role
from ovop.identities.models import Delegation, Enterprise, Membership, Person
from ovop.notices.letters import Facts
from ovop.notices.texts import ROLES
from ovop.submissions.models import Submission

Row = TypeVar("Row", bound=Base)


class Payload(Struct, frozen=True, kw_only=True):
    """What notices use of an event's payload; whatever else an event carries is ignored."""

    stage: str | None = None
    left: str | None = msgspec.field(name="from", default=None)
    due_on: date | None = None
    sections: tuple[str, ...] = ()
    copy_id: UUID | None = None
    closes_at: datetime | None = None


class Occasion(Struct, frozen=True, kw_only=True):
    """An event with the rows that it is about."""

    event: Event
    payload: Payload
    submission: Submission | None
    cycle: Cycle | None
    chain: Chain | None
    copy: CarbonCopy | None
    delegation: Delegation | None


async def load_occasion(session: AsyncSession, event: Event) -> Occasion:
    """An event with its submission, cycle, carbon copy or delegation, as far as it has them; a fixed number of queries."""
    payload = msgspec.json.decode(event.payload, type=Payload)
    kind, _, name = event.stream.partition("/")
    submission = await _row(session, Submission, event.submission_id)
    cycle = await _row(session, Cycle, submission.cycle_id if submission else _id(name, kind == "cycle"))
    return Occasion(
        event=event,
        payload=payload,
        submission=submission,
        cycle=cycle,
        chain=msgspec.convert(cycle.chain, Chain) if cycle else None,
        copy=await _row(session, CarbonCopy, payload.copy_id),
        delegation=await _row(session, Delegation, _id(name, kind == "delegation")),
    )


async def load_facts(session: AsyncSession, occasion: Occasion) -> Facts:
    """The facts of an occasion in the words of the templates."""
    submission, cycle, copy = occasion.submission, occasion.cycle, occasion.copy
    facts: dict[str, object] = {}
    if cycle is not None:
        facts |= _of_cycle(occasion, cycle)
    if submission is not None:
        facts |= _of_submission(occasion, submission)
        facts["enterprise"] = await session.scalar(
            select(Enterprise.name).where(Enterprise.id == submission.enterprise_id)
        )
    if copy is not None:
        facts |= {
            "page": f"/copies/{copy.id}",
            "copy_number": copy.number,
            "copy_for": _copy_label(occasion.chain, copy.recipient),
        }
    if occasion.delegation is not None:
        facts |= await _of_delegation(session, occasion.delegation)
    return Facts(**facts)  # type: ignore[arg-type]  # the functions below name the fields of Facts


def stage_label(chain: Chain | None, code: str | None) -> Text | str:
    """What people call a stage; its code where the chain does not know it."""
    return next((s.label for s in chain.stages if s.code == code), code or "") if chain else code or ""


def _of_cycle(occasion: Occasion, cycle: Cycle) -> dict[str, object]:
    return {
        "page": f"/cycles/{cycle.id}",
        "cycle": Text(id=cycle.name_id, en=cycle.name_en),
        "opens_at": cycle.opens_at,
        "closes_at": occasion.payload.closes_at or cycle.closes_at,
    }


def _of_submission(occasion: Occasion, submission: Submission) -> dict[str, object]:
    payload = occasion.payload
    return {
        "page": f"/submissions/{submission.id}",
        "number": submission.number or "",
        "product": submission.product_name,
        "stage": stage_label(occasion.chain, payload.stage or submission.stage),
        "left": stage_label(occasion.chain, payload.left),
        "due_on": payload.due_on,
        "sections": len(payload.sections),
    }


async def _of_delegation(session: AsyncSession, delegation: Delegation) -> dict[str, object]:
    query = (
        select(Person.name, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.id == delegation.membership_id)
    )
    name, role = (await session.execute(query)).one()
    return {
        "lender": name,
        "role": ROLES[Role(role)],
        "starts_on": delegation.starts_on,
        "ends_on": delegation.ends_on,
    }


def _copy_label(chain: Chain | None, code: str) -> Text | str:
    return next((c.label for c in chain.copies if c.code == code), code) if chain else code


async def _row(session: AsyncSession, table: type[Row], row_id: UUID | None) -> Row | None:
    return None if row_id is None else await session.get(table, row_id)


def _id(name: str, wanted: bool) -> UUID | None:
    return UUID(name) if wanted else None
