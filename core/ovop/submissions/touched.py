"""Which submissions of a cycle another version of their commodity would touch, and how. Nothing is changed here."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.checker import Checker
from ovop.contract.scoring import applying_criteria, band_level, spread_weights
from ovop.cycles.definitions import compiled_for
from ovop.cycles.models import Cycle
from ovop.cycles.service import chain_of
from ovop.database import table_of
from ovop.submissions.models import Revision, Submission
from ovop.submissions.revisions import RevisionContent

_SUBMISSIONS = table_of(Submission)
_REVISIONS = table_of(Revision)
AT_ONCE = 100
"""Submissions that are read and compared in one go."""


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A submission that another version would touch. `moves`: it is a draft that was never handed in, so it goes over to that version.

    `why` is any of `in_work`, `findings`, `computed`, `gates`, `score`; without `in_work` the submission keeps its own version for good.
    """

    submission_id: UUID
    number: str | None
    stage: str
    moves: bool
    why: tuple[str, ...]


class _Line(msgspec.Struct, frozen=True):
    """What is read of a submission: of its revisions the last one's content."""

    id: UUID
    number: str | None
    stage: str
    revision: int
    definition_id: UUID
    content: bytes | None


async def touched_by(
    session: AsyncSession, *, cycle: Cycle, commodity_id: str, new: Checker
) -> list[Touched]:
    """Every submission of a cycle's commodity that is in work, or of which the last revision would be judged otherwise.

    Reads past what the actor may see, and tells no more of a submission than its id, number and stage.
    """
    chain = chain_of(cycle)
    editable = {stage.code for stage in chain.stages if stage.editable}
    found: list[Touched] = []
    async for batch in _batches(session, cycle.id, commodity_id):
        own = {row.definition_id: (await compiled_for(session, row.definition_id)).checker for row in batch}
        found += await asyncio.to_thread(_compare, batch, own, new, editable)
    return found


def differences(old: Checker, new: Checker, content: RevisionContent) -> tuple[str, ...]:
    """In what two versions judge the same submission differently: `findings`, `computed`, `gates`, `score`."""
    told = [_judged(checker, content) for checker in (old, new)]
    return tuple(name for name in told[0] if told[0][name] != told[1][name])


def _judged(checker: Checker, content: RevisionContent) -> dict[str, object]:
    evaluation = checker.evaluate(content.answers, content.evidence, content.facts)
    answered = checker.read(content.answers, content.evidence, content.facts)
    applying = applying_criteria(checker, answered)
    rubric = checker.definition.rubric
    return {
        "findings": sorted((f.path, f.code, f.severity) for f in evaluation.findings),
        "computed": dict(evaluation.computed),
        "gates": {gate.id: (gate.effect, gate.cap_points) for gate in evaluation.gates if gate.acts},
        "score": (
            rubric.scale_max,
            spread_weights(rubric, applying),
            {code: band_level(checker, answered, code) for code in applying},
        ),
    }


async def _batches(
    session: AsyncSession, cycle_id: UUID, commodity_id: str
) -> AsyncIterator[Sequence[_Line]]:
    """The submissions in order of their ids, each with its last revision; Core queries, so that drafts are among them."""
    of = _SUBMISSIONS.c
    last = and_(_REVISIONS.c.submission_id == of.id, _REVISIONS.c.number == of.revision)
    query = (
        select(of.id, of.number, of.stage, of.revision, of.definition_id, _REVISIONS.c.content)
        .select_from(_SUBMISSIONS.outerjoin(_REVISIONS, last))
        .where(of.cycle_id == cycle_id, of.commodity_id == commodity_id)
        .order_by(of.id)
        .limit(AT_ONCE)
    )
    connection = await session.connection()
    after: UUID | None = None
    while True:
        rows = await connection.execute(query if after is None else query.where(of.id > after))
        batch = [_Line(*row) for row in rows]
        if not batch:
            return
        yield batch
        after = batch[-1].id


def _compare(
    batch: Sequence[_Line],
    own: dict[UUID, Checker],
    new: Checker,
    editable: set[str],
) -> list[Touched]:
    found = []
    for row in batch:
        why: tuple[str, ...] = ("in_work",) if row.stage in editable else ()
        if row.content is not None:
            content = msgspec.json.decode(row.content, type=RevisionContent)
            why += differences(own[row.definition_id], new, content)
        if why:
            moves = row.revision == 0 and row.stage in editable
            found.append(
                Touched(submission_id=row.id, number=row.number, stage=row.stage, moves=moves, why=why)
            )
    return found
