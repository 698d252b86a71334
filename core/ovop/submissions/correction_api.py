"""HTTP for correcting a commodity during a cycle: proposed by one person of the ministry, decided by another."""

from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.diff import step_for
from ovop.contract.vocabulary import Text
from ovop.cycles.models import DefinitionCorrection, FrozenDefinition
from ovop.cycles.service import get_cycle
from ovop.errors import NotAllowed
from ovop.identities.actor import Act
from ovop.identities.enums import Permission
from ovop.openapi import READING, WRITING, problems
from ovop.submissions import correcting
from ovop.submissions.correction_schemas import (
    Approval,
    CorrectionList,
    CorrectionSummary,
    CorrectionView,
    NewCorrection,
    Rejection,
)
from ovop.web import ApiRequest, GivenAct, GivenCommand, GivenSession, given, platform_of, version_tag


def _tag(view: CorrectionView) -> str:
    return version_tag(view.version)


class CorrectionController(Controller):
    """Corrections: a later minor version in an open cycle. Who manages or audits cycles may read them."""

    path = "/cycles/{cycle_id:uuid}/commodities/{commodity:str}/corrections"
    tags = ("cycles",)

    @get(
        operation_id="list_corrections",
        summary="The corrections of a cycle's commodity",
        responses=problems(*READING),
    )
    async def list_corrections(
        self, cycle_id: FromPath[UUID], commodity: FromPath[str], session: GivenSession, act: GivenAct
    ) -> CorrectionList:
        _require_reader(act)
        await get_cycle(session, cycle_id)
        rows = await correcting.list_corrections(session, cycle_id=cycle_id, commodity_id=commodity)
        return CorrectionList(items=[await _summary(session, row) for row in rows])

    @post(
        operation_id="propose_correction",
        summary="Propose the installed minor version",
        description="The answer says in words what would change, and which submissions that would touch. Nothing changes until somebody "
        "else at the ministry approves.",
        responses=problems(*WRITING),
    )
    async def propose_correction(
        self,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
        data: JSONBody[NewCorrection],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
        request: ApiRequest,
    ) -> Response[CorrectionView]:
        platform = platform_of(request)

        async def work() -> CorrectionView:
            correction = await correcting.propose_correction(
                session,
                act=act,
                cycle_id=cycle_id,
                commodity_id=commodity,
                registry=platform.registry,
                hooks=platform.hooks,
                reason=data.reason,
            )
            return await _view(session, correction)

        return await command.once(work, status=201, etag=_tag)

    @get(
        "/{correction_id:uuid}",
        operation_id="get_correction",
        summary="One correction: its changes in words, and whom it touches",
        responses=problems(*READING),
    )
    async def get_correction(
        self,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
        correction_id: FromPath[UUID],
        session: GivenSession,
        act: GivenAct,
    ) -> Response[CorrectionView]:
        _require_reader(act)
        correction = await correcting.get_correction(
            session, cycle_id=cycle_id, commodity_id=commodity, correction_id=correction_id
        )
        view = await _view(session, correction)
        return Response(view, headers={"etag": _tag(view)})

    @post(
        "/{correction_id:uuid}/approve",
        operation_id="approve_correction",
        summary="Freeze the proposed version in the cycle",
        description="Not by who proposed it. Drafts that were never handed in go over to it; everything else keeps its version.",
        responses=problems(*WRITING),
        status_code=200,
    )
    async def approve_correction(
        self,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
        correction_id: FromPath[UUID],
        data: JSONBody[Approval],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[CorrectionView]:
        async def work() -> CorrectionView:
            correction = await correcting.approve_correction(
                session,
                act=act,
                cycle_id=cycle_id,
                commodity_id=commodity,
                correction_id=correction_id,
                version=command.version,
                reason=given(data.reason),
            )
            return await _view(session, correction)

        return await command.once(work, etag=_tag)

    @post(
        "/{correction_id:uuid}/reject",
        operation_id="reject_correction",
        summary="Turn the proposal down, or take it back",
        responses=problems(*WRITING),
        status_code=200,
    )
    async def reject_correction(
        self,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
        correction_id: FromPath[UUID],
        data: JSONBody[Rejection],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[CorrectionView]:
        async def work() -> CorrectionView:
            correction = await correcting.reject_correction(
                session,
                act=act,
                cycle_id=cycle_id,
                commodity_id=commodity,
                correction_id=correction_id,
                version=command.version,
                reason=data.reason,
            )
            return await _view(session, correction)

        return await command.once(work, etag=_tag)


def _require_reader(act: Act) -> None:
    """Whom a correction touches names submissions of the whole country: for those who manage cycles or audit."""
    if not (act.actor.may(Permission.CYCLE_MANAGE) or act.actor.may(Permission.AUDIT_READ)):
        raise NotAllowed(
            "ministry_only",
            Text(
                id="Hanya admin kementerian dan auditor yang dapat melihat koreksi.",
                en="Only the ministry's administrator and auditors may see corrections.",
            ),
        )


async def _view(session: AsyncSession, row: DefinitionCorrection) -> CorrectionView:
    changes = correcting.changes_of(row)
    return CorrectionView(
        **msgspec.structs.asdict(await _summary(session, row)),
        suggests=step_for(changes),
        changes=changes,
        changes_sha256=row.changes_sha256,
        touched=correcting.touched_of(row),
    )


async def _summary(session: AsyncSession, row: DefinitionCorrection) -> CorrectionSummary:
    base = await session.get_one(FrozenDefinition, row.base_id)
    return CorrectionSummary(
        id=row.id,
        cycle_id=row.cycle_id,
        commodity=row.commodity_id,
        from_version=base.version,
        to_version=row.version,
        sha256=row.sha256,
        state=row.state,
        reason=row.reason,
        changes_count=len(row.changes["items"]),
        touched_count=len(row.touched["items"]),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
        version=row.row_version,
    )
