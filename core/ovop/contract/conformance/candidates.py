"""Answers worth trying: the options of a choice, the ends of a range, and the very numbers, words and days that rules compare with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ovop.contract import vocabulary as v
from ovop.contract.conformance.walking import rules_of
from ovop.contract.rules.tokens import string_of, tokens_of

MOST = 14
"""Candidates of one field at most, so that pairs of fields stay few."""


@dataclass(frozen=True)
class Literals:
    """What the rules of a definition write out."""

    numbers: tuple[float, ...]
    texts: tuple[str, ...]
    days: tuple[date, ...]


def literals_of(definition: v.Definition) -> Literals:
    """The numbers, texts and days in all rules, each once and in order."""
    numbers: set[float] = set()
    texts: set[str] = set()
    for _, rule in rules_of(definition):
        for token in tokens_of(rule):
            if token.kind == "number" and not token.text.lower().startswith("0x"):
                numbers.add(float(token.text.rstrip("uU")))
            elif (text := string_of(token)) is not None:
                texts.add(text)
    days = {day for text in texts if (day := _day(text))}
    return Literals(tuple(sorted(numbers)), tuple(sorted(texts)), tuple(sorted(days)))


def candidates(spec: v.Field, literals: Literals, code_lists: Iterable[v.CodeList] = ()) -> list[object]:
    """Answers of one field that its rules may tell apart, as they are sent; empty for groups, rows, files and computed fields."""
    match spec:
        case v.BooleanField():
            return [True, False]
        case v.DeclarationField():
            return [True]
        case v.SelectField():
            return [option.value for option in spec.options]
        case v.CodeField():
            items = next((items.items for items in code_lists if items.id == spec.code_list), ())
            return _some([item.value for item in items], literals.texts)
        case v.GradeField():
            return list(spec.scale)
        case v.MultiSelectField() | v.ChecklistField():
            values = [option.value for option in spec.options]
            return [*([value] for value in values), [o.value for o in spec.options if not o.exclusive]]
        case v.IntegerField() | v.MoneyField():
            return [int(number) for number in _numbers(literals, spec.minimum, spec.maximum, 1)]
        case v.DecimalField() | v.PercentField():
            return [_measured(spec, n) for n in _numbers(literals, spec.minimum, spec.maximum, 0.01)]
        case v.DurationField():
            days = _numbers(literals, spec.minimum_days or 0, spec.maximum_days, 1)
            return [{"value": number, "unit": "day"} for number in days]
        case v.DateField():
            return [day.isoformat() for day in _around(literals.days)]
        case v.IdentifierField():
            return list(_identifiers(spec, literals.texts))
        case v.TextField() | v.LongTextField():
            return list(_texts(spec, literals.texts))
        case v.ReadingField():
            return _readings(spec, literals)
        case v.DimensionsField():
            return _sizes(spec, literals)
        case v.SeriesField():
            numbers = _numbers(literals, spec.minimum, spec.maximum, 0.01)
            return [[number] * max(spec.min_items, 1) for number in numbers]
        case v.LocationField():
            return [{"region": "3402"}]
        case v.SampleField():
            return [{"count": spec.minimum_count, "lot": "A", "expires_on": "2999-12-31"}]
        case _:
            return []


def fact_candidates(fact: v.Fact, definition: v.Definition, literals: Literals) -> list[object]:
    """Values of a fact that rules may tell apart."""
    match fact:
        case v.Fact.TODAY:
            return [day.isoformat() for day in _around(literals.days)]
        case v.Fact.ENTERPRISE_SIZE:
            return ["micro", "small", "medium", "large"]
        case v.Fact.KBLI:
            own = [f"{code.edition}:{code.code}" for code in definition.manifest.kbli]
            return [own, [], *([text] for text in literals.texts if re.fullmatch(r"20\d\d:\d+", text))]
        case v.Fact.CENTRE_MEMBERS:
            return [int(number) for number in _numbers(literals, 0, None, 1)]
        case v.Fact.REGENCY | v.Fact.PROVINCE:
            return [*filter(re.compile(r"\d{2}(\.?\d{2})?").fullmatch, literals.texts), "3402"]


def evidence_candidates(evidence: v.Evidence, today: date) -> list[tuple[v.EvidenceItem, ...]]:
    """Files of one evidence: none, and one for each role (or one at all)."""
    full = tuple(
        v.EvidenceItem(
            evidence=evidence.id,
            id=f"{evidence.id}-{number}",
            role=role,
            number=evidence.number_example or "1",
            issuer="Penerbit",
            issued_on=today,
            expires_on=today + timedelta(days=365),
            media_type=_media(evidence),
            size_bytes=1000,
            width_px=evidence.min_pixels,
            height_px=evidence.min_pixels,
            seconds=float(evidence.min_seconds),
        )
        for number, role in enumerate([role.id for role in evidence.roles] or [""])
    )
    return [(), full, *((item,) for item in full[:MOST] if len(full) > 1)]


def _media(evidence: v.Evidence) -> str:
    usual = {"document": "application/pdf", "photo": "image/jpeg", "video": "video/mp4"}
    return evidence.media[0] if evidence.media else usual[evidence.kind]


def _numbers(literals: Literals, minimum: float | None, maximum: float | None, step: float) -> list[float]:
    """The numbers of rules and one step to either side, with the ends of the range; only what the range admits."""
    low = -1e9 if minimum is None else minimum
    high = 1e9 if maximum is None else maximum
    near = [value for number in literals.numbers for value in (number - step, number, number + step)]
    ends = [value for value in (minimum, maximum) if value is not None] or [1.0]
    fitting = sorted({round(value, 6) for value in [*ends, *near] if low <= value <= high})
    return _spread(fitting)


def _spread(values: Sequence[float]) -> list[float]:
    if len(values) <= MOST:
        return list(values)
    return [values[place * (len(values) - 1) // (MOST - 1)] for place in range(MOST)]


def _some(values: Sequence[str], preferred: Iterable[str]) -> list[object]:
    named = set(preferred)
    return [*filter(named.__contains__, values), *(value for value in values[:MOST] if value not in named)]


def _measured(spec: v.DecimalField | v.PercentField, number: float) -> object:
    if isinstance(spec, v.DecimalField) and len(spec.units) > 1:
        return {"value": number, "unit": spec.units[0].code}
    return number


def _around(days: Iterable[date]) -> list[date]:
    near = {day + timedelta(days=by) for day in days for by in (-1, 0, 1)}
    return sorted(near | {date(2020, 1, 1), date(2026, 10, 18), date(2030, 1, 1)})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("YYYY-MM-DD") else None
    except ValueError:
        return None


def _identifiers(spec: v.IdentifierField, texts: Iterable[str]) -> Iterable[str]:
    """The example, and the example with each part replaced by a text of the rules where the pattern still fits."""
    yield spec.example
    match = re.fullmatch(spec.pattern, spec.example)
    for group in spec.parts.values():
        start, end = match.span(group) if match else (-1, -1)
        for text in texts:
            changed = spec.example[:start] + text + spec.example[end:]
            if start >= 0 and text and re.fullmatch(spec.pattern, changed):
                yield changed


def _texts(spec: v.TextField | v.LongTextField, texts: Iterable[str]) -> Iterable[str]:
    pattern = spec.pattern if isinstance(spec, v.TextField) else None
    example = spec.example if isinstance(spec, v.TextField) else ""
    plain = "a" * max(spec.min_length, 1)
    for text in (example or plain, *list(texts)[:MOST]):
        if spec.min_length <= len(text) <= spec.max_length and (
            pattern is None or re.fullmatch(pattern, text)
        ):
            yield text


def _readings(spec: v.ReadingField, literals: Literals) -> list[object]:
    found: list[object] = [{"category": option.value} for option in spec.categories]
    if spec.units:
        unit = spec.units[0].code
        numbers = _spread(sorted({0.0, *(n for n in literals.numbers if n >= 0), 1e6}))
        found += [{"operator": "=", "value": number, "unit": unit} for number in numbers]
        found += [
            {"operator": "<", "value": 0.001, "unit": unit},
            {"operator": "nd", "detection_limit": 0.001, "unit": unit},
        ]
    return found


def _sizes(spec: v.DimensionsField, literals: Literals) -> list[object]:
    unit: Mapping[str, object] = {"unit": spec.units[0].code} if len(spec.units) > 1 else {}
    each = [_numbers(literals, part.minimum, part.maximum, 1) for part in spec.parts]
    rows = max(len(values) for values in each)
    return [
        {part.id: values[min(row, len(values) - 1)] for part, values in zip(spec.parts, each, strict=True)}
        | dict(unit)
        for row in range(rows)
    ]
