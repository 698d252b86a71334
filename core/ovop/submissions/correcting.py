"""Use cases of correcting a commodity during a cycle: one person of the ministry proposes, another approves or rejects.

What is approved is what was proposed, byte for byte, whatever is installed by then. Drafts that were never handed in go over to the
corrected version; what was handed in keeps the version that it was handed in under, for good, also when it is returned.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import diff, loader
from ovop.contract.checker import compile_checker
from ovop.contract.diff import DefinitionChange
from ovop.contract.hooks.asking import Hooks
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Text
from ovop.cycles.admission import admission_findings, example_findings
from ovop.cycles.definitions import Snapshot, find_frozen, snapshot
from ovop.cycles.models import Cycle, DefinitionCorrection, FrozenDefinition
from ovop.cycles.rules import CycleState
from ovop.cycles.service import chain_of, get_cycle
from ovop.cycles.service import stream_of as stream_of_cycle
from ovop.database import table_of
from ovop.errors import Conflict, NotFound
from ovop.events import append
from ovop.identities.actor import Act, Power, stale
from ovop.identities.enums import Permission
from ovop.identities.rules import ministry_power
from ovop.submissions import correction_rules as rules
from ovop.submissions.access import stream_of
from ovop.submissions.correction_rules import CorrectionState
from ovop.submissions.models import Submission
from ovop.submissions.touched import Touched, touched_by

_SUBMISSIONS = table_of(Submission)


async def propose_correction(
    session: AsyncSession,
    *,
    act: Act,
    cycle_id: UUID,
    commodity_id: str,
    registry: Registry,
    hooks: Hooks,
    reason: str,
) -> DefinitionCorrection:
    """Put the installed minor version of an open cycle's commodity up for approval, with its changes in words and whom they touch.

    Raises `NotFound` for a commodity that the cycle did not freeze, `Conflict` when the cycle is not open or another proposal waits,
    `Invalid` when what is installed is no later minor version of the same major or does not pass what opening a cycle asks for.
    """
    power = ministry_power(act.actor, Permission.CYCLE_MANAGE)
    cycle = await _open_cycle(session, cycle_id)
    base = await find_frozen(session, cycle_id=cycle_id, commodity_id=commodity_id)
    if await _is_waiting(session, cycle_id, commodity_id):
        raise rules.waiting()
    commodity = rules.installed_commodity(registry, commodity_id)
    rules.refuse_version(base.version, commodity.definition.manifest.version)
    findings = await admission_findings(session, chosen={commodity_id: commodity}, hooks=hooks)
    taken = await snapshot(commodity, hooks) if not findings else None
    if taken is not None:
        findings += example_findings(commodity_id, taken.examples)
    if taken is None or findings:
        raise rules.not_sound(findings)
    changes = diff.changes(loader.decode(base.content), commodity.definition)
    checker = compile_checker(commodity.definition)
    touched = await touched_by(session, cycle=cycle, commodity_id=commodity_id, new=checker)
    correction = DefinitionCorrection(
        cycle_id=cycle_id,
        **msgspec.structs.asdict(taken),
        base_id=base.id,
        state=CorrectionState.PROPOSED,
        reason=reason,
        changes={"items": msgspec.to_builtins(changes)},
        changes_sha256=diff.digest(changes),
        touched={"items": msgspec.to_builtins(touched)},
        proposed_by=act.actor.person_id,
        lent_by=power.lent_by,
        proposed_at=act.at,
    )
    session.add(correction)
    await session.flush()
    await _tell(session, act, power, correction, "cycle.correction_proposed", reason=reason)
    return correction


async def approve_correction(
    session: AsyncSession,
    *,
    act: Act,
    cycle_id: UUID,
    commodity_id: str,
    correction_id: UUID,
    version: int,
    reason: str | None = None,
) -> DefinitionCorrection:
    """Freeze the proposed version in the cycle, and move the drafts that were never handed in over to it.

    Raises `NotAllowed` for who proposed it, `Stale` for another version of the proposal, `Conflict` once it is decided or the cycle closed.
    """
    power = ministry_power(act.actor, Permission.CYCLE_MANAGE)
    cycle = await _open_cycle(session, cycle_id)
    correction = await _proposed(session, cycle_id, commodity_id, correction_id, version)
    rules.refuse_proposer(act, power, correction)
    base = await find_frozen(session, cycle_id=cycle_id, commodity_id=commodity_id)
    if base.id != correction.base_id:
        raise rules.overtaken()
    columns = {name: getattr(correction, name) for name in Snapshot.__struct_fields__}
    frozen = FrozenDefinition(cycle_id=cycle_id, frozen_at=act.at, **columns)
    session.add(frozen)
    await session.flush()
    checker = compile_checker(loader.decode(correction.content))
    touched = await touched_by(session, cycle=cycle, commodity_id=commodity_id, new=checker)
    await _move_drafts(session, act, power, cycle, base, frozen, correction)
    correction.touched = {"items": msgspec.to_builtins(touched)}
    correction.definition_id = frozen.id
    _decide(correction, act, CorrectionState.APPROVED, reason)
    await session.flush()
    await _tell(
        session,
        act,
        power,
        correction,
        "cycle.corrected",
        reason=correction.reason,
        definitions={commodity_id: {"version": frozen.version, "sha256": frozen.sha256}},
        remark=reason,
    )
    return correction


async def reject_correction(
    session: AsyncSession,
    *,
    act: Act,
    cycle_id: UUID,
    commodity_id: str,
    correction_id: UUID,
    version: int,
    reason: str,
) -> DefinitionCorrection:
    """Turn a proposal down; who proposed it may take it back this way too. Nothing in the cycle changes."""
    power = ministry_power(act.actor, Permission.CYCLE_MANAGE)
    correction = await _proposed(session, cycle_id, commodity_id, correction_id, version)
    _decide(correction, act, CorrectionState.REJECTED, reason)
    await session.flush()
    await _tell(session, act, power, correction, "cycle.correction_rejected", reason=reason)
    return correction


async def list_corrections(
    session: AsyncSession, *, cycle_id: UUID, commodity_id: str | None = None
) -> Sequence[DefinitionCorrection]:
    """The corrections of a cycle, or of one of its commodities, the oldest first; there are few."""
    query = select(DefinitionCorrection).where(DefinitionCorrection.cycle_id == cycle_id)
    if commodity_id is not None:
        query = query.where(DefinitionCorrection.commodity_id == commodity_id)
    return (await session.scalars(query.order_by(DefinitionCorrection.id))).all()


async def get_correction(
    session: AsyncSession, *, cycle_id: UUID, commodity_id: str, correction_id: UUID, lock: bool = False
) -> DefinitionCorrection:
    """One correction; raises `NotFound`."""
    query = select(DefinitionCorrection).where(
        DefinitionCorrection.id == correction_id,
        DefinitionCorrection.cycle_id == cycle_id,
        DefinitionCorrection.commodity_id == commodity_id,
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    correction = await session.scalar(query)
    if correction is None:
        raise NotFound(
            "correction_unknown", Text(id="Koreksi ini tidak ada.", en="There is no such correction.")
        )
    return correction


def changes_of(correction: DefinitionCorrection) -> list[DefinitionChange]:
    """What it changes."""
    return msgspec.convert(correction.changes["items"], list[DefinitionChange])


def touched_of(correction: DefinitionCorrection) -> list[Touched]:
    """Whom it touches: as it stood when it was proposed, or when it was approved."""
    return msgspec.convert(correction.touched["items"], list[Touched])


async def _move_drafts(
    session: AsyncSession,
    act: Act,
    power: Power,
    cycle: Cycle,
    base: FrozenDefinition,
    frozen: FrozenDefinition,
    correction: DefinitionCorrection,
) -> None:
    """Drafts keep their answers; a writer who saw the earlier form reads it again, because the version counts the move.

    A Core statement: the ministry moves drafts that it may not see. One that is handed in meanwhile is locked, and stays.
    """
    editable = [stage.code for stage in chain_of(cycle).stages if stage.editable]
    of = _SUBMISSIONS.c
    move = (
        _SUBMISSIONS.update()
        .where(of.definition_id == base.id, of.revision == 0, of.stage.in_(editable))
        .values(definition_id=frozen.id, version=of.version + 1, updated_at=act.at)
        .returning(of.id)
    )
    connection = await session.connection()
    for submission_id in sorted((await connection.execute(move)).scalars()):
        await append(
            session,
            stream=stream_of(submission_id),
            submission_id=submission_id,
            type="submission.definition_corrected",
            at=act.at,
            by=act.by(power),
            reason=correction.reason,
            payload={
                "correction": str(correction.id),
                "version": frozen.version,
                "definition": frozen.sha256,
                "earlier_definition": base.sha256,
            },
        )


async def _tell(
    session: AsyncSession,
    act: Act,
    power: Power,
    correction: DefinitionCorrection,
    event: str,
    *,
    reason: str,
    **more: object,
) -> None:
    await append(
        session,
        stream=stream_of_cycle(correction.cycle_id),
        type=event,
        at=act.at,
        by=act.by(power),
        reason=reason,
        payload={
            "correction": str(correction.id),
            "commodity": correction.commodity_id,
            "version": correction.version,
            "sha256": correction.sha256,
            "changes_sha256": correction.changes_sha256,
            "touched": [str(one.submission_id) for one in touched_of(correction)],
            **more,
        },
    )


async def _open_cycle(session: AsyncSession, cycle_id: UUID) -> Cycle:
    """The cycle under a lock: nobody begins a draft, proposes or decides in it meanwhile."""
    await get_cycle(session, cycle_id)
    lock = select(Cycle).where(Cycle.id == cycle_id).with_for_update()
    cycle = (await session.scalars(lock.execution_options(populate_existing=True))).one()
    if cycle.state != CycleState.OPEN:
        raise Conflict(
            "cycle_state",
            Text(
                id=f"Siklus berstatus “{cycle.state}”; koreksi hanya untuk siklus yang terbuka.",
                en=f"The cycle is “{cycle.state}”; only an open cycle can be corrected.",
            ),
        )
    return cycle


async def _proposed(
    session: AsyncSession, cycle_id: UUID, commodity_id: str, correction_id: UUID, version: int
) -> DefinitionCorrection:
    correction = await get_correction(
        session, cycle_id=cycle_id, commodity_id=commodity_id, correction_id=correction_id, lock=True
    )
    if correction.row_version != version:
        raise stale(version, correction.row_version)
    if correction.state != CorrectionState.PROPOSED:
        raise Conflict(
            "correction_decided",
            Text(
                id=f"Koreksi ini sudah diputuskan: “{correction.state}”.",
                en=f"This correction was decided already: “{correction.state}”.",
            ),
        )
    return correction


def _decide(correction: DefinitionCorrection, act: Act, state: CorrectionState, reason: str | None) -> None:
    correction.state = state
    correction.decided_by = act.actor.person_id
    correction.decided_at = act.at
    correction.decision_reason = reason


async def _is_waiting(session: AsyncSession, cycle_id: UUID, commodity_id: str) -> bool:
    query = select(DefinitionCorrection.id).where(
        DefinitionCorrection.cycle_id == cycle_id,
        DefinitionCorrection.commodity_id == commodity_id,
        DefinitionCorrection.state == CorrectionState.PROPOSED,
    )
    return await session.scalar(query.limit(1)) is not None
