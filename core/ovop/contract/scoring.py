"""From levels to points: bands, criteria that do not apply, and the caps of gates. Exact arithmetic, rounded once at the end.

Source of the rules: `Criterion`, `Band` and `Gate` in the vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction

from msgspec import Struct

from ovop.contract.checker import Checker, GateResult
from ovop.contract.places import criteria_of
from ovop.contract.reading.record import Answered
from ovop.contract.vocabulary import Anchor, Criterion, EvidenceItem, GateEffect, Rubric, Text
from ovop.errors import Invalid


class ScoreMissing(Invalid):
    """Criteria that apply have neither a level from the assessor nor a band that holds; `codes` names them in rubric order."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(codes)
        names = ", ".join(self.codes)
        message = Text(f"Nilai belum diisi untuk: {names}.", f"These criteria have no level yet: {names}.")
        super().__init__("score_missing", message)


class LevelRefused(Invalid):
    """Levels for criteria that the rubric does not have, or outside its scale; `codes` names them."""

    def __init__(self, codes: Iterable[str], scale_max: int) -> None:
        self.codes = tuple(codes)
        names = ", ".join(self.codes)
        message = Text(
            f"Nilai harus bilangan bulat 0 sampai {scale_max} untuk unsur yang ada; periksa: {names}.",
            f"A level is a whole number from 0 to {scale_max} for a criterion that exists; check: {names}.",
        )
        super().__init__("level_refused", message)


class CriterionScore(Struct, frozen=True, kw_only=True):
    """One line of the score. `weight` is the weight after redistribution, 0 where the criterion does not apply; `points` has two decimals.

    `level` is None where the criterion does not apply; `by_band` tells that the answers gave it, not an assessor.
    """

    id: str
    group: str
    applies: bool
    weight: float
    level: int | None
    by_band: bool
    points: float


class GroupScore(Struct, frozen=True, kw_only=True):
    """The points of a group and its weight after redistribution."""

    id: str
    weight: float
    points: float


class Score(Struct, frozen=True, kw_only=True):
    """A scored submission: `total` after the caps of gates, `uncapped` before, both 0 to 100 with two decimals."""

    total: float
    uncapped: float
    blocked: bool
    groups: tuple[GroupScore, ...]
    criteria: tuple[CriterionScore, ...]
    gates: tuple[GateResult, ...]


def score(
    checker: Checker,
    levels: Mapping[str, int],
    answers: object,
    evidence: Iterable[EvidenceItem] = (),
    facts: Mapping[str, object] | None = None,
) -> Score:
    """The score of a submission. `levels`: criterion -> 0 to the scale's maximum; one that is left out is taken from the bands.

    Levels of criteria that do not apply are ignored. Raises ScoreMissing and LevelRefused, each naming all criteria concerned.
    """
    answered = checker.read(answers, evidence, facts)
    rubric = checker.definition.rubric
    _refuse_levels(rubric, levels)
    applying = applying_criteria(checker, answered)
    suggested = {code: band_level(checker, answered, code) for code in applying if code not in levels}
    missing = [code for code, level in suggested.items() if level is None]
    if missing:
        raise ScoreMissing(missing)
    used = {code: levels.get(code, suggested.get(code)) for code in applying}
    weights = spread_weights(rubric, applying)
    gates = checker.gates(answered)
    lines = [
        (group.id, criterion.id, used.get(criterion.id), weights[criterion.id])
        for group in rubric.groups
        for criterion in group.criteria
    ]
    points = {code: weight * Fraction(level or 0, rubric.scale_max) for _, code, level, weight in lines}
    uncapped = sum(points.values(), Fraction(0))
    return Score(
        total=two_decimals(min([uncapped, *_caps(gates)])),
        uncapped=two_decimals(uncapped),
        blocked=any(gate.acts and gate.effect is GateEffect.BLOCK for gate in gates),
        groups=tuple(
            GroupScore(
                id=group.id,
                weight=float(sum((weights[item.id] for item in group.criteria), Fraction(0))),
                points=two_decimals(sum((points[item.id] for item in group.criteria), Fraction(0))),
            )
            for group in rubric.groups
        ),
        criteria=tuple(
            CriterionScore(
                id=code,
                group=group,
                applies=code in used,
                weight=float(weight),
                level=level,
                by_band=code in suggested,
                points=two_decimals(points[code]),
            )
            for group, code, level, weight in lines
        ),
        gates=gates,
    )


