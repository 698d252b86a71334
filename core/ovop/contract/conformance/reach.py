"""The search for parts of a definition that no submission can reach: a field never shown, a duty that never arises, a gate that never acts.

It starts from the worked examples and changes, one or two at a time, the answers, facts and files that a condition reads, trying every
option and the very numbers that rules compare with. What is still not reached then is looked for among random submissions where
Hypothesis is installed. Not reached is not proven impossible; an example that reaches it settles the matter.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.util import find_spec
from itertools import combinations, islice

from ovop.contract import vocabulary as v
from ovop.contract.conformance.candidates import (
    candidates,
    evidence_candidates,
    fact_candidates,
    literals_of,
)
from ovop.contract.conformance.goals import Goal, goals_of, rules_in
from ovop.contract.conformance.subject import Case, Subject
from ovop.contract.errors import Fault
from ovop.contract.faults import fault
from ovop.contract.places import fields_of
from ovop.contract.rules.tokens import tokens_of

MOST_TRIALS = 600
"""Submissions tried for one goal."""

MOST_BASES = 8
"""Worked examples from which the search for one goal starts."""

_ROW = re.compile(r"\[\d+\]")
_DAY = date(2026, 10, 18)


@dataclass
class Reach:
    """The goals of a definition, and those that were reached."""

    subject: Subject
    goals: tuple[Goal, ...]
    reached: set[str] = field(default_factory=set)

    @property
    def open(self) -> list[Goal]:
        """What was not reached so far."""
        return [goal for goal in self.goals if goal.name not in self.reached]

    def note(self, case: Case) -> None:
        """Take down what a submission reaches."""
        evaluation = self.subject.checker.evaluate(case.answers, case.evidence, case.facts)
        self.reached |= {f"shown {_ROW.sub('', path)}" for path in evaluation.visible}
        self.reached |= {f"needed {_ROW.sub('', path)}" for path in evaluation.required}
        self.reached |= {f"gate {gate.id}" for gate in evaluation.gates if gate.acts}


def everything_is_reached(subject: Subject) -> Iterator[Fault]:
    """Every field and evidence is shown, every conditional duty arises and every gate acts in some submission."""
    reach = explored(subject)
    if reach.open and find_spec("hypothesis") is not None:
        from ovop.contract.conformance.generated import reach_more  # needs Hypothesis

        reach_more(reach)
    for goal in reach.open:
        yield fault(goal.path, goal.words.id, goal.words.en)


def explored(subject: Subject) -> Reach:
    """What the worked examples reach, and what changes of them reach."""
    reach = Reach(subject, tuple(goals_of(subject.definition)))
    for run in subject.runs:
        reach.note(run.case)
    search = _Search(subject)
    for goal in reach.goals:
        if goal.name not in reach.reached:
            for case in islice(search.trials(goal), MOST_TRIALS):
                reach.note(case)
                if goal.name in reach.reached:
                    break
    return reach


@dataclass(frozen=True)
class _Change:
    """One thing to change in a submission, and what to try."""

    kind: str
    chain: tuple[str, ...]
    values: tuple[object, ...]


class _Search:
    """Trial submissions for a goal: those that differ from an example in what the goal's conditions read."""

    def __init__(self, subject: Subject) -> None:
        self.definition = subject.definition
        self.bases = [run.case for run in subject.runs] or [Case({}, (), {"today": _DAY.isoformat()})]
        self.literals = literals_of(self.definition)
        self.by_id: dict[str, list[tuple[tuple[str, ...], v.Field]]] = {}
        self.containers: dict[tuple[str, ...], v.Field] = {}
        for placed in fields_of(self.definition.form):
            chain = (*(container.id for container in placed.around), placed.field.id)
            self.by_id.setdefault(placed.field.id, []).append((chain, placed.field))
            self.containers[chain] = placed.field

    def trials(self, goal: Goal) -> Iterator[Case]:
        """Every base with one change, then with two."""
        changes = self.changes(goal)
        for count in (1, 2):
            for base in self.bases[:MOST_BASES]:
                start = self.begun(base, goal.chain)
                if count == 1 and start is not base:
                    yield start
                for chosen in combinations(changes, count):
                    yield from self.changed(start, chosen)

    def changed(self, base: Case, changes: tuple[_Change, ...]) -> Iterator[Case]:
        """The base with every combination of the values of some changes."""
        if not changes:
            yield base
            return
        first, *rest = changes
        for value in first.values:
            yield from self.changed(self.apply(base, first, value), tuple(rest))

    def apply(self, base: Case, change: _Change, value: object) -> Case:
        if change.kind == "fact":
            return replace(base, facts={**base.facts, change.chain[0]: value})
        if change.kind == "evidence" and isinstance(value, tuple):
            kept = tuple(item for item in base.evidence if item.evidence != change.chain[0])
            return replace(base, evidence=(*kept, *value))
        answers = copy.deepcopy(dict(base.answers))
        self.assign(answers, change.chain, (), value)
        return replace(base, answers=answers)

    def begun(self, base: Case, chain: tuple[str, ...]) -> Case:
        """The base with a row or group around the field in question."""
        if len(chain) < 2:
            return base
        answers = copy.deepcopy(dict(base.answers))
        self.assign(answers, chain, (), None)
        return replace(base, answers=answers)

    def assign(
        self, answers: dict[str, object], chain: tuple[str, ...], above: tuple[str, ...], value: object
    ) -> None:
        """Put a value at a chain of ids: in every row, or in a new one where there is none. None only makes the rows and groups."""
        here = (*above, chain[0])
        if len(chain) == 1:
            if value is not None:
                answers[chain[0]] = value
            return
        inside = answers.get(chain[0])
        if isinstance(self.containers[here], v.RowsField):
            rows = [row for row in inside if isinstance(row, dict)] if isinstance(inside, list) else []
            answers[chain[0]] = rows = rows or [{}]
            for row in rows:
                self.assign(row, chain[1:], here, value)
        else:
            group = inside if isinstance(inside, dict) else {}
            answers[chain[0]] = group
            self.assign(group, chain[1:], here, value)

    def changes(self, goal: Goal) -> list[_Change]:
        """What the conditions of a goal read, directly and through computed fields and the conditions of what they read."""
        found: dict[tuple[str, ...], _Change] = {}
        waiting, done = list(goal.rules), set[str]()
        while waiting:
            rule = waiting.pop(0)
            if rule in done:
                continue
            done.add(rule)
            names = [token.text for token in tokens_of(rule) if token.kind == "name"]
            for name in names:
                for chain, spec in self.by_id.get(name.removesuffix("_other").removesuffix("_parts"), ()):
                    waiting += rules_in(spec.show_if, getattr(spec, "rule", None))
                    waiting += [
                        rule
                        for inner in getattr(spec, "fields", ())
                        for rule in rules_in(getattr(inner, "rule", None))
                    ]
                    self.add(
                        found, "answer", chain, candidates(spec, self.literals, self.definition.code_lists)
                    )
                    for inner in getattr(spec, "fields", ()):
                        if inner.id in names:
                            values = candidates(inner, self.literals, self.definition.code_lists)
                            self.add(found, "answer", (*chain, inner.id), values)
            self.add_world(found, names)
        return list(found.values())

    def add_world(self, found: dict[tuple[str, ...], _Change], names: Iterable[str]) -> None:
        read = set(names)
        if "facts" in read:
            for fact in self.definition.manifest.facts:
                if fact.value in read:
                    self.add(
                        found, "fact", (fact.value,), fact_candidates(fact, self.definition, self.literals)
                    )
        if "evidence" in read:
            for evidence in self.definition.form.evidence:
                if evidence.id in read:
                    self.add(found, "evidence", (evidence.id,), evidence_candidates(evidence, _DAY))

    def add(
        self,
        found: dict[tuple[str, ...], _Change],
        kind: str,
        chain: tuple[str, ...],
        values: Iterable[object],
    ) -> None:
        tried = tuple(values)
        if tried:
            found.setdefault((kind, *chain), _Change(kind, chain, tried))
