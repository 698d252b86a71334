"""Which definition the guidance is read from, and how a submission stands when it is advised on."""

from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import loader
from ovop.contract.places import criteria_of
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Definition, EvidenceItem, Facts, Finding, SubmissionView, Text
from ovop.cycles.definitions import find_frozen
from ovop.cycles.models import FrozenDefinition
from ovop.errors import Invalid, NotFound
from ovop.identities.actor import Act
from ovop.identities.facts import applicant_of, facts_of
from ovop.submissions.access import Place
from ovop.submissions.checking import evidence_items
from ovop.submissions.revisions import shown_revision


class Seen(Struct, frozen=True, kw_only=True):
    """A submission as its reader sees it: the work in progress for its authors, the last revision for everybody else."""

    product_name: str
    answers: dict[str, Any]
    evidence: tuple[EvidenceItem, ...]
    facts: Facts
    findings: tuple[Finding, ...]

    def for_hooks(self, definition: Definition) -> SubmissionView:
        """The same, as the commodity's own code is shown it."""
        return SubmissionView(
            commodity=definition.manifest.id,
            version=definition.manifest.version,
            answers=self.answers,
            evidence=self.evidence,
            facts=self.facts,
            product_name=self.product_name,
        )


async def seen_by(session: AsyncSession, *, act: Act, place: Place) -> Seen:
    """A submission as the actor sees it, with the findings of its form."""
    revision = await shown_revision(session, act=act, place=place)
    if revision is not None:
        return Seen(
            product_name=revision.product_name,
            answers=revision.answers,
            evidence=revision.evidence,
            facts=revision.facts,
            findings=revision.findings,
        )
    submission = place.submission
    applicant = await applicant_of(session, enterprise_id=submission.enterprise_id)
    facts = facts_of(applicant, at=act.at)
    evidence = await evidence_items(session, submission)
    return Seen(
        product_name=submission.product_name,
        answers=submission.answers,
        evidence=evidence,
        facts=facts,
        findings=tuple(place.checker.check(submission.answers, evidence, facts, partial=True)),
    )


async def definition_for(
    session: AsyncSession, *, registry: Registry, commodity: str, cycle_id: UUID | None = None
) -> Definition:
    """The definition whose guidance is read: that of a cycle if one is named; otherwise the installed one, else the last that any cycle
    froze, so that the advice outlives the package. Raises `NotFound`."""
    if cycle_id is not None:
        frozen = await find_frozen(session, cycle_id=cycle_id, commodity_id=commodity)
        return loader.decode(frozen.content)
    installed = registry.commodities.get(commodity)
    if installed is not None:
        return installed.definition
    query = select(FrozenDefinition.content).where(FrozenDefinition.commodity_id == commodity)
    content = await session.scalar(query.order_by(FrozenDefinition.frozen_at.desc()).limit(1))
    if content is None:
        known = ", ".join(sorted(registry.commodities)) or "–"
        raise NotFound(
            "commodity_unknown",
            Text(
                id=f"Komoditi “{commodity}” tidak dikenal. Yang ada: {known}.",
                en=f"There is no commodity “{commodity}”. There are: {known}.",
            ),
        )
    return loader.decode(content)


def names_of(definition: Definition) -> dict[str, Text]:
    """The names of a rubric's criteria by code."""
    return {criterion.id: criterion.name for _, criterion in criteria_of(definition.rubric)}


def require_criterion(definition: Definition, code: str | None) -> None:
    """Refuse a criterion that the rubric does not have, naming those it has."""
    names = names_of(definition)
    if code is None or code in names:
        return
    known = ", ".join(names)
    raise Invalid(
        "criterion_unknown",
        Text(
            id=f"`criterion`: unsur “{code}” tidak ada dalam rubrik ini. Pilih salah satu: {known}.",
            en=f"`criterion`: this rubric has no criterion “{code}”. Choose one of: {known}.",
        ),
    )
