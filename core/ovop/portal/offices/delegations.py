"""Absence: who stands in for the reader, for whom the reader stands in, and ending either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import day_in_jakarta
from ovop.contract.vocabulary import Finding, Text
from ovop.database import table_of
from ovop.errors import Invalid, OvopError
from ovop.identities import delegations as service
from ovop.identities.memberships import list_memberships
from ovop.identities.models import Delegation, Enterprise, Membership, Office, Person
from ovop.identities.schemas import NewDelegation
from ovop.portal.filling import Filled, Mistake, by_field, filled, mistakes_of
from ovop.portal.offices.history import ROLE_NAMES
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.problems import FAMILIES
from ovop.shapes import faults
from ovop.web import ApiRequest, Cursor, GivenCommand, GivenSession, page_after

PAGE = 20
MOST_ROLES = 100

_M, _P, _O, _E = (table_of(model) for model in (Membership, Person, Office, Enterprise))


class Loan(Struct, frozen=True, kw_only=True):
    """A delegation in words; `state` is `coming`, `running`, `over` or `ended`."""

    row: Delegation
    role: str
    place: str
    lender: str
    colleague: str
    mine: bool
    to_me: bool
    state: str

    @property
    def may_end(self) -> bool:
        """Whether there is anything left to end."""
        return self.state in ("coming", "running")


class DelegationPages(Controller):
    """Delegations."""

    path = "/delegations"
    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get()
    async def listing(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, after: Cursor = None
    ) -> Response[str]:
        today = day_in_jakarta(reader.at).isoformat()
        return await _page(request, reader, session, form={"starts_on": today}, after=after)

    @post()
    async def lend(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, command: GivenCommand
    ) -> Response[str] | Redirect:
        form = filled(await request.form())

        async def work() -> dict[str, str]:
            made = await service.delegate(session, act=reader.act, new=_new(form))
            return {"id": str(made.id)}

        try:
            async with session.begin_nested():
                await command.once(work)
        except OvopError as error:
            status = next(status for family, (status, _) in FAMILIES.items() if isinstance(error, family))
            return await _page(
                request, reader, session, form=form, mistakes=mistakes_of(error, reader), status=status
            )
        return redirect("/delegations", done="delegated")

    @post("/{delegation_id:uuid}/end")
    async def end(
        self, reader: GivenReader, session: GivenSession, command: GivenCommand, delegation_id: FromPath[UUID]
    ) -> Redirect:
        async def work() -> dict[str, str]:
            ended = await service.revoke_delegation(session, act=reader.act, delegation_id=delegation_id)
            return {"id": str(ended.id)}

        await command.once(work)
        return redirect("/delegations", done="delegation_ended")


def _new(form: Filled) -> NewDelegation:
    """The form as the service takes it; raises `Invalid` with every field that does not fit."""
    names = NewDelegation.__struct_fields__
    content = {name: form.get(name, "") for name in names}
    missing = [name for name in names if not content[name]]
    found = [f for f in faults(NewDelegation, content) if f.path not in missing]
    if missing or found:
        raise Invalid(
            "delegation_incomplete", _INCOMPLETE, findings=[*(_MISSING[name] for name in missing), *found]
        )
    return msgspec.convert(content, NewDelegation)


def _missing(name: str, id_: str, en: str) -> Finding:
    remedy = Text("Lengkapi, lalu kirim lagi.", "Complete it and send again.")
    return Finding(path=name, code="required", message=Text(id_, en), remedy=remedy)


_INCOMPLETE = Text(
    "Pelimpahan belum lengkap; tidak ada yang berubah.", "The delegation is incomplete; nothing was changed."
)
_MISSING = {
    one.path: one
    for one in (
        _missing("membership_id", "Pilih peran yang dilimpahkan.", "Choose the role to lend."),
        _missing(
            "to_email", "Alamat e-mail rekan belum diisi.", "The colleague's e-mail address is missing."
        ),
        _missing("starts_on", "Hari pertama belum diisi.", "The first day is missing."),
        _missing("ends_on", "Hari terakhir belum diisi.", "The last day is missing."),
        _missing("reason", "Alasan belum diisi.", "The reason is missing."),
    )
}


async def loans_of(session: AsyncSession, reader: Reader, rows: Sequence[Delegation]) -> list[Loan]:
    """Delegations in words. Core tables: lender and colleague act in each other's name, so either may know who the other is, and what was lent."""
    if not rows:
        return []
    lender, colleague = _P.alias("lender"), _P.alias("colleague")
    query = (
        select(
            Delegation.id,
            _M.c.role,
            _M.c.person_id,
            _O.c.name.label("office"),
            _E.c.name.label("enterprise"),
            lender.c.name.label("lender"),
            colleague.c.name.label("colleague"),
        )
        .join_from(Delegation, _M, _M.c.id == Delegation.membership_id)
        .join(lender, lender.c.id == _M.c.person_id)
        .join(colleague, colleague.c.id == Delegation.to_person_id)
        .outerjoin(_O, _O.c.id == _M.c.office_id)
        .outerjoin(_E, _E.c.id == _M.c.enterprise_id)
        .where(Delegation.id.in_([row.id for row in rows]))
    )
    told = {found.id: found for found in await session.execute(query)}
    today, me = day_in_jakarta(reader.at), reader.act.actor.person_id
    return [
        Loan(
            row=row,
            role=ROLE_NAMES[told[row.id].role],
            place=told[row.id].office or told[row.id].enterprise or "",
            lender=told[row.id].lender,
            colleague=told[row.id].colleague,
            mine=told[row.id].person_id == me,
            to_me=row.to_person_id == me,
            state=_state(row, today),
        )
        for row in rows
    ]


