"""The full check of a submission: its form, evidence and gates, the enterprise behind it, and the commodity's own code."""

from collections.abc import Sequence
from copy import deepcopy

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.registry import Registry
from ovop.contract.vocabulary import EvidenceItem, Facts, Finding, Severity, SubmissionView, Text
from ovop.cycles.service import rules_of
from ovop.identities.actor import Act
from ovop.identities.facts import Applicant, applicant_of, facts_of
from ovop.submissions.access import Place
from ovop.submissions.eligibility import eligibility_findings
from ovop.submissions.models import EvidenceFile, Submission


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a full check, with what it was judged by."""

    findings: tuple[Finding, ...]
    evidence: tuple[EvidenceItem, ...]
    facts: Facts


async def check_submission(
    session: AsyncSession, *, act: Act, place: Place, registry: Registry, partial: bool = False
) -> Checked:
    """Every finding on a submission as it stands; `partial` leaves out what is only not answered yet, and the enterprise."""
    submission = place.submission
    applicant = await applicant_of(session, enterprise_id=submission.enterprise_id)
    facts = facts_of(applicant, at=act.at)
    evidence = await evidence_items(session, submission)
    findings = place.checker.check(submission.answers, evidence, facts, partial=partial)
    if not partial:
        findings = [*_eligibility(place, applicant), *findings]
    own = _own_findings(place, evidence, facts, registry)
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


def _own_findings(
    place: Place, evidence: tuple[EvidenceItem, ...], facts: Facts, registry: Registry
) -> Sequence[Finding]:
    """What the commodity's own code objects to; it is asked only while the installed version is the frozen one."""
    manifest = place.checker.definition.manifest
    installed = registry.commodities.get(manifest.id)
    if installed is None or installed.plugin_manager is None:
        return ()
    if installed.definition.manifest.version != manifest.version:
        return ()
    answer = registry.ask(
        manifest.id,
        "validate_submission",
        submission=SubmissionView(
            commodity=manifest.id,
            version=manifest.version,
            answers=deepcopy(place.submission.answers),  # foreign code must not change what is handed in
            evidence=evidence,
            facts=facts,
        ),
    )
    if answer.value is None and not answer.failure:
        return ()
    found = answer.value
    if answer.failure or not isinstance(found, Sequence) or not all(isinstance(f, Finding) for f in found):
        return (_by_hand(),)
    return found


def _by_hand() -> Finding:
    return Finding(
        path="",
        code="check_by_hand",
        severity=Severity.WARNING,
        message=Text(
            id="Pemeriksaan otomatis khusus komoditi ini gagal dijalankan.",
            en="This commodity's own automatic check could not be run.",
        ),
        remedy=Text(
            id="Tidak perlu tindakan dari Anda: petugas memeriksa secara manual.",
            en="Nothing to do for you: an officer checks by hand.",
        ),
    )
