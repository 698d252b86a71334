"""The guidance that one submission profits from most. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ovop.contract.checker import Checker
from ovop.contract.reading.record import Answered
from ovop.contract.scoring import applying_criteria, band_level, spread_weights
from ovop.contract.vocabulary import Definition, Finding, Guidance, GuidanceKind, Severity, Text

_FIRST = re.compile(r"[^.\[]*")


class Standing(Struct, frozen=True, kw_only=True):
    """How a submission stands by its own answers: `levels` of the criteria that the answers decide, `lost` the points that each leaves
    (of 100), and `open` the criteria that apply and only an assessor can judge."""

    levels: Mapping[str, int]
    lost: Mapping[str, float]
    open: tuple[str, ...]


class Because(Struct, frozen=True, kw_only=True):
    """Why an item is on the list: a criterion with the level reached and the points it leaves, or a field of the form with a finding."""

    id: str
    label: Text
    level: int | None = None
    points: float = 0.0
    finding: Text | None = None


class Advice(Struct, frozen=True, kw_only=True):
    """One item of a personal list, and why it is there; an item that the commodity's own code chose may have no reason of these kinds."""

    item: Guidance
    because: tuple[Because, ...]


def standing(checker: Checker, answered: Answered) -> Standing:
    """How the answers alone stand in the rubric; criteria that do not apply are left out."""
    rubric = checker.definition.rubric
    applying = applying_criteria(checker, answered)
    found = {code: band_level(checker, answered, code) for code in applying}
    levels = {code: level for code, level in found.items() if level is not None}
    weights = spread_weights(rubric, applying)
    return Standing(
        levels=levels,
        lost={
            code: round(float(weights[code]) * (rubric.scale_max - level) / rubric.scale_max, 2)
            for code, level in levels.items()
        },
        open=tuple(code for code, level in found.items() if level is None),
    )


def advice_for(
    definition: Definition, stands: Standing, findings: Sequence[Finding], chosen: Sequence[str] | None
) -> tuple[Advice, ...]:
    """The items for a submission, each once. `chosen` are the ids that the commodity's own code named, the most useful first.

    Without them the guidance table decides: what is meant for a criterion at the level reached, or for a field with an error or warning.
    Steps come before stories, then those by which the most points can be won, then in the order of the commodity.
    """
    reasons = {item.id: tuple(_reasons(definition, item, stands, findings)) for item in definition.guidance}
    if chosen is not None:
        by_id = {item.id: item for item in definition.guidance}
        return tuple(
            Advice(item=by_id[name], because=reasons[name]) for name in dict.fromkeys(chosen) if name in by_id
        )
    listed = [Advice(item=item, because=reasons[item.id]) for item in definition.guidance if reasons[item.id]]
    return tuple(sorted(listed, key=_rank))


def _rank(advice: Advice) -> tuple[bool, float]:
    return advice.item.kind is GuidanceKind.SUCCESS_STORY, -sum(reason.points for reason in advice.because)


def _reasons(
    definition: Definition, item: Guidance, stands: Standing, findings: Sequence[Finding]
) -> Iterator[Because]:
    for group in definition.rubric.groups:
        for criterion in group.criteria:
            level = stands.levels.get(criterion.id)
            if criterion.id in item.criteria and level is not None and level <= item.threshold:
                points = stands.lost[criterion.id]
                yield Because(id=criterion.id, label=criterion.name, level=level, points=points)
    labels = dict(_labels(definition))
    for finding in findings:
        name = _root(finding.path)
        if name in item.fields and name in labels and finding.severity is not Severity.INFO:
            yield Because(id=name, label=labels[name], finding=finding.message)


def _labels(definition: Definition) -> Iterable[tuple[str, Text]]:
    for section in definition.form.sections:
        for spec in section.fields:
            yield spec.id, spec.label
    for evidence in definition.form.evidence:
        yield evidence.id, evidence.label


def _root(path: str) -> str:
    """The field or evidence of the form in which a path stands."""
    found = _FIRST.match(path.removeprefix("evidence."))
    return found.group() if found else ""