async def running_for(session: AsyncSession, reader: Reader) -> list[Loan]:
    """The delegations in force today by which the reader stands in for somebody."""
    today = day_in_jakarta(reader.at)
    query = select(Delegation).where(
        Delegation.to_person_id == reader.act.actor.person_id,
        Delegation.starts_on <= today,
        Delegation.ends_on >= today,
        Delegation.revoked_at.is_(None),
    )
    return await loans_of(session, reader, (await session.scalars(query)).all())


def _state(row: Delegation, today: date) -> str:
    if row.revoked_at is not None:
        return "ended"
    if row.ends_on < today:
        return "over"
    return "coming" if row.starts_on > today else "running"


async def _page(
    request: ApiRequest,
    reader: Reader,
    session: AsyncSession,
    *,
    form: Mapping[str, str],
    mistakes: list[Mistake] | None = None,
    status: int = 200,
    after: str | None = None,
) -> Response[str]:
    rows, following = await service.list_delegations(session, after=page_after(after or None), limit=PAGE)
    return render(
        request,
        reader,
        "offices_delegations.html",
        status=status,
        loans=await loans_of(session, reader, rows),
        roles=await _own_roles(session, reader),
        form=form,
        mistakes=mistakes or [],
        wrong=by_field(mistakes or []),
        next=str(following) if following else None,
    )


async def _own_roles(session: AsyncSession, reader: Reader) -> list[tuple[str, str]]:
    """The reader's own roles that are not over, to choose from: the id of the membership, and its words."""
    today = day_in_jakarta(reader.at)
    rows, _ = await list_memberships(
        session, person_id=reader.act.actor.person_id, after=None, limit=MOST_ROLES
    )
    open_ = [row for row in rows if row.ends_on is None or row.ends_on >= today]
    places = await _places(session, open_)
    return [(str(row.id), f"{reader.text(ROLE_NAMES[row.role])} – {places.get(row.id, '')}") for row in open_]


async def _places(session: AsyncSession, rows: Sequence[Membership]) -> dict[UUID, str]:
    query = (
        select(Membership.id, Office.name, Enterprise.name)
        .outerjoin(Office, Office.id == Membership.office_id)
        .outerjoin(Enterprise, Enterprise.id == Membership.enterprise_id)
        .where(
            Membership.id.in_([row.id for row in rows]),
            or_(Office.id.is_not(None), Enterprise.id.is_not(None)),
        )
    )
    return {row[0]: row[1] or row[2] for row in await session.execute(query)}
