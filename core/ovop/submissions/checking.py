"""The full check of a submission: its form, evidence and gates, the enterprise behind it, and the commodity's own code."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.derived import derived_fields, facts_from
from ovop.contract.vocabulary import (
    ComputedField,
    EvidenceItem,
    Facts,
    Finding,
    Severity,
    SubmissionView,
    Text,
)
from ovop.cycles.replay import FrozenHooks
from ovop.cycles.service import rules_of
from ovop.identities.actor import Act
from ovop.identities.facts import Applicant, applicant_of, facts_of
from ovop.submissions.access import Place
from ovop.submissions.eligibility import eligibility_findings
from ovop.submissions.models import EvidenceFile, Submission

_REMEDY = Text(
    id="Tidak perlu tindakan dari Anda: petugas memeriksa secara manual.",
    en="Nothing to do for you: an officer checks by hand.",
)


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a full check, with what it was judged by."""

    findings: tuple[Finding, ...]
    evidence: tuple[EvidenceItem, ...]
    facts: Facts


async def check_submission(
    session: AsyncSession, *, act: Act, place: Place, hooks: FrozenHooks, partial: bool = False
) -> Checked:
    """Every finding on a submission as it stands; `partial` leaves out what is only not answered yet, and the enterprise."""
    submission = place.submission
    applicant = await applicant_of(session, enterprise_id=submission.enterprise_id)
    facts = facts_of(applicant, at=act.at)
    evidence = await evidence_items(session, submission)
    derived, underived = await _derived(place, evidence, facts, hooks)
    facts = {**facts, **derived}
    findings = [*place.checker.check(submission.answers, evidence, facts, partial=partial), *underived]
    if not partial:
        findings = [*_eligibility(place, applicant), *findings]
    own = await _own_findings(place, evidence, facts, hooks)
    return Checked(findings=(*findings, *own), evidence=evidence, facts=facts)


async def evidence_items(session: AsyncSession, submission: Submission) -> tuple[EvidenceItem, ...]:
    """The evidence of a submission as rules and hooks see it."""
    query = (
        select(EvidenceFile)
        .where(
            EvidenceFile.submission_id == submission.id,
            EvidenceFile.purpose == "form",
            EvidenceFile.removed_at.is_(None),
        )
        .order_by(EvidenceFile.id)
    )
    return tuple(_evidence_item(row) for row in await session.scalars(query))


def _evidence_item(row: EvidenceFile) -> EvidenceItem:
    return EvidenceItem(
        evidence=row.evidence,
        id=str(row.id),
        role=row.role,
        number=row.number,
        issuer=row.issuer,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        width_px=row.width_px,
        height_px=row.height_px,
        seconds=row.seconds,
        sha256=row.sha256,
    )


def _eligibility(place: Place, applicant: Applicant) -> list[Finding]:
    return eligibility_findings(
        applicant.enterprise,
        applicant.centre,
        kbli=place.checker.definition.manifest.kbli,
        centre_min_members=rules_of(place.cycle).centre_min_members,
    )


async def _derived(
    place: Place, evidence: tuple[EvidenceItem, ...], facts: Facts, hooks: FrozenHooks
) -> tuple[Facts, Sequence[Finding]]:
    """The values that the commodity's code gives to computed fields, as facts; where it fails, these fields stay empty and are flagged."""
    fields = derived_fields(place.checker.definition)
    if not fields:
        return {}, ()
    view = _view(place, evidence, facts)
    answer = await hooks.ask(place.submission.definition_id, "derive_fields", submission=view)
    if answer.failure:
        return {}, [_not_derived(field) for field in fields]
    return facts_from(answer.value) if isinstance(answer.value, dict) else {}, ()


def _view(place: Place, evidence: tuple[EvidenceItem, ...], facts: Facts) -> SubmissionView:
    manifest = place.checker.definition.manifest
    return SubmissionView(
        commodity=manifest.id,
        version=manifest.version,
        answers=place.submission.answers,
        evidence=evidence,
        facts=facts,
        product_name=place.submission.product_name,
    )


async def _own_findings(
    place: Place, evidence: tuple[EvidenceItem, ...], facts: Facts, hooks: FrozenHooks
) -> Sequence[Finding]:
    """What the commodity's own code objects to; where it fails or cannot be asked, an officer checks by hand."""
    view = _view(place, evidence, facts)
    answer = await hooks.ask(place.submission.definition_id, "validate_submission", submission=view)
    if answer.failure:
        return (_by_hand(),)
    return answer.value if isinstance(answer.value, tuple) else ()


def _by_hand() -> Finding:
    return Finding(
        path="",
        code="check_by_hand",
        severity=Severity.WARNING,
        message=Text(
            id="Pemeriksaan otomatis khusus komoditi ini tidak dapat dijalankan.",
            en="This commodity's own automatic check could not be run.",
        ),
        remedy=_REMEDY,
    )


def _not_derived(field: ComputedField) -> Finding:
    return Finding(
        path=field.id,
        code="check_by_hand",
        severity=Severity.WARNING,
        message=Text(
            id=f"Nilai “{field.label.id}” tidak dapat dihitung secara otomatis.",
            en=f"The value of “{field.label.en}” could not be worked out automatically.",
        ),
        remedy=_REMEDY,
    )
