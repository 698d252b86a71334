"""The full check of a submission: its form, evidence and gates, the enterprise behind it, and the commodity's own code."""

from collections.abc import Sequence
from copy import deepcopy

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from ovop.contract.registry import HookAnswer, Registry
from ovop.contract.vocabulary import EvidenceItem, Facts, Finding, Manifest, Severity, SubmissionView, Text
from ovop.cycles.service import rules_of
from ovop.identities.actor import Act
from ovop.identities.facts import Applicant, applicant_of, facts_of
from ovop.submissions.access import Place
from ovop.submissions.eligibility import eligibility_findings
from ovop.submissions.models import EvidenceFile, Submission

HOOK = "validate_submission"
_told: set[tuple[str, str, str]] = set()
log: FilteringBoundLogger = structlog.get_logger("ovop.commodities")


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
    """What the commodity's own code objects to. It is asked only while the installed version is the frozen one; where it would have been
    asked when the cycle opened and cannot be now (another version, package gone, safe mode), an officer checks by hand."""
    manifest = place.checker.definition.manifest
    unasked = (_by_hand(),) if HOOK in place.hooks else ()
    installed = registry.commodities.get(manifest.id)
    if installed is None or installed.definition.manifest.version != manifest.version:
        return unasked
    answer = registry.ask(
        manifest.id,
        HOOK,
        submission=SubmissionView(
            commodity=manifest.id,
            version=manifest.version,
            answers=deepcopy(place.submission.answers),  # foreign code must not change what is handed in
            evidence=evidence,
            facts=facts,
        ),
    )
    if not answer.asked:
        return unasked
    _tell(manifest, answer)
    if answer.value is None and not answer.failure:
        return ()
    found = answer.value
    if answer.failure or not isinstance(found, Sequence) or not all(isinstance(f, Finding) for f in found):
        return (_by_hand(),)
    return found


def _tell(manifest: Manifest, answer: HookAnswer) -> None:
    """Log that a hook failed or was slow: once per process, because it is asked at every save. The error's text stays out: it may quote answers."""
    event = "hook_failed" if answer.failure else "hook_slow" if answer.slow else ""
    told = (manifest.id, manifest.version, event)
    if not event or told in _told:
        return
    _told.add(told)
    log.warning(
        event,
        commodity=manifest.id,
        version=manifest.version,
        hook=HOOK,
        error=answer.failure.partition(":")[0],
        elapsed_ms=round(answer.elapsed_ms),
        budget_ms=answer.budget_ms,
    )


def _by_hand() -> Finding:
    return Finding(
        path="",
        code="check_by_hand",
        severity=Severity.WARNING,
        message=Text(
            id="Pemeriksaan otomatis khusus komoditi ini tidak dapat dijalankan.",
            en="This commodity's own automatic check could not be run.",
        ),
        remedy=Text(
            id="Tidak perlu tindakan dari Anda: petugas memeriksa secara manual.",
            en="Nothing to do for you: an officer checks by hand.",
        ),
    )
