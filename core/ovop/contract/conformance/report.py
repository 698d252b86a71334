"""A commodity held against the published rules: what is missing, and the tier that follows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from ovop.contract.conformance.checks import CHECKS, can_be_judged
from ovop.contract.conformance.code import Code
from ovop.contract.conformance.published import PublishedRule, Tier, rules_up_to
from ovop.contract.conformance.subject import Subject
from ovop.contract.loader import located
from ovop.contract.vocabulary import Definition, Text


class Problem(Struct, frozen=True, kw_only=True):
    """One place where a rule is not kept. `file` and `line` are known for a definition that lies in a folder."""

    rule: str
    tier: Tier
    path: str
    file: str
    line: int
    reason: Text
    remedy: Text

    @property
    def place(self) -> str:
        """File, line and path, each followed by a colon; empty where a problem has no place."""
        file = f"{self.file}:{self.line}" if self.line else self.file
        return "".join(f"{part}: " for part in (file, self.path) if part)

    def in_language(self, language: str = "id") -> str:
        """The problem as a text to print."""
        return f"{self.place}{self.reason.in_language(language)}\n    {self.remedy.in_language(language)}"


class Report(Struct, frozen=True, kw_only=True):
    """The tier reached (None: not even bronze), and every problem. `unjudged`: rules whose tools are not installed; a tier that has
    one is not given."""

    commodity: str
    version: str
    tier: Tier | None
    problems: tuple[Problem, ...]
    unjudged: tuple[str, ...] = ()

    @property
    def following(self) -> Tier | None:
        """The next tier to reach, None at gold."""
        return Tier.BRONZE if self.tier is None else self.tier.following

    @property
    def missing(self) -> tuple[Problem, ...]:
        """What stands between the commodity and the next tier."""
        return tuple(problem for problem in self.problems if problem.tier is self.following)


def judge(
    definition: Definition,
    *,
    folder: Path | None = None,
    code: Code | None = None,
    up_to: Tier = Tier.GOLD,
) -> Report:
    """Judge a definition by every rule up to a tier. `folder` gives problems their file and line; `code` is the commodity's own, which
    `code_of` finds: without it only the data is judged."""
    subject = Subject(definition, folder=folder, code=code)
    rules = rules_up_to(up_to)
    unjudged = tuple(rule for rule in rules if not can_be_judged(rule.id))
    problems = tuple(
        problem for rule in rules if rule not in unjudged for problem in problems_of(rule, subject)
    )
    return Report(
        commodity=definition.manifest.id,
        version=definition.manifest.version,
        tier=_reached({problem.tier for problem in problems} | {rule.tier for rule in unjudged}, up_to),
        problems=problems,
        unjudged=tuple(rule.id for rule in unjudged),
    )


def problems_of(rule: PublishedRule, subject: Subject) -> list[Problem]:
    """What one rule finds, each with file and line where they are known."""
    faults = list(CHECKS[rule.id](subject))
    if subject.folder is not None and faults:
        faults = located(subject.folder, faults)
    return [
        Problem(
            rule=rule.id,
            tier=rule.tier,
            path=fault.path,
            file=fault.file,
            line=fault.line,
            reason=fault.reason,
            remedy=rule.remedy,
        )
        for fault in faults
    ]


def _reached(lacking: Iterable[Tier], up_to: Tier) -> Tier | None:
    reached: Tier | None = None
    for tier in Tier:
        if tier in lacking:
            break
        reached = tier
        if tier is up_to:
            break
    return reached
