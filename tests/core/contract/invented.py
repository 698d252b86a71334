"""Definitions of an invented product, built in memory from plain data; each test states only what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from ovop.contract.checker import Checker, compile_checker
from ovop.contract.vocabulary import Definition, EvidenceItem, Finding

TODAY = date(2026, 10, 18)
Data = Mapping[str, object]


def text(en: str) -> dict[str, str]:
    """A text that reads differently in both languages."""
    return {"id": f"{en} (id)", "en": en}


def field(kind: str, name: str, **more: object) -> dict[str, object]:
    """A field labelled with its id."""
    return {"type": kind, "id": name, "label": text(name), **more}


def option(value: str, **more: object) -> dict[str, object]:
    """An option labelled with its value."""
    return {"value": value, "label": text(value), **more}


def options(*values: str) -> list[dict[str, object]]:
    """Plain options."""
    return [option(value) for value in values]


def rule(expression: str, code: str = "broken", **more: object) -> dict[str, object]:
    """A check with words of its own."""
    return {
        "rule": expression,
        "code": code,
        "message": text(f"{code} message"),
        "remedy": text(f"{code} remedy"),
        **more,
    }


def gate(name: str, when: str, effect: str = "block", **more: object) -> dict[str, object]:
    """A gate with words of its own."""
    return {
        "id": name,
        "when": when,
        "effect": effect,
        "message": text(name),
        "remedy": text(f"clear {name}"),
        **more,
    }


def criterion(name: str, weight: float, **more: object) -> dict[str, object]:
    """A criterion with anchors at both ends."""
    ends = [{"level": 0, "text": text("poor")}, {"level": 5, "text": text("good")}]
    return {"id": name, "name": text(name), "weight": weight, "anchors": ends, **more}


def group(name: str, *criteria: Data) -> dict[str, object]:
    """A group that weighs as much as its criteria."""
    weight = float(
        sum(Decimal(str(item["weight"])) for item in criteria)
    )  # floats would add up to 100.00000000000001
    return {"id": name, "name": text(name), "weight": weight, "criterion": list(criteria)}


def section(name: str, *fields: Data, **more: object) -> dict[str, object]:
    """A section of the form."""
    return {"id": name, "title": text(name), "fields": list(fields), **more}


def definition(
    *sections: Data,
    evidence: Sequence[Data] = (),
    checks: Sequence[Data] = (),
    groups: Sequence[Data] = (),
    facts: Sequence[str] = ("today", "enterprise_size"),
    **more: object,
) -> Definition:
    """A definition with the sections given; a score sheet of one criterion unless `groups` says otherwise."""
    data = {
        "manifest": {
            "id": "invented",
            "code": "INV",
            "version": "1.0",
            "contract": ">=1.0,<2",
            "name": text("Invented"),
            "summary": text("Nothing real"),
            "owner": text("Nobody"),
            "kbli": [{"edition": "2020", "code": "13134"}],
            "facts": list(facts),
        },
        "form": {"section": list(sections), "evidence": list(evidence), "check": list(checks)},
        "rubric": {"group": list(groups) or [group("A", criterion("A1", 100))]},
        **more,
    }
    return msgspec.convert(data, Definition)


def checker(*fields: Data, **more: object) -> Checker:
    """The checker of a form with one section, `main`."""
    return compile_checker(definition(section("main", *fields), **more))  # type: ignore[arg-type]  # passed on


def found(
    made: Checker, answers: object, *evidence: EvidenceItem, partial: bool = False, **facts: object
) -> list[tuple[str, str]]:
    """(path, code) of every finding, today being TODAY."""
    return [(f.path, f.code) for f in findings(made, answers, *evidence, partial=partial, **facts)]


def findings(
    made: Checker, answers: object, *evidence: EvidenceItem, partial: bool = False, **facts: object
) -> list[Finding]:
    """Every finding, today being TODAY."""
    return made.check(answers, evidence, {"today": TODAY, **facts}, partial=partial)
