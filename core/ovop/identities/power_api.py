"""HTTP for who holds which role: memberships and delegations."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from ovop.identities import delegations, memberships, schemas, views
from ovop.identities.rules import require_reading
from ovop.openapi import READING, WRITING, problems
from ovop.web import Cursor, GivenAct, GivenCommand, GivenSession, Limit, page_after


class MembershipController(Controller):
    """Dated roles. Everybody sees their own; those who manage identities see those of their territory."""

    path = "/memberships"
    tags = ("identities",)

    @get(
        operation_id="list_memberships", summary="Memberships that you may see", responses=problems(*READING)
    )
    async def list_memberships(
        self,
        session: GivenSession,
        act: GivenAct,
        person_id: FromQuery[UUID | None] = None,
        office_id: FromQuery[UUID | None] = None,
        enterprise_id: FromQuery[UUID | None] = None,
        after: Cursor = None,
        limit: Limit = 20,
    ) -> schemas.MembershipPage:
        require_reading(act.actor)
        rows, following = await memberships.list_memberships(
            session,
            person_id=person_id,
            office_id=office_id,
            enterprise_id=enterprise_id,
            after=page_after(after),
            limit=limit,
        )
        return schemas.MembershipPage(items=tuple(views.membership_view(r) for r in rows), next=following)

    @post(
        operation_id="give_membership",
        summary="Give a person a role from a day on",
        responses=problems(*WRITING),
    )
    async def give_membership(
        self,
        data: JSONBody[schemas.NewMembership],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.MembershipView]:
        async def work() -> schemas.MembershipView:
            return views.membership_view(await memberships.give_membership(session, act=act, new=data))

        return await command.once(work, status=201)

    @post(
        "/{membership_id:uuid}/end",
        operation_id="end_membership",
        summary="Set the last day of a membership",
        status_code=200,
        responses=problems(*WRITING),
    )
    async def end_membership(
        self,
        membership_id: FromPath[UUID],
        data: JSONBody[schemas.MembershipEnd],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.MembershipView]:
        async def work() -> schemas.MembershipView:
            ended = await memberships.end_membership(
                session, act=act, membership_id=membership_id, ends_on=data.ends_on, reason=data.reason
            )
            return views.membership_view(ended)

        return await command.once(work)


class DelegationController(Controller):
    """Roles lent to a colleague for some days."""

    path = "/delegations"
    tags = ("identities",)

    @get(
        operation_id="list_delegations", summary="Delegations that you may see", responses=problems(*READING)
    )
    async def list_delegations(
        self, session: GivenSession, act: GivenAct, after: Cursor = None, limit: Limit = 20
    ) -> schemas.DelegationPage:
        require_reading(act.actor)
        rows, following = await delegations.list_delegations(session, after=page_after(after), limit=limit)
        return schemas.DelegationPage(items=tuple(views.delegation_view(r) for r in rows), next=following)

    @post(
        operation_id="delegate",
        summary="Lend one of your roles to a colleague",
        description="At most a year. The colleague is named by the e-mail address of their account.",
        responses=problems(*WRITING),
    )
    async def delegate(
        self,
        data: JSONBody[schemas.NewDelegation],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.DelegationView]:
        async def work() -> schemas.DelegationView:
            return views.delegation_view(await delegations.delegate(session, act=act, new=data))

        return await command.once(work, status=201)

    @post(
        "/{delegation_id:uuid}/end",
        operation_id="revoke_delegation",
        summary="End a delegation at once",
        status_code=200,
        responses=problems(*WRITING),
    )
    async def revoke_delegation(
        self,
        delegation_id: FromPath[UUID],
        data: JSONBody[schemas.Reason],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.DelegationView]:
        async def work() -> schemas.DelegationView:
            revoked = await delegations.revoke_delegation(
                session, act=act, delegation_id=delegation_id, reason=data.reason
            )
            return views.delegation_view(revoked)

        return await command.once(work)
