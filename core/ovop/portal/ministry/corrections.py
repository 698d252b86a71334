"""A later minor version of a commodity in an open cycle: proposed by one person of the ministry, decided by another."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.diff import step_for
from ovop.contract.vocabulary import Text
from ovop.cycles import service
from ovop.cycles.definitions import find_frozen
from ovop.cycles.models import FrozenDefinition
from ovop.errors import NotAllowed, OvopError
from ovop.identities.enums import Permission
from ovop.portal.filling import filled
from ovop.portal.language import mark
from ovop.portal.ministry import words
from ovop.portal.ministry.shared import REPAIRABLE, asked, mistakes_shown, names_for, once, status_of
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.submissions import correcting
from ovop.submissions.correction_schemas import NewCorrection, Rejection
from ovop.web import ApiRequest, GivenCommand, GivenSession, platform_of

LABELS = {"reason": mark("Alasan")}
LIST = "/cycles/{cycle_id:uuid}/commodities/{commodity:str}/corrections"
ONE = LIST + "/{correction_id:uuid}"


class CorrectionPages(Controller):
    """Corrections. Who manages cycles or audits may read them."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get(LIST)
    async def corrections(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
    ) -> Response[str]:
        return await self._list(request, reader, session, cycle_id, commodity)

    @post(LIST)
    async def propose(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
    ) -> Response[str] | Redirect:
        reason = filled(await request.form()).get("reason", "")
        platform = platform_of(request)

        async def work() -> str:
            given = asked(NewCorrection, {"reason": reason}, LABELS)
            correction = await correcting.propose_correction(
                session,
                act=reader.act,
                cycle_id=cycle_id,
                commodity_id=commodity,
                registry=platform.registry,
                hooks=platform.hooks,
                reason=given.reason,
            )
            return str(correction.id)

        try:
            correction_id = await once(command, work)
        except REPAIRABLE as error:
            return await self._list(request, reader, session, cycle_id, commodity, error, reason)
        return redirect(f"{_list_path(cycle_id, commodity)}/{correction_id}", done="correction_proposed")

    async def _list(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        cycle_id: UUID,
        commodity: str,
        error: OvopError | None = None,
        reason: str = "",
    ) -> Response[str]:
        _require_reader(reader)
        cycle = await service.get_cycle(session, cycle_id)
        current = await find_frozen(session, cycle_id=cycle_id, commodity_id=commodity)
        installed = platform_of(request).registry.commodities.get(commodity)
        return render(
            request,
            reader,
            "ministry_corrections.html",
            status=status_of(error) if error else 200,
            cycle=cycle,
            commodity=commodity,
            current=current.version,
            installed=installed.definition.manifest.version if installed else "",
            corrections=await correcting.list_corrections(session, cycle_id=cycle_id, commodity_id=commodity),
            proposes=reader.act.actor.may(Permission.CYCLE_MANAGE) and cycle.state == "open",
            values={"reason": reason},
            words=words,
            mistakes=mistakes_shown(error, reader),
        )

    @get(ONE)
    async def correction(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
        correction_id: FromPath[UUID],
    ) -> Response[str]:
        return await self._one(request, reader, session, (cycle_id, commodity, correction_id))

    @post(ONE)
    async def decide(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        command: GivenCommand,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
        correction_id: FromPath[UUID],
    ) -> Response[str] | Redirect:
        form = filled(await request.form())
        approves, reason = form.get("decision") == "approve", form.get("reason", "")

        async def work() -> str:
            given = None if approves and not reason else asked(Rejection, {"reason": reason}, LABELS)
            if approves:
                await correcting.approve_correction(
                    session,
                    act=reader.act,
                    cycle_id=cycle_id,
                    commodity_id=commodity,
                    correction_id=correction_id,
                    version=command.version,
                    reason=given.reason if given else None,
                )
            elif given:
                await correcting.reject_correction(
                    session,
                    act=reader.act,
                    cycle_id=cycle_id,
                    commodity_id=commodity,
                    correction_id=correction_id,
                    version=command.version,
                    reason=given.reason,
                )
            return str(correction_id)

        key = (cycle_id, commodity, correction_id)
        try:
            await once(command, work)
        except (*REPAIRABLE, NotAllowed) as error:
            return await self._one(request, reader, session, key, error, reason)
        done = "correction_approved" if approves else "correction_rejected"
        return redirect(f"{_list_path(cycle_id, commodity)}/{correction_id}", done=done)

    async def _one(
        self,
        request: ApiRequest,
        reader: Reader,
        session: AsyncSession,
        key: tuple[UUID, str, UUID],
        error: OvopError | None = None,
        reason: str = "",
    ) -> Response[str]:
        _require_reader(reader)
        cycle_id, commodity, correction_id = key
        cycle = await service.get_cycle(session, cycle_id)
        row = await correcting.get_correction(
            session, cycle_id=cycle_id, commodity_id=commodity, correction_id=correction_id
        )
        base = await session.get_one(FrozenDefinition, row.base_id)
        changes = correcting.changes_of(row)
        stages = {stage.code: stage.label for stage in service.chain_of(cycle).stages}
        return render(
            request,
            reader,
            "ministry_correction.html",
            status=status_of(error) if error else 200,
            cycle=cycle,
            commodity=commodity,
            correction=row,
            base=base.version,
            changes=changes,
            step=step_for(changes),
            touched=correcting.touched_of(row),
            stages=stages,
            names=await names_for(session, persons=[row.proposed_by, row.decided_by]),
            decides=reader.act.actor.may(Permission.CYCLE_MANAGE) and row.state == "proposed",
            is_proposer=row.proposed_by == reader.act.actor.person_id,
            values={"reason": reason},
            words=words,
            mistakes=mistakes_shown(error, reader),
        )


def _list_path(cycle_id: UUID, commodity: str) -> str:
    return f"/cycles/{cycle_id}/commodities/{commodity}/corrections"


def _require_reader(reader: Reader) -> None:
    """The same readers as at the API: whom a correction touches names submissions of the whole country."""
    actor = reader.act.actor
    if not (actor.may(Permission.CYCLE_MANAGE) or actor.may(Permission.AUDIT_READ)):
        raise NotAllowed(
            "ministry_only",
            Text(
                "Hanya admin kementerian dan auditor yang dapat melihat koreksi.",
                "Only the ministry's administrator and auditors may see corrections.",
            ),
        )
