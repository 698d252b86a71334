"""Writes the proof of a whole form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from ovop.contract.proof.fields import FieldWriter
from ovop.contract.proof.order import NotProvable, names_of, ordered, rules_inside
from ovop.contract.proof.rules import SURROUNDINGS, Container
from ovop.contract.proof.source import Source
from ovop.contract.reading.flaws import Context, as_instant
from ovop.contract.reading.plan import FormPlan
from ovop.contract.reading.record import Proven
from ovop.contract.rules.arithmetic import FAILURES
from ovop.contract.rules.expressions import Expression
from ovop.contract.rules.syntax import words_after_dots
from ovop.contract.rules.variables import CelValue
from ovop.contract.vocabulary import CodeList

Prove: TypeAlias = "Callable[[object, Context, Mapping[str, CelValue], bool], Proven | None]"

_ODD = (TypeError, AttributeError, *FAILURES)
"""What answers of an unexpected kind may raise; the careful way knows what to say about them."""


def proof_of(
    plan: FormPlan,
    conditions: Sequence[Expression],
    judged: Sequence[Expression],
    code_lists: Iterable[CodeList],
) -> Prove:
    """The proof of a form. It takes the answers, their context, facts and evidence by name, and whether they are a draft.

    What it gives holds the outcomes of `conditions` (of evidence) and of `judged` (checks of the form, gates); None: look carefully.
    """
    writer = _FormWriter(plan, conditions, judged, code_lists)
    try:
        proof = writer.written()
    except NotProvable:
        return lambda answers, context, around, partial: None

    def prove(
        answers: object, context: Context, around: Mapping[str, CelValue], partial: bool
    ) -> Proven | None:
        today = None if context.today is None else as_instant(context.today)
        try:
            outcome = proof(answers, context, around, today, partial)
        except _ODD:
            return None
        return outcome if isinstance(outcome, Proven) else None

    return prove


class _FormWriter:
    def __init__(
        self,
        plan: FormPlan,
        conditions: Sequence[Expression],
        judged: Sequence[Expression],
        code_lists: Iterable[CodeList],
    ) -> None:
        self.plan = plan
        self.conditions = conditions
        self.judged = judged
        self.sections = [section.show_if for section in plan.sections]
        rules = [*rules_inside(plan.fields), *self.sections, *conditions, *judged]
        names = {name for whole in names_of(rules) for name in _endings(whole)}
        self.source = Source("def proof(given0, context, around, today, partial):", {"Proven": Proven})
        self.fields = FieldWriter(
            self.source, frozenset(names), _columns(rules), {item.id: item for item in code_lists}
        )
        self.around = sorted(name for name in names if name.startswith(SURROUNDINGS))

    def written(self) -> Callable[..., object]:
        """The function that the form comes to."""
        self.source.give_up("given0.__class__ is not dict")
        self.source.put("notes = []")
        form = self.fields.container(self.plan.fields, None)
        for name in self.around:
            self.source.put(f"{form.local(name)} = around.get({name!r})")
        judges = []
        told: set[int] = set()
        for field in ordered(self.plan.fields.fields, self.sections):
            shown = self.section(field.section, form, told)
            judges.append(self.fields.field(field, form, shown=shown))
        sections = [self.section(number, form, told) or "True" for number in range(len(self.sections))]
        self.source.give_up(f"not {self.source.constant('known', self.plan.fields.known)}.issuperset(given0)")
        for judge in judges:
            judge()
        outcomes = ", ".join(
            f"{self.source.constant('rule', rule)}: {self.fields.rules.outcome(rule, form, in_draft=in_draft)}"
            for rule, in_draft in chain(
                ((rule, True) for rule in self.conditions), ((rule, False) for rule in self.judged)
            )
        )
        self.source.put(f"return Proven(notes, {{{outcomes}}}, [{', '.join(sections)}])")
        self.source.namespace |= (
            self.plan.fields.scope.library.namespace
        )  # with the constants of the rules written
        return self.source.function("proof")

    def section(self, number: int, form: Container, told: set[int]) -> str:
        """The variable that tells whether a section is shown, "" for one that always is; found out before its first field."""
        condition = self.sections[number]
        if condition is None:
            return ""
        if number not in told:
            told.add(number)
            self.source.put(f"shown_{number} = {self.fields.rules.holds(condition, form)}")
        return f"shown_{number}"


def _endings(name: str) -> Iterable[str]:
    """`wastewater.ph.value`, `ph.value`, `value`: what a name is called in the groups in which it lies."""
    parts = name.split(".")
    return (".".join(parts[start:]) for start in range(len(parts)))


def _columns(rules: Iterable[Expression | bool | None]) -> frozenset[str] | None:
    """The words that rules read behind a dot; None where it cannot be known."""
    found: set[str] = set()
    for rule in rules:
        words = words_after_dots(rule.text) if isinstance(rule, Expression) else frozenset()
        if words is None:
            return None
        found |= words
    return frozenset(found)
