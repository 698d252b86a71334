"""Use cases of writing a submission: begin, save answers, list."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from ovop.clock import wib
from ovop.contract.checker import Checker
from ovop.contract.vocabulary import Finding, Text
from ovop.cycles import rules
from ovop.cycles.definitions import find_frozen
from ovop.cycles.models import Cycle
from ovop.cycles.rules import CycleState, Lateness
from ovop.cycles.service import chain_of, get_cycle, rules_of
from ovop.errors import Conflict, Invalid, NotAllowed, NotFound
from ovop.events import append
from ovop.identities.actor import Act, Power
from ovop.identities.enums import Permission, Role
from ovop.identities.models import Enterprise
from ovop.submissions.access import Place, author_power, editable_place, section_open, stream_of
from ovop.submissions.models import Submission


async def begin_submission(
    session: AsyncSession,
    *,
    act: Act,
    cycle_id: UUID,
    commodity_id: str,
    enterprise_id: UUID,
    product_name: str,
    consent: str | None = None,
) -> Submission:
    """A draft for an enterprise's product: begun by the enterprise, or by its regency office with the enterprise's recorded consent."""
    act.actor.require(Permission.SUBMISSION_WRITE)
    enterprise = await session.scalar(select(Enterprise).where(Enterprise.id == enterprise_id))
    if enterprise is None:
        raise NotFound(
            "enterprise_unknown",
            Text(
                id="Pelaku usaha ini tidak ada di wilayah Anda.",
                en="There is no such enterprise in your territory.",
            ),
        )
    power = _beginner(act, enterprise)
    on_behalf = power.role is not Role.PRODUCER
    if on_behalf and not (consent or "").strip():
        raise _consent_missing()
    cycle = await get_cycle(session, cycle_id)
    # Together with other drafts, but not while the commodity is corrected: this draft must begin with the version that counts.
    await session.refresh(cycle, with_for_update={"read": True})
    _refuse_closed(cycle, act)
    frozen = await find_frozen(session, cycle_id=cycle_id, commodity_id=commodity_id)
    submission = Submission(
        cycle_id=cycle.id,
        definition_id=frozen.id,
        commodity_id=commodity_id,
        enterprise_id=enterprise.id,
        region_code=enterprise.region_code[:4],
        product_name=product_name,
        answers={},
        stage=chain_of(cycle).first.code,
        stage_entered_at=act.at,
        created_by=act.actor.person_id,
        created_at=act.at,
        updated_at=act.at,
        proposed_by_office_id=power.office_id if on_behalf else None,
        consent=consent if on_behalf else None,
    )
    session.add(submission)
    await session.flush()
    await append(
        session,
        stream=stream_of(submission.id),
        submission_id=submission.id,
        type="submission.created",
        at=act.at,
        by=act.by(power),
        payload={
            "commodity": commodity_id,
            "definition": frozen.sha256,
            "stage": submission.stage,
            "on_behalf": on_behalf,
        },
    )
    return submission


async def save_answers(
    session: AsyncSession,
    *,
    act: Act,
    submission_id: UUID,
    version: int,
    answers: Mapping[str, Any],
    product_name: str | None = None,
) -> Submission:
    """Replace the answers named (null takes one away) and leave the others; what is typed is kept even where it is not right yet.

    Raises `Stale` when somebody saved in between, `Invalid` for a field that the form does not have or that a return keeps closed,
    and for another product name after a return of certain sections.
    """
    _refuse_nul(answers)
    place = await editable_place(session, act=act, submission_id=submission_id, version=version)
    _refuse_closed_fields(place, answers, product_name)
    submission = place.submission
    kept = {**submission.answers, **answers}
    submission.answers = {name: value for name, value in kept.items() if value is not None}
    renamed = product_name is not None and product_name != submission.product_name
    submission.product_name = product_name or submission.product_name
    submission.updated_at = act.at
    flag_modified(submission, "updated_at")  # the version also counts a second change at the same instant
    await session.flush()
    await append(
        session,
        stream=stream_of(submission.id),
        submission_id=submission.id,
        type="submission.answers_saved",
        at=act.at,
        by=act.by(author_power(act, submission)),
        payload={"fields": sorted(answers), "renamed": renamed},
    )
    return submission


async def list_submissions(
    session: AsyncSession,
    *,
    cycle_id: UUID | None,
    commodity_id: str | None,
    stage: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Submission]:
    """The submissions that the actor may see, oldest first, one more than asked for so that the caller knows whether there is a next page."""
    query = select(Submission).order_by(Submission.id).limit(limit + 1)
    if cycle_id is not None:
        query = query.where(Submission.cycle_id == cycle_id)
    if commodity_id is not None:
        query = query.where(Submission.commodity_id == commodity_id)
    if stage is not None:
        query = query.where(Submission.stage == stage)
    if after is not None:
        query = query.where(Submission.id > after)
    return (await session.scalars(query)).all()


def _beginner(act: Act, enterprise: Enterprise) -> Power:
    for power in act.actor.powers_with(Permission.SUBMISSION_WRITE):
        if power.role is Role.PRODUCER and power.enterprise_id == enterprise.id:
            return power
        if power.role is Role.REGENCY_OFFICER and power.covers(enterprise.region_code):
            return power
    raise NotAllowed(
        "not_author",
        Text(
            id="Hanya pelaku usaha itu sendiri atau dinas kab/kotanya yang dapat memulai usulan.",
            en="Only the enterprise itself or its regency office may begin a submission.",
        ),
    )


def _consent_missing() -> Invalid:
    message = Text(
        id="Persetujuan pelaku usaha belum dicatat.", en="The enterprise's consent is not recorded."
    )
    remedy = Text(
        id="Isi `consent`: siapa yang setuju, kapan, dan bagaimana.",
        en="Fill `consent`: who agreed, when, and how.",
    )
    return Invalid(
        "consent_missing",
        message,
        findings=[Finding(path="consent", code="consent_missing", message=message, remedy=remedy)],
    )


def _refuse_closed(cycle: Cycle, act: Act) -> None:
    """A draft may be begun while the cycle is open and its window has not passed, grace included."""
    side = rules.lateness(
        at=act.at,
        begun_at=act.at,
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        grace=rules_of(cycle).grace,
    )
    if cycle.state != CycleState.OPEN or side in (Lateness.BEFORE_OPENING, Lateness.LATE):
        raise window_closed(cycle, act)


def window_closed(cycle: Cycle, act: Act) -> Conflict:
    """The error for what comes outside the window; it names the instants that counted."""
    if cycle.state == CycleState.DRAFT:
        return Conflict(
            "cycle_not_open",
            Text(
                id=f"Siklus {cycle.year} belum dibuka oleh kementerian. Tunggu pembukaannya.",
                en=f"The ministry has not opened cycle {cycle.year} yet. Wait until it does.",
            ),
        )
    closes_at = min(cycle.closes_at, cycle.closed_at or cycle.closes_at)
    return Conflict(
        "window_closed",
        Text(
            id=f"Diterima {wib(act.at)}; jendela usulan siklus {cycle.year} dibuka {wib(cycle.opens_at)} sampai {wib(closes_at)}. "
            "Isian Anda tetap tersimpan; tunggu perpanjangan atau siklus berikutnya.",
            en=f"Received {wib(act.at)}; the window of cycle {cycle.year} runs from {wib(cycle.opens_at)} to {wib(closes_at)}. "
            "What you wrote is kept; wait for an extension or the next cycle.",
        ),
    )


def _refuse_nul(answers: Mapping[str, Any]) -> None:
    """PostgreSQL cannot store the character NUL, and nobody types it."""
    named = [name for name, value in answers.items() if b"\\u0000" in msgspec.json.encode([name, value])]
    if named:
        message = Text(id="Isian memuat karakter NUL.", en="The answer holds the character NUL.")
        remedy = Text(id="Hapus karakter itu, lalu simpan lagi.", en="Remove the character and save again.")
        raise Invalid(
            "nul_character",
            message,
            findings=[
                Finding(path=name.replace("\0", ""), code="nul_character", message=message, remedy=remedy)
                for name in named
            ],
        )


def _refuse_closed_fields(place: Place, answers: Mapping[str, Any], product_name: str | None) -> None:
    findings = [f for name in answers if (f := _field_fault(place, place.checker, name))]
    if place.submission.return_sections and product_name not in (None, place.submission.product_name):
        findings.append(_name_closed(place))
    if findings:
        raise Invalid(
            "fields_not_writable",
            Text(
                id="Beberapa isian tidak dapat disimpan; tidak ada yang berubah. Perbaiki temuan di bawah, lalu kirim lagi.",
                en="Some answers cannot be saved; nothing was changed. Correct the findings below and send again.",
            ),
            findings=findings,
        )


def _name_closed(place: Place) -> Finding:
    return Finding(
        path="product_name",
        code="section_closed",
        message=Text(
            id="Nama produk tidak dapat diubah selama usulan dikembalikan untuk bagian tertentu.",
            en="The product's name cannot be changed while certain sections are returned.",
        ),
        remedy=Text(
            id=f"Pakai nama “{place.submission.product_name}”; ubah hanya bagian: {', '.join(place.submission.return_sections)}.",
            en=f"Keep “{place.submission.product_name}”; change only the sections: {', '.join(place.submission.return_sections)}.",
        ),
    )


def _field_fault(place: Place, checker: Checker, name: str) -> Finding | None:
    # A path into an answer, or to a file of evidence, has a section too, but is no answer of its own.
    section = checker.section_of(name) if name.isidentifier() else ""
    if not section:
        return Finding(
            path=name,
            code="unknown_field",
            message=Text(
                id=f"Formulir ini tidak mempunyai isian “{name}”.", en=f"The form has no field “{name}”."
            ),
            remedy=Text(
                id="Periksa nama isian pada formulir siklus ini.",
                en="Check the field's name in this cycle's form.",
            ),
        )
    if section_open(place, section):
        return None
    return Finding(
        path=name,
        code="section_closed",
        section=section,
        message=Text(
            id=f"Isian “{name}” tidak termasuk bagian yang dikembalikan.",
            en=f"The field “{name}” is not in a section that was returned.",
        ),
        remedy=Text(
            id=f"Ubah hanya bagian: {', '.join(place.submission.return_sections)}.",
            en=f"Change only the sections: {', '.join(place.submission.return_sections)}.",
        ),
    )