def applying_criteria(checker: Checker, answered: Answered) -> tuple[str, ...]:
    """The criteria that apply to these answers, in rubric order; one whose condition is undetermined does not."""
    found = []
    for path, criterion in criteria_of(checker.definition.rubric):
        rule = checker.rules.rule(f"{path}.applies_if")
        if rule is None or answered.form.holds(rule):
            found.append(criterion.id)
    return tuple(found)


def band_level(checker: Checker, answered: Answered, code: str) -> int | None:
    """The level that the answers give for a criterion: that of the first band whose rule holds, None where none does."""
    path, criterion = _criterion(checker, code)
    for index, band in enumerate(criterion.bands):
        if answered.form.holds(checker.rules.rule(f"{path}.bands[{index}].when")):
            return band.level
    return None


def anchors_for(checker: Checker, answered: Answered, code: str) -> tuple[tuple[Anchor, ...], ...]:
    """The anchors to judge a criterion by: every set whose condition holds (the weakest result counts), else the general ones."""
    path, criterion = _criterion(checker, code)
    special = tuple(
        anchors.anchors
        for index, anchors in enumerate(criterion.anchors_when)
        if answered.form.holds(checker.rules.rule(f"{path}.anchors_when[{index}].when"))
    )
    return special or (criterion.anchors,)


def spread_weights(rubric: Rubric, applying: Iterable[str]) -> dict[str, Fraction]:
    """The weight of each criterion once those that do not apply have given theirs away; the sum stays, as long as any applies.

    A weight goes to the applying criteria of the groups named, else to all applying ones, in proportion to their own weights.
    """
    applies = frozenset(applying)
    own = {
        item.id: _exact(item.weight) if item.id in applies else Fraction(0)
        for group in rubric.groups
        for item in group.criteria
    }
    weights = dict(own)
    for group in rubric.groups:
        for item in group.criteria:
            if item.id not in applies:
                takers = _takers(rubric, item, applies)
                whole = sum((own[code] for code in takers), Fraction(0))
                for code in takers:
                    weights[code] += _exact(item.weight) * own[code] / whole
    return weights


def two_decimals(value: Fraction) -> float:
    """Rounded to two decimals, a half upwards (2.675 is 2.68)."""
    return math.floor(value * 100 + Fraction(1, 2)) / 100


def _exact(weight: float) -> Fraction:
    return Fraction(repr(weight))  # 12.5 as written, not as the nearest binary number


def _takers(rubric: Rubric, giver: Criterion, applies: frozenset[str]) -> list[str]:
    everyone = [
        (group.id, item.id) for group in rubric.groups for item in group.criteria if item.id in applies
    ]
    named = [code for group, code in everyone if group in giver.redistribute_to]
    return named or [code for _, code in everyone]


def _caps(gates: Iterable[GateResult]) -> list[Fraction]:
    return [
        _exact(gate.cap_points)
        for gate in gates
        if gate.acts and gate.effect is GateEffect.CAP and gate.cap_points is not None
    ]


def _refuse_levels(rubric: Rubric, levels: Mapping[str, int]) -> None:
    known = {item.id for group in rubric.groups for item in group.criteria}
    wrong = [
        code
        for code, level in levels.items()
        if code not in known or type(level) is not int or not 0 <= level <= rubric.scale_max
    ]
    if wrong:
        raise LevelRefused(wrong, rubric.scale_max)


def _criterion(checker: Checker, code: str) -> tuple[str, Criterion]:
    for path, criterion in criteria_of(checker.definition.rubric):
        if criterion.id == code:
            return path, criterion
    raise KeyError(code)
