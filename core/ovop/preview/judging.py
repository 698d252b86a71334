"""What follows from the answers that somebody tries out in the preview."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from ovop.contract.card import declared_card, public_answers
from ovop.contract.checker import Checker, GateResult
from ovop.contract.conformance.code import Code, view_of
from ovop.contract.conformance.subject import Case
from ovop.contract.rules.variables import CelValue
from ovop.contract.scoring import (
    Score,
    ScoreMissing,
    anchors_for,
    applying_criteria,
    band_level,
    score,
)
from ovop.contract.vocabulary import Anchor, CatalogueCard, EvidenceItem, Finding, ScoreHint, Text
from ovop.guidance.personal import Because, advice_for, standing

T = TypeVar("T")


class Trial(Struct, kw_only=True, forbid_unknown_fields=True):
    """Answers, evidence and facts as they were typed in, and the levels that an assessor would give."""

    answers: dict[str, Any]
    evidence: tuple[EvidenceItem, ...] = ()
    facts: dict[str, Any] = {}
    levels: dict[str, int] = {}
    product_name: str = "–"


class CriterionOutcome(Struct, kw_only=True):
    """A criterion for these answers: whether it applies, the level of its bands, and the anchors to judge by."""

    id: str
    applies: bool
    band: int | None
    anchors: tuple[tuple[Anchor, ...], ...]


class AdviceOutcome(Struct, kw_only=True):
    """A piece of guidance that the answers call for."""

    id: str
    because: tuple[Because, ...]


class CodeOutcome(Struct, kw_only=True):
    """What asking one hook of the commodity's own code came to; `failure` is empty where it answered."""

    hook: str
    failure: str
    slow: bool
    printed: str


class Outcome(Struct, kw_only=True):
    """All that follows. `score` is missing while a level is; `missing` names the criteria then."""

    findings: tuple[Finding, ...]
    visible: frozenset[str]
    required: frozenset[str]
    computed: Mapping[str, CelValue]
    gates: tuple[GateResult, ...]
    criteria: tuple[CriterionOutcome, ...]
    score: Score | None
    missing: tuple[str, ...]
    note: Text | None
    advice: tuple[AdviceOutcome, ...]
    card: CatalogueCard
    hints: tuple[ScoreHint, ...]
    code: tuple[CodeOutcome, ...]


def judge(checker: Checker, trial: Trial, code: Code | None = None) -> Outcome:
    """Judge a trial, asking the commodity's own code too; never raises for wrong answers, because they are what a preview is for."""
    definition = checker.definition
    given = (trial.answers, trial.evidence, trial.facts)
    evaluation = checker.evaluate(*given)
    answered = checker.read(*given)
    applying = applying_criteria(checker, answered)
    criteria = [criterion.id for group in definition.rubric.groups for criterion in group.criteria]
    levels = {code: level for code, level in trial.levels.items() if code in criteria}
    result: Score | None = None
    missing: tuple[str, ...] = ()
    note: Text | None = None
    try:
        result = score(checker, levels, *given)
    except ScoreMissing as error:
        missing, note = error.codes, error.message
    stands = standing(checker, answered)
    asked = _Asked(checker, trial, code)
    findings = (*evaluation.findings, *asked.several("validate_submission", Finding))
    hints = tuple(asked.several("score_hints", ScoreHint))
    chosen = list(asked.several("advise", str, levels=stands.levels)) or None
    card = asked.one("catalogue_card", CatalogueCard) or declared_card(
        definition, trial.product_name, public_answers(definition, trial.answers), evaluation.computed
    )
    return Outcome(
        findings=findings,
        visible=evaluation.visible,
        required=evaluation.required,
        computed=evaluation.computed,
        gates=evaluation.gates,
        criteria=tuple(
            CriterionOutcome(
                id=code,
                applies=code in applying,
                band=band_level(checker, answered, code),
                anchors=anchors_for(checker, answered, code),
            )
            for code in criteria
        ),
        score=result,
        missing=missing,
        note=note,
        advice=tuple(
            AdviceOutcome(id=advice.item.id, because=advice.because)
            for advice in advice_for(definition, stands, findings, chosen)
        ),
        card=card,
        hints=hints,
        code=tuple(asked.outcomes),
    )


class _Asked:
    """Asks the hooks that there are, and keeps what each asking came to."""

    def __init__(self, checker: Checker, trial: Trial, code: Code | None) -> None:
        self.outcomes: list[CodeOutcome] = []
        self._code = code
        if code is None:
            return
        self._view = view_of(checker.definition, Case(trial.answers, trial.evidence, trial.facts))
        if code.problem is not None:
            self.outcomes.append(CodeOutcome(hook="", failure=code.problem.en, slow=False, printed=""))

    def several(self, hook: str, kind: type[T], **more: object) -> Iterator[T]:
        """The items of a hook's answer, none where there is no such hook or it failed."""
        value = self._value(hook, more)
        if isinstance(value, Sequence):
            yield from (item for item in value if isinstance(item, kind))

    def one(self, hook: str, kind: type[T]) -> T | None:
        """A hook's answer of that kind, if it gave one."""
        value = self._value(hook, {})
        return value if isinstance(value, kind) else None

    def _value(self, hook: str, more: Mapping[str, object]) -> object:
        if self._code is None or hook not in self._code.names:
            return None
        answer = self._code.ask(hook, {"submission": self._view, **more})
        self.outcomes.append(
            CodeOutcome(hook=hook, failure=answer.failure, slow=answer.slow, printed=answer.printed)
        )
        return answer.value
