"""Handing a submission in: the window, the full check, the revision that is kept for ever, and the number."""

from hashlib import sha256

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import end_of_day
from ovop.contract.vocabulary import Severity, Text
from ovop.cycles import rules
from ovop.cycles.replay import FrozenHooks
from ovop.cycles.rules import CycleState, LateCorrection, Lateness
from ovop.cycles.service import rules_of
from ovop.database import insert_for, table_of
from ovop.errors import Conflict, Invalid
from ovop.identities.actor import Act
from ovop.submissions.access import Place
from ovop.submissions.checking import check_submission
from ovop.submissions.models import NumberSeries, Revision, Submission
from ovop.submissions.revisions import RevisionContent
from ovop.submissions.service import window_closed

_SERIES = table_of(NumberSeries)


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome: the revision, and on which side of the closing instant or due day it fell."""

    revision: Revision
    lateness: Lateness


async def hand_in(session: AsyncSession, *, act: Act, place: Place, hooks: FrozenHooks) -> HandedIn:
    """Check everything and keep it as the next revision; the first one also receives the submission's number.

    Raises `Conflict` outside the window, `Invalid` with all findings when any is an error. The instant of the act decides what is late.
    """
    side = _timeliness(act, place)
    checked = await check_submission(session, act=act, place=place, hooks=hooks)
    findings = checked.findings
    if any(f.severity is Severity.ERROR for f in findings):
        raise Invalid(
            "submission_incomplete",
            Text(
                id="Usulan belum dapat diajukan. Perbaiki semua temuan bertanda “error”; isian Anda tetap tersimpan.",
                en="The submission cannot be handed in yet. Correct every finding marked “error”; what you wrote is kept.",
            ),
            findings=findings,
        )
    submission = place.submission
    content = msgspec.json.encode(
        RevisionContent(
            product_name=submission.product_name,
            answers=submission.answers,
            evidence=checked.evidence,
            facts=dict(checked.facts),
            findings=findings,
        ),
        order="sorted",
    )
    if submission.number is None:
        submission.number = await _next_number(session, place)
    submission.revision += 1
    revision = Revision(
        submission_id=submission.id,
        number=submission.revision,
        definition_id=submission.definition_id,
        content=content,
        sha256=sha256(content).hexdigest(),
        submitted_by=act.actor.person_id,
        submitted_at=act.at,
    )
    session.add(revision)
    return HandedIn(revision=revision, lateness=side)


def _timeliness(act: Act, place: Place) -> Lateness:
    submission, cycle = place.submission, place.cycle
    if submission.revision == 0:
        side = rules.lateness(
            at=act.at,
            begun_at=submission.created_at,
            opens_at=cycle.opens_at,
            closes_at=cycle.closes_at,
            grace=rules_of(cycle).grace,
        )
        if cycle.state != CycleState.OPEN or side in (Lateness.BEFORE_OPENING, Lateness.LATE):
            raise window_closed(cycle, act)
        return side
    due = submission.stage_due_on
    if due is None or act.at < end_of_day(due):
        return Lateness.ON_TIME
    if rules_of(cycle).late_corrections is LateCorrection.REFUSE:
        raise Conflict(
            "correction_late",
            Text(
                id=f"Batas perbaikan {due} sudah lewat. Hubungi kantor yang mengembalikan usulan ini.",
                en=f"The correction was due on {due}. Contact the office that returned this submission.",
            ),
        )
    return Lateness.LATE


async def _next_number(session: AsyncSession, place: Place) -> str:
    """`OVOP-<year>-<commodity>-<regency>-<five digits>`, counted within year, commodity and regency without gaps."""
    submission: Submission = place.submission
    series = f"OVOP-{place.cycle.year}-{place.checker.definition.manifest.code}-{submission.region_code}"
    connection = await session.connection()
    claim = (
        insert_for(connection)(_SERIES)
        .values(series=series, last=1)
        .on_conflict_do_update(index_elements=["series"], set_={"last": _SERIES.c.last + 1})
        .returning(_SERIES.c.last)
    )
    number = (await connection.execute(claim)).scalar_one()
    return f"{series}-{number:05d}"
