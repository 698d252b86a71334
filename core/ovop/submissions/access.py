"""Finding a submission and the right to write in it."""

from uuid import UUID

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.checker import Checker
from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Chain, Effect, Stage
from ovop.cycles.definitions import compiled_for
from ovop.cycles.models import Cycle
from ovop.cycles.service import chain_of, get_cycle
from ovop.errors import Conflict, NotAllowed, NotFound
from ovop.events import Event
from ovop.identities.actor import Act, Power, stale
from ovop.identities.enums import Permission, Role
from ovop.submissions.models import Submission

DECIDING = ("submission.approved", "submission.returned", "submission.declined")
"""Events whose actor decided on the submission."""
AUTHORING = (
    "submission.created",
    "submission.answers_saved",
    "submission.evidence_added",
    "submission.evidence_described",
    "submission.evidence_removed",
    "submission.submitted",
    "submission.resubmitted",
)
"""Events whose actor counts as an author of the submission."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A submission together with what it stands in: its cycle, chain, stage, and the checker of its frozen definition."""

    submission: Submission
    cycle: Cycle
    chain: Chain
    stage: Stage
    checker: Checker
    definition_sha256: str


def stream_of(submission_id: UUID) -> str:
    """The event stream of a submission."""
    return f"submission/{submission_id}"


async def load_submission(session: AsyncSession, submission_id: UUID, *, lock: bool = False) -> Submission:
    """The submission, if it exists and the actor may see it; otherwise `NotFound`.

    With `lock` nobody else changes it until the transaction ends: a second writer waits, and then finds another version.
    """
    query = select(Submission).where(Submission.id == submission_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    submission = await session.scalar(query)
    if submission is None:
        raise NotFound(
            "submission_unknown",
            Text(
                id="Usulan ini tidak ada, atau belum sampai kepada Anda.",
                en="There is no such submission, or it has not reached you.",
            ),
        )
    return submission


async def load_place(session: AsyncSession, submission_id: UUID, *, lock: bool = False) -> Place:
    """The submission and what it stands in; `lock` as in `load_submission`."""
    submission = await load_submission(session, submission_id, lock=lock)
    cycle = await get_cycle(session, submission.cycle_id)
    chain = chain_of(cycle)
    compiled = await compiled_for(session, submission.definition_id)
    return Place(
        submission=submission,
        cycle=cycle,
        chain=chain,
        stage=chain.stage(submission.stage),
        checker=compiled.checker,
        definition_sha256=compiled.sha256,
    )


async def editable_place(
    session: AsyncSession, *, act: Act, submission_id: UUID, version: int | None = None
) -> Place:
    """The submission, if the actor may write in it now. `version` is the one that the writer saw, and locks it (`None`: any, for files)."""
    place = await load_place(session, submission_id, lock=version is not None)
    power = author_power(act, place.submission)
    if version is not None and place.submission.version != version:
        raise stale(version, place.submission.version)
    if not place.stage.editable:
        raise Conflict(
            "not_editable",
            Text(
                id=f"Usulan ini sedang di tahap “{place.stage.label.id}” dan tidak dapat diubah. Tunggu keputusan atau pengembaliannya.",
                en=f"This submission is at the stage “{place.stage.label.en}” and cannot be changed. Wait for the decision or its return.",
            ),
        )
    if place.submission.revision:  # before it was handed in nobody can have decided
        await _refuse_decider(session, act, power, submission_id)
    return place


def author_power(act: Act, submission: Submission) -> Power:
    """The power by which the actor writes in a submission: as its enterprise, or as the office that proposes it on the enterprise's behalf."""
    powers = act.actor.powers_with(Permission.SUBMISSION_WRITE)
    if power := next((power for power in powers if _authors(power, submission)), None):
        return power
    raise NotAllowed(
        "not_author",
        Text(
            id="Hanya pelaku usaha pengusul (atau dinas yang mengusulkan atas namanya) yang dapat mengisi usulan ini.",
            en="Only the proposing enterprise (or the office that proposes on its behalf) may write in this submission.",
        ),
    )


def is_author(act: Act, submission: Submission) -> bool:
    """Whether the actor reads a submission as one of those who write it, with a token that may only read too."""
    powers = act.actor.powers_with(Permission.SUBMISSION_READ)
    return any(_authors(power, submission) for power in powers)


def sees_draft(act: Act, place: Place) -> bool:
    """Whether the actor sees a submission as it stands; everybody else sees its last revision (`revisions.shown_revision`).

    What is written after a return is its authors' own until they hand it in again, and stays theirs if they withdraw instead.
    """
    submission = place.submission
    return (
        submission.revision == 0
        or submission.stage not in stages_with_work(place.chain)
        or is_author(act, submission)
    )


def stages_with_work(chain: Chain) -> frozenset[str]:
    """The stages at which a submission may differ from its last revision: those to write in, and where they lead without handing in."""
    editable = [stage for stage in chain.stages if stage.editable]
    left = {a.to for stage in editable for a in stage.actions if a.effect is not Effect.SUBMIT}
    return frozenset(stage.code for stage in editable) | left


def _authors(power: Power, submission: Submission) -> bool:
    if power.role is Role.PRODUCER:
        return power.enterprise_id == submission.enterprise_id
    return power.office_id is not None and power.office_id == submission.proposed_by_office_id


async def authors_of(session: AsyncSession, submission_id: UUID) -> frozenset[UUID]:
    """Everybody who wrote in a submission, and everybody in whose name that was done."""
    query = (
        select(Event.actor_id, Event.on_behalf_of)
        .where(Event.submission_id == submission_id, Event.type.in_(AUTHORING))
        .distinct()
    )
    return frozenset(person for row in await session.execute(query) for person in row if person is not None)


async def _refuse_decider(session: AsyncSession, act: Act, power: Power, submission_id: UUID) -> None:
    persons = {act.actor.person_id, power.lent_by} - {None}
    query = select(Event.id).where(
        Event.submission_id == submission_id,
        Event.type.in_(DECIDING),
        or_(Event.actor_id.in_(persons), Event.on_behalf_of.in_(persons)),
    )
    if await session.scalar(query.limit(1)) is not None:
        raise NotAllowed(
            "separation_of_duties",
            Text(
                id="Anda sudah mengambil keputusan atas usulan ini, jadi tidak boleh menyusunnya. Serahkan kepada rekan lain.",
                en="You have decided on this submission, so you may not write it. Hand it to a colleague.",
            ),
        )


def section_open(place: Place, section: str) -> bool:
    """Whether a section may be changed now: all of a draft, only the sections named after a return."""
    return not place.submission.return_sections or section in place.submission.return_sections


def section_ids(place: Place) -> tuple[str, ...]:
    """The ids of the form's sections, in order."""
    return tuple(section.id for section in place.checker.definition.form.sections)
