"""The audit of everything that the log can prove: its own chains, and the tables that must agree with it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.approvals.models import CarbonCopy, Decision
from ovop.audit_rules import (
    AuditFault,
    at_event,
    beside,
    copy_faults,
    decision_faults,
    revision_faults,
    stage_faults,
    steps_of,
)
from ovop.cycles.chain import Chain
from ovop.cycles.models import Cycle, FrozenDefinition
from ovop.database import Database
from ovop.events import ChainFault, Event, verify
from ovop.submissions.access import stream_of
from ovop.submissions.models import Revision, Submission
from ovop.visibility import SYSTEM

Progress: TypeAlias = Callable[[int], None]

AT_ONCE = 200
"""Submissions that are compared in one go."""
_NOBODY = UUID(int=0)


class AuditReport(Struct, frozen=True, kw_only=True):
    """What was looked at, and every fault."""

    events: int
    submissions: int
    revisions: int
    copies: int
    definitions: int
    faults: tuple[AuditFault, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


class _Frozen(Struct, frozen=True):
    sha256: str


class _Opening(Struct, frozen=True):
    definitions: dict[str, _Frozen] = {}


class _Counts(Struct):
    events: int = 0
    submissions: int = 0
    revisions: int = 0
    copies: int = 0
    definitions: int = 0


async def audit(
    database: Database, *, stream: str | None = None, progress: Progress | None = None
) -> AuditReport:
    """Check the whole log, or one stream, and the tables against it, as they stand at one instant; changes nothing.

    Faults of the log: an altered, removed or reordered event. Faults beside it: a submission whose stage is not what its events lead to,
    a submission without events or events without their submission, a decision that is not the one its event tells of, a due carbon copy
    that is missing, a revision or frozen definition whose bytes do not have the recorded hash. `progress` gets the running number of
    events checked.
    """
    counts, faults = _Counts(), []
    async with database.session(read_only=True, actor=SYSTEM) as session:
        if session.get_bind().dialect.name == "postgresql":
            # One picture for all queries: what is committed meanwhile must not look like a contradiction.
            await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        async for found in verify(session, stream=stream):
            if isinstance(found, ChainFault):
                faults.append(_of_chain(found))
            else:
                counts.events = found
                if progress is not None:
                    progress(found)
        chains = {row.id: msgspec.convert(row.chain, Chain) for row in await session.scalars(select(Cycle))}
        faults += await _submissions(session, stream, chains, counts)
        faults += await _bereft(session, stream)
        faults += await _definitions(session, stream, counts)
    return AuditReport(**msgspec.structs.asdict(counts), faults=tuple(faults))


def _of_chain(fault: ChainFault) -> AuditFault:
    return AuditFault(
        stream=fault.stream, position=fault.position, event_id=fault.event_id, fault=fault.fault
    )


async def _submissions(
    session: AsyncSession, stream: str | None, chains: Mapping[UUID, Chain], counts: _Counts
) -> list[AuditFault]:
    """Every submission against its events, a bounded number in memory at a time."""
    faults: list[AuditFault] = []
    after: UUID | None = None
    while batch := (await session.scalars(_batch(stream, after))).all():
        after = batch[-1].id
        counts.submissions += len(batch)
        faults += await _compare(session, batch, chains, counts)
        session.expunge_all()
    return faults


def _batch(stream: str | None, after: UUID | None) -> Select[Submission]:
    query = select(Submission).order_by(Submission.id).limit(AT_ONCE)
    if stream is not None:
        query = query.where(Submission.id == _named(stream, "submission"))
    return query if after is None else query.where(Submission.id > after)


async def _compare(
    session: AsyncSession, batch: Sequence[Submission], chains: Mapping[UUID, Chain], counts: _Counts
) -> list[AuditFault]:
    ids = [submission.id for submission in batch]
    events: dict[str, list[Event]] = defaultdict(list)
    streams = [stream_of(submission_id) for submission_id in ids]
    query = select(Event).where(Event.stream.in_(streams)).order_by(Event.stream, Event.position)
    for event in await session.scalars(query):
        events[event.stream].append(event)
    copies: dict[UUID, set[str]] = defaultdict(set)
    issued = (
        select(Decision.event_id, CarbonCopy.recipient)
        .join(CarbonCopy, CarbonCopy.decision_id == Decision.id)
        .where(CarbonCopy.submission_id.in_(ids))
    )
    for event_uid, recipient in await session.execute(issued):
        copies[event_uid].add(recipient)
        counts.copies += 1
    decisions: dict[UUID, dict[UUID, Decision]] = defaultdict(dict)
    for decision in await session.scalars(select(Decision).where(Decision.submission_id.in_(ids))):
        decisions[decision.submission_id][decision.event_id] = decision
    revisions: dict[UUID, dict[int, str]] = defaultdict(dict)
    faults: list[AuditFault] = []
    stored = select(Revision).where(Revision.submission_id.in_(ids)).order_by(Revision.submission_id)
    async for revision in await session.stream_scalars(stored.execution_options(yield_per=20)):
        counts.revisions += 1
        revisions[revision.submission_id][revision.number] = revision.sha256
        if sha256(revision.content).hexdigest() != revision.sha256:
            faults.append(
                beside(revision.submission_id, f"the bytes of revision {revision.number} were altered")
            )
    for submission in batch:
        history = events[stream_of(submission.id)]
        steps = steps_of(history)
        if not history:
            faults.append(beside(submission.id, "the submission has no events"))
        faults += stage_faults(submission, steps, chains[submission.cycle_id])
        faults += revision_faults(submission, steps, revisions[submission.id])
        faults += copy_faults(steps, chains[submission.cycle_id], copies)
        faults += decision_faults(steps, decisions[submission.id])
    return faults


async def _bereft(session: AsyncSession, stream: str | None) -> list[AuditFault]:
    """Streams of submissions that are no longer there."""
    gone = ~select(Submission.id).where(Submission.id == Event.submission_id).exists()
    query = select(Event).where(Event.position == 1, Event.submission_id.is_not(None), gone)
    if stream is not None:
        query = query.where(Event.stream == stream)
    return [at_event(event, "its submission is missing") for event in await session.scalars(query)]


async def _definitions(session: AsyncSession, stream: str | None, counts: _Counts) -> list[AuditFault]:
    """Every frozen definition against its hash and against what the opening of its cycle, or a correction, recorded."""
    query = select(FrozenDefinition).order_by(FrozenDefinition.cycle_id, FrozenDefinition.id)
    opened = select(Event).where(Event.type.in_(("cycle.opened", "cycle.corrected"))).order_by(Event.id)
    if stream is not None:
        query = query.where(FrozenDefinition.cycle_id == _named(stream, "cycle"))
        opened = opened.where(Event.stream == stream)
    faults = []
    stored: dict[tuple[str, str], set[str]] = defaultdict(set)
    async for row in await session.stream_scalars(query.execution_options(yield_per=20)):
        counts.definitions += 1
        stored[f"cycle/{row.cycle_id}", row.commodity_id].add(row.sha256)
        if sha256(row.content).hexdigest() != row.sha256:
            fault = f"the bytes of the frozen definition {row.commodity_id} {row.version} were altered"
            faults.append(
                AuditFault(stream=f"cycle/{row.cycle_id}", position=None, event_id=None, fault=fault)
            )
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in await session.scalars(opened):
        for commodity, digest in _frozen_by(event).items():
            told[event.stream, commodity].add(digest)
            if digest not in stored[event.stream, commodity]:
                fault = f"the definition of {commodity} that this event froze is missing or was replaced"
                faults.append(at_event(event, fault))
    for (cycle, commodity), digests in stored.items():
        if told[cycle, commodity] - digests:
            continue  # one was replaced, which is said above
        faults += [
            AuditFault(
                stream=cycle,
                position=None,
                event_id=None,
                fault=f"no event froze the definition {digest[:12]} of {commodity}",
            )
            for digest in sorted(digests - told[cycle, commodity])
        ]
    return faults


def _frozen_by(event: Event) -> dict[str, str]:
    """Commodity and hash of each definition that an event froze; none when the event cannot be read."""
    try:
        return {
            commodity: frozen.sha256
            for commodity, frozen in msgspec.json.decode(event.payload, type=_Opening).definitions.items()
        }
    except msgspec.DecodeError:
        return {}


def _named(stream: str, kind: str) -> UUID:
    """The id in a stream's name; one that nothing has when the stream is of another kind."""
    prefix, _, name = stream.partition("/")
    try:
        return UUID(name) if prefix == kind else _NOBODY
    except ValueError:
        return _NOBODY
