"""How much a difference matters to answers that were given and scores that would be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from ovop.contract import vocabulary as v
from ovop.contract.differing.walk import Difference, Kind


class Impact(StrEnum):
    """`breaking`: answers may become invalid, or scores change; `widening`: what was right stays right; `wording`: only words differ."""

    BREAKING = "breaking"
    WIDENING = "widening"
    WORDING = "wording"


WORDS = frozenset(
    [
        "label",
        "help",
        "title",
        "intro",
        "message",
        "remedy",
        "text",
        "name",
        "summary",
        "owner",
        "source",
        "status",
        "example",
        "number_example",
        "legal_basis",
        "synonyms",
        "statement",
        "body",
        "provider",
        "sources",
        "contract",
        "version",
        "serves",
        "consent",
    ]
)
"""Attributes that are read by people alone."""
NEUTRAL = frozenset(
    [
        "public",
        "blind",
        "personal",
        "card_fields",
        "facts",
        "shows",
        "backed_by",
        "needed_from_points",
        "panel",
        "perishable",
    ]
)
"""Attributes that change what is shown or told, but neither what is right nor a score."""
LOWER = frozenset(
    [
        "minimum",
        "min_length",
        "min_items",
        "min_rows",
        "minimum_days",
        "minimum_count",
        "min_files",
        "min_pixels",
        "min_seconds",
    ]
)
"""Limits from below: raising one may make an answer wrong."""
UPPER = frozenset(
    [
        "maximum",
        "max_length",
        "max_items",
        "max_rows",
        "maximum_days",
        "max_files",
        "max_megabytes",
        "max_age_months",
    ]
)
"""Limits from above: lowering one may make an answer wrong."""
SWITCHES = frozenset(["not_after_today", "not_before_today", "other", "exclusive", "ruler"])
"""Truth values that ask for more when they are true."""
CHOICES = frozenset(["media", "units", "categories", "options", "items", "scale"])
"""Lists of what is accepted: a longer one accepts more."""
DEMANDS = frozenset(("asks",))
"""Lists of what is asked for: a longer one asks for more."""


def impact_of(difference: Difference) -> Impact:
    """The impact of one difference."""
    part = difference.part
    if any(isinstance(one, v.Guidance | v.Example | v.Upcast) for one in difference.parts):
        return Impact.WORDING
    if difference.kind is Kind.MOVED:
        return _of_move(difference)
    if difference.kind is Kind.CHANGED:
        return _of_change(difference)
    if difference.kind is Kind.ADDED and isinstance(part, v.Option) and _asks_a_row_each(difference):
        return Impact.BREAKING
    return _whole(part)(difference.kind)


def _asks_a_row_each(difference: Difference) -> bool:
    """Whether every option of the column must have its row, so that a new option asks for a new row."""
    ids = {getattr(part, "id", "") for part in difference.parts}
    return any(isinstance(part, v.RowsField) and part.one_per in ids for part in difference.parts)


def _of_move(difference: Difference) -> Impact:
    """Another order changes no answer, unless the first that fits counts (bands, units) or the move changes a weight."""
    deciding = {"bands", "units", "anchors_when"}
    if difference.attribute in deciding or isinstance(difference.part, v.Criterion):
        return Impact.BREAKING
    return Impact.WORDING


def _of_change(difference: Difference) -> Impact:
    name, old, new = difference.attribute, difference.old, difference.new
    if name in WORDS or isinstance(difference.part, v.Consent):
        return Impact.WORDING
    if name in NEUTRAL:
        return Impact.WIDENING
    if any(isinstance(part, v.LimitTable | v.Rubric) for part in difference.parts):
        return Impact.BREAKING
    if name in LOWER:
        return _widening(_less(new, old))
    if name in UPPER:
        return _widening(_less(old, new, none_is=float("inf")))
    if name in SWITCHES:
        return _widening(new is False)
    if name == "required":
        return _widening(new is False)
    if name in ("severity", "number_severity"):
        return _widening(old == v.Severity.ERROR)
    if name in CHOICES and isinstance(old, tuple) and isinstance(new, tuple):
        return _widening(set(old) <= set(new) and bool(old))
    if name in DEMANDS and isinstance(old, tuple) and isinstance(new, tuple):
        return _widening(set(new) <= set(old))
    if name in ("pattern", "number_pattern", "one_per") and new is None:
        return Impact.WIDENING
    return Impact.BREAKING


def _less(low: object, high: object, *, none_is: float = float("-inf")) -> bool:
    """Whether one limit lies below another; None is no limit."""
    numbers = [none_is if one is None else one for one in (low, high)]
    return all(isinstance(one, int | float) for one in numbers) and numbers[0] < numbers[1]  # type: ignore[operator]  # checked on the left


def _widening(holds: bool) -> Impact:
    return Impact.WIDENING if holds else Impact.BREAKING


def _whole(part: v.Part) -> Callable[[Kind], Impact]:
    """What it means that a whole part came or went."""
    for kind, judge in _WHOLES.items():
        if isinstance(part, kind):
            return lambda happened: judge(part, happened)
    return lambda happened: Impact.BREAKING


def _optional(part: v.Part, happened: Kind) -> Impact:
    """A field or place for evidence: a new one that nobody has to fill in takes nothing away."""
    return _widening(happened is Kind.ADDED and getattr(part, "required", True) is False)


def _choice(part: v.Part, happened: Kind) -> Impact:
    return _widening(happened is Kind.ADDED)


def _demand(part: v.Part, happened: Kind) -> Impact:
    """A check: a new one may refuse what was right, unless it only warns."""
    stops = getattr(part, "severity", v.Severity.ERROR) == v.Severity.ERROR
    return _widening(happened is Kind.REMOVED or not stops)


def _gate(part: v.Part, happened: Kind) -> Impact:
    """A gate that caps changes scores whether it comes or goes."""
    caps = isinstance(part, v.Gate) and part.effect is v.GateEffect.CAP
    return _widening(happened is Kind.REMOVED and not caps)


def _words(part: v.Part, happened: Kind) -> Impact:
    return Impact.WORDING


def _empty(part: v.Part, happened: Kind) -> Impact:
    """A section or table is as good as what stands in it, which is told on its own."""
    return Impact.WIDENING


_WHOLES: Mapping[type[v.Part], Callable[[v.Part, Kind], Impact]] = {
    v.ComputedField: lambda part, happened: _widening(happened is Kind.ADDED),
    v.FieldBase: _optional,
    v.Evidence: _optional,
    v.EvidenceRole: _optional,
    v.Section: _empty,
    v.Option: _choice,
    v.Unit: _choice,
    v.KbliCode: _choice,
    v.CodeList: _choice,
    v.Check: _demand,
    v.Gate: _gate,
    v.Anchor: _words,
    v.AnchorSet: _words,
    v.Consent: _words,
}
