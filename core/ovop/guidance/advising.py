"""What a commodity advises on one submission: guidance for its makers, hints for its assessors."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.places import criteria_of
from ovop.contract.vocabulary import Definition, ScoreHint, Text
from ovop.cycles.replay import FrozenHooks
from ovop.errors import NotAllowed
from ovop.guidance.personal import Standing, advice_for, standing
from ovop.guidance.schemas import (
    AdviceList,
    AdviceView,
    CriterionName,
    ScoreHintList,
    ScoreHintView,
    guidance_view,
)
from ovop.guidance.service import names_of, seen_by
from ovop.identities.actor import Act
from ovop.identities.enums import Permission, Role
from ovop.submissions.access import Place

JUDGING = frozenset({Role.ASSESSOR, Role.VERIFIER, Role.SELECTOR, Role.MINISTRY_ADMIN, Role.AUDITOR})
"""Roles that may see what the answers suggest for the score sheet: those who judge, and those who look after them."""

BY_TABLE = Text(
    "Saran khusus komoditi ini sedang tidak dapat dihitung; daftar ini dari tabel panduan.",
    "This commodity's own advice cannot be worked out now; this list comes from the guidance table.",
)
BY_BANDS = Text(
    "Saran nilai khusus komoditi ini sedang tidak dapat dihitung; yang tampil hanya dari rubrik.",
    "This commodity's own hints cannot be worked out now; those shown come from the rubric alone.",
)


async def advise(session: AsyncSession, *, act: Act, place: Place, hooks: FrozenHooks) -> AdviceList:
    """The guidance for a submission, the most useful first; whoever may see the submission may see it."""
    seen = await seen_by(session, act=act, place=place)
    definition = place.checker.definition
    stands = standing(place.checker, place.checker.read(seen.answers, seen.evidence, seen.facts))
    answer = await hooks.ask(
        place.submission.definition_id, "advise", submission=seen.for_hooks(definition), levels=stands.levels
    )
    chosen = _ids(answer.value)
    names = names_of(definition)
    return AdviceList(
        submission_id=place.submission.id,
        chosen_by="guidance_table" if chosen is None else "commodity",
        items=[
            AdviceView(guidance=guidance_view(advice.item, names), because=list(advice.because))
            for advice in advice_for(definition, stands, seen.findings, chosen)
        ],
        open=[CriterionName(id=code, name=names[code]) for code in stands.open],
        note=BY_TABLE if answer.failure else None,
    )


async def hint(session: AsyncSession, *, act: Act, place: Place, hooks: FrozenHooks) -> ScoreHintList:
    """The levels that the answers suggest; raises `NotAllowed` for anybody who does not judge."""
    powers = act.actor.powers_with(Permission.SUBMISSION_READ)
    if not any(power.role in JUDGING for power in powers):
        raise NotAllowed(
            "not_judging",
            Text(
                id="Petunjuk nilai hanya untuk penilai dan sekretariat. Panduan untuk usulan ini ada di daftar panduannya.",
                en="Score hints are for assessors and the secretariat. Guidance for this submission stands in its own list.",
            ),
        )
    seen = await seen_by(session, act=act, place=place)
    definition = place.checker.definition
    stands = standing(place.checker, place.checker.read(seen.answers, seen.evidence, seen.facts))
    answer = await hooks.ask(
        place.submission.definition_id, "score_hints", submission=seen.for_hooks(definition)
    )
    hints = (
        [h for h in answer.value if isinstance(h, ScoreHint)] if isinstance(answer.value, Sequence) else []
    )
    return ScoreHintList(
        submission_id=place.submission.id,
        items=[*_from_bands(definition, stands), *_from_code(definition, hints)],
        note=BY_BANDS if answer.failure else None,
    )


def _ids(value: object) -> list[str] | None:
    """The ids that a commodity's code named; None where it named none."""
    return [str(item) for item in value] if isinstance(value, Sequence) and value else None


def _from_bands(definition: Definition, stands: Standing) -> list[ScoreHintView]:
    return [
        ScoreHintView(
            criterion=CriterionName(id=criterion.id, name=criterion.name),
            level=stands.levels[criterion.id],
            by="band",
            reason=Text(
                f"Menurut jawaban formulir: tingkat {stands.levels[criterion.id]} pada rubrik.",
                f"By the answers of the form: level {stands.levels[criterion.id]} of the rubric.",
            ),
        )
        for _, criterion in criteria_of(definition.rubric)
        if criterion.id in stands.levels
    ]


def _from_code(definition: Definition, hints: Sequence[ScoreHint]) -> list[ScoreHintView]:
    names = names_of(definition)
    return [
        ScoreHintView(
            criterion=CriterionName(id=hint.criterion, name=names[hint.criterion]),
            level=hint.level,
            by="hook",
            reason=hint.reason,
        )
        for hint in hints
        if hint.criterion in names and 0 <= hint.level <= definition.rubric.scale_max
    ]
