"""The commodity under judgement: its definition and what several rules need of it, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ovop.contract.checker import Checker, Evaluation, compile_checker
from ovop.contract.vocabulary import Definition, EvidenceItem, Example

if TYPE_CHECKING:
    from ovop.contract.conformance.code import Code


@dataclass(frozen=True)
class Case:
    """A submission as the checker takes it."""

    answers: Mapping[str, object]
    evidence: tuple[EvidenceItem, ...]
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Run:
    """A worked example that was checked."""

    example: Example
    case: Case
    evaluation: Evaluation


class Subject:
    """A definition under judgement; `code` is None for a commodity that is data only, or whose code is not to be asked."""

    def __init__(
        self, definition: Definition, *, folder: Path | None = None, code: Code | None = None
    ) -> None:
        self.definition = definition
        self.folder = folder
        self.code = code

    @cached_property
    def checker(self) -> Checker:
        """The compiled checker."""
        return compile_checker(self.definition)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Every worked example with what the checker says of it."""
        return tuple(
            Run(example, case, self.checker.evaluate(case.answers, case.evidence, case.facts))
            for example in self.definition.examples
            for case in [case_of(example)]
        )


def case_of(example: Example) -> Case:
    """The submission of a worked example; days become texts, as they are sent."""
    answers = msgspec.to_builtins(example.answers)
    return Case(answers=answers, evidence=example.evidence, facts=example.facts)
